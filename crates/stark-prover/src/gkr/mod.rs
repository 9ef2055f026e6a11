//! Proves the sum of all fractions, layer by layer. Mirrors [`aver_stark::gkr`].
//!
//! What costs is moving data, and multiplying in the extension: see `docs/performance.md`, "GKR".
//!
//! - `tree`: all layers but the leaves, from the leaves up;
//! - `sumcheck`: the rounds of one layer; `rows`: the layers inside the last stack; `leaf`: the last layer;
//! - `kernel`: what all of these compute on chunks of rows; `eq`: the weights of rows.
//!
//! Leaves are computed three times and never kept: for the tree, for the first round of their layer, and
//! when they are bound. A layer is folded in place, and given back when it is proved.

mod eq;
mod kernel;
mod leaf;
mod packed;
mod rows;
mod sumcheck;
mod tree;

use aver_stark::field::{EF, F};

use crate::arena::Arena;
use crate::ext::E;
use crate::transcript::Writer;

pub use leaf::Leaves;
pub use packed::{LANES, packed_eq, unpack};

/// Packed rows of a chunk: what is computed on them stays in cache.
pub const CHUNK: usize = 1 << 5;

/// What the prover goes on with.
#[derive(Default)]
pub struct LeafPoint {
    /// Selects the stack, most significant bit first.
    pub stack: Vec<EF>,
    /// Selects the row.
    pub row: Vec<EF>,
}

/// The tree of sums over leaves.
pub struct Tree<'a, L> {
    leaves: &'a L,
    log_height: usize,
    arena: &'a Arena,
    layers: Vec<Vec<Vec<F>>>,
}

impl<'a, L: Leaves> Tree<'a, L> {
    /// Adds the leaves up; stacks have 2^`log_height` ≥ [`LANES`] rows each.
    pub fn new(leaves: &'a L, log_height: usize, arena: &'a Arena) -> Self {
        Self { leaves, log_height, arena, layers: tree::build(leaves, log_height, arena) }
    }

    /// Proves the sum.
    pub fn prove(mut self, writer: &mut Writer) -> LeafPoint {
        let mut point = LeafPoint::default();
        for stack in self.layers.pop().into_iter().flatten() {
            rows::prove(writer, stack, self.arena, &mut point);
        }
        while let Some(mut layer) = self.layers.pop() {
            let pairs = sumcheck::pairs(&mut layer);
            let bit = sumcheck::Sumcheck::new(writer, pairs, &point).run(writer, &mut point);
            point.stack.push(bit);
            layer.into_iter().for_each(|buffer| self.arena.give(buffer));
        }
        if self.leaves.stacks() > 1 {
            let bit = leaf::prove(writer, self.leaves, self.log_height, self.arena, &mut point);
            point.stack.push(bit);
        }
        point
    }
}

#[cfg(test)]
mod tests;
