//! Products in Fp12 as a coprocessor: the field over which BN254 has its pairing (EIP-197); an `ecall` multiplies.
//!
//! - [`Fp12`] is the coprocessor, in both halves of the door.
//! - [`chip`] is its chip, one row a call.
//!
//! The guest's half is `aver_guest::bn254::pairing_check`: by the coprocessor with the feature `bn254-fp12-coprocessor`.
//!
//! The call: number [`CALL`]; a0 points to a, 48 words, which become a b at slot 3 of the ecall; a1 to b, as many, read at
//! slot 2, which may be text. An element is Σ (x0 + x1 u) w^k, k = 0..5, with u² = −1 and w^6 = 9 + u: x0 and x1 of each k
//! in turn, 256 bits each.
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
pub use execute::{Element, Product, multiply};

/// Address in a program's note: the digest is that of `interface.txt`.
pub const ADDRESS: &str = "bn254-fp12@c06d972c87ec4cedbac20bd308d6cc19";
/// Number of the call, a7.
pub const CALL: u32 = aver_isa::calls::number(ADDRESS);

/// The coprocessor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fp12;

impl Coprocessor for Fp12 {
    fn call(&self) -> u32 {
        CALL
    }
    fn name(&self) -> &str {
        ADDRESS
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([Box::new(chip::Product::new()) as Box<dyn Chip>])
    }
}
