//! The opening of a value of all stacks (`spec/proof-system.md`, "whir").
//!
//! A weight W is a sum of products of one-variable functions: eq(ρ, ·), and x ↦ z^x for every opened
//! position z. The verifier binds variables in each of them, and sums when few variables are left.

use alloc::vec::Vec;
use core::ops::Mul;

use crate::channel::{Channel, Number, dot, sum};
use crate::eq::{eq_one, eq_weights, log2_ceil, scaled_eq_table};
use crate::error::{Error, Result};
use crate::field::D;
use crate::gather::StackClaim;
use crate::hash::Node;
use crate::params::{LOG_MAX_STACKS, Oracle, Params};
use crate::protocol::{
    BASE_ROWS, ORACLE_ROWS, WHIR_FINAL, WHIR_POSITIONS, WHIR_R, WHIR_ROOT, WHIR_ROUND, WHIR_WORK, WHIR_XI,
};

/// A committed group of stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupCommitment<R = Node> {
    /// Root of its tree; a group without stacks has none.
    pub root: Option<R>,
    /// Number of stacks.
    pub width: usize,
}

/// Checks that Σ_y eq(stack, y) · (stack y of the groups, in order, at `element`) is the claimed value.
///
/// Roots and the claim (or what determines it) must have been absorbed, and roots before its coordinates.
pub fn verify<C: Channel>(
    params: &Params,
    c: &mut C,
    groups: &[GroupCommitment<C::Digest>],
    claim: &StackClaim<C::E>,
) -> Result<()> {
    let stacks = groups.iter().fold(0usize, |n, g| n.saturating_add(g.width));
    if stacks > 1 << LOG_MAX_STACKS {
        let (value, limit) = (stacks as u64, 1 << LOG_MAX_STACKS);
        return Err(Error::Limit { what: "number of stacks", value, limit });
    }
    if stacks == 0 {
        return Ok(());
    }
    if claim.stack.len() != log2_ceil(stacks) || claim.element.len() != params.log_height {
        return Err(Error::Equation { label: "whir/shape" });
    }
    let mut opened: Opened<'_, C> = Opened {
        oracle: &params.base,
        groups: groups.to_vec(),
        base: true,
        weights: eq_weights(&claim.stack, stacks),
    };
    let mut weight = Weight { scale: C::E::one(), point: claim.element.clone(), powers: Vec::new() };
    let mut claim = claim.value;
    for oracle in &params.rounds {
        let root = c.read_root(WHIR_ROOT)?;
        let claims = opened.open(params, c)?;
        let xi = c.draw(WHIR_XI);
        let mut scale = xi;
        for (z, y) in claims {
            claim = claim + scale * y;
            weight.powers.push(Power { scale, z });
            scale = scale * xi;
        }
        let mut challenges = Vec::with_capacity(oracle.fold);
        for _ in 0..oracle.fold {
            let [at_zero, leading] = c.read_some(WHIR_ROUND)?;
            let r = c.draw(WHIR_R);
            // h(0), h(1) = claim − h(0), and the coefficient of X².
            claim = at_zero + r * (claim - at_zero.twice() - leading + leading * r);
            weight.bind(r);
            challenges.push(r);
        }
        let weights = eq_weights(&challenges, 1 << oracle.fold);
        let group = GroupCommitment { root: Some(root), width: D << oracle.fold };
        opened = Opened { oracle, groups: alloc::vec![group], base: false, weights };
    }
    let last = c.read_many(WHIR_FINAL, 1 << params.log_final)?;
    let claims = opened.open(params, c)?;
    let at: Vec<C::B> = claims.iter().map(|claim| claim.0).collect();
    for (value, (_, claimed)) in c.evaluate(&last, &at).into_iter().zip(claims) {
        c.check_equal("whir/final positions", value, claimed)?;
    }
    let value = weight.sum(c, &last);
    c.check_equal("whir/final sum", value, claim)
}

/// An oracle whose columns are to be combined, the weight of column c being `weights[c]`.
struct Opened<'a, C: Channel> {
    oracle: &'a Oracle,
    groups: Vec<GroupCommitment<C::Digest>>,
    /// Whether columns are of base elements.
    base: bool,
    weights: Vec<C::E>,
}

impl<C: Channel> Opened<'_, C> {
    /// Draws positions; for each, z and the combination of the columns at z.
    fn open(&self, params: &Params, c: &mut C) -> Result<Vec<(C::B, C::E)>> {
        let hint = if self.base { BASE_ROWS } else { ORACLE_ROWS };
        let bits = self.oracle.log_domain;
        c.check_work(params.hash, WHIR_WORK, params.query_work)?;
        let positions = c.draw_positions(WHIR_POSITIONS, bits, self.oracle.queries);
        let mut claims = Vec::with_capacity(positions.len());
        for position in &positions {
            claims.push((c.root_of_unity(position, bits), C::E::zero()));
        }
        let mut weights = self.weights.as_slice();
        for group in self.groups.iter().filter(|g| g.width > 0) {
            let root = group.root.as_ref().ok_or(Error::Merkle { label: hint.step().label })?;
            let rows = c.open(params.hash, hint, root, bits, group.width, &positions)?;
            let own = if self.base {
                let (own, rest) = weights.split_at_checked(group.width).unwrap_or((weights, &[]));
                weights = rest;
                own
            } else {
                weights
            };
            for (claim, row) in claims.iter_mut().zip(&rows) {
                let value = if self.base { c.combine_base(row, own) } else { c.combine_ext(row, own) };
                claim.1 = claim.1 + value;
            }
        }
        Ok(claims)
    }
}

/// `scale` · z^x; `z` is the base for the variables that are left.
struct Power<B, E> {
    scale: E,
    z: B,
}

/// A weight on the variables that are left: scale · eq(point, ·) + Σ powers.
struct Weight<B, E> {
    scale: E,
    point: Vec<E>,
    powers: Vec<Power<B, E>>,
}

impl<B: Number, E: Number + Mul<B, Output = E>> Weight<B, E> {
    /// Binds the first variable at `r`.
    fn bind(&mut self, r: E) {
        if self.point.is_empty() {
            return;
        }
        self.scale = self.scale * eq_one(self.point.remove(0), r);
        for power in &mut self.powers {
            let high = (0..self.point.len()).fold(power.z, |z, _| z * z);
            power.scale = power.scale + power.scale * r * (high - B::one());
        }
    }

    /// Σ_x F(x) W(x).
    fn sum<C: Channel<B = B, E = E>>(&self, c: &mut C, f: &[E]) -> E {
        let eq = scaled_eq_table(&self.point, self.scale);
        let at: Vec<B> = self.powers.iter().map(|p| p.z).collect();
        let values = c.evaluate(f, &at);
        dot(&eq, f) + sum(self.powers.iter().zip(values).map(|(p, v)| p.scale * v))
    }
}
