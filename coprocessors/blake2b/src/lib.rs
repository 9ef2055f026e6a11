//! Rounds of BLAKE2b as a coprocessor: an `ecall` that mixes a message block into a vector of 16 words.
//!
//! - [`Blake2b`] is the coprocessor, in both halves of the door: its chips for whoever verifies
//!   (`aver_machine::coprocessor`), and with the feature `prove` what executes it and fills their tables.
//! - [`chip`] has the chips: one row a call, and one a round.
//!
//! The guest's half is `aver_guest::blake2b`: by the coprocessor with the feature `blake2b-coprocessor`.
//!
//! The call: number [`CALL`]; a0 points to 32 words, the vector and the block, all of which are updated at slot 3 of the
//! ecall, the block to what it is: so that none may lie in the text, and no column says whether one does. Of a1 four bits
//! say how many rounds, and the rest is not looked at: whatever it is, the call can be proved. Ten rounds go once through
//! the schedule, so a function of more rounds than fifteen is calls of ten, and one of the rest.
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
#[cfg(feature = "prove")]
mod mix;

/// Address in a program's note: the digest is that of `interface.txt`.
pub const NAME: &str = "blake2b@8919956f15a93417dce9f8df4738a5e0";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(NAME);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blake2b;

impl Coprocessor for Blake2b {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        NAME
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Mixing) as Box<dyn Chip>, Box::new(chip::Round)])
    }
}
