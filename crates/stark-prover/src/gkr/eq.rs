//! eq over the rows of a round, as an outer product: chunks of rows share the packed inner table.

use aver_stark::eq::eq_table;
use aver_stark::field::EF;

use super::packed::{LANES, packed_eq};
use super::{CHUNK, E};
use crate::ext;

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

/// `weight` times the lanes' sums.
pub fn weigh(weight: EF, sums: &[E; 2]) -> Sums {
    [0, 1].map(|i| weight * ext::lanes_sum(&sums[i]))
}
