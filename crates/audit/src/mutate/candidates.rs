//! Values to try for a cell.

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
        f(0xFF) - x,
        f(rng.below(1 << 8)),
        f(rng.below(1 << 16)),
        f(rng.below(P)),
        row[rng.below(row.len() as u32) as usize],
        another[at],
    ];
    // Carries, bytes, limbs and their parts that are no integers.
    for bits in [0, 1, 2, 3, 4, 7, 8, 9, 12, 14, 15, 16, 29] {
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

/// Times of what is taken that are not before the time of what is put, with the columns that hold them.
pub fn later(subject: &Subject<'_>, row: &[F]) -> Vec<(usize, F)> {
    let mut forged = Vec::new();
    for (column, _, put, field) in subject.times() {
        let (multiplicity, values) = subject.says(put, row);
        if multiplicity != F::ZERO {
            let steps = [0, 1, 2, 5, 1 << 8, 0xFFFF, 1 << 16, (1 << 16) + 1, 1 << 20, (1 << 24) - 1];
            forged.extend(steps.map(|step| (column, values[field] + f(step))));
        }
    }
    forged
}
