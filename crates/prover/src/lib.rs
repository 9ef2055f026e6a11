//! Plans, executes and proves runs of programs.
//!
//! [`Setup`] is a program on its machine; [`Setup::execute`] runs it, [`Setup::prove`] proves a run:
//! pass 1 meters it and commits to all that crosses shards, pass 2 proves one shard after the other in
//! bounded memory. [`verify`] checks a proof file.
//!
//! Threads are the caller's: everything runs in the rayon pool it is called from.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod coprocessor;
mod cost;
mod error;
mod plan;
mod prove;
mod setup;
mod sizes;
pub mod steps;
mod verify;

pub use coprocessor::{Coprocessor, Mounted};
pub use error::Error;
pub use plan::Options;
pub use prove::{Progress, Report};
pub use setup::{Execution, Setup};
pub use sizes::{Sizes, TableSize};
pub use verify::verify;
