//! `spec/proof-system.md`, "gkr".

use aver_stark::eq::eq_table;
use aver_stark::field::EF;
use aver_stark::layout::Layout;
use aver_stark::verify::Challenge;
use p3_field::{Field, PrimeCharacteristicRing};

use super::script::{Check, Script};
use super::{Case, compress, index, root_of, slot_weight};

/// Numerator and denominator.
type Fraction = [EF; 2];
const ZERO: Fraction = [EF::ZERO, EF::ONE];

fn add([p0, q0]: Fraction, [p1, q1]: Fraction) -> Fraction {
    [p0 * q1 + p1 * q0, q0 * q1]
}

/// Where the tree ends, and what it claims there.
pub struct LeafClaim {
    pub stack: Vec<EF>,
    pub row: Vec<EF>,
    pub claim: Fraction,
}

/// The leaves, by stack.
pub fn leaves(case: &Case<'_>, layout: &Layout, local: &Challenge) -> Vec<Vec<Fraction>> {
    let h = layout.log_height;
    let mut stacks = vec![vec![ZERO; 1 << h]; layout.messages.count];
    for item in &layout.messages.items {
        let block = &layout.blocks[item.block];
        let message = &case.system.described[block.chip].description.interactions[item.index];
        for x in 0..1 << block.log_rows {
            let cell = |i: usize| case.tables[block.chip].column(i)[block.first_row + x].into();
            let values: Vec<EF> = message.values.iter().map(|v| case.form(v, cell)).collect();
            let challenge = case.challenge(local, message.bus.shared);
            stacks[item.place.stack][index(&item.place, x, h)] =
                [case.form(&message.multiplicity, cell), compress(challenge, message.bus.id, &values)];
        }
    }
    stacks
}

/// Proves that the leaves add up to `sum`.
pub fn prove(script: &mut Script<'_>, sum: EF, leaves: Vec<Vec<Fraction>>, h: usize) -> LeafClaim {
    // Leaves first; a layer above has the sums of pairs of stacks, later of the halves of the last stack.
    let mut layers = vec![leaves];
    while let Some(below) = layers.last_mut().filter(|l| l.len() > 1) {
        if below.len() % 2 == 1 {
            below.push(vec![ZERO; 1 << h]);
        }
        let pair = |pair: &[Vec<Fraction>]| pair[0].iter().zip(&pair[1]).map(|(&a, &b)| add(a, b)).collect();
        let above = below.chunks(2).map(pair).collect();
        layers.push(above);
    }
    while let Some(stack) = layers.last().map(|l| &l[0]).filter(|s| s.len() > 1) {
        let half = stack.len() / 2;
        layers.push(vec![(0..half).map(|i| add(stack[i], stack[i + half])).collect()]);
    }
    let mut root = script.told("gkr/root", layers.pop().unwrap()[0][0].to_vec());
    if script.lies.no_denominator {
        root = vec![EF::ZERO; 2];
    }
    if script.bends(Check::Sum) {
        root[0] = sum * root[1];
    }
    script.send("gkr/root", &root);
    let mut leaf = LeafClaim { stack: Vec::new(), row: Vec::new(), claim: [root[0], root[1]] };
    for number in 0.. {
        let Some(children) = layers.pop() else { break };
        if let [stack] = &children[..] {
            let (low, high) = stack.split_at(stack.len() / 2);
            let bit = layer(script, number, &mut leaf, low.to_vec(), high.to_vec());
            leaf.row.insert(0, bit);
        } else {
            // Row bits before stack bits, so that they are bound in that order.
            let width = (children.len() / 2).next_power_of_two();
            let side = |side: usize| {
                let at = |x: usize, j: usize| children.get(2 * j + side).map_or(ZERO, |stack| stack[x]);
                (0..1 << h).flat_map(|x| (0..width).map(move |j| (x, j))).map(|(x, j)| at(x, j)).collect()
            };
            let bit = layer(script, number, &mut leaf, side(0), side(1));
            leaf.stack.push(bit);
        }
    }
    leaf
}

