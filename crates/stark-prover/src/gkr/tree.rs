//! The tree of sums, computed from the leaves up, a chunk of rows at a time: a chunk is in cache until
//! it is part of the last stack.

use aver_stark::field::F;
use rayon::prelude::*;

use super::CHUNK;
use super::kernel::{Fraction, WIDTH, ZERO, add, add_leaves, fractions_mut};
use super::leaf::{Leaves, Scratch, lift};
use super::packed::LANES;
use crate::arena::Arena;

/// How a stack of fractions comes about.
#[derive(Clone, Copy)]
enum Node {
    /// Sum of leaves: of stacks 2 j and 2 j + 1.
    Leaves(usize),
    /// The only leaves.
    Lift,
    /// Sum of two stacks, by their places in the order.
    Sum(usize, usize),
    /// 0/1, where a stack is missing.
    Zero,
}

/// Stacks in an order in which they can be computed, with their layers; the parents of leaves are layer 0.
struct Order(Vec<(Node, usize)>);

impl Order {
    /// Over that many stacks of leaves.
    fn new(leaves: usize) -> Self {
        let mut counts = aver_stark::gkr::stack_counts(leaves);
        let mut order = Self(Vec::new());
        if counts.len() == 1 {
            order.0.push((Node::Lift, 0));
        } else {
            counts.remove(0);
            order.push(&counts, counts.len() - 1, 0);
        }
        order
    }

    /// Adds a stack after all it depends on; returns its place.
    fn push(&mut self, counts: &[usize], layer: usize, index: usize) -> usize {
        let node = if index >= counts[layer] {
            Node::Zero
        } else if layer == 0 {
            Node::Leaves(index)
        } else {
            let left = self.push(counts, layer - 1, 2 * index);
            Node::Sum(left, self.push(counts, layer - 1, 2 * index + 1))
        };
        self.0.push((node, layer));
        self.0.len() - 1
    }

    /// Computes rows of all stacks from packed row `first` on. `out` is in this order.
    fn compute(&self, leaves: &impl Leaves, first: usize, out: &mut [&mut [Fraction]]) {
        let (mut a, mut b) = (Scratch::new(), Scratch::new());
        for (place, &(node, _)) in self.0.iter().enumerate() {
            let (done, rest) = out.split_at_mut(place);
            let out = &mut *rest[0];
            let len = out.len();
            match node {
                Node::Leaves(j) => {
                    let right = b.fill(leaves, 2 * j + 1, first, len);
                    add_leaves(a.fill(leaves, 2 * j, first, len), right, out);
                }
                Node::Lift => lift(a.fill(leaves, 0, first, len), out),
                Node::Sum(left, right) => add(done[left], done[right], out),
                Node::Zero => out.fill(ZERO),
            }
        }
    }
}

/// All layers above the leaves, their parents first; a layer of more than one stack has an even number.
/// Each stack is a buffer of packed fractions.
pub fn build(leaves: &impl Leaves, log_height: usize, arena: &Arena) -> Vec<Vec<Vec<F>>> {
    let order = Order::new(leaves.stacks());
    let rows = (1usize << log_height) / LANES;
    let mut buffers: Vec<Vec<F>> = order.0.iter().map(|_| arena.take(rows * WIDTH)).collect();
    let mut chunks: Vec<Vec<&mut [Fraction]>> = Vec::new();
    chunks.resize_with(rows.div_ceil(CHUNK), || Vec::with_capacity(buffers.len()));
    for buffer in &mut buffers {
        for (chunk, rows) in chunks.iter_mut().zip(fractions_mut(buffer).chunks_mut(CHUNK)) {
            chunk.push(rows);
        }
    }
    let chunks = chunks.par_iter_mut().enumerate();
    chunks.for_each(|(chunk, out)| order.compute(leaves, chunk * CHUNK, out));
    let mut layers: Vec<Vec<Vec<F>>> = Vec::new();
    for (buffer, &(_, layer)) in buffers.into_iter().zip(&order.0) {
        layers.resize_with(layers.len().max(layer + 1), Vec::new);
        layers[layer].push(buffer);
    }
    layers
}
