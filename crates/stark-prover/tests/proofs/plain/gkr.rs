//! `spec/proof-system.md`, "gkr".

use std::collections::BTreeMap;

use aver_stark::eq::{eq_index, eq_table};
use aver_stark::field::EF;
use aver_stark::layout::Point;
use aver_stark::verify::Challenge;
use p3_field::{Field, PrimeCharacteristicRing};

use super::script::{Check, Script};
use super::sparse::Sparse;
use super::{Case, LOG_BUNDLE, compress, root_of};

/// Numerator and denominator.
type Fraction = [EF; 2];
const ZERO: Fraction = [EF::ZERO, EF::ONE];

/// Fractions by place, then row; where none are, all are zero.
type Layer = BTreeMap<usize, Vec<Fraction>>;

fn add([p0, q0]: Fraction, [p1, q1]: Fraction) -> Fraction {
    [p0 * q1 + p1 * q0, q0 * q1]
}

/// Where the tree ends, and what it claims there.
pub struct LeafClaim {
    pub place: Vec<EF>,
    pub row: Vec<EF>,
    pub claim: Fraction,
}

impl LeafClaim {
    /// Of the place, what chooses the bundle, and the message in it.
    fn message(&self, case: &Case<'_>) -> (&[EF], &[EF]) {
        let (bundle, rest) = self.place.split_at(case.bundles().1);
        (bundle, &rest[case.log_chunks()..])
    }

    /// Where columns are claimed.
    pub fn point(&self, case: &Case<'_>) -> Point {
        let chunk = &self.place[case.bundles().1..][..case.log_chunks()];
        Point { chunk: chunk.to_vec(), row: self.row.clone() }
    }
}

/// The place of a bundle, a chunk of its chip, and a message in the bundle.
fn place(case: &Case<'_>, [bundle, chunk, message]: [usize; 3]) -> usize {
    (((bundle << case.log_chunks()) + chunk) << LOG_BUNDLE) + message
}

/// The leaves.
fn leaves(case: &Case<'_>, local: &Challenge) -> Layer {
    let mut leaves = Layer::new();
    let (bundles, _) = case.bundles();
    for (chip, described) in case.system.described.iter().enumerate() {
        for (index, message) in described.description.interactions.iter().enumerate() {
            let bundle = bundles[chip] + (index >> LOG_BUNDLE);
            for chunk in 0..case.chunks(chip) {
                let place = place(case, [bundle, chunk, index % (1 << LOG_BUNDLE)]);
                let row = |x: usize| {
                    let cell = |i: usize| case.chunk(chip, i, chunk)[x].into();
                    let form = |form| case.form(form, EF::ONE, cell);
                    let values: Vec<EF> = message.values.iter().map(form).collect();
                    let challenge = case.challenge(local, message.bus.shared);
                    [form(&message.multiplicity), compress(challenge, message.bus.id, EF::ONE, &values)]
                };
                leaves.insert(place, (0..1 << case.log_chunk).map(row).collect());
            }
        }
    }
    leaves
}

