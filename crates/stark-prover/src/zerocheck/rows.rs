//! Rows of extension elements: columns of one chip that are bound at the first challenges.

use aver_stark::eq::bit_reverse;
use aver_stark::field::{D, EF, PEF, PF};
use p3_field::{BasedVectorSpace, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::kernels::{Scalars, lane, pair};
use super::{LOG_LANES, Shape};
use crate::arena::{Arena, Buffer};
use crate::gkr::LANES;

/// Packed rows a task works on.
const TASK: usize = 1 << 6;
/// Lanes between the two rows of the first pair within a packed row.
const HALF: usize = if LANES > 1 { LANES / 2 } else { 1 };

/// A packed extension element, as it stands in a buffer.
pub type Cell = [PF; D];

pub fn load(cell: &Cell) -> PEF {
    PEF::from_basis_coefficients_fn(|k| cell[k])
}

pub fn store(cell: &mut Cell, value: PEF) {
    cell.copy_from_slice(value.as_basis_coefficients_slice());
}

/// Packed rows, in chunks; all columns of a row stand together. Variables of rows are bound from the first
/// to the last, then those of chunks from the last to the first.
///
/// Once a chunk is a single packed row, its lanes are what is left to pair: two packed rows make one, whose
/// lanes come from both in turns, blocks of half the lanes first. When all rows are bound, the lanes of
/// each packed row are consecutive chunks, in bit-reversed order, and pairing goes on in the same way.
#[derive(Default)]
pub struct Rows {
    /// Columns.
    width: usize,
    /// Packed rows of a chunk.
    rows: usize,
    /// Cells from the start of a chunk to that of the next.
    stride: usize,
    /// Lanes of a block, in the next pairing within packed rows.
    block: usize,
    buffer: Buffer,
}

impl Rows {
    /// `chunks` of `rows` packed rows, of any values.
    pub fn new(width: usize, rows: usize, chunks: usize, arena: &Arena) -> Self {
        let stride = width * rows;
        let buffer = arena.take((chunks * stride * D) << LOG_LANES);
        Self { width, rows, stride, block: HALF, buffer }
    }

    /// Binds the first variables of `columns`; `scalars` are their table of eq.
    pub fn bind(shape: &Shape, columns: &[&[PF]], scalars: &Scalars, arena: &Arena) -> Self {
        let (width, count, chunk) = (columns.len(), shape.rows, shape.chunk());
        let chunks = columns.first().map_or(0, |c| c.len()) / chunk;
        let mut rows = Self::new(width, count, chunks, arena);
        rows.cells_mut().par_chunks_mut((width * count).max(1)).enumerate().for_each(|(e, cells)| {
            for (c, column) in columns.iter().enumerate() {
                let column = &column[e * chunk..][..chunk];
                scalars.bind(column, count, |y, value| store(&mut cells[y * width + c], value));
            }
        });
        rows
    }

    /// Σ_e `chunks`[e] Σ_c `columns`[c] · cell, for each packed row of chunks.
    pub fn sum(&self, chunks: &[EF], columns: &[EF]) -> Vec<PEF> {
        let columns: Vec<PEF> = columns.iter().map(|&c| c.into()).collect();
        let zeros = || vec![PEF::ZERO; self.rows];
        (self.cells().par_chunks(self.stride.max(1)).zip(chunks))
            .with_min_len((TASK / self.rows).max(1))
            .fold(zeros, |mut sums, (cells, &chunk)| {
                for (sum, cells) in sums.iter_mut().zip(cells.chunks_exact(self.width)) {
                    let row = cells.iter().zip(&columns).map(|(cell, &column)| load(cell) * column);
                    *sum += row.sum::<PEF>() * chunk;
                }
                sums
            })
            .reduce(zeros, add)
    }

    /// All cells, those not in use any more among them.
    pub fn cells(&self) -> &[Cell] {
        PF::pack_slice(&self.buffer).as_chunks().0
    }

    /// The same, to be written.
    pub fn cells_mut(&mut self) -> &mut [Cell] {
        PF::pack_slice_mut(&mut self.buffer).as_chunks_mut().0
    }

    /// Makes one row of each pair.
    pub fn merge(&mut self, merge: impl Fn([PEF; 2]) -> PEF + Sync) {
        let Self { width, rows, stride, block, .. } = *self;
        if width == 0 {
            return;
        }
        if rows > 1 {
            let half = width * rows / 2;
            self.cells_mut().par_chunks_mut(stride).for_each(|chunk| {
                let (low, high) = chunk.split_at_mut(half);
                for (low, high) in low.iter_mut().zip(&*high) {
                    store(low, merge([load(low), load(high)]));
                }
            });
            self.rows /= 2;
        } else {
            self.cells_mut().par_chunks_mut(2 * stride).with_min_len(TASK).for_each(|cells| {
                for c in 0..width {
                    let high = cells.get(stride + c).map_or(PEF::ZERO, load);
                    let merged = merge(pair(load(&cells[c]), high, block));
                    store(&mut cells[c], merged);
                }
            });
            self.stride *= 2;
            self.block = if block > 1 { block / 2 } else { HALF };
        }
    }

    /// All pairs of rows, and the cells of `weights` that belong to them, by task.
    pub fn pairs<'a>(&'a self, weights: &'a Self) -> impl IndexedParallelIterator<Item = Pairs<'a>> {
        let Self { width, rows, stride, block, .. } = *self;
        let (step, high, count) =
            if rows > 1 { (stride, width * rows / 2, rows / 2) } else { (2 * stride, stride, 1) };
        let block = (rows == 1).then_some(block);
        let tasks = self.cells().par_chunks(step).zip(weights.cells().par_chunks(weights.stride));
        tasks.with_min_len((TASK / count).max(1)).map(move |(cells, weights)| {
            let (low, high) = cells.split_at(high.min(cells.len()));
            Pairs { width, block, low, high, weights: &weights[..count] }
        })
    }

    /// When all rows are bound: the value of a column in a chunk.
    pub fn value(&self, column: usize, chunk: usize) -> EF {
        let cell = &self.cells()[(chunk >> LOG_LANES) * self.stride + column];
        lane(load(cell), bit_reverse(chunk, LOG_LANES))
    }

    /// When all variables of rows, and so many of chunks that there is a single chunk, are bound: its row.
    pub fn first(&self) -> impl Iterator<Item = EF> {
        self.cells()[..self.width].iter().map(|cell| lane(load(cell), 0))
    }
}

/// Sums of two lists.
pub fn add(mut a: Vec<PEF>, b: Vec<PEF>) -> Vec<PEF> {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}

/// Pairs of packed rows.
pub struct Pairs<'a> {
    width: usize,
    /// If both rows of a pair are lanes of the same packed row.
    block: Option<usize>,
    low: &'a [Cell],
    /// Ends where there are no more rows.
    high: &'a [Cell],
    weights: &'a [Cell],
}

impl Pairs<'_> {
    /// The weight of each pair, and its columns.
    pub fn iter(&self) -> impl Iterator<Item = (PEF, impl Iterator<Item = [PEF; 2]>)> {
        self.weights.iter().enumerate().map(|(y, weight)| {
            let columns = (y * self.width..(y + 1) * self.width).map(|i| {
                let (low, high) = (load(&self.low[i]), self.high.get(i).map_or(PEF::ZERO, load));
                self.block.map_or([low, high], |block| pair(low, high, block))
            });
            (load(weight), columns)
        })
    }
}
