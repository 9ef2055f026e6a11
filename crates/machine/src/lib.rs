//! The machine that Aver proves: one chip for each family of opcodes, the tables they look things up
//! in, and what ties shards and memory together. `spec/machine.md` is the contract.
//!
//! Everything here is trusted: a constraint that is missing makes false claims provable.
//!
//! - [`buses`]: who talks to whom;
//! - [`cpu`]: what every op does alike (take the hart's state, look its instruction up, access
//!   registers and memory at growing timestamps);
//! - [`chips`]: a module for each family, with what a row means and its numbered constraints;
//! - [`machine`]: the list of chips of a program and its fixed columns;
//! - [`public`]: the public values of a proof and the messages the verifier sends for them.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod buses;
pub mod calls;
pub mod chips;
pub mod coprocessor;
pub mod cpu;
pub mod digest;
pub mod layout;
pub mod machine;
pub mod public;
pub mod report;
pub mod systems;

pub use machine::{Machine, ShardChip};
pub use systems::Systems;
