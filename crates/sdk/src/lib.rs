//! Build, run, prove and verify programs.
//!
//! ```no_run
//! use aver_sdk::{Input, Program, Prover};
//!
//! # fn main() -> Result<(), aver_sdk::Error> {
//! let program = Program::build("guest")?;
//! let mut input = Input::new();
//! input.write(&1000u64)?;
//!
//! let prover = Prover::new(&program)?;
//! let proof = prover.prove(&input)?;
//! proof.save("sum.proof")?;
//!
//! // Whoever checks needs the proof and the program's verifying key, not the input.
//! let sum: u64 = proof.verify(&prover.vk()?)?.read()?;
//! # Ok(())
//! # }
//! ```
//!
//! | | |
//! |---|---|
//! | [`Program`] | an ELF file, from bytes, a file or a guest crate |
//! | [`Input`] | what the program reads: private, but see below |
//! | [`Prover`] | executes and proves a program; [`Prover::builder`] for options |
//! | [`Proof`] | the proof file: claim and output, to save, open and verify |
//! | [`Verifier`] | checks proofs against a [`Vk`] |
//! | [`Aggregator`] | makes an [`AggregateProof`], one proof of many [`RootProof`]s |
//! | [`HiddenProof`] | what a machine that is not trusted can make a [`RootProof`] of |
//! | [`Compressor`] | makes a [`RootProof`], one proof of one size, of a [`Proof`] |
//!
//! Everything blocks; nothing prints. A program's console output and the progress of a proof go to
//! whom the [`ProverBuilder`] names.
//!
//! **A [`Proof`] does not hide the input**: who has one may learn about it. A [`RootProof`] does.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod aggregate;
mod ahead;
mod compress;
pub mod coprocessors;
mod error;
mod file;
mod hidden;
mod hide;
mod input;
mod keys;
pub mod layers;
mod nodes;
mod partial;
mod program;
mod proof;
mod prover;
mod root;
mod verifier;
mod vk;

pub use aggregate::{AggregateProof, Aggregator};
pub use ahead::Ahead;
pub use aver_build as build;
pub use aver_exec::{Fault, FaultKind};
pub use aver_prover::{Coprocessor, Execution, FunctionCycles, Output, Progress, Report, Sizes, TableSize};
pub use aver_stark::{params, security};
pub use aver_verifier::{VERSION, proof::MAX_PROOFS};
pub use compress::{Compressing, Compression, Compressor};
pub use error::Error;
pub use file::AtomicFile;
pub use hidden::HiddenProof;
pub use input::Input;
pub use params::Profile;
pub use partial::PartialFile;
pub use program::Program;
pub use proof::{Claim, Proof, Verified};
pub use prover::{Prover, ProverBuilder, Stream};
pub use root::{RootProof, VerifiedRoot};
pub use verifier::Verifier;
pub use vk::{TreeKey, Vk};

/// For this crate's own tests.
#[doc(hidden)]
pub mod testing {
    pub use crate::compress::plan;
    pub use crate::keys::{BUILT_IN, built_in, trim};
    pub use crate::nodes::is_node;
}
