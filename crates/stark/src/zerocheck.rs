//! Constraints vanish and columns have the values GKR was told, in one sumcheck over all chips.
//!
//! `spec/proof-system.md`, "zerocheck". Mirrors `aver_stark_prover::zerocheck`.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::air::Ext;
use crate::error::{Error, Result};
use crate::field::{EF, F, powers};
use crate::layout::{Layout, Point, System};
use crate::protocol::{ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_ROUND, ZEROCHECK_X};
use crate::transcript::Reader;

/// Values of columns: by chip, then column; none of chips without rows.
pub type Values = Vec<Vec<EF>>;

/// The powers of λ a chip's constraints and message columns are weighted with.
#[derive(Clone, Debug)]
pub struct Weights {
    /// For its constraints.
    pub constraints: Vec<EF>,
    /// For its message columns.
    pub columns: Vec<EF>,
}

/// Weights of all chips that have rows: consecutive powers of λ.
pub fn weights(system: &System, layout: &Layout, lambda: EF) -> Vec<Weights> {
    let counts = |chip: usize| match &system.described[chip] {
        d if layout.chunks[chip] > 0 => (d.description.constraints.len(), d.message_columns.len()),
        _ => (0, 0),
    };
    let counts: Vec<(usize, usize)> = (0..layout.chunks.len()).map(counts).collect();
    let mut powers = powers(lambda, counts.iter().map(|(c, m)| c + m).sum()).into_iter();
    counts
        .into_iter()
        .map(|(constraints, columns)| Weights {
            constraints: powers.by_ref().take(constraints).collect(),
            columns: powers.by_ref().take(columns).collect(),
        })
        .collect()
}

/// Checks the sumcheck; `at_r` are the values of each chip's message columns at `r`. Returns ρ and the
/// values of all columns there.
pub fn verify(
    reader: &mut Reader<'_>,
    system: &System,
    layout: &Layout,
    publics: &[F],
    r: &Point,
    at_r: &Values,
) -> Result<(Point, Values)> {
    let lambda = reader.challenge(ZEROCHECK_LAMBDA);
    let weights = weights(system, layout, lambda);
    let mut claim: EF =
        weights.iter().zip(at_r).flat_map(|(w, v)| w.columns.iter().zip(v)).map(|(&w, &v)| w * v).sum();
    let mut rho = Point::default();
    for &z in &r.row {
        rho.row.push(round(reader, &mut claim, z)?);
    }
    for &z in r.chunk.iter().rev() {
        rho.chunk.insert(0, round(reader, &mut claim, z)?);
    }
    let mut values = Values::with_capacity(weights.len());
    let mut end = EF::ZERO;
    for (chip, weights) in weights.iter().enumerate() {
        let width = if layout.chunks[chip] > 0 { system.described[chip].width() } else { 0 };
        let row = reader.read_list(ZEROCHECK_COLUMNS, width)?;
        if width > 0 {
            end += contribution(system, chip, publics, weights, &row);
        }
        values.push(row);
    }
    if claim == end { Ok((rho, values)) } else { Err(Error::Equation { label: "zerocheck/end" }) }
}

/// Binds one variable, whose coordinate of r is `z`.
fn round(reader: &mut Reader<'_>, claim: &mut EF, z: EF) -> Result<EF> {
    let [at_zero, at_minus_one, at_two] = reader.read(ZEROCHECK_ROUND)?;
    let inverse = z.try_inverse().ok_or(Error::Equation { label: "zerocheck/round" })?;
    let at_one = (*claim - (EF::ONE - z) * at_zero) * inverse;
    let x = reader.challenge(ZEROCHECK_X);
    *claim = cubic([at_zero, at_one, at_minus_one, at_two], x);
    Ok(x)
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
