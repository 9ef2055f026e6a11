//! Columns bound at the first challenges, row by row.

use std::borrow::Cow;

use aver_stark::field::{EF, PEF, PF};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::LOG_LANES;
use super::kernels::{bind, first, shift};

/// Cells a task works on.
const CHUNK: usize = 1 << 9;
/// The most packed rows that are bound at a time.
const TILE: usize = 1 << 6;

/// Packed rows of extension elements: all columns of a row stand together. When there are fewer
/// rows than lanes, they are the first lanes of one packed row.
#[derive(Clone, Default)]
pub struct Rows {
    log_rows: usize,
    cells: Vec<PEF>,
}

impl Rows {
    /// A single column of 2^`log_rows` values.
    pub fn column(log_rows: usize, cells: Vec<PEF>) -> Self {
        Self { log_rows, cells }
    }

    /// Binds the first variables of `columns`; `weights` is their table of eq.
    pub fn bind_base(columns: &[&[PF]], weights: &[EF], log_rows: usize) -> Self {
        let (width, count) = (columns.len(), 1usize << (log_rows - LOG_LANES));
        let mut cells = vec![PEF::ZERO; width * count];
        if width == 0 {
            return Self { log_rows, cells };
        }
        let tile = count.min(TILE);
        cells.par_chunks_mut(width * tile).enumerate().for_each(|(i, cells)| {
            let mut column = vec![PEF::ZERO; tile];
            for (c, base) in columns.iter().enumerate() {
                column.fill(PEF::ZERO);
                bind(&mut column, base, count, i * tile, weights);
                for (cell, &value) in cells.iter_mut().skip(c).step_by(width).zip(&column) {
                    *cell = value;
                }
            }
        });
        Self { log_rows, cells }
    }

    /// The packed rows.
    pub fn cells(&self) -> &[PEF] {
        &self.cells
    }

    /// The rows where the first variable is 0, and those where it is 1.
    pub fn halves(&self) -> (&[PEF], Cow<'_, [PEF]>) {
        if self.log_rows > LOG_LANES {
            let (low, high) = self.cells.split_at(self.cells.len() / 2);
            (low, high.into())
        } else {
            let by = 1 << (self.log_rows - 1);
            (&self.cells, self.cells.iter().map(|&v| shift(v, by)).collect())
        }
    }

    /// Binds the first variable.
    pub fn bind(&mut self, x: EF) {
        let x = PEF::from(x);
        let fold = |(low, &high): (&mut PEF, &PEF)| *low += x * (high - *low);
        if self.log_rows > LOG_LANES {
            let half = self.cells.len() / 2;
            let (low, high) = self.cells.split_at_mut(half);
            low.par_iter_mut().with_min_len(CHUNK).zip(&*high).for_each(fold);
            self.cells.truncate(half);
        } else {
            let high = self.halves().1.into_owned();
            self.cells.iter_mut().zip(&high).for_each(fold);
        }
        self.log_rows -= 1;
    }

    /// The one row that is left.
    pub fn last(&self) -> impl Iterator<Item = EF> {
        self.cells.iter().map(|&v| first(v))
    }
}
