//! The prover's half of the recursion machine: runs circuits, fills tables, proves them.
//!
//! - [`run`](mod@run): the value of every cell, from public cells and hints;
//! - [`chips`]: for each chip what its operations compute, and their witness columns;
//! - [`blake3`](mod@blake3): the same for chips of BLAKE3;
//! - [`tables`]: the tables of a run;
//! - [`proof`]: keys, proofs and their verification: all that depends on the proof system.
#![warn(missing_docs)]

pub mod blake3;
pub mod chips;
pub mod proof;
pub mod run;
pub mod tables;
pub mod witness;

pub use proof::{Groups, Prover, prove, verify};
pub use run::{RunError, Values, run};
