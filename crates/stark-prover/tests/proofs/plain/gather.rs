//! `spec/proof-system.md`, "gather".

use aver_stark::eq::{eq_index, eq_table};
use aver_stark::field::EF;
use aver_stark::gather::StackClaim;
use aver_stark::layout::Point;
use p3_field::{Field, PrimeCharacteristicRing};

use super::script::{Check, Script};
use super::{Case, Stacks};

/// Proves what was said of all columns at ρ, and returns what it leaves to show of the stacks.
pub fn prove(
    script: &mut Script<'_>,
    case: &Case<'_>,
    stacks: &Stacks,
    rho: &Point,
    values: &[Vec<EF>],
) -> StackClaim {
    let gamma = script.challenge("gather/gamma");
    // What each chunk is at ρ's row, and what it weighs.
    let eq = eq_table(&rho.row);
    let chunks = stacks.groups.iter().flatten().flat_map(|stack| stack.chunks(eq.len()));
    let mut chunks: Vec<EF> = chunks.map(|chunk| chunk.iter().zip(&eq).map(|(&v, &e)| e * v).sum()).collect();
    chunks.resize(chunks.len().next_power_of_two(), EF::ZERO);
    let mut weights = vec![EF::ZERO; chunks.len()];
    let mut claim = EF::ZERO;
    let mut scale = EF::ONE;
    let mut columns = Vec::new();
    for (chip, values) in values.iter().enumerate() {
        for (&value, &start) in values.iter().zip(&stacks.starts[chip]) {
            for e in 0..case.chunks(chip) {
                weights[(start >> case.log_chunk) + e] = scale * eq_index(&rho.chunk, e);
            }
            columns.push(Column { weight: scale, place: start >> case.log_chunk, chunks: case.chunks(chip) });
            claim += scale * value;
            scale *= gamma;
        }
    }
    // Variables from the last on.
    let mut point = Vec::new();
    while chunks.len() > 1 {
        let pairs = || chunks.chunks(2).zip(weights.chunks(2));
        let at_zero = pairs().map(|(c, w)| c[0] * w[0]).sum();
        let leading = pairs().map(|(c, w)| (c[1] - c[0]) * (w[1] - w[0])).sum();
        let told = script.exts("gather/round", vec![at_zero, leading]);
        let x = script.challenge("gather/x");
        let at_one = claim - told[0];
        claim = told[0] * (EF::ONE - x) + at_one * x + told[1] * x * (x - EF::ONE);
        for v in [&mut chunks, &mut weights] {
            *v = v.chunks(2).map(|pair| pair[0] + x * (pair[1] - pair[0])).collect();
        }
        point.insert(0, x);
    }
    let mut value = script.told("gather/value", chunks);
    let mut weight = script.told("gather/weight", vec![weights[0]])[0];
    if script.bends(Check::Windows) || script.bends(Check::Gather) && weight != weights[0] {
        value = vec![claim * weight.inverse()];
    } else if script.bends(Check::Gather) {
        weight = claim * value[0].inverse();
    }
    script.send("gather/value", &value);
    script.send("gather/weight", &[weight]);
    windows(script, &rho.chunk, &point, columns, weight);
    let element = point.split_off(point.len() - (case.params.log_height - case.log_chunk));
    StackClaim { stack: point, element: [element, rho.row.clone()].concat(), value: value[0] }
}

/// A column: its power of γ, where it is, and the coordinates its place and chunks are bound at so far.
struct Column {
    weight: EF,
    place: usize,
    chunks: usize,
}

/// Shows what weighs the stacks at `x`: binds bits of places and numbers of chunks in turn, from the lowest.
fn windows(script: &mut Script<'_>, e: &[EF], x: &[EF], mut columns: Vec<Column>, mut claim: EF) {
    let bits = x.len() + 1;
    let mut bound: [Vec<EF>; 2] = [Vec::new(), Vec::new()];
    for t in 0..bits {
        for which in [0, 1] {
            let bit = |c: &Column| EF::from_bool([c.place, c.chunks][which] >> t & 1 == 1);
            let eq = |c: &Column, at: EF| bit(c) * at + (EF::ONE - bit(c)) * (EF::ONE - at);
            let value = |at: EF| -> EF {
                let mut bound = bound.clone();
                bound[which].push(at);
                let window = |c: &Column| {
                    window(e, x, &with_bits(&bound[0], c.place, bits), &with_bits(&bound[1], c.chunks, bits))
                };
                columns.iter().map(|c| c.weight * eq(c, at) * window(c)).sum()
            };
            // t(0), t(1) and t(2) give the coefficient of X².
            let [zero, one, two] = [EF::ZERO, EF::ONE, EF::TWO].map(value);
            let leading = (two - one.double() + zero) * EF::TWO.inverse();
            let told = script.exts("windows/round", vec![zero, leading]);
            let at = script.challenge("windows/x");
            claim = told[0] * (EF::ONE - at) + (claim - told[0]) * at + told[1] * at * (at - EF::ONE);
            columns.iter_mut().for_each(|c| c.weight *= eq(c, at));
            bound[which].push(at);
        }
    }
}

/// Coordinates from the lowest bit: those that are bound, then the bits of a number.
fn with_bits(bound: &[EF], number: usize, bits: usize) -> Vec<EF> {
    let bit = |t: usize| bound.get(t).copied().unwrap_or(EF::from_bool(number >> t & 1 == 1));
    (0..bits).map(bit).collect()
}

/// Σ_{i < m} eq(e, i) eq(x, k + i), linear in each bit of k and m, which are given from the lowest.
fn window(e: &[EF], x: &[EF], k: &[EF], m: &[EF]) -> EF {
    let eq = |at: EF, bit: usize| if bit == 1 { at } else { EF::ONE - at };
    let coordinate = |of: &[EF], t: usize| of.iter().rev().nth(t).copied().unwrap_or(EF::ZERO);
    // For a carry, and whether i is below m so far: what follows from the bits above.
    let mut above = [[EF::ZERO, EF::ONE], [EF::ZERO; 2]];
    for t in (0..k.len().max(e.len())).rev() {
        let [k, m] = [k, m].map(|v| v.get(t).copied().unwrap_or(EF::ZERO));
        let mut here = [[EF::ZERO; 2]; 2];
        for case in 0..32 {
            let [carry, below, i, bit_k, bit_m] = [0, 1, 2, 3, 4].map(|b| case >> b & 1);
            let sum = bit_k + i + carry;
            let is_below = if i == bit_m { below } else { bit_m };
            let weight =
                eq(coordinate(e, t), i) * eq(coordinate(x, t), sum % 2) * eq(k, bit_k) * eq(m, bit_m);
            here[carry][below] += weight * above[sum / 2][is_below];
        }
        above = here;
    }
    above[0][0]
}
