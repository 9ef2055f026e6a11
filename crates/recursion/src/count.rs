//! Numbers that follow from the rows of a proof, by their bits.

use alloc::vec::Vec;

use aver_stark::channel;
use aver_stark::eq::{eq_bits, eq_prefix_bits};
use aver_stark::field::EF;

use crate::builder::Wire;

/// Bits, lowest first; those that are missing are zero.
#[derive(Clone)]
pub struct Count<'a>(Vec<Wire<'a>>);

impl<'a> Count<'a> {
    /// From wires that are bits.
    pub fn new(bits: Vec<Wire<'a>>) -> Self {
        Self(bits)
    }

    /// The bits.
    pub fn bits(&self) -> &[Wire<'a>] {
        &self.0
    }

    /// One that is known when the circuit is made.
    pub fn known(value: usize) -> Self {
        let count = (usize::BITS - value.leading_zeros()) as usize;
        let bit = |i: usize| if value >> i & 1 == 1 { Wire::ONE } else { Wire::ZERO };
        Self((0..count).map(bit).collect())
    }
}

impl<'a> channel::Count<Wire<'a>> for Count<'a> {
    fn is_zero(&self) -> bool {
        self.0.iter().all(|bit| bit.as_constant() == Some(EF::default()))
    }
    fn eq_prefix(&self, point: &[Wire<'a>]) -> Wire<'a> {
        eq_prefix_bits(point, &self.0)
    }
    fn eq_each(point: &[Wire<'a>], counts: &[&Self]) -> Vec<Wire<'a>> {
        counts.iter().map(|count| eq_bits(point, &count.0)).collect()
    }
}
