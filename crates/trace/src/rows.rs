//! Fills a chip's columns row by row: into a small tile of integers, then converted column by column.

use std::sync::{Mutex, PoisonError};

use aver_machine::calls::{Argument, Pointer};
use aver_machine::cpu::{Base, Cpu, Read, Word, Write};
use aver_stark::air::{Air, BaseLanes};
use aver_stark::field::{F, P, PF};
use aver_stark::layout::padded_rows;
use aver_stark_prover::arena::{Arena, Buffer};
use aver_stark_prover::table::Table;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use crate::counts::{Counts, count};
use crate::monty::convert;

/// Rows of a tile.
const TILE: usize = 64;
/// Rows of a task.
const CHUNK: usize = 64 * TILE;

/// One row, to be filled. Cells are zero before.
pub struct RowMut<'t> {
    tile: &'t mut [[u32; TILE]],
    row: usize,
}

impl RowMut<'_> {
    /// Sets a cell to an integer below p.
    #[inline(always)]
    pub fn set(&mut self, at: usize, value: u32) {
        self.tile[at][self.row % TILE] = value;
    }
    /// Sets a cell to a boolean.
    #[inline(always)]
    pub fn flag(&mut self, at: usize, value: bool) {
        self.set(at, value.into());
    }
    /// Sets a cell to a small signed integer.
    #[inline(always)]
    pub fn signed(&mut self, at: usize, value: i64) {
        self.set(at, if value < 0 { (value + i64::from(P)) as u32 } else { value as u32 });
    }
    /// Sets cells to 16-bit limbs.
    #[inline(always)]
    pub fn limbs<const N: usize>(&mut self, at: [usize; N], value: u64) {
        for (i, at) in at.into_iter().enumerate() {
            self.set(at, (value >> (16 * i)) as u32 & 0xFFFF);
        }
    }
    /// Sets op index and timestamp.
    #[inline(always)]
    pub fn cpu(&mut self, at: &Cpu<usize>, index: u32, ts: u32) {
        self.set(at.index, index);
        self.set(at.ts, ts);
    }
    /// Sets the read of a register.
    #[inline(always)]
    pub fn read(&mut self, at: &Read<usize>, reg: u8, value: u64, prev: u32) {
        self.set(at.reg, reg.into());
        self.limbs(at.value, value);
        self.set(at.prev, prev);
    }
    /// Sets the read of a base register.
    #[inline(always)]
    pub fn base(&mut self, at: &Base<usize>, reg: u8, value: u64, prev: u32) {
        self.set(at.reg, reg.into());
        self.limbs(at.low, value);
        self.set(at.prev, prev);
    }
    /// Sets the write of a register.
    #[inline(always)]
    pub fn write(&mut self, at: &Write<usize>, reg: u8, old: u64, prev: u32) {
        self.set(at.reg, reg.into());
        self.limbs(at.old, old);
        self.set(at.prev, prev);
    }
    /// Sets the access to a word at `ts`.
    #[inline(always)]
    pub fn word(&mut self, at: &Word<usize>, value: u64, ts: u32, prev: u32) {
        self.limbs(at.value, value);
        self.set(at.time.prev, prev);
        self.set(at.time.high, (ts - prev - 1) >> 16);
    }
    /// Sets a call's argument.
    pub fn argument(&mut self, at: &Argument<usize>, value: u64, prev: u32) {
        self.limbs(at.value, value);
        self.set(at.prev, prev);
    }
    /// Sets a call's pointer.
    pub fn pointer(&mut self, at: &Pointer<usize>, value: u64, prev: u32) {
        self.limbs(at.low, value);
        self.set(at.prev, prev);
    }
}

/// Fills tables and counts their lookups.
pub struct Filler<'a> {
    arena: &'a Arena,
    log_chunk: usize,
    ops: usize,
    publics: Vec<F>,
    counts: Mutex<Vec<Counts>>,
}

