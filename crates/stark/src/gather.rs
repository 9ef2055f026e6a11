//! Gathers the values of all columns at ρ into one value of all stacks at one point.
//!
//! `spec/proof-system.md`, "gather". Mirrors `aver_stark_prover::gather`.
//!
//! Let D(k) be what chunk k of the stacks is at ρ's row. A column at ρ is Σ_e eq(ρ.chunk, e) D(k + e), k its
//! first chunk; so the sum of all columns, weighted with powers of γ, is Σ_k ω(k) D(k), ω being known. A
//! sumcheck over k leaves ω and D at one point, and that D is one value of all stacks.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::eq::{eq_weights, log2_ceil};
use crate::error::{Error, Result};
use crate::field::{EF, powers};
use crate::layout::{Layout, Point};
use crate::protocol::{GATHER_GAMMA, GATHER_ROUND, GATHER_VALUE, GATHER_X};
use crate::transcript::Reader;
use crate::zerocheck::Values;

/// A value of all stacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackClaim {
    /// Selects the stack, most significant bit first.
    pub stack: Vec<EF>,
    /// Selects the element of the stack: h coordinates.
    pub element: Vec<EF>,
    /// The value.
    pub value: EF,
}

/// Checks the sumcheck for the columns' `values` at `rho`, and returns what is left to show.
pub fn verify(reader: &mut Reader<'_>, layout: &Layout, rho: &Point, values: &Values) -> Result<StackClaim> {
    let gamma = reader.challenge(GATHER_GAMMA);
    let count = values.iter().map(Vec::len).sum();
    let gammas = powers(gamma, count);
    let mut claim: EF = gammas.iter().zip(values.iter().flatten()).map(|(&g, &v)| g * v).sum();
    let mut point = Vec::new();
    for _ in 0..log_slots(layout) {
        let [at_zero, leading] = reader.read(GATHER_ROUND)?;
        let x = reader.challenge(GATHER_X);
        // h(0), h(1) = claim − h(0), and the coefficient of X².
        claim = at_zero + x * (claim - at_zero.double() - leading + leading * x);
        point.insert(0, x);
    }
    let value = reader.read(GATHER_VALUE)?;
    if claim != weight(layout, rho, &gammas, &point) * value {
        return Err(Error::Equation { label: "gather/value" });
    }
    Ok(stack_claim(layout, rho, point, value))
}

/// log2 of the number of chunks that fit into all stacks, rounded up.
pub fn log_slots(layout: &Layout) -> usize {
    log2_ceil(layout.slots())
}

/// The weights ω(k).
pub fn weights(layout: &Layout, rho: &Point, gammas: &[EF]) -> Vec<EF> {
    let mut out = alloc::vec![EF::ZERO; layout.slots()];
    let most = layout.chunks.iter().copied().max().unwrap_or(0);
    let eq = eq_weights(&rho.chunk, most);
    for ((first, chunks), &gamma) in columns(layout).zip(gammas) {
        let weights = eq[..chunks].iter().map(|&e| gamma * e);
        out[first..].iter_mut().zip(weights).for_each(|(out, w)| *out = w);
    }
    out
}

/// ω at `point`.
fn weight(layout: &Layout, rho: &Point, gammas: &[EF], point: &[EF]) -> EF {
    let most = layout.chunks.iter().copied().max().unwrap_or(0);
    let (of_chunk, of_slot) = (eq_weights(&rho.chunk, most), eq_weights(point, layout.slots()));
    let column = |((first, chunks), &gamma): ((usize, usize), &EF)| {
        let weights = of_slot.iter().skip(first).zip(&of_chunk[..chunks]);
        gamma * weights.map(|(&s, &c)| s * c).sum::<EF>()
    };
    columns(layout).zip(gammas).map(column).sum()
}

/// Of all columns that have rows: first chunk, and number of chunks.
fn columns(layout: &Layout) -> impl Iterator<Item = (usize, usize)> {
    let chips = layout.places.iter().zip(&layout.chunks).filter(|c| *c.1 > 0);
    chips.flat_map(|(places, &chunks)| places.iter().map(move |&first| (first, chunks)))
}

/// What a value of D at `point` says of stacks.
pub fn stack_claim(layout: &Layout, rho: &Point, mut point: Vec<EF>, value: EF) -> StackClaim {
    let stacks = point.len().saturating_sub(layout.log_height - layout.log_chunk);
    let mut element = point.split_off(stacks);
    element.extend(&rho.row);
    StackClaim { stack: point, element, value }
}
