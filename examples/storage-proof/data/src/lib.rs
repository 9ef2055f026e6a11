//! Where proofs of storage slots come from.

pub mod file;
pub mod synthetic;
