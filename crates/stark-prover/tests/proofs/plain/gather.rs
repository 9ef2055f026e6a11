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
    for (chip, values) in values.iter().enumerate().filter(|c| case.chunks(c.0) > 0) {
        for (&value, &start) in values.iter().zip(&stacks.starts[chip]) {
            for e in 0..case.chunks(chip) {
                weights[(start >> case.log_chunk) + e] = scale * eq_index(&rho.chunk, e);
            }
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
    if script.bends(Check::Gather) {
        value = vec![claim * weights[0].inverse()];
    }
    script.send("gather/value", &value);
    let element = point.split_off(point.len() - (case.params.log_height - case.log_chunk));
    StackClaim { stack: point, element: [element, rho.row.clone()].concat(), value: value[0] }
}
