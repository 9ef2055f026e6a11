//! Trees over runs.
//!
//! | | |
//! |---|---|
//! | `aggregates` | one proof of many roots |
//! | `file` | files of root proofs |
//! | `honest` | trees of different sizes |
//! | `leaves` | what a leaf refuses |
//! | `limits` | limits of what circuits are told |
//! | `nodes` | what joins refuse |
//! | `python` | asks the second verifier |
//! | `real` | a run of a program |
//! | `roots` | what the root refuses |
//! | `veils` | what veils hide, and what they refuse |

mod aggregates;
mod file;
mod honest;
mod leaves;
mod limits;
mod nodes;
mod python;
mod real;
mod roots;
mod toy;
mod veils;

use std::sync::LazyLock;

use aver_recursion::Circuit;
use aver_recursion::cell::Cell;
use aver_recursion_prover::{RunError, run};
use aver_tree_prover::Tree;

/// The tree over toys, made once.
static TREE: LazyLock<Tree> = LazyLock::new(toy::tree);

/// The circuit has no run with these public cells and hints.
fn assert_refused(circuit: &Circuit, publics: &[Cell], hints: &[Cell], what: &str) {
    let refused = matches!(run(circuit, publics, hints), Err(RunError::Failed { .. }));
    assert!(refused, "{what}");
}