impl<'a> Filler<'a> {
    /// For a program of `ops` ops and a proof with these public values; columns come from `arena`, as long
    /// as chunks of 2^`log_chunk` rows make them.
    pub fn new(arena: &'a Arena, log_chunk: usize, ops: usize, publics: Vec<F>) -> Self {
        Self { arena, log_chunk, ops, publics, counts: Mutex::default() }
    }

    /// The table of `air` with `rows` rows, all witness columns; `write` fills row i.
    pub fn table<A: Air>(
        &self,
        air: &A,
        rows: usize,
        write: impl Fn(usize, &mut RowMut<'_>) + Sync,
    ) -> Table {
        Table::witness(rows, self.columns(air, rows, write))
    }

    /// All columns.
    pub fn columns<A: Air>(
        &self,
        air: &A,
        rows: usize,
        write: impl Fn(usize, &mut RowMut<'_>) + Sync,
    ) -> Vec<Buffer> {
        let width = air.columns().width();
        let len = padded_rows(rows, self.log_chunk);
        let mut columns: Vec<Buffer> = (0..width).map(|_| self.arena.take(len)).collect();
        let mut tasks: Vec<Vec<&mut [F]>> =
            (0..rows.div_ceil(CHUNK)).map(|_| Vec::with_capacity(width)).collect();
        for column in &mut columns {
            let (used, padding) = column.split_at_mut(rows);
            padding.fill(F::ZERO);
            tasks.iter_mut().zip(used.chunks_mut(CHUNK)).for_each(|(task, chunk)| task.push(chunk));
        }
        tasks.into_par_iter().enumerate().for_each(|(i, mut chunk)| {
            let mut counts = self.take_counts();
            fill_chunk(air, i * CHUNK, &mut chunk, &write, &self.publics, &mut counts);
            self.give_counts(counts);
        });
        columns
    }

    fn take_counts(&self) -> Counts {
        let kept = self.counts.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Counts::new(self.ops))
    }

    fn give_counts(&self, counts: Counts) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).push(counts);
    }

    /// All lookups counted so far.
    pub fn counts(&self) -> Counts {
        let mut all = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = all.pop().unwrap_or_else(|| Counts::new(self.ops));
        all.drain(..).for_each(|counts| sum.add(&counts));
        sum
    }

    /// A table of counts.
    pub fn table_of_counts(&self, counts: &[&[u32]]) -> Table {
        let rows = counts.first().map_or(0, |c| c.len());
        let column = |counts: &&[u32]| counts.iter().map(|&n| aver_stark::field::f(n)).collect::<Buffer>();
        Table::witness(rows, counts.iter().map(column))
    }
}

fn fill_chunk<A: Air>(
    air: &A,
    first_row: usize,
    chunk: &mut [&mut [F]],
    write: &(impl Fn(usize, &mut RowMut<'_>) + Sync),
    publics: &[F],
    counts: &mut Counts,
) {
    let rows = chunk.first().map_or(0, |column| column.len());
    let width = chunk.len();
    let mut tile = vec![[0u32; TILE]; width];
    // Of the last rows, if they fill no tile; all others are converted in place.
    let mut last = vec![[F::ZERO; TILE]; width];
    let mut lanes = vec![BaseLanes(PF::ZERO); width];
    for start in (0..rows).step_by(TILE) {
        let n = TILE.min(rows - start);
        tile.iter_mut().for_each(|column| column.fill(0));
        for row in 0..n {
            write(first_row + start + row, &mut RowMut { tile: &mut tile, row });
        }
        for ((from, column), last) in tile.iter().zip(chunk.iter_mut()).zip(&mut last) {
            if n == TILE {
                convert(from, &mut column[start..start + TILE]);
            } else {
                convert(from, last);
                column[start..].copy_from_slice(&last[..n]);
            }
        }
        for group in 0..n.div_ceil(PF::WIDTH) {
            let at = group * PF::WIDTH;
            for ((lane, column), last) in lanes.iter_mut().zip(chunk.iter()).zip(&last) {
                let values = if n == TILE { &column[start + at..] } else { &last[at..] };
                lane.0 = *PF::from_slice(&values[..PF::WIDTH]);
            }
            count(air, &lanes, publics, counts);
        }
    }
}
