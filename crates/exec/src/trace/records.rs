//! What is recorded of a shard, for the fillers of the chips' tables.

use super::{SpareSteps, StepList};
use crate::Space;

/// One op other than an ecall. Fields of registers and words it does not access are 0.
///
/// It runs at `ts`: rs1 is read at `ts`, rs2 at `ts + 1`, memory accessed at `ts + 2` and
/// `ts + 3`, rd written at `ts + 4`. A `prev` is the timestamp of the access before, of the same
/// register or word: 0 if there is none in this shard, and maybe one of this op.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Op index.
    pub index: u32,
    pub ts: u32,
    pub rs1: u64,
    pub rs2: u64,
    pub rd_before: u64,
    pub rd: u64,
    pub rs1_prev: u32,
    pub rs2_prev: u32,
    pub rd_prev: u32,
    /// Op index of the next op.
    pub next: u32,
    /// The second is of a misaligned access that reaches into a second word, else zero.
    pub mem: [MemAccess; 2],
}

/// An access to a word of memory. A read leaves `after` as `before`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemAccess {
    /// Byte address / 8; 0 is no access.
    pub addr: u32,
    pub prev_ts: u32,
    pub before: u64,
    pub after: u64,
}

/// An access to a register by an ecall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegAccess {
    pub before: u64,
    pub after: u64,
    pub prev_ts: u32,
}

/// Which call an ecall makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// a7 at `ts`, a0 read at `ts + 1`.
    Exit,
    /// a7 at `ts`, a2 read at `ts + 1`, a0 written at `ts + 4` with the value of a2.
    Write,
    /// a7 at `ts`, a0 at `ts + 1`, a1 at `ts + 2`, the 4 words of the digest read at `ts + 2`.
    Halt,
    /// By call number. a7 at `ts`, a0 at `ts + 1`, a1 at `ts + 2`.
    Coprocessor(u32),
}

/// One ecall. Registers it does not access are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EcallStep {
    pub index: u32,
    pub ts: u32,
    pub kind: CallKind,
    pub a7: RegAccess,
    pub a0: RegAccess,
    pub a1: RegAccess,
    pub a2: RegAccess,
    /// Words read, at `ts + 2`, in the order of the reads.
    pub reads: Vec<MemAccess>,
    /// Words updated, at `ts + 3`, in the order of the updates.
    pub updates: Vec<MemAccess>,
    /// Op index of the next op, or [`crate::HALT`].
    pub next: u32,
}

/// A register that rested is put at a later timestamp, as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    pub register: u8,
    pub value: u64,
    pub prev_ts: u32,
    /// A multiple of 2^8, at most 2^16 after `prev_ts`.
    pub ts: u32,
}

/// A word or register after the shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Final {
    pub space: Space,
    pub addr: u32,
    pub value: u64,
    /// Of its last access; never 0.
    pub last_ts: u32,
}

/// Everything a shard did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardTrace {
    pub index: u32,
    /// Op index of the first op.
    pub start: u32,
    /// Op index of the next shard's first op, or [`crate::HALT`].
    pub end: u32,
    /// Timestamp after the last op: `1 + SLOTS * ops`.
    pub end_ts: u32,
    /// By opcode, in order of time; aligned ones only of loads and stores; none of `Ecall`.
    pub steps: Vec<StepList>,
    /// By opcode: loads and stores whose address is not a multiple of their size.
    pub misaligned: Vec<StepList>,
    pub ecalls: Vec<EcallStep>,
    /// In order of time for each register: no access finds one that rested for more than [`crate::MAX_REST`].
    pub touches: Vec<Touch>,
    /// In the order of the plan's `touched`.
    pub finals: Vec<Final>,
}

impl ShardTrace {
    /// Drops it, but for memory that another one can have.
    pub fn recycle(self, spare: &mut SpareSteps) {
        self.steps.into_iter().chain(self.misaligned).for_each(|list| list.recycle(spare));
    }
}
