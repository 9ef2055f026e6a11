//! The leaves: filled in chunks where they are wanted, never kept.

use aver_stark::field::PF;
use p3_field::PrimeCharacteristicRing;

use super::CHUNK;
use super::kernel::{self, Fraction, ZERO};
use super::nodes::Nodes;
use super::packed::LANES;
use super::shape::{Shape, Source};
use crate::ext::{self, E};

/// Where leaves come from: fractions m / d.
pub trait Leaves: Sync {
    /// The places that have leaves, in increasing order.
    fn places(&self) -> &[usize];
    /// Writes leaves of `places()[index]`, from row `first` on, a multiple of the rows written.
    fn fill(&self, index: usize, first: usize, m: &mut [PF], d: &mut [E]);
}

/// Some leaves of one place: numerators are base elements.
#[derive(Clone, Copy)]
pub struct Leaf<'a> {
    /// Numerators.
    pub p: &'a [PF],
    /// Denominators.
    pub q: &'a [E],
}

/// Room for a chunk of leaves. On the heap: a thread that waits takes up other tasks, and has the scratch of
/// each on its stack.
pub struct Scratch {
    p: Vec<PF>,
    q: Vec<E>,
    fractions: Vec<Fraction>,
}

impl Scratch {
    pub fn new() -> Self {
        Self { p: vec![PF::ZERO; CHUNK], q: vec![ext::ZERO; CHUNK], fractions: vec![ZERO; CHUNK] }
    }

    /// `len` packed leaves from packed row `first` on.
    pub fn fill(&mut self, leaves: &impl Leaves, index: usize, first: usize, len: usize) -> Leaf<'_> {
        let (p, q) = (&mut self.p[..len], &mut self.q[..len]);
        leaves.fill(index, first * LANES, p, q);
        Leaf { p, q }
    }

    /// The same as fractions.
    pub fn lift(&mut self, leaves: &impl Leaves, index: usize, first: usize, len: usize) -> &[Fraction] {
        self.fill(leaves, index, first, len);
        kernel::lift(Leaf { p: &self.p[..len], q: &self.q[..len] }, &mut self.fractions[..len]);
        &self.fractions[..len]
    }
}

/// What a layer's children are read from.
pub struct Below<'a, L> {
    pub leaves: &'a L,
    pub shape: &'a Shape,
    /// Packed rows of each node.
    pub rows: usize,
    /// By layer.
    pub sums: &'a [Nodes],
}

impl<L: Leaves> Below<'_, L> {
    /// `len` packed fractions of a node from packed row `first` on.
    pub fn fractions<'s>(
        &'s self,
        source: Source,
        first: usize,
        len: usize,
        scratch: &'s mut Scratch,
    ) -> &'s [Fraction] {
        match source {
            Source::Leaf(index) => scratch.lift(self.leaves, index, first, len),
            Source::Sum(sum) => {
                let sum = &self.shape.sums[sum];
                &self.sums[sum.layer].get(sum.index)[first..first + len]
            }
        }
    }
}
