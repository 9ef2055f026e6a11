//! Where everything of a proof stands: blocks of rows, stacks of columns, stacks of messages.
//!
//! `spec/proof-system.md`, "layout". All of it follows from the chips, the number of rows of each,
//! and `log_height`; prover and verifier compute it alike.

use alloc::vec::Vec;

use crate::air::Bus;
use crate::chip::{Chip, Described};
use crate::error::{ChipError, Error, Result};
use crate::params::{LOG_MAX_STACKS, LOG_MAX_WEIGHTS};

/// Blocks are not cut smaller than 2^4 rows (or `log_height`).
const MIN_LOG_ROWS: usize = 4;
/// The most rows of a chip in one proof.
pub const MAX_ROWS: usize = 1 << 24;
/// The most stacks of a group, and of messages, in one proof.
pub const MAX_STACKS: usize = 1 << LOG_MAX_STACKS;
/// The most constraints and message columns of all blocks of one proof: powers of λ.
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

/// 2^`log_rows` rows of a chip, a table of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Index of the chip.
    pub chip: usize,
    /// log2 of the rows.
    pub log_rows: usize,
    /// Row of the chip's table it starts at.
    pub first_row: usize,
}

/// Where a vector of 2^`log` values stands: slot `slot` of stack `stack`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which stack.
    pub stack: usize,
    /// Which of the stack's 2^(h − log) slots.
    pub slot: usize,
    /// log2 of the number of values.
    pub log: usize,
}

/// A column of a block, or a message of a block, and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Index into [`Layout::blocks`].
    pub block: usize,
    /// Column of the chip's row, or index of its interaction.
    pub index: usize,
    /// Where it stands.
    pub place: Place,
}

/// Items in their stacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stacks {
    /// By block, then index.
    pub items: Vec<Item>,
    /// Number of stacks.
    pub count: usize,
}

/// The layout of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// log2 of the height of a stack.
    pub log_height: usize,
    /// By chip, then row.
    pub blocks: Vec<Block>,
    /// Columns, by [`crate::air::Group`].
    pub groups: [Stacks; 3],
    /// Messages.
    pub messages: Stacks,
}

/// The blocks of a chip with `rows` rows: (log2 of the rows, first row).
pub fn cut(rows: usize, log_height: usize) -> Vec<(usize, usize)> {
    let mut blocks = Vec::new();
    let mut first = 0;
    while rows - first >= 1 << log_height {
        blocks.push((log_height, first));
        first += 1 << log_height;
    }
    let least = MIN_LOG_ROWS.min(log_height);
    while first < rows {
        let rest = rows - first;
        let mut log = rest.next_power_of_two().trailing_zeros() as usize;
        if log > least && rest <= 3 << (log - 2) {
            log -= 1;
        }
        let log = log.max(least);
        blocks.push((log, first));
        first += 1 << log;
    }
    blocks
}

/// Rows of a chip's table with padding: the sum of its blocks.
pub fn padded_rows(rows: usize, log_height: usize) -> usize {
    cut(rows, log_height).last().map_or(0, |&(log, first)| first + (1 << log))
}

impl Layout {
    /// The layout for `rows[i]` rows of chip `i`. Fails when a limit is exceeded.
    pub fn new(described: &[Described], rows: &[usize], log_height: usize) -> Result<Self> {
        let mut blocks = Vec::new();
        for (chip, &count) in rows.iter().enumerate() {
            if count > MAX_ROWS {
                return Err(limit("rows of a chip", count, MAX_ROWS));
            }
            // Before anything is laid out: full blocks alone are too many.
            if blocks.len() + (count >> log_height) > MAX_STACKS {
                return Err(limit("blocks", blocks.len() + (count >> log_height), MAX_STACKS));
            }
            let of_chip = cut(count, log_height);
            if blocks.len() + of_chip.len() > MAX_STACKS {
                return Err(limit("blocks", blocks.len() + of_chip.len(), MAX_STACKS));
            }
            blocks.extend(of_chip.into_iter().map(|(log_rows, first_row)| Block {
                chip,
                log_rows,
                first_row,
            }));
        }
        let of = |d: &Described| d.description.constraints.len() + d.message_columns.len();
        let weights = blocks.iter().map(|b| described.get(b.chip).map_or(0, of)).sum();
        if weights > MAX_WEIGHTS {
            return Err(limit("constraints and message columns", weights, MAX_WEIGHTS));
        }
        let mut groups: [Stacks; 3] = Default::default();
        for (g, stacks) in groups.iter_mut().enumerate() {
            let range = |b: &Block| {
                let widths = described.get(b.chip).map_or([0; 3], |d| d.widths);
                let start: usize = widths[..g].iter().sum();
                start..start + widths[g]
            };
            *stacks = place(&blocks, range, log_height)?;
        }
        let range = |b: &Block| 0..described.get(b.chip).map_or(0, |d| d.description.interactions.len());
        let messages = place(&blocks, range, log_height)?;
        Ok(Self { log_height, blocks, groups, messages })
    }

