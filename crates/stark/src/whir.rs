//! The opening of a value of all stacks (`spec/proof-system.md`, "whir").
//!
//! A weight W is a sum of products of one-variable functions: eq(ρ, ·), and x ↦ z^x for every opened
//! position z. The verifier evaluates it once, where all variables are bound.

use alloc::vec::Vec;
use core::ops::Mul;

use crate::channel::{Number, Opener};
use crate::eq::{bind, eq_one, eq_weights, log2_ceil};
use crate::error::{Error, Result};
use crate::field::{D, EF};
use crate::gather::StackClaim;
use crate::hash::{Hash, Node};
use crate::masks::{self, Joined, MASK_STACKS, PadClaim, log_pads};
use crate::params::{LOG_MAX_STACKS, Oracle, Params};
use crate::protocol::{
    BASE_ROWS, ORACLE_ROWS, WHIR_FINAL, WHIR_FOLD_WORK, WHIR_POSITIONS, WHIR_R, WHIR_ROOT, WHIR_ROUND,
    WHIR_WORK, WHIR_XI,
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
/// Roots and the claim (or what determines it) must have been absorbed, and roots before its coordinates. With a claim on
/// pads, the last group has the stacks of masks besides, and that claim is checked as well.
pub fn verify<C: Opener>(
    params: &Params,
    c: &mut C,
    groups: &[GroupCommitment<C::Digest>],
    claim: &StackClaim<C::E>,
    pads: Option<&PadClaim<C::E>>,
) -> Result<()> {
    let stacks = groups.iter().fold(0usize, |n, g| n.saturating_add(g.width));
    if stacks > 1 << LOG_MAX_STACKS {
        let (value, limit) = (stacks as u64, 1 << LOG_MAX_STACKS);
        return Err(Error::Limit { what: "number of stacks", value, limit });
    }
    if stacks == 0 && !params.masked {
        return Ok(());
    }
    if stacks == 0
        || claim.stack.len() != log2_ceil(stacks)
        || claim.element.len() != params.log_data()
        || pads.is_some() != params.masked
    {
        return Err(Error::Equation { label: "whir/shape" });
    }
    let mut groups = groups.to_vec();
    let mut weights = eq_weights(&claim.stack, stacks);
    let mut weight = Weight::new(claim.element.clone());
    let mut claim = claim.value;
    if let Some(pads) = pads {
        let (value, limit) = (pads.coefficients.len() as u64, 1 << log_pads(params.log_height));
        if value > limit {
            return Err(Error::Limit { what: "number of pads", value, limit });
        }
        let joined = masks::join(c, params, claim, pads.value)?;
        groups.iter_mut().next_back().into_iter().for_each(|group| group.width += MASK_STACKS);
        weights = joined.weights(weights);
        weight.join(&joined, pads);
        claim = joined.value;
    }
    let mut opened: Opened<'_, C> = Opened { oracle: &params.base, groups, base: true, weights };
    for oracle in &params.rounds {
        let root = c.read_root(WHIR_ROOT)?;
        let claims = opened.open(params, c)?;
        let challenges = weight.reduce(c, &mut claim, claims, oracle.fold, (params.hash, oracle.work))?;
        let weights = eq_weights(challenges, 1 << oracle.fold);
        let group = GroupCommitment { root: Some(root), width: D << oracle.fold };
        opened = Opened { oracle, groups: alloc::vec![group], base: false, weights };
    }
    // The last oracle is in clear; all its variables are bound.
    let mut last = c.read_many(WHIR_FINAL, 1 << params.log_final)?;
    let claims = opened.open(params, c)?;
    for &r in weight.reduce(c, &mut claim, claims, params.log_final, (params.hash, 0))? {
        bind(&mut last, r);
    }
    let last = last.first().copied().unwrap_or_else(C::E::zero);
    c.check_equal("whir/final", last * weight.value(), claim)
}

/// An oracle whose columns are to be combined, the weight of column c being `weights[c]`.
struct Opened<'a, C: Opener> {
    oracle: &'a Oracle,
    groups: Vec<GroupCommitment<C::Digest>>,
    /// Whether columns are of base elements.
    base: bool,
    weights: Vec<C::E>,
}

