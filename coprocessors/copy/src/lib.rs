//! Copying blocks of memory as a coprocessor: an `ecall` that copies 32 words.
//!
//! - [`BlockCopy`] is the coprocessor, in both halves of the door: its chip for whoever verifies
//!   (`aver_machine::coprocessor`), and with the feature `prove` what executes it and fills its table.
//! - [`chip`] is the chip, one row a call.
//!
//! The guest's half is `memcpy` of `aver-guest` with the feature `copy-coprocessor`.
//!
//! The call: number [`CALL`]; a0 and a1 point to 32 words each, which do not overlap. All are accessed at slot 3 of the
//! ecall, those at a1 updated to what they are: so that neither may lie in the text, and no column says whether one does.
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
pub const NAME: &str = "copy@84604a2eeaef9a83720a7c32dcc0cfe3";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(NAME);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockCopy;

impl Coprocessor for BlockCopy {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        NAME
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Copying) as Box<dyn Chip>])
    }
}
