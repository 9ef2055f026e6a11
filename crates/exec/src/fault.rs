//! A fault: what no proof can be made of.

use std::fmt;

use aver_isa::{Op, Program};

/// Why execution cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    #[error("illegal or unsupported instruction {word:#010x}")]
    IllegalInstruction { word: u32 },
    #[error("end of the text, or a jump to no instruction")]
    NoInstruction,
    #[error("jump to {address:#x}, which is no instruction of the text")]
    JumpTarget { address: u64 },
    #[error("access at {address:#x}: null pointer (addresses below 0x10000 are never mapped)")]
    NullPointer { address: u64 },
    #[error("access at {address:#x}: stack overflow (the guard under the stack)")]
    StackGuard { address: u64 },
    #[error("access at {address:#x}: outside memory")]
    OutOfRange { address: u64 },
    #[error("store at {address:#x}: the text cannot be written")]
    StoreToText { address: u64 },
    #[error("unknown call a7 = {call:#x}")]
    UnknownCall { call: u64 },
    #[error(
        "coprocessor call {call:#x} is not in the program's .note.aver; link the guest crate of \
         the coprocessor with its note"
    )]
    UndeclaredCoprocessor { call: u32 },
    #[error("pointer {address:#x} of the call is not a multiple of 8")]
    MisalignedPointer { address: u64 },
    #[error(
        "halt with a0 = {status:#x}: an exit code has 32 bits, and of those above only the lowest means something \
         (that there are assumptions)"
    )]
    HaltStatus { status: u64 },
    #[error("the call's memory overlaps itself at {address:#x}")]
    Overlap { address: u64 },
    #[error("coprocessor: {0}")]
    Coprocessor(String),
}

/// A fault and where it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    /// Byte address of the instruction.
    pub pc: u32,
    /// Nearest symbol at or before `pc`, and the distance.
    pub symbol: Option<(String, u32)>,
    pub op: Op,
    /// Micro-operations executed before it, in the run (metering) or in the shard (tracing).
    pub cycle: u64,
}

impl Fault {
    pub(crate) fn new(program: &Program, index: u32, kind: FaultKind, cycle: u64) -> Self {
        let op = program.ops.get(index as usize).copied().unwrap_or_default();
        let symbol = program.symbol_at(op.pc).map(|(name, offset)| (name.to_string(), offset));
        Fault { kind, pc: op.pc, symbol, op, cycle }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; at pc {:#x}", self.kind, self.pc)?;
        if let Some((name, offset)) = &self.symbol {
            write!(f, " ({name}+{offset:#x})")?;
        }
        write!(f, ", instruction `{}`, after {} cycles", self.op, self.cycle)
    }
}

impl std::error::Error for Fault {}
