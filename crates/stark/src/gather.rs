//! Gathers the values of all columns at ρ into one value of all stacks at one point.
//!
//! `spec/proof-system.md`, "gather". Mirrors `aver_stark_prover::gather`.
//!
//! Let D(k) be what chunk k of the stacks is at ρ's row. A column at ρ is Σ_e eq(ρ.chunk, e) D(k + e), k its
//! first chunk; so the sum of all columns, weighted with powers of γ, is Σ_k ω(k) D(k), ω being known. A
//! sumcheck over k leaves ω and D at one point; that D is one value of all stacks, and that ω is what the prover says
//! shows another sumcheck ([`crate::windows`]).

use alloc::vec::Vec;

use crate::channel::{Channel, Number, dot};
use crate::eq::{eq_weights, log2_ceil};
use crate::error::Result;
use crate::field::{EF, powers};
use crate::layout::{Layout, Point};
use crate::params::Params;
use crate::protocol::{GATHER_GAMMA, GATHER_ROUND, GATHER_VALUE, GATHER_WEIGHT, GATHER_WORK, GATHER_X};
use crate::windows;
use crate::zerocheck::Values;

/// A value of all stacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackClaim<E = EF> {
    /// Selects the stack, most significant bit first.
    pub stack: Vec<E>,
    /// Selects the element of the stack: h coordinates.
    pub element: Vec<E>,
    /// The value.
    pub value: E,
}

/// Checks the sumcheck for the columns' `values` at `rho`, and returns what is left to show.
pub fn verify<C: Channel>(
    c: &mut C,
    params: &Params,
    layout: &Layout<C::Count>,
    rho: &Point<C::E>,
    values: &Values<C::E>,
) -> Result<StackClaim<C::E>> {
    let values = values.concat();
    let gammas = powers(c.draw(GATHER_GAMMA), values.len());
    let mut claim = dot(&gammas, &values);
    let mut point = Vec::new();
    for round in 0..log_slots(layout) {
        let [at_zero, leading] = c.read_some(GATHER_ROUND)?;
        if combines_stacks(layout, round) {
            c.check_work(params.hash, GATHER_WORK, params.base.work)?;
        }
        let x = c.draw(GATHER_X);
        // h(0), h(1) = claim − h(0), and the coefficient of X².
        claim = at_zero + x * (claim - at_zero.twice() - leading + leading * x);
        point.insert(0, x);
    }
    let value = c.read_one(GATHER_VALUE)?;
    let weight = c.read_one(GATHER_WEIGHT)?;
    c.check_equal("gather/value", claim, weight * value)?;
    windows::verify(c, layout, rho, &gammas, &point, weight)?;
    Ok(stack_claim(layout, rho, point, value))
}

/// log2 of the number of chunks that fit into all stacks, rounded up.
pub fn log_slots<N>(layout: &Layout<N>) -> usize {
    log2_ceil(layout.slots())
}

/// Whether this round's coordinate combines stacks; those before choose within a stack.
pub fn combines_stacks<N>(layout: &Layout<N>, round: usize) -> bool {
    round >= layout.log_height - layout.log_chunk
}

/// The weights ω(k).
pub fn weights<E: Number>(layout: &Layout, rho: &Point<E>, gammas: &[E]) -> Vec<E> {
    let mut out = alloc::vec![E::zero(); layout.slots()];
    let eq = eq_weights(&rho.chunk, most_chunks(layout));
    for ((first, chunks), &gamma) in columns(layout).zip(gammas) {
        out.iter_mut().skip(first).zip(&eq[..chunks]).for_each(|(out, &e)| *out = gamma * e);
    }
    out
}

fn most_chunks(layout: &Layout) -> usize {
    layout.chunks.iter().copied().max().unwrap_or(0)
}

/// Of all columns: first chunk, and number of chunks.
pub fn columns(layout: &Layout) -> impl Iterator<Item = (usize, usize)> {
    let chips = layout.places.iter().zip(&layout.chunks);
    chips.flat_map(|(places, &chunks)| places.iter().map(move |&first| (first, chunks)))
}

/// What a value of D at `point` says of stacks.
pub fn stack_claim<N, E: Number>(
    layout: &Layout<N>,
    rho: &Point<E>,
    mut point: Vec<E>,
    value: E,
) -> StackClaim<E> {
    let stacks = point.len().saturating_sub(layout.log_height - layout.log_chunk);
    let mut element = point.split_off(stacks);
    element.extend(&rho.row);
    StackClaim { stack: point, element, value }
}
