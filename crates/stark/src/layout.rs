//! Where everything of a proof stands: rows in chunks, chunks of columns in stacks, messages in bundles.
//!
//! `spec/proof-system.md`, "layout". All of it follows from the chips, the number of rows of each,
//! `log_height` and `log_chunk`; prover and verifier compute it alike.

use alloc::vec::Vec;

use crate::air::{Bus, Group};
use crate::chip::{Chip, Described};
use crate::eq::log2_ceil;
use crate::error::{ChipError, Error, Result};
use crate::field::EF;
use crate::params::{LOG_MAX_BUNDLES, LOG_MAX_CHUNKS, LOG_MAX_COLUMNS, LOG_MAX_STACKS, LOG_MAX_WEIGHTS};

/// log2 of the rows every chip's table is taken to have; those it does not have are zero.
pub const LOG_MAX_ROWS: usize = 23;
/// The most rows of a chip in one proof.
pub const MAX_ROWS: usize = 1 << LOG_MAX_ROWS;
/// log2 of the rows of a chunk, at most.
pub const MAX_LOG_CHUNK: usize = 12;
/// The same for systems whose chips all have fixed columns: their tables are padded to the largest chunk.
pub const MAX_LOG_FIXED_CHUNK: usize = 10;
/// log2 of the messages of a bundle.
pub const LOG_BUNDLE: usize = 5;
/// The most stacks of a group in one proof.
pub const MAX_STACKS: usize = 1 << LOG_MAX_STACKS;
/// The most chunks that fit into the stacks of all groups of one proof.
pub const MAX_CHUNKS: usize = 1 << LOG_MAX_CHUNKS;
/// The most constraints and message columns of all chips of one proof: powers of λ.
pub const MAX_WEIGHTS: usize = 1 << LOG_MAX_WEIGHTS;

/// The chips of one kind of proof.
pub struct System {
    /// In order; the order is part of the verifying key.
    pub chips: Vec<alloc::boxed::Box<dyn Chip>>,
    /// Their descriptions.
    pub described: Vec<Described>,
}

impl System {
    /// Describes the chips and checks that the proof system can express them.
    pub fn new(chips: Vec<alloc::boxed::Box<dyn Chip>>) -> core::result::Result<Self, ChipError> {
        let described =
            chips.iter().map(|c| Described::new(c.as_ref())).collect::<core::result::Result<Vec<_>, _>>()?;
        let mut buses: Vec<Bus> = Vec::new();
        for chip in &described {
            for bus in chip.description.interactions.iter().map(|i| i.bus) {
                if buses.iter().any(|b| b.id == bus.id && *b != bus) {
                    return Err(ChipError { chip: chip.name.clone(), why: "another bus has this bus's id" });
                }
                if !buses.contains(&bus) {
                    buses.push(bus);
                }
            }
        }
        Ok(Self { chips, described })
    }
}

/// A point at which columns are evaluated: of the chunk's number, and of the row within it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point<E = EF> {
    /// Selects the chunk, most significant bit first.
    pub chunk: Vec<E>,
    /// Selects the row.
    pub row: Vec<E>,
}

/// The layout of a proof. All but `chunks` and `places` is its shape: what a circuit knows that verifies proofs of any
/// number of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<N = usize> {
    /// log2 of the height of a stack.
    pub log_height: usize,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Number of chunks of each chip.
    pub chunks: Vec<N>,
    /// Number of bundles before each chip's.
    pub bundles: Vec<usize>,
    /// log2 of the number of bundles, rounded up.
    pub log_bundles: usize,
    /// Number of stacks of each group.
    pub widths: [usize; 3],
    /// By chip, then column: its first chunk, among those of all stacks of all groups.
    pub places: Vec<Vec<N>>,
}

/// Rows of a chip's table with padding.
pub fn padded_rows(rows: usize, log_chunk: usize) -> usize {
    rows.next_multiple_of(1 << log_chunk)
}

/// log2 of the rows of a chunk, at most.
pub fn max_log_chunk(described: &[Described], log_height: usize) -> usize {
    let all_fixed = described.iter().all(|d| d.widths[Group::Fixed as usize] > 0);
    log_height.min(if all_fixed { MAX_LOG_FIXED_CHUNK } else { MAX_LOG_CHUNK })
}

impl Layout {
    /// The layout for `rows[i]` rows of chip `i`, with as many stacks as that takes. Fails when a limit is exceeded.
    pub fn new(described: &[Described], rows: &[usize], log_height: usize, log_chunk: usize) -> Result<Self> {
        Self::with_stacks(described, rows, log_height, log_chunk, |needed| needed)
    }

