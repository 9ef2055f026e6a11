//! The sumcheck of one layer.
//!
//! A layer's children are pairs of stacks; they are folded in place. A round is one pass: each chunk of
//! rows is bound to the last challenge and then, while it is in cache, summed over for the next message.

use aver_stark::eq::eq_table;
use aver_stark::field::EF;
use aver_stark::protocol::{GKR_BIT, GKR_CHILDREN, GKR_MU, GKR_ROUND, GKR_X};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::LeafPoint;
use super::eq::{Eq, Sums, add, weigh};
use super::kernel::{self, Fraction};
use super::packed::unpack;
use crate::ext::{self, E, Matrix};
use crate::transcript::Writer;

/// Two children, of as many rows each.
pub type Pair<'a> = [&'a mut [Fraction]; 2];

/// Buffers 2 j and 2 j + 1, for each j.
pub fn pairs(buffers: &mut [Vec<aver_stark::field::F>]) -> Vec<Pair<'_>> {
    let (pairs, _) = buffers.as_chunks_mut();
    pairs.iter_mut().map(|pair: &mut [_; 2]| pair.each_mut().map(|b| kernel::fractions_mut(b))).collect()
}

/// What is drawn before a layer's rounds.
pub struct Layer {
    /// Combines numerators and denominators.
    pub mu: EF,
    /// eq of each pair's index.
    pub weights: Vec<EF>,
    /// What missing pairs, of 0/1, add to each round polynomial: μ times their weights.
    padding: EF,
}

impl Layer {
    /// A layer of `pairs` pairs.
    pub fn new(writer: &mut Writer, pairs: usize, point: &LeafPoint) -> Self {
        let mu = writer.challenge(GKR_MU);
        let weights = eq_table(&point.stack);
        let padding = mu * (EF::ONE - weights[..pairs].iter().copied().sum::<EF>());
        Self { mu, weights, padding }
    }

    /// Sends the round polynomial and returns the challenge.
    pub fn round(&self, writer: &mut Writer, [at_zero, leading]: Sums) -> EF {
        round(writer, at_zero + self.padding, leading)
    }
}

/// A layer in its rounds.
pub struct Sumcheck<'a> {
    layer: Layer,
    /// Once sums are taken, μ q is absorbed in p on the right.
    pairs: Vec<Pair<'a>>,
    eq: Eq,
    challenges: Vec<EF>,
}

impl<'a> Sumcheck<'a> {
    /// Before the first round.
    pub fn new(writer: &mut Writer, pairs: Vec<Pair<'a>>, point: &LeafPoint) -> Self {
        let layer = Layer::new(writer, pairs.len(), point);
        Self { layer, pairs, eq: Eq::new(point.row.get(1..).unwrap_or_default()), challenges: Vec::new() }
    }

    /// After the first round, bound to x, with μ q absorbed.
    pub fn bound(layer: Layer, pairs: Vec<Pair<'a>>, eq: Eq, x: EF) -> Self {
        Self { layer, pairs, eq, challenges: vec![x] }
    }

    /// Packed rows that are left.
    fn rows(&self) -> usize {
        self.pairs.first().map_or(0, |p| p[0].len())
    }

    /// Runs all rounds; replaces the point by the challenges, and returns the bit.
    pub fn run(mut self, writer: &mut Writer, point: &mut LeafPoint) -> EF {
        if self.rows() > 1 {
            let sums = self.first_sums();
            return self.go_on(writer, sums, point);
        }
        let mu = Matrix::new(&ext::broadcast(self.layer.mu));
        self.pairs.iter_mut().for_each(|[_, right]| kernel::absorb(&mu, right));
        self.finish(writer, point)
    }

    /// Runs the rounds from the one with these sums on.
    pub fn go_on(mut self, writer: &mut Writer, mut sums: Sums, point: &mut LeafPoint) -> EF {
        loop {
            let x = self.layer.round(writer, sums);
            self.challenges.push(x);
            self.eq.bind();
            if self.rows() == 2 {
                self.last_fold(x);
                return self.finish(writer, point);
            }
            sums = self.bind(x);
        }
    }

    /// Absorbs μ, and sums over the rows of the first round.
    fn first_sums(&mut self) -> Sums {
        let mu = Matrix::new(&ext::broadcast(self.layer.mu));
        let (eq, len) = (&self.eq, self.eq.inner.len());
        let pairs = self.pairs.par_iter_mut().zip(&self.layer.weights);
        pairs
            .map(|([left, right], &weight)| {
                let half = left.len() / 2;
                let (left, right) = (left.split_at(half), right.split_at_mut(half));
                let left = left.0.par_chunks(len).zip(left.1.par_chunks(len));
                let right = right.0.par_chunks_mut(len).zip(right.1.par_chunks_mut(len));
                left.zip(right)
                    .zip(&eq.outer)
                    .map(|((l, r), &outer)| {
                        kernel::absorb(&mu, r.0);
                        kernel::absorb(&mu, r.1);
                        weigh(weight * outer, &kernel::sums(&eq.inner, [l.0, &*r.0], [l.1, &*r.1]))
                    })
                    .reduce(|| [EF::ZERO; 2], add)
            })
            .reduce(|| [EF::ZERO; 2], add)
    }

