//! Values to try for a cell.

use aver_machine::buses::{EXEC, MEM, TEXT};
use aver_stark::field::{F, P, f};
use p3_field::{Field, PrimeCharacteristicRing};

use super::row::Subject;
use super::search::Rng;

/// Other values for cell `at` of a row; `another` is a row of the same table.
pub fn candidates(row: &[F], another: &[F], at: usize, rng: &mut Rng) -> Vec<F> {
    let x = row[at];
    let mut values = vec![
        F::ZERO,
        F::ONE,
        F::TWO,
        F::NEG_ONE,
        F::ONE - x,
        -x,
        x.double(),
        x.halve(),
        f(0xFFFF) - x,
        f(rng.below(1 << 8)),
        f(rng.below(1 << 16)),
        f(rng.below(P)),
        row[rng.below(row.len() as u32) as usize],
        another[at],
    ];
    // Carries, bytes, limbs and their parts that are no integers.
    for bits in [0, 1, 4, 8, 15, 16] {
        let step = f(1 << bits);
        values.extend([x + step, x - step]);
    }
    for bits in [1, 3, 8, 16] {
        let step = f(1 << bits).inverse();
        values.extend([x + step, x - step]);
    }
    values.sort_unstable();
    values.dedup();
    values.retain(|&v| v != x);
    values
}

/// Pairs of flags that are tried at most.
const PAIRS: usize = 300;

/// Changes to begin with: every cell that is the row's to choose, pairs of flags, and what may never be. Where
/// anything may be looked up, flags and weights only: they choose what is.
pub fn starts(
    subject: &Subject<'_>,
    honest: &[F],
    another: &[F],
    flags: &[usize],
    rng: &mut Rng,
) -> Vec<Vec<(usize, F)>> {
    let inputs = subject.inputs();
    let mut weights: Vec<bool> = vec![false; honest.len()];
    flags.iter().for_each(|&at| weights[at] = true);
    for interaction in &subject.description.interactions {
        interaction.multiplicity.columns.iter().for_each(|t| weights[t.0] = true);
    }
    let mut starts: Vec<Vec<(usize, F)>> = Vec::new();
    for at in (0..honest.len()).filter(|&at| !inputs[at] && (subject.open.is_none() || weights[at])) {
        starts.extend(candidates(honest, another, at, rng).into_iter().map(|value| vec![(at, value)]));
    }
    let flags: Vec<usize> = flags.iter().copied().filter(|&at| !inputs[at]).collect();
    let mut pairs: Vec<Vec<(usize, F)>> = Vec::new();
    for &a in flags.iter().take(64) {
        for &b in flags.iter().take(64).filter(|&&b| b != a) {
            let other = [F::ZERO, F::ONE, F::TWO, F::NEG_ONE].into_iter().filter(|v| *v != honest[a]);
            pairs.extend(other.map(|value| vec![(a, value), (b, F::ONE - honest[b])]));
        }
    }
    while pairs.len() > PAIRS {
        pairs.swap_remove(rng.below(pairs.len() as u32) as usize);
    }
    starts.extend(pairs);
    if subject.open.is_none() {
        starts.extend(never(subject, honest).into_iter().map(|cell| vec![cell]));
    }
    starts
}

/// Values that no valid row may have, with the columns that hold them: times of what is taken that are not
/// before the time of what is put, and spaces that are neither memory nor text.
fn never(subject: &Subject<'_>, row: &[F]) -> Vec<(usize, F)> {
    let mut forged = Vec::new();
    for (column, _, put, field) in subject.times() {
        let (multiplicity, values) = subject.says(put, row);
        if multiplicity != F::ZERO {
            let steps = [0, 1, 2, 5, 1 << 8, 0xFFFF, 1 << 16, (1 << 16) + 1, 1 << 20, (1 << 26) - 1];
            forged.extend(steps.map(|step| (column, values[field] + f(step))));
        }
    }
    // (A boundary row's space is that of the memory table.)
    let interactions = &subject.description.interactions;
    let is_op = interactions.iter().any(|i| i.bus == EXEC);
    for (i, interaction) in interactions.iter().enumerate() {
        let (multiplicity, values) = subject.says(i, row);
        if is_op && interaction.bus == MEM && multiplicity != F::ZERO {
            for &(column, scale) in &interaction.values[0].columns {
                for space in [F::ZERO, f(TEXT + 1), F::NEG_ONE, f(1 << 16)] {
                    forged.push((column, row[column] + (space - values[0]) / scale));
                }
            }
        }
    }
    forged
}
