//! Measures what `aver bench` prints.
//!
//! [`Run::measure`] proves one program in this process, which should do nothing else: then the peak of
//! its memory is the program's. [`Ceilings::measure`] says what this machine's core can do, and [`floors`]
//! what the stages of a proof would take at that. [`Results`] puts them together.
//! `docs/performance.md` says what each figure means.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod ceilings;
mod error;
pub mod floors;
mod machine;
mod results;
mod run;
mod stages;
mod table;

pub use aver_bench_programs::host::{PROGRAMS, Program, Size};
pub use ceilings::Ceilings;
pub use error::Error;
pub use machine::{Commit, Machine};
pub use results::{ProgramResult, Results, Stage};
pub use run::{Compressed, Run};
pub use stages::STAGES;
