//! Runs programs, twice.
//!
//! Pass 1, a [`Meter`], runs the whole program fast, finds which words and registers it touches, and
//! cuts the run into shards by a [`Cost`] model; it keeps no more than one shard's [`ShardPlan`]. In
//! pass 2 another one does the same again, and [`trace`] runs each shard from its plan alone and records
//! every access, which is what the trace fillers of the chips need. `spec/machine.md` is the contract.
//!
//! What an opcode computes is in [`semantics`], which both passes share.

#![forbid(unsafe_code)]

mod coprocessor;
mod error;
mod fault;
mod host;
mod input;
mod memory;
mod meter;
mod plan;
pub mod semantics;
mod trace;

pub use coprocessor::{
    CELL_BYTES, CallMemory, Coprocessor, ENCODED_BYTES, LEAF_BYTES, WORD_BYTES, row_bytes,
};
pub use error::Error;
pub use fault::{Fault, FaultKind};
pub use host::{Collect, Host, Silent};
pub use input::Input;
pub use meter::{FunctionCycles, Halted, Limits, Meter, Outcome, Run, meter};
pub use plan::{
    Cost, Counts, MAX_REST, MAX_SHARD_OPS, SLOTS, ShardPlan, Space, TOUCH_BLOCK, TouchedWord, WordHistory,
    WordKind,
};
pub use trace::{
    CallKind, EcallStep, Final, MemAccess, RegAccess, ShardTrace, SpareSteps, Step, StepList, Touch, trace,
    trace_in,
};

/// Op index in [`ShardPlan::end`] and [`Step::next`] when the program has halted.
pub const HALT: u32 = u32::MAX;
