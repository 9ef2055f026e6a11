//! The opening of a value of all stacks (`spec/proof-system.md`, "whir").
//!
//! A weight W is a sum of products of one-variable functions: eq(ρ, ·), and x ↦ z^x for every opened
//! position z. The verifier binds variables in each of them, and sums when few variables are left.

use alloc::vec::Vec;

use p3_field::{PackedFieldExtension, PackedValue, PrimeCharacteristicRing, TwoAdicField};

use crate::eq::{bit_reverse, eq_one, eq_weights, log2_ceil, scaled_eq_table};
use crate::error::{Error, Result};
use crate::field::{D, EF, F, PEF, PF, from_coefficients};
use crate::gather::StackClaim;
use crate::hash::Digest;
use crate::merkle::verify_rows;
use crate::params::{LOG_MAX_STACKS, Oracle, Params};
use crate::protocol::{
    BASE_ROWS, ORACLE_ROWS, WHIR_FINAL, WHIR_POSITIONS, WHIR_R, WHIR_ROOT, WHIR_ROUND, WHIR_WORK, WHIR_XI,
};
use crate::transcript::Reader;

/// A committed group of stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupCommitment {
    /// Root of its tree; a group without stacks has none.
    pub root: Option<Digest>,
    /// Number of stacks.
    pub width: usize,
}

/// Checks that Σ_y eq(stack, y) · (stack y of the groups, in order, at `element`) is the claimed value.
///
/// Roots and the claim (or what determines it) must have been absorbed, and roots before its coordinates.
pub fn verify(
    params: &Params,
    reader: &mut Reader,
    groups: &[GroupCommitment],
    claim: &StackClaim,
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
    let weights = eq_weights(&claim.stack, stacks);
    let mut weight = Weight { scale: EF::ONE, point: claim.element.clone(), powers: Vec::new() };
    let mut claim = claim.value;
    let mut opened = Opened { oracle: &params.base, groups: groups.to_vec(), base: true, weights };
    for oracle in &params.rounds {
        let root = reader.read(WHIR_ROOT)?;
        let claims = opened.open(params, reader)?;
        let xi = reader.challenge(WHIR_XI);
        let mut scale = xi;
        for (z, y) in claims {
            claim += scale * y;
            weight.powers.push(Power { scale, z });
            scale *= xi;
        }
        let mut challenges = Vec::with_capacity(oracle.fold);
        for _ in 0..oracle.fold {
            let [at_zero, leading] = reader.read(WHIR_ROUND)?;
            let r = reader.challenge(WHIR_R);
            // h(0), h(1) = claim − h(0), and the coefficient of X².
            claim = at_zero + r * (claim - at_zero.double() - leading + leading * r);
            weight.bind(r);
            challenges.push(r);
        }
        let weights = eq_weights(&challenges, 1 << oracle.fold);
        let group = GroupCommitment { root: Some(root), width: D << oracle.fold };
        opened = Opened { oracle, groups: alloc::vec![group], base: false, weights };
    }
    let last = reader.read_list(WHIR_FINAL, 1 << params.log_final)?;
    let claims = opened.open(params, reader)?;
    let at: Vec<F> = claims.iter().map(|c| c.0).collect();
    if evaluate(&last, &at).iter().zip(&claims).any(|(&value, c)| value != c.1) {
        return Err(Error::Equation { label: "whir/final positions" });
    }
    if weight.sum(&last) != claim {
        return Err(Error::Equation { label: "whir/final sum" });
    }
    Ok(())
}

/// An oracle whose columns are to be combined, the weight of column c being `weights[c]`.
struct Opened<'a> {
    oracle: &'a Oracle,
    groups: Vec<GroupCommitment>,
    /// Whether columns are of base elements.
    base: bool,
    weights: Vec<EF>,
}

impl Opened<'_> {
    /// Draws positions; for each, z and the combination of the columns at z.
    fn open(&self, params: &Params, reader: &mut Reader) -> Result<Vec<(F, EF)>> {
        let hint = if self.base { BASE_ROWS } else { ORACLE_ROWS };
        let log_domain = self.oracle.log_domain;
        reader.work(WHIR_WORK, params.query_work)?;
        let indices = reader.positions(WHIR_POSITIONS, log_domain, self.oracle.queries);
        let generator = F::two_adic_generator(log_domain);
        let position = |&i: &usize| (generator.exp_u64(bit_reverse(i, log_domain) as u64), EF::ZERO);
        let mut claims: Vec<(F, EF)> = indices.iter().map(position).collect();
        let mut weights = self.weights.as_slice();
        for group in self.groups.iter().filter(|g| g.width > 0) {
            let root = group.root.as_ref().ok_or(Error::Merkle { label: hint.step().label })?;
            let rows = verify_rows(reader, hint, root, log_domain, group.width, &indices)?;
            if self.base {
                let (own, rest) = weights.split_at_checked(group.width).unwrap_or((weights, &[]));
                weights = rest;
                for (claim, row) in claims.iter_mut().zip(&rows) {
                    claim.1 += row.iter().zip(own).map(|(&v, &w)| w * v).sum::<EF>();
                }
            } else {
                for (claim, row) in claims.iter_mut().zip(&rows) {
                    let (elements, _) = row.as_chunks::<D>();
                    claim.1 +=
                        elements.iter().zip(weights).map(|(&v, &w)| w * from_coefficients(v)).sum::<EF>();
                }
            }
        }
        Ok(claims)
    }
}

/// `scale` · z^x; `z` is the base for the variables that are left.
struct Power {
    scale: EF,
    z: F,
}

/// A weight on the variables that are left: scale · eq(point, ·) + Σ powers.
struct Weight {
    scale: EF,
    point: Vec<EF>,
    powers: Vec<Power>,
}

impl Weight {
    /// Binds the first variable at `r`.
    fn bind(&mut self, r: EF) {
        if self.point.is_empty() {
            return;
        }
        self.scale *= eq_one(self.point.remove(0), r);
        for power in &mut self.powers {
            let high = power.z.exp_power_of_2(self.point.len());
            power.scale += power.scale * r * (high - F::ONE);
        }
    }

    /// Σ_x F(x) W(x).
    fn sum(&self, f: &[EF]) -> EF {
        let eq = scaled_eq_table(&self.point, self.scale);
        let sum: EF = eq.iter().zip(f).map(|(&w, &f)| w * f).sum();
        let at: Vec<F> = self.powers.iter().map(|p| p.z).collect();
        let values = evaluate(f, &at);
        sum + self.powers.iter().zip(values).map(|(p, v)| p.scale * v).sum::<EF>()
    }
}

/// Σ_x F(x) z^x for each z, as many z at a time as a register holds.
fn evaluate(f: &[EF], at: &[F]) -> Vec<EF> {
    let mut out = Vec::with_capacity(at.len());
    for chunk in at.chunks(PF::WIDTH) {
        let z = PF::from_fn(|lane| chunk.get(lane).copied().unwrap_or(F::ZERO));
        let value: PEF = f.iter().rev().fold(PEF::ZERO, |acc, &c| acc * z + c);
        out.extend((0..chunk.len()).map(|lane| -> EF { value.extract(lane) }));
    }
    out
}