    /// Binds the first variable to x, and sums over the rows of the next round.
    fn bind(&mut self, x: EF) -> Sums {
        let x = Matrix::new(&ext::broadcast(x));
        let (eq, len) = (&self.eq, self.eq.inner.len());
        let pairs = self.pairs.par_iter_mut().zip(&self.layer.weights);
        let sums = pairs
            .map(|([left, right], &weight)| {
                let rows = folded(left, len, &x).zip(folded(right, len, &x)).zip(&eq.outer);
                rows.map(|(([l0, l1], [r0, r1]), &outer)| {
                    weigh(weight * outer, &kernel::sums(&eq.inner, [l0, r0], [l1, r1]))
                })
                .reduce(|| [EF::ZERO; 2], add)
            })
            .reduce(|| [EF::ZERO; 2], add);
        self.halve();
        sums
    }

    /// Binds the last variable of packed rows.
    fn last_fold(&mut self, x: EF) {
        let x = Matrix::new(&ext::broadcast(x));
        for child in self.pairs.iter_mut().flatten() {
            let (low, high) = child.split_at_mut(1);
            kernel::fold(&x, low, high);
        }
        self.halve();
    }

    /// Keeps the lower halves.
    fn halve(&mut self) {
        for child in self.pairs.iter_mut().flatten() {
            let rows = std::mem::take(child);
            let half = rows.len() / 2;
            *child = &mut rows[..half];
        }
    }

    /// Rounds within a packed value, then over the pairs.
    fn finish(mut self, writer: &mut Writer, point: &mut LeafPoint) -> EF {
        let mut values: Vec<Values> =
            self.pairs.iter().map(|[l, r]| [&l[0][0], &l[0][1], &r[0][0], &r[0][1]].map(unpacked)).collect();
        for i in self.challenges.len()..point.row.len() {
            let eq = eq_table(&point.row[i + 1..]);
            let weighted = values.iter().zip(&self.layer.weights);
            let sums = weighted.map(|(v, &w)| small_sums(v, &eq).map(|s| w * s)).fold([EF::ZERO; 2], add);
            let x = self.layer.round(writer, sums);
            values.iter_mut().for_each(|v| small_fold(v, x));
            self.challenges.push(x);
        }
        let len = 1usize << point.stack.len();
        let last: Values = [0, 1, 2, 3].map(|k| {
            // A missing pair counts as 0/1: p0 = 0, q0 = 1, p1 + μ q1 = μ, q1 = 1.
            let padding = [EF::ZERO, EF::ONE, self.layer.mu, EF::ONE][k];
            let mut v: Vec<EF> = values.iter().map(|v| v[k][0]).collect();
            v.resize(len, padding);
            v
        });
        let (stack, values) = small(writer, last, &point.stack);
        *point = LeafPoint { row: self.challenges, stack };
        send_children(writer, self.layer.mu, &values)
    }
}

/// Binds the first variable of a child, chunk by chunk of the rows that are left. Yields chunks of their
/// halves.
fn folded<'s>(
    child: &'s mut [Fraction],
    len: usize,
    x: &'s Matrix,
) -> impl IndexedParallelIterator<Item = [&'s [Fraction]; 2]> {
    let (low, high) = child.split_at_mut(child.len() / 2);
    let quarter = low.len() / 2;
    let (a, b) = low.split_at_mut(quarter);
    let (c, d) = high.split_at(quarter);
    let (first, second) =
        (a.par_chunks_mut(len).zip(c.par_chunks(len)), b.par_chunks_mut(len).zip(d.par_chunks(len)));
    first.zip(second).map(|((a, c), (b, d))| {
        kernel::fold(x, a, c);
        kernel::fold(x, b, d);
        [&*a, &*b]
    })
}

/// p0, q0, p1 + μ q1, q1: a few values of each.
pub type Values = [Vec<EF>; 4];

/// The lanes.
fn unpacked(x: &E) -> Vec<EF> {
    unpack(&[ext::to_packed(x)])
}

fn small_sums([p0, q0, p1, q1]: &Values, eq: &[EF]) -> Sums {
    let d = |v: &[EF], j: usize| v[j + eq.len()] - v[j];
    let mut sums = [EF::ZERO; 2];
    for (j, &e) in eq.iter().enumerate() {
        sums[0] += e * (p0[j] * q1[j] + p1[j] * q0[j]);
        sums[1] += e * (d(p0, j) * d(q1, j) + d(p1, j) * d(q0, j));
    }
    sums
}

fn small_fold(values: &mut Values, x: EF) {
    for v in values {
        let half = v.len() / 2;
        for j in 0..half {
            v[j] = v[j] + x * (v[j + half] - v[j]);
        }
        v.truncate(half);
    }
}

/// Sumcheck over few values. Returns challenges and last values.
pub fn small(writer: &mut Writer, mut values: Values, z: &[EF]) -> (Vec<EF>, [EF; 4]) {
    let mut challenges = Vec::with_capacity(z.len());
    for i in 0..z.len() {
        let [at_zero, leading] = small_sums(&values, &eq_table(&z[i + 1..]));
        let x = round(writer, at_zero, leading);
        small_fold(&mut values, x);
        challenges.push(x);
    }
    (challenges, values.map(|v| v.first().copied().unwrap_or(EF::ZERO)))
}

fn round(writer: &mut Writer, at_zero: EF, leading: EF) -> EF {
    writer.write(GKR_ROUND, &[at_zero, leading]);
    writer.challenge(GKR_X)
}

/// Sends the children's values, given as p0, q0, p1 + μ q1, q1, and draws the bit.
pub fn send_children(writer: &mut Writer, mu: EF, last: &[EF; 4]) -> EF {
    let [p0, q0, p1, q1] = *last;
    writer.write(GKR_CHILDREN, &[p0, p1 - mu * q1, q0, q1]);
    writer.challenge(GKR_BIT)
}
