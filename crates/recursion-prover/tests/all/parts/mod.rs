//! Circuits that verify proofs of runs: one for all shards of a shape, one for all memory proofs.
//!
//! | | |
//! |---|---|
//! | `rows` | rows of a proof are laid out as the verifier does, or refused |
//! | `runs` | proofs of two runs |

mod rows;
mod runs;

use aver_recursion::cell::Cell;
use aver_stark::field::{EF, coefficients};

fn cell(value: &EF) -> Cell {
    std::array::from_fn(|i| coefficients(value)[i])
}