/// A layer's claim is reduced to one on its children, of which there are two for each of its values.
fn layer(
    script: &mut Script<'_>,
    number: usize,
    leaf: &mut LeafClaim,
    mut left: Vec<Fraction>,
    mut right: Vec<Fraction>,
) -> EF {
    let mu = script.challenge("gkr/mu");
    let sum = |[p0, q0]: Fraction, [p1, q1]: Fraction| p0 * q1 + p1 * q0 + mu * q0 * q1;
    let mut claim = leaf.claim[0] + mu * leaf.claim[1];
    let point = [leaf.row.clone(), leaf.stack.clone()].concat();
    let mut challenges = Vec::new();
    for (i, &z) in point.iter().enumerate() {
        let eq = eq_table(&point[i + 1..]);
        let half = eq.len();
        let step = |v: &[Fraction], j: usize| [0, 1].map(|k| v[j + half][k] - v[j][k]);
        let at_zero = (0..half).map(|j| eq[j] * sum(left[j], right[j])).sum();
        let leading = (0..half).map(|j| eq[j] * sum(step(&left, j), step(&right, j))).sum();
        let told = script.exts("gkr/round", vec![at_zero, leading]);
        let at_one = (claim - (EF::ONE - z) * told[0]) * z.inverse();
        let x = script.challenge("gkr/x");
        // The quadratic with these values at 0 and 1, and this leading coefficient.
        claim = told[0] * (EF::ONE - x) + at_one * x + told[1] * x * (x - EF::ONE);
        for v in [&mut left, &mut right] {
            *v = (0..half).map(|j| [0, 1].map(|k| v[j][k] + x * step(v, j)[k])).collect();
        }
        challenges.push(x);
    }
    let ([p0, q0], [p1, q1]) = (left[0], right[0]);
    let mut told = script.told("gkr/children", vec![p0, p1, q0, q1]);
    if script.bends(Check::Layer(number)) {
        told[0] = (claim - told[1] * told[2] - mu * told[2] * told[3]) * told[3].inverse();
    }
    script.send("gkr/children", &told);
    let bit = script.challenge("gkr/bit");
    leaf.claim = [told[0] + bit * (told[1] - told[0]), told[2] + bit * (told[3] - told[2])];
    let stack = challenges.split_off(leaf.row.len());
    (leaf.row, leaf.stack) = (challenges, stack);
    bit
}

/// Sends the values of message columns at prefixes of the row's point.
pub fn send_columns(
    script: &mut Script<'_>,
    case: &Case<'_>,
    layout: &Layout,
    local: &Challenge,
    leaf: &LeafClaim,
) -> Vec<Vec<EF>> {
    let mut at_r: Vec<Vec<EF>> = Vec::new();
    for block in &layout.blocks {
        let eq = eq_table(&leaf.row[..block.log_rows]);
        let column = |&i: &usize| {
            let cells = &case.tables[block.chip].column(i)[block.first_row..];
            eq.iter().zip(cells).map(|(&e, &v)| e * v).sum()
        };
        let honest = case.system.described[block.chip].message_columns.iter().map(column).collect();
        at_r.push(script.told("columns at r", honest));
    }
    if script.bends(Check::Leaves) {
        // A column of numerators alone for the numerators, then one of denominators alone.
        for k in [0, 1] {
            let off =
                |at_r: &[Vec<EF>], k: usize| leaves_at(case, layout, local, leaf, at_r)[k] - leaf.claim[k];
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
    at_r.iter().for_each(|values| script.send("columns at r", values));
    at_r
}

/// The leaves at the tree's point, from the columns' values.
fn leaves_at(
    case: &Case<'_>,
    layout: &Layout,
    local: &Challenge,
    leaf: &LeafClaim,
    at_r: &[Vec<EF>],
) -> Fraction {
    let stacks = eq_table(&leaf.stack);
    let mut at = ZERO;
    for item in &layout.messages.items {
        let described = &case.system.described[layout.blocks[item.block].chip];
        let message = &described.description.interactions[item.index];
        let cell =
            |i: usize| at_r[item.block][described.message_columns.iter().position(|&c| c == i).unwrap()];
        let values: Vec<EF> = message.values.iter().map(|v| case.form(v, cell)).collect();
        let challenge = case.challenge(local, message.bus.shared);
        let weight = stacks[item.place.stack] * slot_weight(&item.place, &leaf.row);
        at[0] += weight * case.form(&message.multiplicity, cell);
        // Where no message stands the denominator is one.
        at[1] += weight * (compress(challenge, message.bus.id, &values) - EF::ONE);
    }
    at
}
