//! Proves the sum of all fractions, layer by layer. Mirrors [`aver_stark::gkr`].
//!
//! A layer is a list of stacks. Its sumcheck folds the children in place, so the tree is consumed from
//! the root down and nothing is kept twice.

use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::protocol::{GKR_BIT, GKR_CHILDREN, GKR_MU, GKR_ROOT, GKR_ROUND, GKR_X};
use p3_field::{PackedFieldExtension, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use crate::transcript::Writer;

/// SIMD lanes.
pub const LANES: usize = PF::WIDTH;
/// Packed values a task works on.
const CHUNK: usize = 1 << 9;

/// Fractions of one stack.
#[derive(Clone)]
pub struct Fractions {
    /// Numerators.
    pub p: Vec<PEF>,
    /// Denominators.
    pub q: Vec<PEF>,
}

/// Leaves of one stack: numerators are base elements.
#[derive(Clone)]
pub struct Leaves {
    /// Numerators.
    pub p: Vec<F>,
    /// Denominators.
    pub q: Vec<PEF>,
}

/// What the prover goes on with.
pub struct LeafPoint {
    /// Selects the stack, most significant bit first.
    pub stack: Vec<EF>,
    /// Selects the row.
    pub row: Vec<EF>,
}

/// Proves the sum of the leaves; stacks have 2^`log_height` ≥ [`LANES`] rows each.
pub fn prove(writer: &mut Writer, mut leaves: Vec<Leaves>, log_height: usize) -> LeafPoint {
    let height = (1usize << log_height) / LANES;
    if leaves.len() > 1 && leaves.len() % 2 == 1 {
        leaves.push(Leaves { p: vec![F::ZERO; 1 << log_height], q: vec![PEF::ONE; height] });
    }
    // Layers above the leaves, leaves' parents first.
    let mut layers: Vec<Vec<Fractions>> = Vec::new();
    let mut top = if leaves.len() > 1 {
        leaves.par_chunks(2).map(|pair| add_leaves(&pair[0], &pair[1])).collect()
    } else {
        leaves.iter().map(|l| Fractions { p: lift(&l.p), q: l.q.clone() }).collect::<Vec<_>>()
    };
    while top.len() > 1 {
        if top.len() % 2 == 1 {
            top.push(Fractions { p: vec![PEF::ZERO; height], q: vec![PEF::ONE; height] });
        }
        let next = top.par_chunks(2).map(|pair| add(&pair[0], &pair[1])).collect();
        layers.push(std::mem::replace(&mut top, next));
    }
    let single = top.pop().unwrap_or(Fractions { p: vec![PEF::ZERO; height], q: vec![PEF::ONE; height] });
    let mut point = LeafPoint { stack: Vec::new(), row: Vec::new() };
    prove_rows(writer, &single, &mut point);
    while let Some(children) = layers.pop() {
        let (left, right) = split(children);
        let bit = Sumcheck::new(writer, left, right, &point).run(writer, &mut point);
        point.stack.push(bit);
    }
    if leaves.len() > 1 {
        let bit = prove_leaves(writer, leaves, &mut point);
        point.stack.push(bit);
    }
    point
}

fn lift(p: &[F]) -> Vec<PEF> {
    PF::pack_slice(p).par_iter().map(|&p| PEF::from(p)).collect()
}

fn add(a: &Fractions, b: &Fractions) -> Fractions {
    let (p, q) = (a.p.par_iter().zip(&a.q))
        .zip(b.p.par_iter().zip(&b.q))
        .with_min_len(CHUNK)
        .map(|((&p0, &q0), (&p1, &q1))| (p0 * q1 + p1 * q0, q0 * q1))
        .unzip();
    Fractions { p, q }
}

fn add_leaves(a: &Leaves, b: &Leaves) -> Fractions {
    let (p, q) = (PF::pack_slice(&a.p).par_iter().zip(&a.q))
        .zip(PF::pack_slice(&b.p).par_iter().zip(&b.q))
        .with_min_len(CHUNK)
        .map(|((&p0, &q0), (&p1, &q1))| (q1 * p0 + q0 * p1, q0 * q1))
        .unzip();
    Fractions { p, q }
}

fn split(children: Vec<Fractions>) -> (Vec<Fractions>, Vec<Fractions>) {
    let mut left = Vec::with_capacity(children.len() / 2);
    let mut right = Vec::with_capacity(children.len() / 2);
    for (i, child) in children.into_iter().enumerate() {
        if i % 2 == 0 { left.push(child) } else { right.push(child) }
    }
    (left, right)
}

/// The layers inside the last stack, from its root down; halves are added.
fn prove_rows(writer: &mut Writer, single: &Fractions, point: &mut LeafPoint) {
    let mut p: Vec<Vec<EF>> = vec![unpack(&single.p)];
    let mut q: Vec<Vec<EF>> = vec![unpack(&single.q)];
    while let (Some(a), Some(b)) = (p.last(), q.last())
        && a.len() > 1
    {
        let half = a.len() / 2;
        let sum: (Vec<EF>, Vec<EF>) = (0..half)
            .into_par_iter()
            .with_min_len(CHUNK)
            .map(|i| (a[i] * b[i + half] + a[i + half] * b[i], b[i] * b[i + half]))
            .unzip();
        p.push(sum.0);
        q.push(sum.1);
    }
    let root = [p.pop(), q.pop()].map(|v| v.and_then(|v| v.first().copied()).unwrap_or(EF::ZERO));
    writer.write(GKR_ROOT, &root);
    while let (Some(a), Some(b)) = (p.pop(), q.pop()) {
        let half = a.len() / 2;
        let fractions = |range: std::ops::Range<usize>| [a[range.clone()].to_vec(), b[range].to_vec()];
        let (left, right) = (fractions(0..half), fractions(half..a.len()));
        let bit = if half >= 4 * LANES {
            let packed = |[p, q]: [Vec<EF>; 2]| vec![Fractions { p: pack(&p), q: pack(&q) }];
            Sumcheck::new(writer, packed(left), packed(right), point).run(writer, point)
        } else {
            let mu = writer.challenge(GKR_MU);
            let ([p0, q0], [mut p1, q1]) = (left, right);
            p1.iter_mut().zip(&q1).for_each(|(p, &q)| *p += mu * q);
            let x = small(writer, [p0, q0, p1, q1], &point.row);
            let bit = finish(writer, mu, &x.1);
            point.row = x.0;
            bit
        };
        point.row.insert(0, bit);
    }
}

/// The elements of packed values.
pub fn unpack(values: &[PEF]) -> Vec<EF> {
    <PEF as PackedFieldExtension<F, EF>>::to_ext_iter(values.iter().copied()).collect()
}

fn pack(values: &[EF]) -> Vec<PEF> {
    values.chunks_exact(LANES).map(PEF::from_ext_slice).collect()
}

/// Sends the children's values, given as p0, q0, p1 + μ q1, q1, and draws the bit.
fn finish(writer: &mut Writer, mu: EF, last: &[EF; 4]) -> EF {
    let [p0, q0, p1, q1] = *last;
    writer.write(GKR_CHILDREN, &[p0, p1 - mu * q1, q0, q1]);
    writer.challenge(GKR_BIT)
}

/// Sends the round polynomial and returns the challenge.
fn round(writer: &mut Writer, at_zero: EF, leading: EF) -> EF {
    writer.write(GKR_ROUND, &[at_zero, leading]);
    writer.challenge(GKR_X)
}

/// Sumcheck over one vector of each kind: p0, q0, p1 + μ q1, q1. Returns challenges and last values.
fn small(writer: &mut Writer, mut v: [Vec<EF>; 4], z: &[EF]) -> (Vec<EF>, [EF; 4]) {
    let mut challenges = Vec::with_capacity(z.len());
    for i in 0..z.len() {
        let eq = eq_table(&z[i + 1..]);
        let half = eq.len();
        let (mut at_zero, mut leading) = (EF::ZERO, EF::ZERO);
        for (j, &e) in eq.iter().enumerate() {
            let [p0, q0, p1, q1] = &v;
            let d = |v: &[EF]| v[j + half] - v[j];
            at_zero += e * (p0[j] * q1[j] + p1[j] * q0[j]);
            leading += e * (d(p0) * d(q1) + d(p1) * d(q0));
        }
        let x = round(writer, at_zero, leading);
        for v in &mut v {
            for j in 0..half {
                v[j] = v[j] + x * (v[j + half] - v[j]);
            }
            v.truncate(half);
        }
        challenges.push(x);
    }
    (challenges, v.map(|v| v.first().copied().unwrap_or(EF::ZERO)))
}

/// One stack of a layer in sumcheck: p0, q0, p1 + μ q1, q1.
type Quad = [Vec<PEF>; 4];

struct Sumcheck {
    mu: EF,
    stacks: Vec<Quad>,
    /// eq of each stack's index.
    weights: Vec<EF>,
    /// eq over the row variables after the one being bound, packed; when less than a packed value is
    /// left, the first element counts.
    eq: Vec<PEF>,
    challenges: Vec<EF>,
}

impl Sumcheck {
    fn new(writer: &mut Writer, left: Vec<Fractions>, right: Vec<Fractions>, point: &LeafPoint) -> Self {
        let mu = writer.challenge(GKR_MU);
        let packed_mu = PEF::from(mu);
        let stacks = left
            .into_par_iter()
            .zip(right)
            .map(|(left, mut right)| {
                right
                    .p
                    .par_iter_mut()
                    .with_min_len(CHUNK)
                    .zip(&right.q)
                    .for_each(|(p, &q)| *p += packed_mu * q);
                [left.p, left.q, right.p, right.q]
            })
            .collect();
        let eq = packed_eq(&point.row[1..]);
        Self { mu, stacks, weights: eq_table(&point.stack), eq, challenges: Vec::new() }
    }

    /// Runs all rounds; replaces the point by the challenges, and returns the bit.
    fn run(mut self, writer: &mut Writer, point: &mut LeafPoint) -> EF {
        while self.stacks.first().is_some_and(|s| s[0].len() > 1) {
            let (at_zero, leading) = self.sums();
            self.bind(round(writer, at_zero, leading));
        }
        self.finish(writer, point)
    }

    /// Rounds within a packed value, then over the stacks.
    fn finish(mut self, writer: &mut Writer, point: &mut LeafPoint) -> EF {
        let mut quads: Vec<[Vec<EF>; 4]> =
            self.stacks.iter().map(|s| [0, 1, 2, 3].map(|i| unpack(&s[i]))).collect();
        let done = self.challenges.len();
        for i in done..point.row.len() {
            let eq = eq_table(&point.row[i + 1..]);
            let half = eq.len();
            let (mut at_zero, mut leading) = (self.padding(), EF::ZERO);
            for ([p0, q0, p1, q1], &w) in quads.iter().zip(&self.weights) {
                let d = |v: &[EF], j: usize| v[j + half] - v[j];
                let zero: EF = (0..half).map(|j| eq[j] * (p0[j] * q1[j] + p1[j] * q0[j])).sum();
                let lead: EF = (0..half).map(|j| eq[j] * (d(p0, j) * d(q1, j) + d(p1, j) * d(q0, j))).sum();
                at_zero += w * zero;
                leading += w * lead;
            }
            let x = round(writer, at_zero, leading);
            for v in quads.iter_mut().flatten() {
                for j in 0..half {
                    v[j] = v[j] + x * (v[j + half] - v[j]);
                }
                v.truncate(half);
            }
            self.challenges.push(x);
        }
        let len = 1usize << point.stack.len();
        let last: [Vec<EF>; 4] = [0, 1, 2, 3].map(|k| {
            // A missing stack counts as 0/1: p0 = 0, q0 = 1, p1 + μ q1 = μ, q1 = 1.
            let padding = [EF::ZERO, EF::ONE, self.mu, EF::ONE][k];
            let mut v: Vec<EF> = quads.iter().map(|q| q[k][0]).collect();
            v.resize(len, padding);
            v
        });
        let (stack, values) = small(writer, last, &point.stack);
        point.row = self.challenges;
        point.stack = stack;
        finish(writer, self.mu, &values)
    }

    /// What missing stacks add to a round polynomial: μ times their weights.
    fn padding(&self) -> EF {
        self.mu * (EF::ONE - self.weights[..self.stacks.len()].iter().copied().sum::<EF>())
    }

    /// The round polynomial at 0, and its leading coefficient.
    fn sums(&self) -> (EF, EF) {
        let half = self.stacks.first().map_or(0, |s| s[0].len() / 2);
        let eq = &self.eq[..half];
        let (zero, leading) = self
            .stacks
            .par_iter()
            .zip(&self.weights)
            .map(|([p0, q0, p1, q1], &w)| {
                let (zero, lead) = (0..half)
                    .into_par_iter()
                    .with_min_len(CHUNK)
                    .fold(
                        || (PEF::ZERO, PEF::ZERO),
                        |(zero, lead), j| {
                            let d = |v: &[PEF]| v[j + half] - v[j];
                            (
                                zero + eq[j] * (p0[j] * q1[j] + p1[j] * q0[j]),
                                lead + eq[j] * (d(p0) * d(q1) + d(p1) * d(q0)),
                            )
                        },
                    )
                    .reduce(|| (PEF::ZERO, PEF::ZERO), |a, b| (a.0 + b.0, a.1 + b.1));
                (w * lanes_sum(zero), w * lanes_sum(lead))
            })
            .reduce(|| (EF::ZERO, EF::ZERO), |a, b| (a.0 + b.0, a.1 + b.1));
        (zero + self.padding(), leading)
    }

    fn bind(&mut self, x: EF) {
        let packed = PEF::from(x);
        self.stacks.par_iter_mut().flatten().for_each(|v| fold(v, packed));
        halve_eq(&mut self.eq);
        self.challenges.push(x);
    }
}

/// Binds the first variable of a vector.
pub fn fold(v: &mut Vec<PEF>, x: PEF) {
    let half = v.len() / 2;
    let (low, high) = v.split_at_mut(half);
    low.par_iter_mut().with_min_len(CHUNK).zip(&*high).for_each(|(l, &h)| *l += x * (h - *l));
    v.truncate(half);
}

/// Sum of the lanes.
pub fn lanes_sum(v: PEF) -> EF {
    <PEF as PackedFieldExtension<F, EF>>::to_ext_iter([v]).sum()
}

/// eq table, packed; of fewer entries than lanes, in the first lanes of one value.
pub fn packed_eq(z: &[EF]) -> Vec<PEF> {
    let mut table = eq_table(z);
    table.resize(table.len().next_multiple_of(LANES), EF::ZERO);
    pack(&table)
}

/// From the table over variables i, i+1, … to that over i+1, ….
pub fn halve_eq(eq: &mut Vec<PEF>) {
    let half = eq.len() / 2;
    let (low, high) = eq.split_at_mut(half);
    low.par_iter_mut().with_min_len(CHUNK).zip(&*high).for_each(|(l, &h)| *l += h);
    eq.truncate(half.max(1));
}

/// The last layer: its children are leaves, whose numerators are base elements.
fn prove_leaves(writer: &mut Writer, leaves: Vec<Leaves>, point: &mut LeafPoint) -> EF {
    let mu = writer.challenge(GKR_MU);
    let packed_mu = PEF::from(mu);
    let eq = packed_eq(&point.row[1..]);
    let weights = eq_table(&point.stack);
    let pairs: Vec<[Leaves; 2]> = pairs(leaves);
    let half = pairs.first().map_or(0, |p| p[0].q.len() / 2);
    let mut sumcheck = Sumcheck { mu, stacks: Vec::new(), weights, eq, challenges: Vec::new() };
    if half == 0 {
        // A stack is one packed value: nothing to gain from base numerators.
        sumcheck.stacks = pairs.into_iter().map(|pair| quad(pair, packed_mu)).collect();
        return sumcheck.finish(writer, point);
    }
    let eq = &sumcheck.eq;
    let (zero, leading) = pairs
        .par_iter()
        .zip(&sumcheck.weights)
        .map(|([a, b], &w)| {
            let (p0, p1) = (PF::pack_slice(&a.p), PF::pack_slice(&b.p));
            let (zero, lead) = (0..half)
                .into_par_iter()
                .with_min_len(CHUNK)
                .fold(
                    || (PEF::ZERO, PEF::ZERO),
                    |(zero, lead), j| {
                        let k = j + half;
                        let (d0, d1) = (a.q[k] - a.q[j], b.q[k] - b.q[j]);
                        let z = b.q[j] * p0[j] + a.q[j] * (packed_mu * b.q[j] + p1[j]);
                        let l = d1 * (p0[k] - p0[j]) + d0 * (packed_mu * d1 + (p1[k] - p1[j]));
                        (zero + eq[j] * z, lead + eq[j] * l)
                    },
                )
                .reduce(|| (PEF::ZERO, PEF::ZERO), |a, b| (a.0 + b.0, a.1 + b.1));
            (w * lanes_sum(zero), w * lanes_sum(lead))
        })
        .reduce(|| (EF::ZERO, EF::ZERO), |a, b| (a.0 + b.0, a.1 + b.1));
    let missing = EF::ONE - sumcheck.weights[..pairs.len()].iter().copied().sum::<EF>();
    let x = round(writer, zero + mu * missing, leading);
    let packed = PEF::from(x);
    sumcheck.stacks = pairs
        .into_par_iter()
        .map(|[mut a, mut b]| {
            fold(&mut a.q, packed);
            fold(&mut b.q, packed);
            let mut p1 = fold_base(&b.p, packed);
            p1.par_iter_mut().with_min_len(CHUNK).zip(&b.q).for_each(|(p, &q)| *p += packed_mu * q);
            [fold_base(&a.p, packed), a.q, p1, b.q]
        })
        .collect();
    halve_eq(&mut sumcheck.eq);
    sumcheck.challenges.push(x);
    sumcheck.run(writer, point)
}

fn quad([a, b]: [Leaves; 2], mu: PEF) -> Quad {
    let p1 = lift(&b.p).iter().zip(&b.q).map(|(&p, &q)| p + mu * q).collect();
    [lift(&a.p), a.q, p1, b.q]
}

fn pairs(leaves: Vec<Leaves>) -> Vec<[Leaves; 2]> {
    let mut out = Vec::with_capacity(leaves.len() / 2);
    let mut it = leaves.into_iter();
    while let (Some(a), Some(b)) = (it.next(), it.next()) {
        out.push([a, b]);
    }
    out
}

/// Binds the first variable of a vector of base elements.
pub fn fold_base(v: &[F], x: PEF) -> Vec<PEF> {
    let packed = PF::pack_slice(v);
    let (low, high) = packed.split_at(packed.len() / 2);
    low.par_iter().with_min_len(CHUNK).zip(high).map(|(&l, &h)| x * (h - l) + l).collect()
}
