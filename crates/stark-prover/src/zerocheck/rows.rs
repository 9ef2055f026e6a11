//! Columns bound at the first challenges, row by row.

use aver_stark::field::{D, EF, F, PEF, PF};
use p3_field::{BasedVectorSpace, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::LOG_LANES;
use super::kernels::{bind, first, shift};
use crate::arena::Arena;

/// Cells a task works on.
const CHUNK: usize = 1 << 9;
/// The most packed rows that are bound at a time.
const TILE: usize = 1 << 6;

/// A packed extension element, as it stands in a buffer.
type Cell = [PF; D];

fn load(cell: &Cell) -> PEF {
    PEF::from_basis_coefficients_fn(|k| cell[k])
}

fn store(cell: &mut Cell, value: PEF) {
    cell.copy_from_slice(value.as_basis_coefficients_slice());
}

/// Packed rows of extension elements: all columns of a row stand together. When there are fewer rows than
/// lanes, they are the first lanes of one packed row.
#[derive(Default)]
pub struct Rows {
    width: usize,
    log_rows: usize,
    buffer: Vec<F>,
}

impl Rows {
    fn new(width: usize, log_rows: usize, arena: &Arena) -> Self {
        let mut rows = Self { width, log_rows, buffer: Vec::new() };
        rows.buffer = arena.take((rows.len() * D) << LOG_LANES);
        rows
    }

    /// A single column of 2^`log_rows` values.
    pub fn column(log_rows: usize, values: &[PEF], arena: &Arena) -> Self {
        let mut rows = Self::new(1, log_rows, arena);
        rows.cells_mut().iter_mut().zip(values).for_each(|(cell, &value)| store(cell, value));
        rows
    }

    /// Binds the first variables of `columns`; `weights` is their table of eq.
    pub fn bind_base(columns: &[&[PF]], weights: &[EF], log_rows: usize, arena: &Arena) -> Self {
        let width = columns.len();
        let mut rows = Self::new(width, log_rows, arena);
        let count = 1usize << (log_rows - LOG_LANES);
        let tile = count.min(TILE);
        rows.cells_mut().par_chunks_mut((width * tile).max(1)).enumerate().for_each(|(i, cells)| {
            let mut column = [PEF::ZERO; TILE];
            let column = &mut column[..tile];
            for (c, base) in columns.iter().enumerate() {
                column.fill(PEF::ZERO);
                bind(column, base, count, i * tile, weights);
                for (cell, &value) in cells.iter_mut().skip(c).step_by(width).zip(&*column) {
                    store(cell, value);
                }
            }
        });
        rows
    }

    /// Number of cells.
    fn len(&self) -> usize {
        self.width << self.log_rows.saturating_sub(LOG_LANES)
    }

    fn cells(&self) -> &[Cell] {
        &PF::pack_slice(&self.buffer).as_chunks().0[..self.len()]
    }

    fn cells_mut(&mut self) -> &mut [Cell] {
        let len = self.len();
        &mut PF::pack_slice_mut(&mut self.buffer).as_chunks_mut().0[..len]
    }

    /// The packed rows.
    pub fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = PEF>> {
        self.cells().chunks_exact(self.width.max(1)).map(|row| row.iter().map(load))
    }

    /// Row by row, what stands in each column where the first variable is 0, and where it is 1.
    pub fn pairs(&self) -> impl IndexedParallelIterator<Item = impl Iterator<Item = [PEF; 2]>> {
        let cells = self.cells();
        let half = self.half();
        let (low, high) = if half.is_none() { cells.split_at(cells.len() / 2) } else { (cells, cells) };
        let width = self.width.max(1);
        low.par_chunks_exact(width).zip(high.par_chunks_exact(width)).map(move |(low, high)| {
            low.iter().zip(high).map(move |(low, high)| {
                let high = load(high);
                [load(low), half.map_or(high, |by| shift(high, by))]
            })
        })
    }

    /// Half of the rows, if they are lanes of a single packed row.
    fn half(&self) -> Option<usize> {
        (self.log_rows <= LOG_LANES).then_some((1 << self.log_rows) / 2)
    }

    /// Binds the first variable.
    pub fn bind(&mut self, x: EF) {
        let x = PEF::from(x);
        let half = self.half();
        let cells = self.cells_mut();
        if let Some(by) = half {
            for cell in cells {
                let low = load(cell);
                store(cell, low + x * (shift(low, by) - low));
            }
        } else {
            let (low, high) = cells.split_at_mut(cells.len() / 2);
            low.par_iter_mut().with_min_len(CHUNK).zip(&*high).for_each(|(cell, high)| {
                let low = load(cell);
                store(cell, low + x * (load(high) - low));
            });
        }
        self.log_rows -= 1;
    }

    /// The one row that is left.
    pub fn last(&self) -> impl Iterator<Item = EF> {
        self.cells().iter().map(|cell| first(load(cell)))
    }

    /// Gives the memory back.
    pub fn recycle(self, arena: &Arena) {
        arena.give(self.buffer);
    }
}
