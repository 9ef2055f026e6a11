//! The tree of sums, computed from the leaves up: of few leaves a chunk of rows at a time, which is in cache
//! until it is part of the last of their sums.

use std::ops::Range;

use super::CHUNK;
use super::kernel::{Fraction, add, add_leaves};
use super::leaf::{Leaves, Scratch};
use super::nodes::Nodes;
use super::shape::{Shape, Source};
use crate::arena::Arena;

/// So many sums, or fewer, are computed chunk by chunk.
const FEW: usize = 1 << 6;

/// The sums of all layers, each of `rows` packed rows.
pub fn build(leaves: &impl Leaves, shape: &Shape, rows: usize, arena: &Arena) -> Vec<Nodes> {
    let layers = 0..shape.log_places();
    let mut sums: Vec<Nodes> = layers.map(|layer| Nodes::new(shape.count(layer), rows, arena)).collect();
    let mut layers: Vec<_> = sums.iter_mut().map(|nodes| nodes.iter_mut()).collect();
    let mut out: Vec<&mut [Fraction]> = shape.sums.iter().filter_map(|s| layers[s.layer].next()).collect();
    if let Some(root) = shape.root() {
        Builder { leaves, shape, rows }.build(root, &mut Part { first: 0, sums: &mut out });
    }
    drop((out, layers));
    sums
}

/// Sums that follow one another.
struct Part<'p, 'a> {
    /// Number of the first.
    first: usize,
    sums: &'p mut [&'a mut [Fraction]],
}

impl<'a> Part<'_, 'a> {
    /// Those on the left of a sum, the sum, those on its right.
    fn split(&mut self, sum: usize) -> Option<(Part<'_, 'a>, &mut [Fraction], Part<'_, 'a>)> {
        let (left, rest) = self.sums.split_at_mut(sum - self.first);
        let (middle, right) = rest.split_first_mut()?;
        Some((Part { first: self.first, sums: left }, middle, Part { first: sum + 1, sums: right }))
    }
}

struct Builder<'a, L> {
    leaves: &'a L,
    shape: &'a Shape,
    rows: usize,
}

impl<L: Leaves> Builder<'_, L> {
    fn chunks(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.rows).step_by(CHUNK).map(|first| first..self.rows.min(first + CHUNK))
    }

    /// Computes all rows of the sums under a node, which are `part`.
    fn build(&self, node: Source, part: &mut Part<'_, '_>) {
        let mut scratch = [0; 2].map(|_| Scratch::new());
        if part.sums.len() <= FEW {
            return self.chunks().for_each(|rows| self.build_chunk(node, part, rows, &mut scratch));
        }
        let Source::Sum(sum) = node else { return };
        let Some((mut left, out, mut right)) = part.split(sum) else { return };
        let children = self.shape.sums[sum].children;
        rayon::join(|| self.build(children[0], &mut left), || self.build(children[1], &mut right));
        self.chunks().for_each(|rows| self.add(children, [&left, &right], out, rows, &mut scratch));
    }

    /// The same of a chunk of rows.
    fn build_chunk(
        &self,
        node: Source,
        part: &mut Part<'_, '_>,
        rows: Range<usize>,
        scratch: &mut [Scratch; 2],
    ) {
        let Source::Sum(sum) = node else { return };
        let Some((mut left, out, mut right)) = part.split(sum) else { return };
        let children = self.shape.sums[sum].children;
        self.build_chunk(children[0], &mut left, rows.clone(), scratch);
        self.build_chunk(children[1], &mut right, rows.clone(), scratch);
        self.add(children, [&left, &right], out, rows, scratch);
    }

    /// Adds a chunk of rows of two nodes, whose sums are in `parts`.
    fn add(
        &self,
        [left, right]: [Source; 2],
        parts: [&Part<'_, '_>; 2],
        out: &mut [Fraction],
        rows: Range<usize>,
        [a, b]: &mut [Scratch; 2],
    ) {
        let (first, len) = (rows.start, rows.len());
        let out = &mut out[rows.clone()];
        if let (Source::Leaf(i), Source::Leaf(j)) = (left, right) {
            return add_leaves(a.fill(self.leaves, i, first, len), b.fill(self.leaves, j, first, len), out);
        }
        let [left, right] =
            [(left, parts[0], a), (right, parts[1], b)].map(|(node, part, scratch)| match node {
                Source::Leaf(i) => scratch.lift(self.leaves, i, first, len),
                Source::Sum(sum) => &part.sums[sum - part.first][rows.clone()],
            });
        add(left, right, out);
    }
}
