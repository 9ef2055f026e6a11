//! Where the fractions of many nodes are kept: in small buffers, which fit between others.

use super::kernel::{Fraction, WIDTH, fractions, fractions_mut};
use super::packed::LANES;
use crate::arena::{Arena, Buffer};

/// Rows of a buffer, if a node has no more.
const ROWS: usize = 1 << 13;

/// The fractions of nodes that have as many rows each.
pub struct Nodes {
    buffers: Vec<Buffer>,
    /// Packed rows of a node.
    rows: usize,
    /// Nodes of a buffer.
    nodes: usize,
}

impl Nodes {
    /// Of any values.
    pub fn new(count: usize, rows: usize, arena: &Arena) -> Self {
        let nodes = (ROWS / LANES / rows).max(1);
        let take = |first: usize| arena.take(nodes.min(count - first) * rows * WIDTH);
        Self { buffers: (0..count).step_by(nodes).map(take).collect(), rows, nodes }
    }

    /// Those of a node.
    pub fn get(&self, index: usize) -> &[Fraction] {
        let first = index % self.nodes * self.rows;
        &fractions(&self.buffers[index / self.nodes])[first..first + self.rows]
    }

    /// Of each node, in order.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [Fraction]> {
        self.buffers.iter_mut().flat_map(|buffer| fractions_mut(buffer).chunks_exact_mut(self.rows))
    }
}
