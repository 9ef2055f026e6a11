//! The solvers, where they are installed.

use std::path::{Path, PathBuf};
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
pub fn both(folder: &Path, limit: Duration) -> Vec<Solver> {
    [Kind::Bitwuzla, Kind::Z3].map(|kind| Solver::new(kind, folder, limit)).into()
}

/// Whether what takes long is asked for, too.
pub fn is_all() -> bool {
    std::env::var_os("AVER_TEST_ALL").is_some_and(|value| !value.is_empty())
}

/// Both solvers; the slower one for one query in eight, unless all is asked for.
pub fn one_and_some(folder: &Path, limit: Duration) -> Vec<Solver> {
    let share = if is_all() { 1 } else { 8 };
    both(folder, limit).into_iter().map(|s| if s.kind() == Kind::Z3 { s.sharing(share) } else { s }).collect()
}