/// Proves that the leaves add up to `sum`.
pub fn prove(script: &mut Script<'_>, case: &Case<'_>, local: &Challenge, sum: EF) -> LeafClaim {
    // Leaves first; a layer above has the sums of pairs of places, later of the halves of the last one's rows.
    let mut leaves = leaves(case, local);
    let none = vec![ZERO; 1 << case.log_chunk];
    if let Some(at) = script.lies.leaf {
        let [p, q] = leaves.values().flatten().fold(ZERO, |sum, &f| add(sum, f));
        let mut rows = none.clone();
        rows[0][0] = sum - p * q.inverse();
        assert!(leaves.insert(place(case, at), rows).is_none(), "a message is there");
    }
    let mut layers = vec![leaves];
    for _ in 0..case.bundles().1 + case.log_chunks() + LOG_BUNDLE {
        let mut above = Layer::new();
        for (place, fractions) in layers.last().into_iter().flatten() {
            let sums = above.entry(place / 2).or_insert_with(|| none.clone());
            sums.iter_mut().zip(fractions).for_each(|(sum, &f)| *sum = add(*sum, f));
        }
        layers.push(above);
    }
    layers.last_mut().unwrap().entry(0).or_insert(none);
    while let Some(rows) = layers.last().map(|l| &l[&0]).filter(|rows| rows.len() > 1) {
        let (low, high) = rows.split_at(rows.len() / 2);
        let sums = low.iter().zip(high).map(|(&a, &b)| add(a, b)).collect();
        layers.push(Layer::from([(0, sums)]));
    }
    let mut root = script.told("gkr/root", layers.pop().unwrap()[&0][0].to_vec());
    if script.lies.no_denominator {
        root = vec![EF::ZERO; 2];
    }
    if script.bends(Check::Sum) {
        root[0] = sum * root[1];
    }
    script.send("gkr/root", &root);
    let mut leaf = LeafClaim { place: Vec::new(), row: Vec::new(), claim: [root[0], root[1]] };
    for number in 0.. {
        let Some(children) = layers.pop() else { break };
        let is_of_rows = number < case.log_chunk;
        let mut pairs = Sparse { rest: [ZERO, ZERO].concat(), values: BTreeMap::new() };
        let pair = |left: &[Fraction], right: &[Fraction]| {
            left.iter().zip(right).map(|(l, r)| [&l[..], r].concat()).collect::<Vec<_>>()
        };
        for (&place, fractions) in &children {
            let none = vec![ZERO; fractions.len()];
            if is_of_rows {
                let (low, high) = fractions.split_at(fractions.len() / 2);
                pairs.values.insert(0, pair(low, high));
            } else {
                let child = |place| children.get(&place).unwrap_or(&none);
                pairs.values.insert(place / 2, pair(child(place & !1), child(place | 1)));
            }
        }
        let bit = layer(script, number, &mut leaf, pairs);
        if is_of_rows {
            leaf.row.insert(0, bit);
        } else {
            leaf.place.push(bit);
        }
    }
    leaf
}

/// A layer's claim is reduced to one on its children, of which there are two for each of its values.
fn layer(script: &mut Script<'_>, number: usize, leaf: &mut LeafClaim, mut children: Sparse) -> EF {
    let mu = script.challenge("gkr/mu");
    let sum = |c: &[EF]| c[0] * c[3] + c[2] * c[1] + mu * c[1] * c[3];
    let mut claim = leaf.claim[0] + mu * leaf.claim[1];
    let (mut row, mut place) = (leaf.row.clone(), leaf.place.clone());
    let mut challenges = Vec::new();
    while !row.is_empty() || !place.is_empty() {
        let z = if row.is_empty() { place.pop().unwrap() } else { row.remove(0) };
        // What is not there adds μ, whatever the variables are.
        let at_zero = mu + children.sum(&row, &place, |c, _| sum(c) - mu);
        let leading = children.sum(&row, &place, |c, d| {
            let step: Vec<EF> = c.iter().zip(d).map(|(&c, &d)| d - c).collect();
            sum(&step)
        });
        let told = script.exts("gkr/round", vec![at_zero, leading]);
        let at_one = (claim - (EF::ONE - z) * told[0]) * z.inverse();
        let x = script.challenge("gkr/x");
        // The quadratic with these values at 0 and 1, and this leading coefficient.
        claim = told[0] * (EF::ONE - x) + at_one * x + told[1] * x * (x - EF::ONE);
        children.bind(x);
        challenges.push(x);
    }
    let &[p0, q0, p1, q1] = children.at(0) else { panic!("two fractions") };
    let mut told = script.told("gkr/children", vec![p0, p1, q0, q1]);
    if script.bends(Check::Layer(number)) {
        told[0] = (claim - told[1] * told[2] - mu * told[2] * told[3]) * told[3].inverse();
    }
    script.send("gkr/children", &told);
    let bit = script.challenge("gkr/bit");
    leaf.claim = [told[0] + bit * (told[1] - told[0]), told[2] + bit * (told[3] - told[2])];
    leaf.place = challenges.split_off(leaf.row.len());
    leaf.place.reverse();
    leaf.row = challenges;
    bit
}

