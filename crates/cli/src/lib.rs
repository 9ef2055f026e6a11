//! The `aver` command.
//!
//! A file in `commands` a command; its arguments and their help are in [`args`]. A command prints
//! nothing on standard output: it returns an [`Outcome`](outcome::Outcome), which is shown as text or
//! as JSON. Progress, warnings and the guest's console go to standard error.

mod args;
mod build_for;
mod commands;
mod failure;
mod hints;
mod interrupt;
mod memory;
mod outcome;
mod terminal;

pub use build_for::start;

use args::{Cli, Command};
use clap::{Parser, error::ErrorKind};
use failure::Failure;
use outcome::Outcome;
use serde_json::json;
use std::{ffi::OsString, panic, process::ExitCode};

/// Runs the command that `args` (the program's own name first) asks for.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    let json = args.iter().any(|arg| arg == "--json");
    if let Err(failure) = build_for::hand_over(&args) {
        return failure.show(json);
    }
    let result = match Cli::try_parse_from(&args) {
        Ok(cli) => panic::catch_unwind(|| run(cli.command)).unwrap_or_else(|_| Err(Failure::panic())),
        Err(error) if error.use_stderr() && !json => {
            // Clap's own way, with its colours. Standard error may be closed.
            let _ = error.print();
            return ExitCode::from(failure::USAGE);
        }
        Err(error) if error.use_stderr() => Err(Failure::usage(error.to_string())),
        Err(error) => {
            let key = if error.kind() == ErrorKind::DisplayVersion { "version" } else { "help" };
            let text = error.to_string();
            Ok(Outcome::new(json!({ key: text.trim() }), text))
        }
    };
    match result {
        Ok(outcome) => outcome.show(json),
        Err(failure) => failure.show(json),
    }
}

/// [`main`], when it was Cargo that was asked: then `args` are `cargo-aver aver …`.
pub fn cargo_main(args: impl Iterator<Item = OsString>) -> ExitCode {
    main(args.enumerate().filter(|(i, arg)| !(*i == 1 && arg == "aver")).map(|(_, arg)| arg))
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::New(args) => commands::new::run(&args),
        Command::Build(args) => commands::build::run(&args),
        Command::CLibrary(args) => commands::c_library::run(&args),
        Command::Run(args) => commands::run::run(&args),
        Command::Prove(args) => commands::prove::run(&args),
        Command::Compress(args) => commands::compress::run(&args),
        Command::Aggregate(args) => commands::aggregate::run(&args),
        Command::TreeKey(args) => commands::tree_key::run(&args),
        Command::Verify(args) => commands::verify::run(&args),
        Command::Vk(args) => commands::vk::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Security(args) => commands::security::run(&args),
        Command::Doctor(args) => commands::doctor::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
        #[cfg(feature = "bench")]
        Command::Bench(args) => commands::bench::run(&args),
    }
}