    /// The same with as many stacks of each group as `stacks` says for those that are needed: not fewer.
    pub fn with_stacks(
        described: &[Described],
        rows: &[usize],
        log_height: usize,
        log_chunk: usize,
        stacks: impl FnOnce([usize; 3]) -> [usize; 3],
    ) -> Result<Self> {
        let max_log_chunk = max_log_chunk(described, log_height);
        check("log2 of a chunk", log_chunk, max_log_chunk)?;
        let mut chunks = Vec::with_capacity(rows.len());
        for (d, &count) in described.iter().zip(rows) {
            check("rows of a chip", count, MAX_ROWS)?;
            let is_fixed = d.widths[Group::Fixed as usize] > 0;
            // Whole chunks of fixed tables, whatever their size, so that one commitment serves all.
            let count = if is_fixed { padded_rows(count, max_log_chunk) } else { count };
            chunks.push(count.div_ceil(1 << log_chunk));
        }
        let parts = || described.iter().zip(&chunks);
        let weights = |d: &Described| d.description.constraints.len() + d.message_columns.len();
        check("constraints and message columns", described.iter().map(weights).sum(), MAX_WEIGHTS)?;
        check("columns", described.iter().map(Described::width).sum(), 1 << LOG_MAX_COLUMNS)?;

        let log_slots = log_height - log_chunk;
        let mut needed = [0; 3];
        for (group, stacks) in needed.iter_mut().enumerate() {
            // In 64 bits: a total that wraps would put two columns into one place.
            let total: u64 = parts().map(|(d, &m)| d.widths[group] as u64 * m as u64).sum();
            let count = total.div_ceil(1 << log_slots);
            check("stacks", usize::try_from(count).unwrap_or(usize::MAX), MAX_STACKS)?;
            *stacks = count as usize;
        }
        let widths = stacks(needed);
        for (&stacks, needed) in widths.iter().zip(needed) {
            check("stacks", stacks, MAX_STACKS)?;
            check("stacks that columns take", needed, stacks)?;
        }
        let slots = (widths.iter().sum::<usize>() as u64) << log_slots;
        check("chunks", usize::try_from(slots).unwrap_or(usize::MAX), MAX_CHUNKS)?;
        let mut next = [0, widths[0], widths[0] + widths[1]].map(|stack| stack << log_slots);
        let mut places = Vec::with_capacity(described.len());
        for (d, &m) in parts() {
            let mut columns = Vec::with_capacity(d.width());
            for (next, &width) in next.iter_mut().zip(&d.widths) {
                columns.extend((0..width).map(|i| *next + i * m));
                *next += width * m;
            }
            places.push(columns);
        }

        let mut bundles = Vec::with_capacity(described.len());
        let mut count = 0;
        for d in described {
            bundles.push(count);
            count += d.description.interactions.len().div_ceil(1 << LOG_BUNDLE);
        }
        check("bundles of messages", count, 1 << LOG_MAX_BUNDLES)?;
        let log_bundles = log2_ceil(count);
        Ok(Self { log_height, log_chunk, chunks, bundles, log_bundles, widths, places })
    }

    /// Number of messages of a proof, padding included.
    pub fn messages(&self, described: &[Described]) -> u64 {
        let count = |(d, &m): (&Described, &usize)| d.description.interactions.len() as u64 * m as u64;
        described.iter().zip(&self.chunks).map(count).sum::<u64>() << self.log_chunk
    }
}

impl<N> Layout<N> {
    /// The same with other numbers for chunks and places.
    pub fn map<M>(&self, number: impl Fn(&N) -> M) -> Layout<M> {
        Layout {
            log_height: self.log_height,
            log_chunk: self.log_chunk,
            chunks: self.chunks.iter().map(&number).collect(),
            bundles: self.bundles.clone(),
            log_bundles: self.log_bundles,
            widths: self.widths,
            places: self.places.iter().map(|places| places.iter().map(&number).collect()).collect(),
        }
    }

    /// log2 of the number of chunks every chip is taken to have.
    pub fn log_chunks(&self) -> usize {
        LOG_MAX_ROWS - self.log_chunk
    }

    /// log2 of the number of leaves that stand side by side in the LogUp tree: bundle, chunk, message.
    pub fn log_leaves(&self) -> usize {
        self.log_bundles + self.log_chunks() + LOG_BUNDLE
    }

    /// Where a message of a chip stands: its bundle, and its number in it.
    pub fn message(&self, chip: usize, index: usize) -> (usize, usize) {
        (self.bundles[chip] + (index >> LOG_BUNDLE), index % (1 << LOG_BUNDLE))
    }

    /// Number of chunks that fit into the stacks of all groups.
    pub fn slots(&self) -> usize {
        self.widths.iter().sum::<usize>() << (self.log_height - self.log_chunk)
    }
}

fn check(what: &'static str, value: usize, limit: usize) -> Result<()> {
    if value <= limit { Ok(()) } else { Err(Error::Limit { what, value: value as u64, limit: limit as u64 }) }
}
