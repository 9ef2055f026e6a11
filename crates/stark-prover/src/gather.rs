//! Gathers the values of all columns into one value of all stacks. Mirrors [`aver_stark::gather`].

use aver_stark::field::{EF, powers};
use aver_stark::gather::{StackClaim, combines_stacks, log_slots, stack_claim, weights};
use aver_stark::layout::{Layout, Point};
use aver_stark::params::Params;
use aver_stark::protocol::{GATHER_GAMMA, GATHER_ROUND, GATHER_VALUE, GATHER_WEIGHT, GATHER_WORK, GATHER_X};
use aver_stark::zerocheck::Values;
use p3_field::PrimeCharacteristicRing;

use crate::transcript::Writer;
use crate::windows;

/// Proves the columns' `values` at `rho`; `chunks` is what each chunk of the stacks is at ρ's row.
pub fn prove(
    writer: &mut Writer,
    params: &Params,
    layout: &Layout,
    rho: &Point,
    values: &Values,
    mut chunks: Vec<EF>,
) -> StackClaim {
    let gamma = writer.challenge(GATHER_GAMMA);
    let gammas = powers(gamma, values.iter().map(Vec::len).sum());
    let mut weights = weights(layout, rho, &gammas);
    let mut point = Vec::new();
    for round in 0..log_slots(layout) {
        let (mut at_zero, mut leading) = (EF::ZERO, EF::ZERO);
        for (c, w) in chunks.chunks(2).zip(weights.chunks(2)) {
            at_zero += c[0] * w[0];
            leading += (second(c) - c[0]) * (second(w) - w[0]);
        }
        writer.send(GATHER_ROUND, &[at_zero, leading]);
        if combines_stacks(layout, round) {
            writer.work(params.hash, GATHER_WORK, params.base.work);
        }
        let x = writer.challenge(GATHER_X);
        chunks = bind(&chunks, x);
        weights = bind(&weights, x);
        point.insert(0, x);
    }
    let [value, weight] = [chunks, weights].map(|v| v.first().copied().unwrap_or(EF::ZERO));
    writer.write(GATHER_VALUE, &value);
    writer.write(GATHER_WEIGHT, &weight);
    windows::prove(writer, layout, rho, &gammas, &point);
    stack_claim(layout, rho, point, value)
}

/// The second of a pair; zero where there is none.
fn second(pair: &[EF]) -> EF {
    pair.get(1).copied().unwrap_or(EF::ZERO)
}

/// Binds the last variable.
fn bind(values: &[EF], x: EF) -> Vec<EF> {
    values.chunks(2).map(|pair| pair[0] + x * (second(pair) - pair[0])).collect()
}
