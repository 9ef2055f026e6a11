//! eq over the rows of a round, as an outer product: chunks of rows share the packed inner table.

use std::ops::Range;

use aver_stark::eq::eq_table;
use aver_stark::field::EF;
use p3_field::PrimeCharacteristicRing;

use super::CHUNK;
use super::packed::{LANES, packed_eq};
use crate::ext::{self, E, Matrix};

/// eq over the row variables after the one being bound, of at least a packed value.
pub struct Eq {
    /// One weight for each chunk.
    pub outer: Vec<EF>,
    /// Weights within a chunk: at most [`CHUNK`].
    pub inner: Vec<E>,
}

impl Eq {
    /// Over 2^len ≥ [`LANES`] rows.
    pub fn new(z: &[EF]) -> Self {
        let log = (CHUNK * LANES).trailing_zeros() as usize;
        let (outer, inner) = z.split_at(z.len().saturating_sub(log));
        Self { outer: eq_table(outer), inner: packed_eq(inner).iter().map(ext::from_packed).collect() }
    }

    /// Over rows that are lanes of their own.
    pub fn broadcast(z: &[EF]) -> Self {
        Self { outer: vec![EF::ONE], inner: eq_table(z).into_iter().map(ext::broadcast).collect() }
    }

    /// Sums over `rows` rows, given those of each chunk.
    #[inline(always)]
    pub fn total(&self, rows: usize, mut chunk: impl FnMut(Range<usize>) -> [E; 2]) -> [E; 2] {
        let len = self.inner.len();
        let chunks = (0..rows).step_by(len).zip(&self.outer).map(|(first, &outer)| {
            let outer = Matrix::new(&ext::broadcast(outer));
            chunk(first..first + len).map(|sum| ext::mul_by(&outer, &sum))
        });
        chunks.fold([ext::ZERO; 2], ext::add_each)
    }

    /// Over one variable less: the table's halves are added.
    pub fn bind(&mut self) {
        if self.outer.len() > 1 {
            let high = self.outer.split_off(self.outer.len() / 2);
            self.outer.iter_mut().zip(high).for_each(|(l, h)| *l += h);
        } else if self.inner.len() > 1 {
            let high = self.inner.split_off(self.inner.len() / 2);
            self.inner.iter_mut().zip(&high).for_each(|(l, h)| *l = ext::add(l, h));
        }
    }
}

/// Sums over rows: at 0, and the leading coefficient.
pub type Sums = [EF; 2];

/// Adds sums.
pub fn add(a: Sums, b: Sums) -> Sums {
    [a[0] + b[0], a[1] + b[1]]
}