/// Sends the values of message columns where the tree ends.
pub fn send_columns(
    script: &mut Script<'_>,
    case: &Case<'_>,
    local: &Challenge,
    leaf: &LeafClaim,
) -> Vec<Vec<EF>> {
    let r = leaf.point(case);
    let eq = eq_table(&r.row);
    let mut at_r: Vec<Vec<EF>> = Vec::new();
    for (chip, described) in case.system.described.iter().enumerate() {
        let chunk = |column: usize, number: usize| -> EF {
            eq.iter().zip(case.chunk(chip, column, number)).map(|(&e, &v)| e * v).sum()
        };
        let column = |&i: &usize| (0..case.chunks(chip)).map(|e| eq_index(&r.chunk, e) * chunk(i, e)).sum();
        let is_there = case.chunks(chip) > 0;
        let columns = described.message_columns.iter().filter(|_| is_there);
        at_r.push(script.told("columns at r", columns.map(column).collect()));
    }
    if script.bends(Check::Leaves) {
        // A column of numerators alone for the numerators, then one of denominators alone.
        for k in [0, 1] {
            let off = |at_r: &[Vec<EF>], k: usize| leaves_at(case, local, leaf, at_r)[k] - leaf.claim[k];
            let with = |b: usize, c: usize, x: EF| {
                let mut at_r = at_r.clone();
                at_r[b][c] += x;
                at_r
            };
            let other = |b: usize, c: usize| off(&with(b, c, EF::ONE), 1 - k) == off(&at_r, 1 - k);
            let places = (0..at_r.len()).flat_map(|b| (0..at_r[b].len()).map(move |c| (b, c)));
            let (b, c, x) = places
                .filter(|&(b, c)| other(b, c) && !script.is_lie("columns at r", b, c))
                .find_map(|(b, c)| root_of(|x| off(&with(b, c, x), k)).map(|x| (b, c, x)))
                .unwrap();
            at_r[b][c] += x;
        }
    }
    for (chip, values) in at_r.iter_mut().enumerate() {
        values.resize(case.system.described[chip].message_columns.len(), EF::ZERO);
        script.columns("columns at r", values, case.chunks(chip));
    }
    at_r
}

/// The leaves at the tree's point, from the columns' values.
fn leaves_at(case: &Case<'_>, local: &Challenge, leaf: &LeafClaim, at_r: &[Vec<EF>]) -> Fraction {
    let (of_bundle, of_message) = leaf.message(case);
    let (bundles, _) = case.bundles();
    let r = leaf.point(case);
    let mut at = ZERO;
    for (chip, described) in case.system.described.iter().enumerate().filter(|c| case.chunks(c.0) > 0) {
        // So much of the table is there.
        let real = (0..case.chunks(chip)).map(|e| eq_index(&r.chunk, e)).sum();
        let cell = |i: usize| at_r[chip][described.message_columns.iter().position(|&c| c == i).unwrap()];
        for (index, message) in described.description.interactions.iter().enumerate() {
            let form = |form| case.form(form, real, cell);
            let values: Vec<EF> = message.values.iter().map(form).collect();
            let challenge = case.challenge(local, message.bus.shared);
            let weight = eq_index(of_bundle, bundles[chip] + (index >> LOG_BUNDLE))
                * eq_index(of_message, index % (1 << LOG_BUNDLE));
            at[0] += weight * form(&message.multiplicity);
            // Where no message stands the denominator is one.
            at[1] += weight * (compress(challenge, message.bus.id, real, &values) - real);
        }
    }
    at
}
