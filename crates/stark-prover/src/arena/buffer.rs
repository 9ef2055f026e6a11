//! Values that live in an arena, or in a vector.
#![allow(unsafe_code)]

use core::fmt;
use core::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, PoisonError};

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::region::Region;
use super::{Shared, State};

/// Buffers start at multiples of so many elements: of a line of the cache, and of SIMD registers.
const LINE: usize = 16;
/// So many elements stand between buffers, or the same rows of all columns would fall into the same places of the
/// cache. An odd number of lines puts them into all places in turn; any distance of a line or more serves.
const GAP: usize = 3 * LINE;

/// Elements, as in a `Vec`; of an [`Arena`](super::Arena)'s memory unless made from one.
#[derive(Default)]
pub struct Buffer {
    values: Values,
}

enum Values {
    Own(Vec<F>),
    Lent(Lent),
}

impl Default for Values {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

/// A place in a region, which nobody else has.
struct Lent {
    from: Shared,
    region: Arc<Region>,
    /// The region's number.
    number: usize,
    start: usize,
    /// In use.
    len: usize,
    room: usize,
}

impl Lent {
    fn place(&self) -> Range<usize> {
        self.start..self.start + self.len
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut state = self.from.lock().unwrap_or_else(PoisonError::into_inner);
        state.regions[self.number].1.give(self.start, self.room);
    }
}

impl Buffer {
    /// Of any values.
    pub(super) fn take(from: &Shared, len: usize) -> Self {
        let lent = || {
            let len = (len > 0).then_some(len)?;
            let room = len.checked_next_multiple_of(LINE)?.checked_add(GAP)?;
            let mut state = from.lock().unwrap_or_else(PoisonError::into_inner);
            let (number, start) = State::take(&mut state, room)?;
            let region = state.regions[number].0.clone();
            Some(Lent { from: from.clone(), region, number, start, len, room })
        };
        match lent() {
            Some(lent) => Self { values: Values::Lent(lent) },
            None => vec![F::ZERO; len].into(),
        }
    }

    /// Changes its length; new elements are `value`.
    pub fn resize(&mut self, len: usize, value: F) {
        match &mut self.values {
            Values::Own(values) => values.resize(len, value),
            Values::Lent(lent) if len <= lent.room => {
                let before = core::mem::replace(&mut lent.len, len);
                self.iter_mut().skip(before).for_each(|v| *v = value);
            }
            Values::Lent(_) => {
                let mut values = self.to_vec();
                values.resize(len, value);
                *self = values.into();
            }
        }
    }

    /// Drops all elements from `len` on.
    pub fn truncate(&mut self, len: usize) {
        self.resize(len.min(self.len()), F::ZERO);
    }
}

impl Deref for Buffer {
    type Target = [F];

    fn deref(&self) -> &[F] {
        match &self.values {
            Values::Own(values) => values,
            // SAFETY: the place is this buffer's alone, which is borrowed.
            Values::Lent(lent) => unsafe { lent.region.slice(lent.place()) },
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [F] {
        match &mut self.values {
            Values::Own(values) => values,
            // SAFETY: the place is this buffer's alone, which is borrowed mutably.
            Values::Lent(lent) => unsafe { lent.region.slice_mut(lent.place()) },
        }
    }
}

impl From<Vec<F>> for Buffer {
    fn from(values: Vec<F>) -> Self {
        Self { values: Values::Own(values) }
    }
}

impl FromIterator<F> for Buffer {
    fn from_iter<T: IntoIterator<Item = F>>(values: T) -> Self {
        Vec::from_iter(values).into()
    }
}

/// A copy is a vector.
impl Clone for Buffer {
    fn clone(&self) -> Self {
        self.to_vec().into()
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
