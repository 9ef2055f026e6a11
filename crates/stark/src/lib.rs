//! Aver's proof system, the part that must be trusted: how chips state constraints and messages, the
//! transcript, the parameters with their security terms, and the verifier.
//!
//! `spec/proof-system.md` describes the protocol; files here carry its sections' names, and
//! `aver-stark-prover` mirrors them.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod air;
pub mod channel;
pub mod chip;
pub mod eq;
pub mod error;
pub mod field;
pub mod gather;
pub mod gkr;
pub mod hash;
pub mod layout;
pub mod masks;
pub mod merkle;
pub mod params;
pub mod poseidon2;
pub mod protocol;
mod proximity;
pub mod security;
pub mod symbolic;
pub mod transcript;
pub mod value;
pub mod verify;
pub mod whir;
pub mod windows;
pub mod zerocheck;
