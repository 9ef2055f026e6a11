//! The rounds over places, from the last variable to the first: few places have values, and their number
//! falls with each.

use aver_stark::field::EF;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::eq::{Sums, add};
use super::layer::{Values, round};
use super::shape::{Node, siblings};
use crate::transcript::Writer;

/// Pairs a task has at least.
const TASK: usize = 1 << 8;

/// eq of each node's place, by layer. `layers` go up to the root, whose place has no bits.
pub fn weights(layers: &[Vec<Node>], z: &[EF]) -> Vec<Vec<EF>> {
    let mut weights = vec![vec![EF::ONE; layers.last().map_or(0, Vec::len)]];
    for (nodes, &z) in layers.iter().rev().skip(1).zip(z) {
        let parents = siblings(nodes).zip(weights.last().into_iter().flatten());
        let children = parents.flat_map(|(children, &parent)| {
            let one = parent * z;
            children.iter().map(move |c| if c.place % 2 == 1 { one } else { parent - one })
        });
        let children = children.collect();
        weights.push(children);
    }
    weights.reverse();
    weights
}

/// Binds the places of a layer, given a value and a weight for each of its nodes and those above. Returns
/// challenges and last values.
pub fn prove(
    writer: &mut Writer<'_>,
    mu: EF,
    layers: &[Vec<Node>],
    weights: &[Vec<EF>],
    mut values: Vec<Values>,
    z: &[EF],
) -> (Vec<EF>, Values) {
    // What is missing counts as 0/1.
    let missing = [EF::ZERO, EF::ONE, mu, EF::ONE];
    let mut challenges = Vec::with_capacity(z.len());
    for (nodes, weights) in layers.iter().zip(&weights[1..]) {
        let mut rest = values.into_iter();
        let mut next = |is_there: bool| if is_there { rest.next().unwrap_or(missing) } else { missing };
        let sides = siblings(nodes).map(|c| match c {
            [only] => [only.place % 2 == 0, only.place % 2 == 1],
            _ => [true; 2],
        });
        let pairs: Vec<[Values; 2]> = sides.map(|sides| sides.map(&mut next)).collect();
        let tasks = pairs.par_iter().zip(weights).with_min_len(TASK);
        let [at_zero, leading] = tasks.map(|(pair, &w)| sums(pair, w)).reduce(|| [EF::ZERO; 2], add);
        let padding = mu * (EF::ONE - weights.iter().copied().sum::<EF>());
        let x = round(writer, [at_zero + padding, leading]);
        let fold = |[low, high]: &[Values; 2]| [0, 1, 2, 3].map(|k| low[k] + x * (high[k] - low[k]));
        values = pairs.par_iter().with_min_len(TASK).map(fold).collect();
        challenges.push(x);
    }
    challenges.reverse();
    (challenges, values.first().copied().unwrap_or(missing))
}

fn sums([low, high]: &[Values; 2], weight: EF) -> Sums {
    let product = |[p0, q0, p1, q1]: Values| weight * (p0 * q1 + p1 * q0);
    [product(*low), product([0, 1, 2, 3].map(|k| high[k] - low[k]))]
}
