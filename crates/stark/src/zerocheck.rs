//! Constraints vanish and columns have the values GKR was told, in one sumcheck over all chips.
//!
//! `spec/proof-system.md`, "zerocheck". Mirrors `aver_stark_prover::zerocheck`.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::channel::{Channel, Count, Number, dot, sum};
use crate::chip::Described;
use crate::error::Result;
use crate::field::{EF, F, P, powers};
use crate::layout::{Point, System};
use crate::protocol::{ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_LAST, ZEROCHECK_ROUND, ZEROCHECK_X};

/// Values of columns: by chip, then column; zeros of chips without rows.
pub type Values<E = EF> = Vec<Vec<E>>;

/// ρ, and the values of all columns there.
pub type Columns<E> = (Point<E>, Values<E>);

/// The powers of λ a chip's constraints and message columns are weighted with.
#[derive(Clone, Debug)]
pub struct Weights<E = EF> {
    /// For its constraints.
    pub constraints: Vec<E>,
    /// For its message columns.
    pub columns: Vec<E>,
}

/// Weights of all chips: consecutive powers of λ.
pub fn weights<E: Number>(system: &System, lambda: E) -> Vec<Weights<E>> {
    let counts = |d: &Described| (d.description.constraints.len(), d.message_columns.len());
    let counts: Vec<(usize, usize)> = system.described.iter().map(counts).collect();
    let mut powers = powers(lambda, counts.iter().map(|(c, m)| c + m).sum()).into_iter();
    counts
        .into_iter()
        .map(|(constraints, columns)| Weights {
            constraints: powers.by_ref().take(constraints).collect(),
            columns: powers.by_ref().take(columns).collect(),
        })
        .collect()
}

/// Checks the sumcheck; `at_r` are the values of each chip's message columns at `r`, `chunks` the number of each chip's
/// chunks. Returns ρ and the values of all columns there.
pub fn verify<C: Channel>(
    c: &mut C,
    system: &System,
    chunks: &[C::Count],
    publics: &[C::B],
    r: &Point<C::E>,
    at_r: &Values<C::E>,
) -> Result<Columns<C::E>> {
    let lambda = c.draw(ZEROCHECK_LAMBDA);
    let weights = weights(system, lambda);
    let mut claim = sum(weights.iter().zip(at_r).map(|(w, v)| dot(&w.columns, v)));
    let mut rho = Point { chunk: Vec::new(), row: Vec::new() };
    for &z in &r.row {
        rho.row.push(round(c, &mut claim, z)?);
    }
    let mut masks = Values::new();
    for (i, &z) in r.chunk.iter().enumerate().rev() {
        let x = if C::MASKED && i == 0 {
            masks = column_masks(c, system, chunks);
            last_round(c, &mut claim, z)?
        } else {
            round(c, &mut claim, z)?
        };
        rho.chunk.insert(0, x);
    }
    let publics: Vec<C::E> = publics.iter().map(|&p| p.into()).collect();
    let mut values = Values::with_capacity(weights.len());
    let mut end = C::E::zero();
    for ((weights, described), chunks) in weights.iter().zip(&system.described).zip(chunks) {
        let mut row = c.read_columns(ZEROCHECK_COLUMNS, described.width(), chunks)?;
        // Rows of zeros satisfy constraints.
        if !chunks.is_zero() {
            end = end + contribution(described, &publics, weights, &row);
        }
        if let (Some(masks), Some(&x)) = (masks.get(values.len()), rho.chunk.first()) {
            let scale = mask_scale(x);
            row.iter_mut().zip(masks).for_each(|(value, &mask)| *value = *value - mask * scale);
        }
        values.push(row);
    }
    c.check_equal("zerocheck/end", claim, end)?;
    Ok((rho, values))
}

/// Binds one variable, whose coordinate of r is `z`.
fn round<C: Channel>(c: &mut C, claim: &mut C::E, z: C::E) -> Result<C::E> {
    let [at_zero, at_minus_one, at_two] = c.read_some(ZEROCHECK_ROUND)?;
    let at_one = (*claim - (C::E::one() - z) * at_zero) * c.inverse("zerocheck/round", z)?;
    let x = c.draw(ZEROCHECK_X);
    *claim = cubic([at_zero, at_one, at_minus_one, at_two], x);
    Ok(x)
}

/// Masks of all columns of chips that have rows: a column is sent with its mask times [`mask_scale`] added.
fn column_masks<C: Channel>(c: &mut C, system: &System, chunks: &[C::Count]) -> Values<C::E> {
    let chips = system.described.iter().zip(chunks);
    let mut masks = |width: usize| (0..width).map(|_| c.mask()).collect();
    chips.map(|(d, chunks)| masks(if chunks.is_zero() { 0 } else { d.width() })).collect()
}

/// X (1 − X), for the variable that is bound last: zero in all rows.
pub fn mask_scale<E: Number>(x: E) -> E {
    x * (E::one() - x)
}

/// The round that binds the last variable, where columns are masked: they are of degree 2, and constraints of twice their
/// degree.
fn last_round<C: Channel>(c: &mut C, claim: &mut C::E, z: C::E) -> Result<C::E> {
    let [at_zero, others @ ..] = c.read_some(ZEROCHECK_LAST)?;
    let at_one = (*claim - (C::E::one() - z) * at_zero) * c.inverse("zerocheck/round", z)?;
    let x = c.draw(ZEROCHECK_X);
    let weights = interpolation(&LAST_NODES, x);
    let values = [at_zero, at_one].into_iter().chain(others);
    *claim = sum(values.zip(weights).map(|(value, weight)| value * weight));
    Ok(x)
}

/// Where the last round's polynomial is known: what is sent, but for the second, which follows from the claim.
pub const LAST_NODES: [F; 7] = [F::ZERO, F::ONE, F::NEG_ONE, F::TWO, F::new(P - 2), F::new(3), F::new(P - 3)];

/// What values at nodes weigh in the value at `x`.
fn interpolation<E: Number, const N: usize>(nodes: &[F; N], x: E) -> [E; N] {
    core::array::from_fn(|i| {
        let others = || nodes.iter().enumerate().filter(move |other| other.0 != i).map(|other| *other.1);
        let scale: F = others().map(|other| nodes[i] - other).product();
        others().fold(E::constant(scale.inverse()), |product, other| product * (x - E::constant(other)))
    })
}

/// Σ λ^· constraint + Σ λ^· message column, of one row.
pub fn contribution<E: Number>(chip: &Described, publics: &[E], weights: &Weights<E>, row: &[E]) -> E {
    let values = chip.description.evaluate(row, publics);
    let constraints: Vec<E> = chip.description.constraints.iter().map(|c| values[c.node as usize]).collect();
    let columns: Vec<E> = chip.message_columns.iter().map(|&c| row[c]).collect();
    dot(&weights.constraints, &constraints) + dot(&weights.columns, &columns)
}

/// The cubic with values `t` at 0, 1, −1, 2, at `x`.
pub fn cubic<E: Number>(t: [E; 4], x: E) -> E {
    let [t0, t1, tm, t2] = t;
    let half = F::new(2).inverse();
    // t = t0 + a x + b x² + c x³: a + b + c = t1 − t0, −a + b − c = tm − t0, 2a + 4b + 8c = t2 − t0.
    let (u, v, w) = (t1 - t0, tm - t0, t2 - t0);
    let b = (u + v) * half;
    let a_plus_c = (u - v) * half;
    // 2a + 8c = w − 4b, so 6c = w − 4b − 2(a + c).
    let c = (w - b * F::new(4) - a_plus_c * F::new(2)) * F::new(6).inverse();
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
