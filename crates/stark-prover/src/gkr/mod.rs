//! Proves the sum of all fractions, layer by layer. Mirrors [`aver_stark::gkr`].
//!
//! What costs is moving data, and multiplying in the extension: see `docs/performance.md`, "GKR".
//!
//! - `shape`: which nodes there are; `tree`: their sums, from the leaves up; `nodes`: where these are kept;
//! - `rows`: the layers inside the root's rows; `layer`: one of those below, whose rounds are in `pairs`,
//!   over rows of two children, and in `places`; `single`: nodes without a sibling;
//! - `kernel`: what all of these compute on chunks of rows; `eq`: weights.
//!
//! Few places have leaves. A node of one child is that child, and costs nothing in the tree. Leaves are
//! computed where they are wanted and never kept. A layer's sums are given back when their parents are
//! proved.

mod eq;
mod kernel;
mod layer;
mod leaf;
mod nodes;
mod packed;
mod pairs;
mod places;
mod rows;
mod shape;
mod single;
mod tree;

use aver_stark::field::EF;

use self::leaf::Below;
use self::nodes::Nodes;
use self::shape::Shape;
use crate::arena::Arena;
use crate::transcript::Writer;

pub use leaf::Leaves;
pub use packed::{LANES, packed_eq, unpack};

/// Packed rows of a chunk: what is computed on them stays in cache.
pub const CHUNK: usize = 1 << 5;

/// What the prover goes on with.
#[derive(Default)]
pub struct LeafPoint {
    /// Numerator and denominator of the sum.
    pub sum: [EF; 2],
    /// Selects the place, most significant bit first.
    pub leaf: Vec<EF>,
    /// Selects the row.
    pub row: Vec<EF>,
}

/// The tree of sums over leaves.
pub struct Tree<'a, L> {
    leaves: &'a L,
    shape: Shape,
    /// Packed rows of each place.
    rows: usize,
    arena: &'a Arena,
    /// By the layer they are made in, leaves' parents first.
    sums: Vec<Nodes>,
}

impl<'a, L: Leaves> Tree<'a, L> {
    /// Adds up the leaves: 2^`log_chunk` ≥ [`LANES`] rows in each of 2^`log_places` places.
    pub fn new(leaves: &'a L, log_places: usize, log_chunk: usize, arena: &'a Arena) -> Self {
        let shape = Shape::new(leaves.places(), log_places);
        let rows = (1usize << log_chunk) / LANES;
        let sums = tree::build(leaves, &shape, rows, arena);
        Self { leaves, shape, rows, arena, sums }
    }

    /// Proves the sum.
    pub fn prove(mut self, writer: &mut Writer<'_>) -> LeafPoint {
        let mut point = LeafPoint::default();
        rows::prove(writer, &self.below(), &mut point);
        // Sums that are no children of layers below are given back.
        while let Some(sums) = self.sums.pop() {
            drop(sums);
            let bit = layer::prove(writer, &self.below(), self.sums.len(), self.arena, &mut point);
            point.leaf.push(bit);
        }
        point
    }

    fn below(&self) -> Below<'_, L> {
        Below { leaves: self.leaves, shape: &self.shape, rows: self.rows, sums: &self.sums }
    }
}

#[cfg(test)]
mod tests;
