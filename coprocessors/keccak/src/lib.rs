//! Keccak-f[1600] as a coprocessor: an `ecall` that permutes a state of 25 words.
//!
//! - [`Keccak`] is the coprocessor, in both halves of the door: its chips for whoever verifies
//!   (`aver_machine::coprocessor`), and with the feature `prove` what executes it and fills their tables.
//! - [`chip`] has the chips: one row a call, and one a round.
//!
//! The guest's half is `aver_guest::keccak`: by the coprocessor with the feature `keccak-coprocessor`.
//!
//! The call: number [`CALL`]; a0 points to the state, 25 words that are updated at slot 3 of the ecall; a1 is
//! not looked at.
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
pub const NAME: &str = "keccak@1c31036465dac0db3638e7c4402c6850";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(NAME);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keccak;

impl Coprocessor for Keccak {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        NAME
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Permutation) as Box<dyn Chip>, Box::new(chip::Round)])
    }
}
