//! SHA-256 compression as a coprocessor: an `ecall` that replaces a hash value by the one after a block.
//!
//! - [`Sha256`] is the coprocessor, in both halves of the door: its chip for whoever verifies
//!   (`aver_machine::coprocessor`), and with the feature `prove` what executes it and fills the chip's
//!   table.
//! - [`chip`] is the chip, one row a compression.
//!
//! The guest's half is `aver-guest` with the feature `sha256-coprocessor`: there the hash is the same
//! with and without the coprocessor, in one place.
//!
//! The call: number [`CALL`]; a0 points to the hash value, eight `u32` in four words of memory, and a1 to
//! the block, 64 bytes in eight words. Both pointers are multiples of 8. The block may lie in the text.
//! It is read at slot 2 of the ecall, and the hash value updated at slot 3, so they may overlap: the
//! block is as it was before.
//!
//! A call is a row of 6972 columns and 72 messages (`tests/chip.rs` holds the chip to that).
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
mod fill;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const NAME: &str = "sha256@7fa50d2d3e5e0b6b96059bdbb725e1cf";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(NAME);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sha256;

impl Coprocessor for Sha256 {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        NAME
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Compression) as Box<dyn Chip>])
    }
}
