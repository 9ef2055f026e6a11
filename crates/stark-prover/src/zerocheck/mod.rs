//! Proves constraints and column values in one sumcheck over all chips. Mirrors
//! [`aver_stark::zerocheck`].
//!
//! | file | |
//! |---|---|
//! | `sumcheck` | the rounds |
//! | `chip` | a chip: its columns while they are bound, its constraints |
//! | `constraints` | their round polynomials; `grid`: in the first rounds, on base elements; `last`: of a single row |
//! | `columns` | message columns at r |
//! | `linear` | the sum of all message columns, in sumcheck |
//! | `masked` | the last round, where columns are masked |
//! | `rows` | columns bound at the first challenges |
//! | `nodes` | round polynomials as values |
//! | `kernels` | sums of products that are reduced together |
//!
//! Few columns occur in constraints; the others matter as part of a sum only. For them a chunk is cut into
//! segments of a few rows: what a segment is at r is all that the rounds need which bind the number of the
//! segment; then columns are bound to what is left, once.

mod chip;
mod columns;
mod constraints;
mod grid;
mod kernels;
mod last;
mod linear;
mod masked;
mod nodes;
mod rows;
mod sumcheck;
#[cfg(test)]
mod tests;

use aver_stark::chip::Described;
use aver_stark::eq::{eq_table, eq_weights};
use aver_stark::field::{EF, F};
use aver_stark::layout::{Layout, Point, System};
use aver_stark::protocol::{COLUMNS_AT_R, ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA};
use aver_stark::zerocheck::{Values, weights};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use self::chip::Chip;
use self::columns::Segments;
use self::sumcheck::{Eq, Sumcheck};
use crate::arena::Arena;
use crate::gkr::LANES;
use crate::table::Table;
use crate::transcript::Writer;

/// The most rounds on base elements: more leave less to do on extension elements, but there are (d + 1)^k
/// points to 2^k rows.
const BASE_ROUNDS: usize = 3;
/// log2 of the packed rows' lanes.
const LOG_LANES: usize = LANES.trailing_zeros() as usize;

/// How a chunk is cut into segments: row (u, y) is row y of segment u.
#[derive(Clone, Copy)]
struct Shape {
    /// log2 of the segments.
    rounds: usize,
    /// Packed rows of a segment.
    rows: usize,
}

impl Shape {
    /// For constraints: the rounds are those on base elements.
    fn base(log_chunk: usize) -> Self {
        Self::new(log_chunk, log_chunk)
    }

    /// For columns in no constraint, where a chip has so many chunks: the shorter the segments are, the less
    /// there is to do for each chunk, and the more for each chip.
    fn free(log_chunk: usize, chunks: usize) -> Self {
        let log_chunks = chunks.max(1).ilog2() as usize;
        Self::new(log_chunk, 4 - log_chunks.clamp(1, 3))
    }

    /// Segments of at most 2^`log_rows` packed rows, or 2^[`BASE_ROUNDS`] of them if those are shorter.
    fn new(log_chunk: usize, log_rows: usize) -> Self {
        let log_packed = log_chunk.saturating_sub(LOG_LANES);
        let rounds = log_packed.min(BASE_ROUNDS).max(log_packed.saturating_sub(log_rows));
        Self { rounds, rows: 1 << (log_packed - rounds) }
    }

    /// Packed rows of a chunk.
    fn chunk(&self) -> usize {
        self.rows << self.rounds
    }

    /// Where packed row `row` of all chunks' first segments stands in a column.
    fn place(&self, row: usize) -> usize {
        row / self.rows * self.chunk() + row % self.rows
    }
}

/// What is proved.
pub struct Proved {
    /// The point the sumcheck ends at.
    pub rho: Point,
    /// Columns there, as they were sent.
    pub values: Values,
    /// By place in all stacks: what a chunk is at ρ's row, zero where there is no column.
    pub chunks: Vec<EF>,
}

/// Sends the message columns at r and proves the sumcheck.
pub fn prove(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &Point,
    arena: &Arena,
) -> Proved {
    let count = layout.chunks.len();
    let mut chips: Vec<Chip<'_>> =
        (0..count).filter(|&i| layout.chunks[i] > 0).map(|i| Chip::new(system, layout, tables, i)).collect();
    let most = layout.chunks.iter().copied().max().unwrap_or(0);
    let mean = layout.chunks.iter().sum::<usize>() / chips.len().max(1);
    let eq = Eq::new(r, Shape::free(layout.log_chunk, mean), most, arena);

    let at_r: Vec<Vec<Segments>> = chips.par_iter().map(|chip| chip.at_r(&eq)).collect();
    let of_segment = eq_table(&r.row[..eq.free.rounds]);
    let zeros = |width: fn(&Described) -> usize| -> Values {
        system.described.iter().map(|d| vec![EF::ZERO; width(d)]).collect()
    };
    let mut values = zeros(|d| d.message_columns.len());
    for (chip, at_r) in chips.iter().zip(&at_r) {
        values[chip.index] = at_r.par_iter().map(|segments| dot(segments, &of_segment)).collect();
    }
    let sent = values.iter().zip(&layout.chunks);
    sent.for_each(|(values, &chunks)| writer.send_columns(COLUMNS_AT_R, values, chunks));
    let weights = weights(system, writer.challenge(ZEROCHECK_LAMBDA));
    chips.par_iter_mut().for_each(|chip| chip.start(publics, &weights[chip.index], &eq));

    let mut sumcheck = Sumcheck::new(r, chips, eq, &at_r, arena);
    let row = (0..r.row.len()).map(|round| sumcheck.row_round(writer, round)).collect();
    let by_chip = sumcheck.enter_chunks();
    // Where columns are masked, the last round is another.
    let last = usize::from(writer.is_masked());
    let mut chunk: Vec<EF> = (last..r.chunk.len()).rev().map(|i| sumcheck.chunk_round(writer, i)).collect();
    chunk.reverse();
    let chips: Vec<usize> = sumcheck.finish().collect();
    let masked = (last > 0).then(|| {
        let round = masked::Round { system, publics, weights: &weights, chips: &chips, bound: &chunk };
        round.prove(writer, &by_chip)
    });
    chunk.splice(0..0, masked.iter().map(|(x, _)| *x));
    let rho = Point { chunk, row };

    let of_chunk = eq_weights(&rho.chunk, most);
    let mut chunks = vec![EF::ZERO; layout.slots()];
    values = zeros(Described::width);
    for (&chip, columns) in chips.iter().zip(&by_chip) {
        for (&place, column) in layout.places[chip].iter().zip(columns) {
            chunks[place..][..column.len()].copy_from_slice(column);
        }
        values[chip] = columns.par_iter().map(|column| dot(column, &of_chunk)).collect();
    }
    if let Some((_, masked)) = masked {
        values = masked;
    }
    let sent = values.iter().zip(&layout.chunks);
    sent.for_each(|(values, &chunks)| writer.columns(ZEROCHECK_COLUMNS, values, chunks));
    Proved { rho, values, chunks }
}

/// Σ_i a_i b_i, as far as both go.
fn dot(a: &[EF], b: &[EF]) -> EF {
    a.iter().zip(b).map(|(&a, &b)| a * b).sum()
}
