//! How close words are to a Reed–Solomon code, and what a challenge that combines words can change of it.
//!
//! `spec/security.md`, "Regimes".

use crate::field::P;
use crate::params::{Decoding, Oracle};
use crate::security::field_bits;

/// 1 − δ: a word is said to be close to a code if it agrees with a codeword on this share of positions.
fn agreement(oracle: &Oracle, decoding: Decoding) -> f64 {
    let rate = libm::exp2(-(oracle.log_inv_rate() as f64));
    match decoding {
        Decoding::Unique => (1.0 + rate) / 2.0,
        Decoding::Lists { multiplicity } => libm::sqrt(rate) * (1.0 + 1.0 / multiplicity as f64),
    }
}

/// −log2 of the chance that a position does not show a word farther than δ: 1 − δ, and 1/p as positions are not quite
/// uniform.
pub(crate) fn query_bits(oracle: &Oracle, decoding: Decoding) -> f64 {
    -libm::log2(agreement(oracle, decoding) + 1.0 / f64::from(P))
}

/// log2 of the number of codewords that a word is close to, at most: (α − ρ) / (α² − ρ), α = 1 − δ, as two of them agree
/// on less than a share ρ of positions.
pub(crate) fn list_bits(oracle: &Oracle, decoding: Decoding) -> f64 {
    let (rate, alpha) = (libm::exp2(-(oracle.log_inv_rate() as f64)), agreement(oracle, decoding));
    match decoding {
        Decoding::Unique => 0.0,
        Decoding::Lists { .. } => libm::log2((alpha - rate) / (alpha * alpha - rate)),
    }
}

/// Of a line of words, for how many challenges a word may be close to the code on positions where not all words of the
/// line are, at most.
pub(crate) fn exceptions(oracle: &Oracle, decoding: Decoding) -> f64 {
    let n = libm::exp2(oracle.log_domain as f64);
    let Decoding::Lists { multiplicity } = decoding else { return n };
    // Of degree over n: the bound is of polynomials up to a degree, of which there are one more coefficients.
    let rate = libm::exp2(-(oracle.log_inv_rate() as f64)) - 1.0 / n;
    let (delta, m) = (1.0 - agreement(oracle, decoding), multiplicity as f64 + 0.5);
    let fifth = m * m * m * m * m;
    (2.0 * fifth + 3.0 * m * delta * rate) / (3.0 * rate * libm::sqrt(rate)) * n + m / libm::sqrt(rate)
}

/// −log2 of the chance of such a challenge.
pub(crate) fn line_bits(oracle: &Oracle, decoding: Decoding) -> f64 {
    field_bits() - libm::log2(exceptions(oracle, decoding))
}
