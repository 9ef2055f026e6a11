//! Constraints vanish and columns have the values GKR was told, in one sumcheck over all blocks.
//!
//! `spec/proof-system.md`, "zerocheck". Mirrors `aver_stark_prover::zerocheck`.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::air::Ext;
use crate::error::{Error, Result};
use crate::field::{EF, F, powers};
use crate::layout::{Layout, System};
use crate::protocol::{ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_ROUND, ZEROCHECK_X};
use crate::transcript::Reader;

/// Values of columns: by block, then column.
pub type Values = Vec<Vec<EF>>;

/// The powers of λ a block's constraints and message columns are weighted with.
#[derive(Clone, Debug)]
pub struct Weights {
    /// For its constraints.
    pub constraints: Vec<EF>,
    /// For its message columns.
    pub columns: Vec<EF>,
}

/// Weights of all blocks: consecutive powers of λ.
pub fn weights(system: &System, layout: &Layout, lambda: EF) -> Vec<Weights> {
    let counts = |chip: usize| {
        let d = &system.described[chip];
        (d.description.constraints.len(), d.message_columns.len())
    };
    let total = layout.blocks.iter().map(|b| counts(b.chip)).map(|(c, m)| c + m).sum();
    let mut powers = powers(lambda, total).into_iter();
    layout
        .blocks
        .iter()
        .map(|b| {
            let (constraints, columns) = counts(b.chip);
            Weights {
                constraints: powers.by_ref().take(constraints).collect(),
                columns: powers.by_ref().take(columns).collect(),
            }
        })
        .collect()
}

/// Checks the sumcheck; `at_r` are the values of each block's message columns at a prefix of `r`.
/// Returns ρ and the values of all columns at its prefixes.
pub fn verify(
    reader: &mut Reader<'_>,
    system: &System,
    layout: &Layout,
    publics: &[F],
    r: &[EF],
    at_r: &[Vec<EF>],
) -> Result<(Vec<EF>, Values)> {
    let lambda = reader.challenge(ZEROCHECK_LAMBDA);
    let weights = weights(system, layout, lambda);
    let mut claim: EF =
        weights.iter().zip(at_r).flat_map(|(w, v)| w.columns.iter().zip(v)).map(|(&w, &v)| w * v).sum();
    let mut values: Values = alloc::vec![Vec::new(); layout.blocks.len()];
    let mut finished = EF::ZERO;
    let mut rho = Vec::with_capacity(r.len());
    finish_blocks(reader, system, layout, publics, &weights, 0, &mut values, &mut finished)?;
    for &z in r {
        let [at_zero, at_minus_one, at_two] = reader.read(ZEROCHECK_ROUND)?;
        let inverse = z.try_inverse().ok_or(Error::Equation { label: "zerocheck/round" })?;
        let at_one = (claim - (EF::ONE - z) * at_zero) * inverse;
        let x = reader.challenge(ZEROCHECK_X);
        claim = cubic([at_zero, at_one, at_minus_one, at_two], x);
        rho.push(x);
        finish_blocks(reader, system, layout, publics, &weights, rho.len(), &mut values, &mut finished)?;
    }
    if claim != finished {
        return Err(Error::Equation { label: "zerocheck/end" });
    }
    Ok((rho, values))
}

/// Reads the columns of all blocks of 2^`log_rows` rows and adds what they contribute.
#[allow(clippy::too_many_arguments)]
fn finish_blocks(
    reader: &mut Reader<'_>,
    system: &System,
    layout: &Layout,
    publics: &[F],
    weights: &[Weights],
    log_rows: usize,
    values: &mut Values,
    finished: &mut EF,
) -> Result<()> {
    for (i, block) in layout.blocks.iter().enumerate().filter(|(_, b)| b.log_rows == log_rows) {
        let described = &system.described[block.chip];
        let row = reader.read_list(ZEROCHECK_COLUMNS, described.width())?;
        *finished += contribution(system, block.chip, publics, &weights[i], &row);
        values[i] = row;
    }
    Ok(())
}

/// Σ λ^· constraint + Σ λ^· message column, of one row.
pub fn contribution(system: &System, chip: usize, publics: &[F], weights: &Weights, row: &[EF]) -> EF {
    let ext: Vec<Ext> = row.iter().map(|&v| Ext(v)).collect();
    let columns = &system.described[chip].message_columns;
    system.chips[chip].eval_ext(&ext, publics, &weights.constraints)
        + columns.iter().zip(&weights.columns).map(|(&c, &w)| row[c] * w).sum::<EF>()
}

/// The cubic with values `t` at 0, 1, −1, 2, at `x`.
pub fn cubic(t: [EF; 4], x: EF) -> EF {
    let [t0, t1, tm, t2] = t;
    // t = t0 + a x + b x² + c x³: a + b + c = t1 − t0, −a + b − c = tm − t0, 2a + 4b + 8c = t2 − t0.
    let (u, v, w) = (t1 - t0, tm - t0, t2 - t0);
    let b = (u + v).halve();
    let a_plus_c = (u - v).halve();
    // 2a + 8c = w − 4b, so 6c = w − 4b − 2(a + c).
    let c = (w - b.double().double() - a_plus_c.double()) * EF::from(F::new(6).inverse());
    let a = a_plus_c - c;
    t0 + x * (a + x * (b + x * c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cubic_interpolates() {
        let value = |x: i32| {
            let x = if x < 0 { -EF::from(F::new(-x as u32)) } else { EF::from(F::new(x as u32)) };
            EF::from(F::new(7))
                + x * (EF::from(F::new(3)) + x * (EF::from(F::new(11)) + x * EF::from(F::new(5))))
        };
        let t = [value(0), value(1), value(-1), value(2)];
        assert_eq!(cubic(t, EF::from(F::new(9))), value(9));
        assert_eq!(cubic(t, -EF::from(F::new(4))), value(-4));
    }
}
