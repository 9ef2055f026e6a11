//! What weighs a value of all stacks among the columns' values, without looking at single chunks.
//!
//! `spec/arguments/gather.md`, "windows". Mirrors `aver_stark_prover::windows`.
//!
//! A column of m chunks from place k on weighs window(k, m) = Σ_{i < m} eq(e, i) eq(x, k + i). That is computed bit by
//! bit, from the lowest, by an automaton that adds and compares; it is linear in each bit of k and m. So a sumcheck over
//! these bits leaves one window, at a random point, and how much of each column is there.

use alloc::vec::Vec;
use core::array::from_fn;

use crate::channel::{Channel, Count, Number, sum};
use crate::error::Result;
use crate::gather::log_slots;
use crate::layout::{Layout, Point};
use crate::protocol::{WINDOW_ROUND, WINDOW_X};

/// What the automaton has after some bits: weights of all i by the carry of k + i, then of those below m.
pub type State<E> = [E; 4];

/// The automaton for coordinates of chunks and places.
pub struct Windows<E> {
    /// For each bit from the lowest, eq(e, bit of i) · eq(x, bit of k + i): by bit of i, then of k + i.
    bits: Vec<[[E; 2]; 2]>,
    /// Where it starts.
    pub start: State<E>,
}

impl<E: Number> Windows<E> {
    /// For a chunk's coordinates `e` and a place's coordinates `x`, most significant first. A window may end where the
    /// places do, so m has a bit more than places.
    pub fn new(e: &[E], x: &[E]) -> Self {
        let bit = |from: &[E], t: usize| from.iter().rev().nth(t).copied().unwrap_or_else(E::zero);
        let weights = |t: usize| {
            let (e, x) = (bit(e, t), bit(x, t));
            let both = e * x;
            [[E::one() - e - x + both, x - both], [e - both, both]]
        };
        let count = x.len() + 1;
        let bits = (0..count).map(weights).collect();
        // Bits of i that are not looked at are zero, as m has none.
        let high = &e[..e.len().saturating_sub(count)];
        let scale = high.iter().fold(E::one(), |scale, &e| scale * (E::one() - e));
        Self { bits, start: [scale, E::zero(), E::zero(), E::zero()] }
    }

    /// Number of bits of k, and of m.
    pub fn bits(&self) -> usize {
        self.bits.len()
    }

    /// One bit on, the `t`th of k and m being these.
    pub fn step(&self, t: usize, state: &State<E>, k: E, m: E) -> State<E> {
        let [[w00, w01], [w10, w11]] = self.bits[t];
        let zero = E::zero();
        // With the bit of i zero, or one: where carries lead.
        let unset =
            |[v0, v1]: [E; 2]| [E::select(k, w01 * v0, w00 * v0 + w01 * v1), E::select(k, w00 * v1, zero)];
        let set =
            |[v0, v1]: [E; 2]| [E::select(k, zero, w11 * v0), E::select(k, w10 * v0 + w11 * v1, w10 * v1)];
        let add = |a: [E; 2], b: [E; 2]| [a[0] + b[0], a[1] + b[1]];
        let [a0, a1, l0, l1] = *state;
        let all = add(unset([a0, a1]), set([a0, a1]));
        // i is below m if its bit is below, or both are the same and it was before.
        let below = unset([E::select(m, a0, l0), E::select(m, a1, l1)]);
        let same = set([E::select(m, l0, zero), E::select(m, l1, zero)]);
        let below = add(below, same);
        [all[0], all[1], below[0], below[1]]
    }

    /// The window for these bits of k and m, most significant first.
    pub fn window(&self, k: &[E], m: &[E]) -> E {
        let bits = k.iter().rev().zip(m.iter().rev()).enumerate();
        let end = bits.fold(self.start, |state, (t, (&k, &m))| self.step(t, &state, k, m));
        end[Self::END]
    }

    /// The part of the last state that counts: those below m, without a carry.
    pub const END: usize = 2;
}

/// Checks that ω at the place `point` is `claim`.
pub fn verify<C: Channel>(
    c: &mut C,
    layout: &Layout<C::Count>,
    rho: &Point<C::E>,
    gammas: &[C::E],
    point: &[C::E],
    mut claim: C::E,
) -> Result<()> {
    debug_assert_eq!(point.len(), log_slots(layout));
    let windows = Windows::new(&rho.chunk, point);
    let mut bound: [Vec<C::E>; 2] = from_fn(|_| Vec::new());
    for _ in 0..windows.bits() {
        for bound in &mut bound {
            let [at_zero, leading] = c.read_some(WINDOW_ROUND)?;
            let x = c.draw(WINDOW_X);
            claim = at_zero + x * (claim - at_zero.twice() - leading + leading * x);
            bound.insert(0, x);
        }
    }
    let [k, m] = &bound;
    let of_chunks = C::Count::eq_each(m, &layout.chunks.iter().collect::<Vec<_>>());
    let of_places = C::Count::eq_each(k, &layout.places.iter().flatten().collect::<Vec<_>>());
    let mut columns = gammas.iter().zip(of_places).map(|(&gamma, of_place)| gamma * of_place);
    let chips = layout.places.iter().zip(of_chunks);
    let sum = sum(chips.map(|(places, of_chunks)| of_chunks * sum(columns.by_ref().take(places.len()))));
    c.check_equal("windows", claim, sum * windows.window(k, m))
}

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;

    use super::*;
    use crate::eq::eq_index;
    use crate::field::EF;
    use crate::hash::Sponge;

    #[test]
    fn windows_are_the_sums_they_stand_for() {
        let mut sponge = Sponge::new("windows");
        let mut draw = |n: usize| (0..n).map(|_| sponge.challenge("x")).collect::<Vec<EF>>();
        for (log_chunks, log_places) in [(0, 0), (2, 0), (0, 2), (3, 3), (2, 4), (6, 3)] {
            let (e, x) = (draw(log_chunks), draw(log_places));
            let windows = Windows::new(&e, &x);
            let bits = |v: usize| -> Vec<EF> {
                (0..windows.bits()).rev().map(|t| EF::from_bool(v >> t & 1 == 1)).collect()
            };
            for k in 0..=1usize << log_places {
                for m in 0..=((1 << log_places) - k).min(1 << log_chunks) {
                    let sum: EF = (0..m).map(|i| eq_index(&e, i) * eq_index(&x, k + i)).sum();
                    assert_eq!(windows.window(&bits(k), &bits(m)), sum, "{k} {m}");
                }
            }
        }
    }
}
