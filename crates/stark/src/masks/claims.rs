//! From equations to a claim on pads, and from that and the claim on stacks to one claim.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use super::{Clear, Form, LOG_PARTS, Masked, Tape};
use crate::channel::{Channel, Number, dot};
use crate::eq::eq_weights;
use crate::error::Result;
use crate::field::{D, EF, F, from_coefficients};
use crate::gather::StackClaim;
use crate::params::Params;
use crate::protocol::{
    MASKS_CROSS, MASKS_DELTA, MASKS_ETA, MASKS_FACTORS, MASKS_PRODUCTS, MASKS_RHO, MASKS_VALUE, MASKS_WORK,
    MASKS_X, MASKS_ZETA,
};
use crate::verify::{self, Challenge, Facts};

/// Σ coefficient · pad is the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PadClaim<E = EF> {
    /// By pad.
    pub coefficients: Vec<E>,
    /// The value.
    pub value: E,
}

/// A value of all stacks, and one of pads.
pub type Claims<E> = (StackClaim<E>, PadClaim<E>);

/// [`verify::reduce`] where messages are masked: what is left are a value of all stacks, and one of pads.
pub fn reduce<C: Channel, R>(
    c: &mut C,
    facts: &Facts<'_, C::B, C::E, R, C::Count>,
    challenge: &Challenge<C::E>,
    sum: C::E,
) -> Result<Claims<C::E>> {
    let tape = Tape::default();
    let claim = on_tape(c, &tape, facts, challenge, sum)?;
    Ok((claim, finish(c, &tape)?))
}

/// The same, but that what is demanded of pads is left on the tape.
pub fn on_tape<C: Channel, R>(
    c: &mut C,
    tape: &Tape<C::E>,
    facts: &Facts<'_, C::B, C::E, R, C::Count>,
    challenge: &Challenge<C::E>,
    sum: C::E,
) -> Result<StackClaim<C::E>> {
    let publics: Vec<_> = facts.publics.iter().map(|&value| Form::Known(value.into())).collect();
    let values = |values: &[C::B]| values.iter().map(|&value| Form::Known(value.into())).collect();
    let messages: Vec<_> = facts.messages.iter().map(|(bus, m, v)| (*bus, *m, values(v))).collect();
    let facts = Facts::<_, _, (), _> {
        system: facts.system,
        params: facts.params,
        layout: &facts.layout.map(|count| Clear(count.clone())),
        fixed: None,
        boundary: None,
        publics: &publics,
        messages: &messages,
        shared: &known(facts.shared),
    };
    let claim = verify::reduce(&mut Masked::new(c, tape), &facts, &known(challenge), Form::Known(sum))?;
    let all = |point: Vec<Form<'_, C::E>>| point.into_iter().map(Form::known).collect();
    Ok(StackClaim { stack: all(claim.stack), element: all(claim.element), value: claim.value.known() })
}

fn known<'t, E: Number>(challenge: &Challenge<E>) -> Challenge<Form<'t, E>> {
    let betas = challenge.betas.iter().map(|&beta| Form::Known(beta)).collect();
    Challenge { alpha: Form::Known(challenge.alpha), betas }
}

/// Reduces all that a tape demands to a claim on pads.
pub fn finish<C: Channel>(c: &mut C, tape: &Tape<C::E>) -> Result<PadClaim<C::E>> {
    tape.check()?;
    let combined = tape.combine(c.draw(MASKS_ZETA));
    let products = c.read_some(MASKS_PRODUCTS)?;
    let delta = c.draw(MASKS_DELTA);
    let factors = c.read_many(MASKS_FACTORS, 2 * combined.products.len())?;
    let eta = c.draw(MASKS_ETA);
    Ok(tape.claim(&combined, products, delta, &factors, eta))
}

/// A claim on stacks and one on pads, as one on a combination of stacks.
pub struct Joined<E> {
    /// Weighs stacks among the stacks and the polynomial that hides them.
    pub rho: E,
    /// Weighs pads among all.
    pub x: E,
    /// The value.
    pub value: E,
}

/// Joins a value of stacks with the value of pads.
pub fn join<C: Channel>(c: &mut C, params: &Params, stacks: C::E, pads: C::E) -> Result<Joined<C::E>> {
    let hiding = c.read_one(MASKS_VALUE)?;
    c.check_work(params.hash, MASKS_WORK, params.base.work)?;
    let rho = c.draw(MASKS_RHO);
    let cross = c.read_one(MASKS_CROSS)?;
    c.check_work(params.hash, MASKS_WORK, params.base.work)?;
    let x = c.draw(MASKS_X);
    let y = C::E::one() - x;
    // Of degree 2: at 0 and at 1 the two claims, and between them the cross terms.
    let value = y * (y * (rho * stacks + hiding) + x * cross) + x * x * pads;
    Ok(Joined { rho, x, value })
}

impl<E: Number + From<EF>> Joined<E> {
    /// Weights of columns: those of stacks scaled, then of the masks' stacks.
    pub fn weights(&self, mut stacks: Vec<E>) -> Vec<E> {
        let y = E::one() - self.x;
        let scale = y * self.rho;
        stacks.iter_mut().for_each(|weight| *weight = *weight * scale);
        stacks.push(self.x);
        stacks.extend(basis().map(|power| y * E::from(power)));
        stacks
    }
}

/// 1, X, X², …: what the coefficients of an element of E are coefficients of.
pub fn basis() -> [EF; D] {
    core::array::from_fn(|d| from_coefficients(core::array::from_fn(|i| F::from_bool(i == d))))
}

impl<E: Number + From<EF>> PadClaim<E> {
    /// The weights of pads in their stack, as a multilinear polynomial, at `point`.
    pub fn weight(&self, point: &[E]) -> E {
        let (high, low) = point.split_at(point.len().min(1 + LOG_PARTS));
        // The first half, of which the parts are coefficients: 0, eq of a part.
        let parts = eq_weights(high, D);
        let parts = parts.iter().zip(basis()).fold(E::zero(), |sum, (&eq, power)| sum + eq * E::from(power));
        parts * dot(&self.coefficients, &eq_weights(low, self.coefficients.len()))
    }
}
