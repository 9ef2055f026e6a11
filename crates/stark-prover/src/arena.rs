//! Memory that is kept: touching fresh pages costs more than the work done on them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

/// Buffers given back, for the next proof. A buffer is used again only for what nearly fills it, and
/// no more is kept and in use together than was ever in use at a time.
#[derive(Default)]
pub struct Arena {
    state: Mutex<State>,
    /// Elements that are kept at most, where memory is scarce.
    most_kept: Option<usize>,
}

#[derive(Default)]
struct State {
    /// By capacity.
    free: BTreeMap<usize, Vec<Vec<F>>>,
    /// Elements of all free buffers.
    kept: usize,
    /// Elements of all buffers that are out, now and at most.
    used: usize,
    most_used: usize,
}

/// Capacities come in four sizes for each power of two, so that lengths which differ a little share
/// buffers.
fn capacity(len: usize) -> usize {
    let step = (len.next_power_of_two() / 8).max(1);
    len.next_multiple_of(step)
}

impl Arena {
    /// One that keeps no more than so many elements.
    pub fn keeping(elements: usize) -> Self {
        Self { most_kept: Some(elements), ..Self::default() }
    }

    /// A buffer of `len` elements, of any values.
    pub fn take(&self, len: usize) -> Vec<F> {
        let capacity = capacity(len);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fitting = state.free.range_mut(capacity..=capacity + capacity / 4);
        let kept = fitting.find_map(|(_, buffers)| buffers.pop());
        state.kept -= kept.as_ref().map_or(0, Vec::capacity);
        state.used += kept.as_ref().map_or(capacity, Vec::capacity);
        state.most_used = state.most_used.max(state.used);
        let dropped = state.drop_excess();
        drop(state);
        drop(dropped);
        let mut buffer = kept.unwrap_or_else(|| Vec::with_capacity(capacity));
        buffer.resize(len, F::ZERO);
        buffer
    }

    /// Keeps a buffer, or drops it when enough is kept.
    pub fn give(&self, buffer: Vec<F>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used = state.used.saturating_sub(buffer.capacity());
        let kept = state.kept + buffer.capacity();
        if state.used + kept <= state.most_used && self.most_kept.is_none_or(|most| kept <= most) {
            state.kept += buffer.capacity();
            state.free.entry(buffer.capacity()).or_default().push(buffer);
        }
    }
}

impl State {
    /// Takes out what is kept beyond what was ever in use, largest buffers first.
    fn drop_excess(&mut self) -> Vec<Vec<F>> {
        let mut dropped = Vec::new();
        while self.used + self.kept > self.most_used
            && let Some(mut largest) = self.free.last_entry()
        {
            match largest.get_mut().pop() {
                Some(buffer) => {
                    self.kept -= buffer.capacity();
                    dropped.push(buffer);
                }
                None => drop(largest.remove()),
            }
        }
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_used_again_for_what_nearly_fills_them() {
        let arena = Arena::default();
        let (large, small) = (arena.take(1 << 20), arena.take(1000));
        let at = large.as_ptr();
        arena.give(large);
        arena.give(small);
        let (small, large) = (arena.take(900), arena.take((1 << 20) - 5));
        assert_ne!(small.as_ptr(), at);
        assert_eq!(large.as_ptr(), at);
    }

    #[test]
    fn buffers_that_fit_nothing_make_way() {
        let arena = Arena::default();
        arena.give(arena.take(1 << 20));
        let _small = arena.take(1 << 10);
        assert_eq!(arena.state.lock().unwrap().kept, 0);
        let arena = Arena::keeping(1 << 12);
        arena.give(arena.take(1 << 20));
        arena.give(arena.take(1 << 10));
        assert_eq!(arena.state.lock().unwrap().kept, 1 << 10);
    }

    #[test]
    fn no_more_is_kept_than_was_in_use() {
        let arena = Arena::default();
        for log in 10..20 {
            let buffer = arena.take(1 << log);
            arena.give(buffer);
        }
        let state = arena.state.lock().unwrap();
        assert!(state.kept <= 1 << 19);
    }
}
