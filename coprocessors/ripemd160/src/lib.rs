//! RIPEMD-160's compression as a coprocessor: an `ecall` that replaces a hash value by the one after a block.
//!
//! - [`Ripemd160`] is the coprocessor, in both halves of the door: its chip for whoever verifies
//!   (`aver_machine::coprocessor`), and with the feature `prove` what executes it and fills the chip's table.
//! - [`chip`] is the chip, one row a compression.
//!
//! The guest's half is `aver_guest::ripemd160`: by the coprocessor with the feature `ripemd160-coprocessor`.
//!
//! The call: number [`CALL`]; a0 points to the hash value, five `u32` in three words of memory, and a1 to the block, 64
//! bytes in eight words. The block is read at slot 2 of the ecall, and the hash value updated at slot 3, so they may
//! overlap: the block is as it was before.
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
mod compress;
#[cfg(feature = "prove")]
mod execute;
#[cfg(feature = "prove")]
mod fill;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const NAME: &str = "ripemd160@111b547c8b3acb5069bffabeef434560";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(NAME);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ripemd160;

impl Coprocessor for Ripemd160 {
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
