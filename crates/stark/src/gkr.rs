//! Sums fractions m / d over all messages, by a tree of additions checked layer by layer.
//!
//! `spec/proof-system.md`, "gkr". Mirrors `aver_stark_prover::gkr`.

use alloc::vec::Vec;

use crate::channel::{Channel, Number};
use crate::error::Result;
use crate::field::EF;
use crate::protocol::{GKR_BIT, GKR_CHILDREN, GKR_MU, GKR_ROOT, GKR_ROUND, GKR_X};

/// What the tree leaves to check.
#[derive(Clone, Debug)]
pub struct LeafClaim<E = EF> {
    /// Numerator of the sum.
    pub numerator: E,
    /// Denominator of the sum; not zero.
    pub denominator: E,
    /// Selects the leaf among those of a row, most significant bit first.
    pub leaf: Vec<E>,
    /// Selects the row.
    pub row: Vec<E>,
    /// The leaves' numerators at that point.
    pub p: E,
    /// The leaves' denominators at that point.
    pub q: E,
}

/// Checks the tree over 2^`log_leaves` fractions in each of 2^`log_rows` rows.
pub fn verify<C: Channel>(c: &mut C, log_leaves: usize, log_rows: usize) -> Result<LeafClaim<C::E>> {
    let [numerator, denominator] = c.read_some(GKR_ROOT)?;
    c.inverse("gkr/root", denominator)?;
    let (mut p, mut q) = (numerator, denominator);
    let (mut row, mut leaf) = (Vec::new(), Vec::new());
    for _ in 0..log_rows {
        let bit = layer(c, &mut p, &mut q, &mut row, &mut leaf)?;
        row.insert(0, bit);
    }
    for _ in 0..log_leaves {
        let bit = layer(c, &mut p, &mut q, &mut row, &mut leaf)?;
        leaf.push(bit);
    }
    Ok(LeafClaim { numerator, denominator, leaf, row, p, q })
}

/// Reduces claims on a layer to claims on its children; returns the challenge that chose among them.
fn layer<C: Channel>(
    c: &mut C,
    p: &mut C::E,
    q: &mut C::E,
    row: &mut [C::E],
    leaf: &mut [C::E],
) -> Result<C::E> {
    let one = C::E::one();
    let mu = c.draw(GKR_MU);
    let mut claim = *p + mu * *q;
    // Few leaves are there: bound from the last variable on, their number falls with each.
    for z in row.iter_mut().chain(leaf.iter_mut().rev()) {
        let [at_zero, leading] = c.read_some(GKR_ROUND)?;
        // claim = (1 − z) t(0) + z t(1); a challenge of zero has probability 2^−155.
        let at_one = (claim - (one - *z) * at_zero) * c.inverse("gkr/round", *z)?;
        let x = c.draw(GKR_X);
        claim = at_zero + x * (at_one - at_zero - leading + x * leading);
        *z = x;
    }
    let [p0, p1, q0, q1] = c.read_some(GKR_CHILDREN)?;
    c.check_equal("gkr/children", claim, p0 * q1 + q0 * (p1 + mu * q1))?;
    let bit = c.draw(GKR_BIT);
    *p = p0 + bit * (p1 - p0);
    *q = q0 + bit * (q1 - q0);
    Ok(bit)
}
