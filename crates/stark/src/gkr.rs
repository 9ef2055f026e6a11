//! Sums fractions m / d over all messages, by a tree of additions checked layer by layer.
//!
//! `spec/proof-system.md`, "gkr". Mirrors `aver_stark_prover::gkr`.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};

use crate::error::{Error, Result};
use crate::field::EF;
use crate::protocol::{GKR_BIT, GKR_CHILDREN, GKR_MU, GKR_ROOT, GKR_ROUND, GKR_X};
use crate::transcript::Reader;

/// What the tree leaves to check.
#[derive(Clone, Debug)]
pub struct LeafClaim {
    /// Numerator of the sum.
    pub numerator: EF,
    /// Denominator of the sum; not zero.
    pub denominator: EF,
    /// Selects the leaf among those of a row, most significant bit first.
    pub leaf: Vec<EF>,
    /// Selects the row.
    pub row: Vec<EF>,
    /// The leaves' numerators at that point.
    pub p: EF,
    /// The leaves' denominators at that point.
    pub q: EF,
}

/// Checks the tree over 2^`log_leaves` fractions in each of 2^`log_rows` rows.
pub fn verify(reader: &mut Reader<'_>, log_leaves: usize, log_rows: usize) -> Result<LeafClaim> {
    let [numerator, denominator] = reader.read(GKR_ROOT)?;
    if denominator == EF::ZERO {
        return Err(Error::Equation { label: "gkr/root" });
    }
    let (mut p, mut q) = (numerator, denominator);
    let mut row: Vec<EF> = Vec::new();
    let mut leaf: Vec<EF> = Vec::new();
    for _ in 0..log_rows {
        let bit = layer(reader, &mut p, &mut q, &mut row, &mut leaf)?;
        row.insert(0, bit);
    }
    for _ in 0..log_leaves {
        let bit = layer(reader, &mut p, &mut q, &mut row, &mut leaf)?;
        leaf.push(bit);
    }
    Ok(LeafClaim { numerator, denominator, leaf, row, p, q })
}

/// Reduces claims on a layer to claims on its children; returns the challenge that chose among them.
fn layer(reader: &mut Reader<'_>, p: &mut EF, q: &mut EF, row: &mut [EF], leaf: &mut [EF]) -> Result<EF> {
    let mu = reader.challenge(GKR_MU);
    let mut claim = *p + mu * *q;
    // Few leaves are there: bound from the last variable on, their number falls with each.
    for z in row.iter_mut().chain(leaf.iter_mut().rev()) {
        let [at_zero, leading] = reader.read(GKR_ROUND)?;
        // claim = (1 − z) t(0) + z t(1); a challenge of zero has probability 2^−155.
        let inverse = z.try_inverse().ok_or(Error::Equation { label: "gkr/round" })?;
        let at_one = (claim - (EF::ONE - *z) * at_zero) * inverse;
        let x = reader.challenge(GKR_X);
        claim = at_zero + x * (at_one - at_zero - leading) + x * x * leading;
        *z = x;
    }
    let [p0, p1, q0, q1] = reader.read(GKR_CHILDREN)?;
    if claim != p0 * q1 + p1 * q0 + mu * q0 * q1 {
        return Err(Error::Equation { label: "gkr/children" });
    }
    let bit = reader.challenge(GKR_BIT);
    *p = p0 + bit * (p1 - p0);
    *q = q0 + bit * (q1 - q0);
    Ok(bit)
}