    /// Number of stacks of each group.
    pub fn widths(&self) -> [usize; 3] {
        [self.groups[0].count, self.groups[1].count, self.groups[2].count]
    }
}

fn limit(what: &'static str, value: usize, limit: usize) -> Error {
    Error::Limit { what, value: value as u64, limit: limit as u64 }
}

/// Gives slots by decreasing size, one after the other.
fn place(blocks: &[Block], range: impl Fn(&Block) -> core::ops::Range<usize>, h: usize) -> Result<Stacks> {
    let mut items = Vec::new();
    // In 64 bits: a total that wraps would put two columns into one place.
    let mut at = 0u64;
    for log in (0..=h).rev() {
        for (block, b) in blocks.iter().enumerate().filter(|(_, b)| b.log_rows == log) {
            for index in range(b) {
                let stack = (at >> h) as usize;
                if stack >= MAX_STACKS {
                    return Err(limit("stacks", stack + 1, MAX_STACKS));
                }
                let slot = ((at & ((1 << h) - 1)) >> log) as usize;
                items.push(Item { block, index, place: Place { stack, slot, log } });
                at += 1 << log;
            }
        }
    }
    items.sort_by_key(|i| (i.block, i.index));
    Ok(Stacks { items, count: at.div_ceil(1 << h) as usize })
}

impl Place {
    /// Index in the stack of the place's value `row`, for stacks of 2^h values.
    pub fn index(&self, row: usize, h: usize) -> usize {
        let bits = h - self.log;
        let reversed = if bits == 0 { 0 } else { self.slot.reverse_bits() >> (usize::BITS as usize - bits) };
        (row << bits) | reversed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_pads_by_a_third_at_most() {
        for rows in 0..3000 {
            let blocks = cut(rows, 10);
            let mut next = 0;
            for &(log, first) in &blocks {
                assert!(log <= 10 && first == next);
                next += 1 << log;
            }
            assert!(next >= rows && (rows < 48 || next * 3 <= rows * 4 + 48), "{rows}: {blocks:?}");
            assert_eq!(next, padded_rows(rows, 10));
        }
    }

    #[test]
    fn stacks_are_refused_before_they_are_laid_out() {
        let blocks = alloc::vec![Block { chip: 0, log_rows: 17, first_row: 0 }; 128];
        // 2^15 stacks of 2^17: 2^32 cells, which is zero in 32 bits.
        let refused = place(&blocks, |_| 0..256, 17).unwrap_err();
        assert_eq!(refused, limit("stacks", MAX_STACKS + 1, MAX_STACKS));
    }

    #[test]
    fn places_do_not_collide() {
        let blocks: Vec<_> = [6, 3, 2, 6, 4, 2, 2, 5]
            .iter()
            .map(|&log_rows| Block { chip: 0, log_rows, first_row: 0 })
            .collect();
        let stacks = place(&blocks, |b| 0..(b.log_rows % 3 + 1), 6).unwrap();
        let mut used = alloc::collections::BTreeSet::new();
        for item in &stacks.items {
            for row in 0..1 << item.place.log {
                assert!(used.insert((item.place.stack, item.place.index(row, 6))));
            }
        }
        assert!(stacks.items.iter().all(|i| i.place.stack < stacks.count));
    }
}
