//! The memory table.

use aver_exec::{Space, WordHistory, WordKind};
use aver_isa::Program;
use aver_machine::buses::TEXT;
use aver_machine::chips::memory::{BOUNDARY_WIDTH, INPUT_FIRST, INPUT_LAST, Memory, key};
use aver_machine::chips::tables::{Gap, space_of_word};
use aver_machine::layout::Names;
use aver_stark::field::P;
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::table::Table;

use crate::rows::Filler;

/// Key of a word in the table's order.
pub fn key_of(word: &WordHistory) -> u32 {
    key(word.space == Space::Memory, word.addr)
}

/// The gap a word is in, if it is in one.
fn gap_of(gaps: &[Gap], word: &WordHistory) -> Option<Gap> {
    let memory = word.space == Space::Memory;
    let after = gaps.partition_point(|gap| (gap.memory, gap.lo) <= (memory, word.addr));
    gaps.get(after.checked_sub(1)?).copied()
}

/// Fills the table for `words`, the first of which comes after the key `before`; in pass 1 the boundary
/// columns are wanted only.
pub fn fill(
    filler: &Filler<'_>,
    program: &Program,
    gaps: &[Gap],
    words: &[WordHistory],
    before: Option<u32>,
    pass_1: bool,
) -> Table {
    let c = Memory.cols(&mut Names::default());
    let rows = words.len();
    let mut boundary = filler.columns(&Memory, rows, |i, row| {
        let word = &words[i];
        let memory = word.space == Space::Memory;
        let kind = match word.kind {
            WordKind::Image => 0,
            WordKind::Zero => 1,
            WordKind::Input => 2,
        };
        row.set(c.kind[kind], 1);
        row.flag(c.memory, memory);
        row.flag(c.text, memory && space_of_word(program, word.addr) == TEXT);
        row.set(c.addr, word.addr);
        row.limbs(c.first, word.first);
        row.limbs(c.last_value, word.last_value);
        row.set(c.last, word.last);
        if pass_1 {
            return;
        }
        let prev = if i > 0 { Some(key_of(&words[i - 1])) } else { before };
        row.set(c.prev, prev.unwrap_or(P - 1));
        let next = prev.map_or(0, |key| key + 1);
        row.set(c.high, (key_of(word).wrapping_sub(next)) >> 16 & 0xFFFF);
        let bounds = match word.kind {
            WordKind::Image => None,
            WordKind::Zero => gap_of(gaps, word).map(|gap| (gap.lo, gap.hi)),
            WordKind::Input => Some((INPUT_FIRST, INPUT_LAST)),
        };
        if let Some((lo, hi)) = bounds {
            row.set(c.bounds[0], lo);
            row.set(c.bounds[1], hi);
            row.set(c.distance[0], word.addr.wrapping_sub(lo) >> 16 & 0xFFFF);
            row.set(c.distance[1], (hi - 1).wrapping_sub(word.addr) >> 16 & 0xFFFF);
        }
    });
    let mut witness = boundary.split_off(BOUNDARY_WIDTH);
    if pass_1 {
        witness.fill(Buffer::default());
    }
    Table { rows, boundary, witness, ..Table::default() }
}
