//! Products of numbers of 256 bits, and what remains of them, as a coprocessor: one `ecall` for a b = q m + r.
//!
//! - [`Modular`] is the coprocessor, in both halves of the door.
//! - [`chip`] is its chip, one row a call.
//!
//! The guest's half is `aver_guest::u256`: by the coprocessor with the feature `modular-coprocessor`.
//!
//! The call: number [`CALL`]; a0 points to a and b, four words each, which become r and q at slot 3 of the ecall; a1
//! to m, four words, read at slot 2, which may be text. m = 0 stands for 2^256.
#![cfg_attr(not(feature = "prove"), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

use alloc::boxed::Box;
use alloc::vec::Vec;

use aver_machine::coprocessor::Coprocessor;
use aver_stark::chip::Chip;

pub mod chip;
#[cfg(feature = "prove")]
mod execute;
#[cfg(feature = "prove")]
pub mod fill;

#[cfg(feature = "prove")]
pub use execute::{Division, divide};

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "modular@cf74192609370c92dd253cc2c7d98fb4";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(ADDRESS);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Modular;

impl Coprocessor for Modular {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        ADDRESS
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Division) as Box<dyn Chip>])
    }
}
