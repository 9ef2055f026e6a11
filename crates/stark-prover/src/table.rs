//! Tables: the rows of a chip, column by column.

use std::sync::Arc;

use aver_stark::chip::Described;
use aver_stark::field::F;
use aver_stark::layout::padded_rows;
use p3_field::PrimeCharacteristicRing;

use crate::arena::Buffer;

/// The rows of one chip in one proof. Rows from `rows` on are padding: zero but in fixed columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Rows in use.
    pub rows: usize,
    /// Fixed columns, shared with the key.
    pub fixed: Arc<Vec<Vec<F>>>,
    /// Columns committed in pass 1.
    pub boundary: Vec<Buffer>,
    /// Columns committed in pass 2.
    pub witness: Vec<Buffer>,
}

impl Table {
    /// A table with witness columns only. Columns have at least `rows` values.
    pub fn witness(rows: usize, witness: impl IntoIterator<Item: Into<Buffer>>) -> Self {
        Self { rows, witness: witness.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// All columns, in the order of the row.
    pub fn columns(&self) -> impl Iterator<Item = &[F]> {
        let own = self.boundary.iter().chain(&self.witness).map(|c| &**c);
        self.fixed.iter().map(Vec::as_slice).chain(own)
    }

    /// Column `i` of the row.
    pub fn column(&self, i: usize) -> &[F] {
        let (f, b) = (self.fixed.len(), self.boundary.len());
        if i < f {
            &self.fixed[i]
        } else if i < f + b {
            &self.boundary[i - f]
        } else {
            &self.witness[i - f - b]
        }
    }

    /// Row `i`, padding included.
    pub fn row(&self, i: usize) -> Vec<F> {
        self.columns().map(|c| c.get(i).copied().unwrap_or(F::ZERO)).collect()
    }

    /// Makes every column as long as its chunks; those beside fixed columns, as long as these.
    pub fn pad(&mut self, log_chunk: usize) {
        let len = self.fixed.first().map_or_else(|| padded_rows(self.rows, log_chunk), Vec::len);
        for column in self.boundary.iter_mut().chain(&mut self.witness) {
            column.resize(len, F::ZERO);
        }
    }

    /// Whether the table has the chip's columns.
    pub fn fits(&self, chip: &Described) -> bool {
        [self.fixed.len(), self.boundary.len(), self.witness.len()] == chip.widths
    }
}
