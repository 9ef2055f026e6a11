//! A file a command.

pub mod aggregate;
#[cfg(feature = "bench")]
pub mod bench;
pub mod build;
pub mod c_library;
pub mod compress;
pub mod demo;
pub mod doctor;
pub mod inspect;
pub mod new;
pub mod prove;
pub mod run;
pub mod security;
pub mod tree_key;
pub mod verify;
pub mod vk;

use crate::{args::Job, failure::Failure, terminal};
use aver_sdk::{Claim, Execution, Input};
use std::path::Path;

fn input(job: &Job) -> Result<Input, Failure> {
    Ok(match &job.input {
        None => Input::new(),
        Some(path) if path == Path::new("-") => Input::read(std::io::stdin().lock())?,
        Some(path) => Input::open(path)?,
    })
}

/// What the program took for granted.
fn assumptions(execution: &Execution) -> Vec<Claim> {
    execution.assumptions.iter().map(|&claim| claim.into()).collect()
}

fn warn_of_exit_code(execution: &Execution) {
    let code = execution.exit_code;
    if code != 0 {
        let why = if code == 101 { " (a panic, most likely; see above)" } else { "" };
        terminal::say(&format!(
            "warning: the program halted with exit code {code}{why}; its proof is verified with --exit-code {code}"
        ));
    }
}
