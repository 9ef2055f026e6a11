//! What a program is: RV64IM (and A, for one hart) decoded once into micro-operations, and the
//! checks an ELF file must pass to become one.
//!
//! - [`decode`]: one instruction word to its micro-operations;
//! - [`Program`]: the list of them, the initial memory image and what messages to people need;
//! - [`memory`], [`calls`]: the memory map and the call numbers.
//!
//! `spec/machine.md` is the contract. Everything here is trusted: the verifying key of a program
//! is computed from a [`Program`].

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod atomic;
pub mod calls;
mod decode;
mod elf;
mod error;
pub mod memory;
mod note;
mod op;
mod opcode;
mod program;
#[cfg(feature = "testing")]
pub mod testing;

pub use decode::{Jump, Sequence, decode};
pub use error::Error;
pub use op::{Op, REGISTERS, RESERVATION, SINK, TEMP0, TEMP1};
pub use opcode::{Format, OPCODES, Opcode};
pub use program::{CoprocessorUse, Program, TextRange};
