//! The sum of all message columns of all chips, each times its weight. It is linear in them, so that in
//! sumcheck it is a single list of values.

use aver_stark::field::EF;
use p3_field::PrimeCharacteristicRing;

use super::nodes::{NODES, extend};

/// Values of the sum, whose first variable is bound next: pairs of them.
pub fn halves(values: &[EF]) -> impl Iterator<Item = [EF; 2]> {
    let (low, high) = values.split_at(values.len() / 2);
    low.iter().zip(high).map(|(&low, &high)| [low, high])
}

/// The same where the last variable is bound next, and values beyond the last are zero.
pub fn neighbours(values: &[EF]) -> impl Iterator<Item = [EF; 2]> {
    values.chunks(2).map(|pair| [pair[0], pair.get(1).copied().unwrap_or(EF::ZERO)])
}

/// The round polynomial at the nodes; `eq` belongs to the pairs.
pub fn round(pairs: impl Iterator<Item = [EF; 2]>, eq: &[EF]) -> [EF; NODES] {
    let mut t = [EF::ZERO; NODES];
    for ([low, high], &eq) in pairs.zip(eq) {
        t[0] += eq * low;
        t[1] += eq * high;
    }
    extend(&mut t, 1);
    t
}

/// Binds the variable.
pub fn bind(pairs: impl Iterator<Item = [EF; 2]>, x: EF) -> Vec<EF> {
    pairs.map(|[low, high]| low + x * (high - low)).collect()
}