impl<C: Opener> Opened<'_, C> {
    /// Draws positions; for each, z and the combination of the columns at z.
    fn open(&self, params: &Params, c: &mut C) -> Result<Vec<(C::B, C::E)>> {
        let hint = if self.base { BASE_ROWS } else { ORACLE_ROWS };
        let hash = if self.base { params.hash } else { params.hash.of_oracles() };
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
            let rows = c.open(hash, hint, root, bits, group.width, &positions)?;
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

/// Σ_j ξ^{j+1} z_j^x in the variables that are left when `bound` are bound.
struct Powers<B, E> {
    bound: usize,
    xi: E,
    z: Vec<B>,
}

/// A weight: scale · eq(point, ·) + Σ powers, and the coordinates that variables are bound at; with pads, theirs besides.
struct Weight<'a, B, E> {
    scale: E,
    point: Vec<E>,
    pads: Option<(E, &'a PadClaim<E>)>,
    powers: Vec<Powers<B, E>>,
    bound: Vec<E>,
}

impl<'a, B: Number, E: Number + Mul<B, Output = E> + From<EF>> Weight<'a, B, E> {
    /// eq(point, ·).
    fn new(point: Vec<E>) -> Self {
        Self { scale: E::one(), point, pads: None, powers: Vec::new(), bound: Vec::new() }
    }

    /// What columns have stands in the first half of stacks; pads come in.
    fn join(&mut self, joined: &Joined<E>, pads: &'a PadClaim<E>) {
        self.point.insert(0, E::zero());
        self.scale = E::one() - joined.x;
        self.pads = Some((joined.x, pads));
    }

    /// Adds claims at positions to the claim ⟨F, W⟩, and binds the next `rounds` variables, which are returned. Before each
    /// stand so many bits of work.
    fn reduce<C: Opener<B = B, E = E>>(
        &mut self,
        c: &mut C,
        claim: &mut E,
        claims: Vec<(B, E)>,
        rounds: usize,
        (hash, work): (Hash, usize),
    ) -> Result<&[E]> {
        let xi = c.draw(WHIR_XI);
        let (z, y): (Vec<B>, Vec<E>) = claims.into_iter().unzip();
        *claim = *claim + powers_of(xi, y.into_iter());
        let first = self.bound.len();
        self.powers.push(Powers { bound: first, xi, z });
        for _ in 0..rounds {
            let [at_zero, leading] = c.read_some(WHIR_ROUND)?;
            c.check_work(hash, WHIR_FOLD_WORK, work)?;
            let r = c.draw(WHIR_R);
            // h(0), h(1) = claim − h(0), and the coefficient of X².
            *claim = at_zero + r * (*claim - at_zero.twice() - leading + leading * r);
            self.bound.push(r);
        }
        Ok(&self.bound[first..])
    }

    /// W, all variables being bound.
    fn value(&self) -> E {
        let eq = self.point.iter().zip(&self.bound).fold(self.scale, |eq, (&a, &r)| eq * eq_one(a, r));
        let start = self.pads.iter().fold(eq, |sum, &(x, pads)| sum + x * pads.weight(&self.bound));
        self.powers.iter().fold(start, |sum, powers| {
            let r = &self.bound[powers.bound..];
            sum + powers_of(powers.xi, powers.z.iter().map(|&z| power_at(z, r)))
        })
    }
}

/// Σ_j ξ^{j+1} v_j.
fn powers_of<E: Number>(xi: E, values: impl DoubleEndedIterator<Item = E>) -> E {
    values.rev().fold(E::zero(), |sum, value| sum * xi + value) * xi
}

/// z^x, the bits of x being bound at `r`, the highest first: Π 1 − r_i + r_i z^{2^{m−1−i}}.
fn power_at<B: Number, E: Number + Mul<B, Output = E>>(z: B, r: &[E]) -> E {
    let (mut power, mut product) = (z, E::one());
    for &r in r.iter().rev() {
        product = product * (r * power + (E::one() - r));
        power = power * power;
    }
    product
}
