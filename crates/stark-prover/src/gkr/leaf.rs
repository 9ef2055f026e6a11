//! The leaves: filled in chunks where they are wanted, never kept.

use aver_stark::field::{EF, F, PF};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::eq::{Eq, Sums, add, weigh};
use super::kernel::{self, Fraction, WIDTH};
use super::packed::LANES;
use super::sumcheck::{self, Layer, Pair, Sumcheck};
use super::{CHUNK, LeafPoint};
use crate::arena::Arena;
use crate::ext::{self, E, Matrix};
use crate::transcript::Writer;

/// Where leaves come from: stacks of fractions m / d.
pub trait Leaves: Sync {
    /// Number of stacks.
    fn stacks(&self) -> usize;
    /// Writes leaves of a stack, from row `first` on, a multiple of the rows written.
    fn fill(&self, stack: usize, first: usize, m: &mut [PF], d: &mut [E]);
}

/// Some leaves of one stack: numerators are base elements.
#[derive(Clone, Copy)]
pub struct Leaf<'a> {
    /// Numerators.
    pub p: &'a [PF],
    /// Denominators.
    pub q: &'a [E],
}

/// Room for a chunk of leaves.
pub struct Scratch {
    p: [PF; CHUNK],
    q: [E; CHUNK],
}

impl Scratch {
    pub fn new() -> Self {
        Self { p: [PF::ZERO; CHUNK], q: [ext::ZERO; CHUNK] }
    }

    /// `len` packed leaves of a stack from packed row `first` on; where there is no stack, 0/1.
    pub fn fill(&mut self, leaves: &impl Leaves, stack: usize, first: usize, len: usize) -> Leaf<'_> {
        let (p, q) = (&mut self.p[..len], &mut self.q[..len]);
        if stack < leaves.stacks() {
            leaves.fill(stack, first * LANES, p, q);
        } else {
            p.fill(PF::ZERO);
            q.fill(ext::ONE);
        }
        Leaf { p, q }
    }
}

/// Σ over the rows of round 0, of all pairs of stacks. `half` is the number of packed rows.
fn first_sums(leaves: &impl Leaves, layer: &Layer, eq: &Eq, half: usize) -> Sums {
    let mu = Matrix::new(&ext::broadcast(layer.mu));
    let (len, chunks) = (eq.inner.len(), eq.outer.len());
    let tasks = leaves.stacks().div_ceil(2) * chunks;
    (0..tasks)
        .into_par_iter()
        .map_init(
            || [0; 4].map(|_| Scratch::new()),
            |[a, b, c, d], task| {
                let (pair, chunk) = (task / chunks, task % chunks);
                let first = chunk * len;
                let low = [a.fill(leaves, 2 * pair, first, len), b.fill(leaves, 2 * pair + 1, first, len)];
                let first = first + half;
                let high = [c.fill(leaves, 2 * pair, first, len), d.fill(leaves, 2 * pair + 1, first, len)];
                let sums = kernel::leaf_sums(&mu, &eq.inner, low, high);
                weigh(layer.weights[pair] * eq.outer[chunk], &sums)
            },
        )
        .reduce(|| [EF::ZERO; 2], add)
}

/// Binds rows `chunk` of a child to x, in the place `[low, high]` of the halves of what is left.
fn bind_chunk(
    leaves: &impl Leaves,
    x: &E,
    scratch: &mut [Scratch; 2],
    (stack, first, half): (usize, usize, usize),
    out: [&mut [Fraction]; 2],
) {
    let [low, high] = scratch;
    for (out, first) in out.into_iter().zip([first, first + half / 2]) {
        let low = low.fill(leaves, stack, first, out.len());
        let high = high.fill(leaves, stack, first + half, out.len());
        kernel::fold_leaves(x, low, high, out);
    }
}

