//! One layer: what is drawn for it, its rounds over rows, then over places.

use aver_stark::eq;
use aver_stark::field::EF;
use aver_stark::protocol::{GKR_BIT, GKR_CHILDREN, GKR_MU, GKR_ROUND, GKR_X};
use p3_field::PrimeCharacteristicRing;

use super::eq::Sums;
use super::leaf::{Below, Leaves};
use super::{LeafPoint, pairs, places, single};
use crate::arena::Arena;
use crate::transcript::Writer;

/// p0, q0, p1 + μ q1, q1 of a pair of children.
pub type Values = [EF; 4];

/// The rounds over rows.
pub struct Rounds<'a, 'w> {
    writer: &'a mut Writer<'w>,
    /// Combines numerators and denominators.
    pub mu: EF,
    /// The point the layer is claimed at.
    pub z: &'a [EF],
    /// What nodes without a sibling add, which is linear in each row.
    linear: Vec<EF>,
    /// What missing pairs, of 0/1, add to each round polynomial: μ times their weights.
    padding: EF,
    /// Those drawn so far.
    pub challenges: Vec<EF>,
}

impl Rounds<'_, '_> {
    /// Sends the round polynomial, of which `sums` are what pairs add, and returns the challenge.
    pub fn next(&mut self, [at_zero, leading]: Sums) -> EF {
        let rest = &self.z[self.challenges.len() + 1..];
        let linear = eq::eval(&self.linear[..self.linear.len() / 2], rest);
        let x = round(self.writer, [at_zero + linear + self.padding, leading]);
        eq::bind(&mut self.linear, x);
        self.challenges.push(x);
        x
    }
}

/// Proves a layer; replaces the point by the challenges, and returns the bit.
pub fn prove(
    writer: &mut Writer<'_>,
    below: &Below<'_, impl Leaves>,
    layer: usize,
    arena: &Arena,
    point: &mut LeafPoint,
) -> EF {
    let mu = writer.challenge(GKR_MU);
    let weights = places::weights(&below.shape.nodes[layer + 1..], &point.leaf);
    let (mut both, mut only) = (Vec::new(), Vec::new());
    for (children, &weight) in below.shape.pairs(layer).zip(&weights[0]) {
        match children {
            [Some(left), Some(right)] => both.push(([left, right], weight)),
            [left, right] => only.extend(left.or(right).map(|node| (node, weight))),
        }
    }
    let padding = mu * (EF::ONE - weights[0].iter().copied().sum::<EF>());
    let linear = single::combine(below, &only, mu);
    let mut rounds = Rounds {
        writer,
        mu,
        z: &point.row,
        linear,
        padding,
        challenges: Vec::with_capacity(point.row.len()),
    };
    let both = pairs::prove(&mut rounds, below, &both, arena);
    let row = rounds.challenges;
    let only = single::eval(below, &only, &row);

    let (mut both, mut only) = (both.into_iter(), only.into_iter());
    let values = below.shape.pairs(layer).filter_map(|children| match children {
        [Some(_), Some(_)] => both.next(),
        [Some(_), None] => only.next().map(|[p, q]| [p, q, mu, EF::ONE]),
        _ => only.next().map(|[p, q]| [EF::ZERO, EF::ONE, p + mu * q, q]),
    });
    let values = values.collect();
    let (leaf, values) =
        places::prove(writer, mu, &below.shape.nodes[layer + 1..], &weights, values, &point.leaf);
    *point = LeafPoint { leaf, row, sum: point.sum };
    send_children(writer, mu, &values)
}

/// Sends a round polynomial and returns the challenge.
pub fn round(writer: &mut Writer<'_>, sums: Sums) -> EF {
    writer.send(GKR_ROUND, &sums);
    writer.challenge(GKR_X)
}

/// Sends the children's values and draws the bit.
pub fn send_children(writer: &mut Writer<'_>, mu: EF, last: &Values) -> EF {
    let [p0, q0, p1, q1] = *last;
    writer.send(GKR_CHILDREN, &[p0, p1 - mu * q1, q0, q1]);
    writer.challenge(GKR_BIT)
}
