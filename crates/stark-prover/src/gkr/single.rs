//! Nodes without a sibling. With 0/1 beside it, a node adds p + μ q to its layer's polynomial: linear, so
//! that all of them are one polynomial of the rows, and each is wanted only at the end.

use aver_stark::field::EF;
use rayon::prelude::*;

use super::CHUNK;
use super::eq::Eq;
use super::kernel;
use super::leaf::{Below, Leaves, Scratch};
use super::packed::unpack;
use super::shape::Source;
use crate::ext::{self, E};

/// Nodes that are combined by one task.
const GROUP: usize = 1 << 6;

/// Σ weight · (p + μ q), by row; nothing when there are no nodes.
pub fn combine(below: &Below<'_, impl Leaves>, nodes: &[(Source, EF)], mu: EF) -> Vec<EF> {
    let group = |scratch: &mut Scratch, group: &[(Source, EF)]| {
        let mut sum = vec![ext::ZERO; below.rows];
        for (chunk, out) in sum.chunks_mut(CHUNK).enumerate() {
            for &(node, weight) in group {
                let weights = [weight, mu * weight].map(ext::broadcast);
                let (first, len) = (chunk * CHUNK, out.len());
                if let Source::Leaf(i) = node {
                    kernel::combine_leaves(&weights, scratch.fill(below.leaves, i, first, len), out);
                } else {
                    kernel::combine(&weights, below.fractions(node, first, len, scratch), out);
                }
            }
        }
        sum
    };
    let add = |mut a: Vec<E>, b: Vec<E>| {
        a.iter_mut().zip(&b).for_each(|(a, b)| *a = ext::add(a, b));
        a
    };
    let groups = nodes.par_chunks(GROUP).map_init(Scratch::new, group);
    let sum = groups.reduce_with(add).unwrap_or_default();
    unpack(&sum.iter().map(ext::to_packed).collect::<Vec<_>>())
}

/// p and q of each node at a point of the rows.
pub fn eval(below: &Below<'_, impl Leaves>, nodes: &[(Source, EF)], row: &[EF]) -> Vec<[EF; 2]> {
    let eq = Eq::new(row);
    let nodes = nodes.par_iter().map_init(Scratch::new, |scratch, &(node, _)| {
        let sums = eq.total(below.rows, |rows| {
            let (first, len) = (rows.start, rows.len());
            if let Source::Leaf(i) = node {
                kernel::dots_leaves(&eq.inner, scratch.fill(below.leaves, i, first, len))
            } else {
                kernel::dots(&eq.inner, below.fractions(node, first, len, scratch))
            }
        });
        sums.map(|s| ext::lanes_sum(&s))
    });
    nodes.collect()
}