/// Binds the first variable of all leaves to x, and sums over the rows of the next round.
fn bind(leaves: &impl Leaves, layer: &Layer, x: EF, eq: &Eq, pairs: &mut [Pair<'_>]) -> Sums {
    let mu = Matrix::new(&ext::broadcast(layer.mu));
    let x = ext::broadcast(x);
    let len = eq.inner.len();
    let pairs = pairs.par_iter_mut().zip(&layer.weights).enumerate();
    pairs
        .map(|(pair, ([left, right], &weight))| {
            let half = left.len();
            let (left, right) = (left.split_at_mut(half / 2), right.split_at_mut(half / 2));
            let left = left.0.par_chunks_mut(len).zip(left.1.par_chunks_mut(len));
            let right = right.0.par_chunks_mut(len).zip(right.1.par_chunks_mut(len));
            let chunks = left.zip(right).zip(&eq.outer).enumerate();
            chunks
                .map_init(
                    || [0; 2].map(|_| Scratch::new()),
                    |scratch, (chunk, ((l, r), &outer))| {
                        let first = chunk * len;
                        bind_chunk(leaves, &x, scratch, (2 * pair, first, half), [&mut *l.0, &mut *l.1]);
                        bind_chunk(leaves, &x, scratch, (2 * pair + 1, first, half), [&mut *r.0, &mut *r.1]);
                        kernel::absorb(&mu, r.0);
                        kernel::absorb(&mu, r.1);
                        weigh(weight * outer, &kernel::sums(&eq.inner, [&*l.0, &*r.0], [&*l.1, &*r.1]))
                    },
                )
                .reduce(|| [EF::ZERO; 2], add)
        })
        .reduce(|| [EF::ZERO; 2], add)
}

/// Fractions of all leaves, for stacks of so few rows that there is nothing to gain.
fn lifted(leaves: &impl Leaves, rows: usize) -> Vec<Vec<F>> {
    let stacks = leaves.stacks().next_multiple_of(2);
    let mut scratch = Scratch::new();
    (0..stacks)
        .map(|stack| {
            let mut buffer = vec![F::ZERO; rows * WIDTH];
            lift(scratch.fill(leaves, stack, 0, rows), kernel::fractions_mut(&mut buffer));
            buffer
        })
        .collect()
}

/// Leaves as fractions.
pub fn lift(leaf: Leaf<'_>, out: &mut [Fraction]) {
    for ((&p, &q), out) in leaf.p.iter().zip(leaf.q).zip(out) {
        *out = [[p, PF::ZERO, PF::ZERO, PF::ZERO, PF::ZERO], q];
    }
}

/// The last layer: its children are leaves. Returns the bit.
pub fn prove(
    writer: &mut Writer,
    leaves: &impl Leaves,
    log_height: usize,
    arena: &Arena,
    point: &mut LeafPoint,
) -> EF {
    let rows = (1usize << log_height) / LANES;
    if rows < 4 {
        let mut buffers = lifted(leaves, rows);
        let pairs = sumcheck::pairs(&mut buffers);
        return Sumcheck::new(writer, pairs, point).run(writer, point);
    }
    let count = leaves.stacks().div_ceil(2);
    let layer = Layer::new(writer, count, point);
    let mut eq = Eq::new(&point.row[1..]);
    let sums = first_sums(leaves, &layer, &eq, rows / 2);
    let x = layer.round(writer, sums);
    eq.bind();
    // A pair's children, of half as many rows, share a buffer of the size all stacks have.
    let mut buffers: Vec<Vec<F>> = (0..count).map(|_| arena.take(rows * WIDTH)).collect();
    let mut pairs: Vec<Pair<'_>> =
        buffers.iter_mut().map(|b| kernel::fractions_mut(b).split_at_mut(rows / 2).into()).collect();
    let sums = bind(leaves, &layer, x, &eq, &mut pairs);
    let bit = Sumcheck::bound(layer, pairs, eq, x).go_on(writer, sums, point);
    buffers.into_iter().for_each(|b| arena.give(b));
    bit
}
