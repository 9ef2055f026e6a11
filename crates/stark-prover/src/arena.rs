//! Memory that is kept: touching fresh pages costs more than the work done on them.

use std::sync::{Mutex, PoisonError};

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

/// Buffers given back, for the next proof.
#[derive(Default)]
pub struct Arena {
    free: Mutex<Vec<Vec<F>>>,
}

impl Arena {
    /// A buffer of `len` elements, of any values: the smallest kept one that is long enough, or a new
    /// one.
    pub fn take(&self, len: usize) -> Vec<F> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let best = (0..free.len()).filter(|&i| free[i].capacity() >= len).min_by_key(|&i| free[i].capacity());
        let kept = best.map(|i| free.swap_remove(i));
        drop(free);
        match kept {
            Some(mut buffer) => {
                buffer.resize(len, F::ZERO);
                buffer
            }
            None => vec![F::ZERO; len],
        }
    }

    /// Keeps a buffer.
    pub fn give(&self, buffer: Vec<F>) {
        if buffer.capacity() > 0 {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}
