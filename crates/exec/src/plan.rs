//! What metering says about a run: its shards, and every word it touched.

use std::collections::BTreeMap;

use aver_isa::memory::{INPUT_BASE, WORD_BYTES};
use aver_isa::{OPCODES, Opcode};

/// Timestamps an op takes: rs1, rs2, memory word, second memory word, rd.
pub const SLOTS: u32 = 5;
/// Most ops of a shard: no chip has more rows, and timestamps stay below 2^26.
pub const MAX_SHARD_OPS: u64 = 1 << 23;

/// Most slots between accesses of a register: one that rests for longer is touched in between.
pub const MAX_REST: u32 = 1 << 16;
/// It is touched at a multiple of this.
pub const TOUCH_BLOCK: u32 = 1 << 10;

/// Registers or memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Space {
    Register = 0,
    Memory = 1,
}

/// What things cost, in any unit (cells, say), and where shards are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// By opcode. `Ecall` is that of the machine's own calls; a coprocessor names its own.
    pub ops: [u64; OPCODES],
    /// By opcode, for loads and stores that are not aligned.
    pub misaligned: [u64; OPCODES],
    /// A word or register a shard touches. All registers are charged.
    pub touched_word: u64,
    /// A shard ends before the op that would bring it above this.
    pub max_cost: u64,
    /// A shard ends after so many ops; at most [`MAX_SHARD_OPS`].
    pub max_ops: u64,
    /// A shard ends when it has touched so many words of memory, or a few more: what one op touches.
    pub max_words: u64,
}

impl Cost {
    /// Every op costs 1 and touching is free; shards are as long as can be.
    pub fn flat() -> Self {
        Self {
            ops: [1; OPCODES],
            misaligned: [1; OPCODES],
            touched_word: 0,
            max_cost: u64::MAX / 4,
            max_ops: MAX_SHARD_OPS,
            max_words: u64::MAX / 4,
        }
    }
}

/// How many ops of each kind: the rows of the chips follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// By opcode, all of them; loads and stores count here when aligned.
    pub ops: [u64; OPCODES],
    /// Loads and stores whose address is not a multiple of their size, by opcode.
    pub misaligned: [u64; OPCODES],
    /// Ecalls by call number; they are also in `ops`.
    pub calls: BTreeMap<u32, u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { ops: [0; OPCODES], misaligned: [0; OPCODES], calls: BTreeMap::new() }
    }
}

impl Counts {
    /// Aligned ones only, for loads and stores.
    pub fn of(&self, opcode: Opcode) -> u64 {
        self.ops[opcode as usize]
    }

    pub fn add(&mut self, other: &Counts) {
        self.ops.iter_mut().zip(other.ops).for_each(|(to, from)| *to += from);
        self.misaligned.iter_mut().zip(other.misaligned).for_each(|(to, from)| *to += from);
        for (&call, count) in &other.calls {
            *self.calls.entry(call).or_default() += count;
        }
    }

    /// All ops.
    pub fn total(&self) -> u64 {
        self.ops.iter().chain(&self.misaligned).sum()
    }
}

/// A word or register accessed in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TouchedWord {
    pub space: Space,
    /// Register number, or byte address / 8.
    pub addr: u32,
    /// On entry to the shard.
    pub before: u64,
    /// The shard that touched it last before this one; 0 for none.
    pub last: u32,
    /// On leaving the shard.
    pub after: u64,
}

/// A shard: where it starts, what it finds, and what it must come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardPlan {
    /// From 1.
    pub index: u32,
    /// Op index of its first op.
    pub start: u32,
    /// Op index of the next shard's first op, or [`crate::HALT`].
    pub end: u32,
    pub ops: u64,
    pub counts: Counts,
    /// By the cost model.
    pub cost: u64,
    /// Sorted by (space, addr).
    pub touched: Vec<TouchedWord>,
}

/// Where the first value of a word comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordKind {
    /// A word of the program's image (or `sp`), which is not zero.
    Image,
    Zero,
    /// In the input region.
    Input,
}

/// A word or register touched in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordHistory {
    pub space: Space,
    pub addr: u32,
    pub kind: WordKind,
    /// Before the run.
    pub first: u64,
    /// After the run.
    pub last_value: u64,
    /// The shard that touched it last.
    pub last: u32,
}

impl WordHistory {
    pub(crate) fn new(space: Space, addr: u32, first: u64, last_value: u64, last: u32) -> Self {
        let kind = if space == Space::Memory && addr >= INPUT_BASE / WORD_BYTES {
            WordKind::Input
        } else if first != 0 {
            WordKind::Image
        } else {
            WordKind::Zero
        };
        Self { space, addr, kind, first, last_value, last }
    }
}
