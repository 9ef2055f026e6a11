//! The solvers, where they are installed.

use std::path::PathBuf;
use std::time::Duration;

use aver_audit::smt::solver::{Kind, Solver, installed};

/// Where the solvers are; `None`, with a message, where they are not. With `AVER_REQUIRE_TOOLS` set that is a
/// failure.
pub fn folder() -> Option<PathBuf> {
    let executable = std::env::current_exe().expect("a test has a path");
    let found = executable.ancestors().nth(3).and_then(installed);
    if found.is_none() {
        assert!(std::env::var_os("AVER_REQUIRE_TOOLS").is_none(), "no solvers: run test.sh");
        println!("NOTE: skipped, there are no SMT solvers; test.sh installs them");
    }
    found
}

/// Both solvers.
pub fn both(folder: &std::path::Path, limit: Duration) -> Vec<Solver> {
    [Kind::Bitwuzla, Kind::Z3].map(|kind| Solver::new(kind, folder, limit)).into()
}
