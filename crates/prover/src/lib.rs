//! Plans, executes and proves runs of programs.
//!
//! [`Setup`] is a program on its machine; [`Setup::execute`] runs it, [`Setup::prove`] proves a run:
//! pass 1 meters it and commits to all that crosses shards, pass 2 runs it again and proves one shard after
//! the other. Neither keeps more than one shard, so memory is bounded whatever the length of the run.
//! [`verify`] checks a proof file, [`verify_from`] one that need not be in memory.
//!
//! Threads are the caller's: everything runs in the rayon pool it is called from.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod coprocessor;
mod cost;
mod error;
mod output;
mod plan;
mod prove;
mod reader;
mod setup;
pub mod shapes;
mod sizes;
pub mod steps;
mod verify;

pub use aver_exec::FunctionCycles;
pub use coprocessor::{Coprocessor, Mounted};
pub use error::Error;
pub use output::Output;
pub use plan::{Options, row_bytes};
pub use prove::{Progress, Report};
pub use reader::{ProofReader, ReadError};
pub use setup::{Execution, Setup};
pub use sizes::{Sizes, TableSize};
pub use verify::{machine, verify, verify_conditional, verify_from};
