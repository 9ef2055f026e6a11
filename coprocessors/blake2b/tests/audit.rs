//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_blake2b::Blake2b;

aver_audit::coprocessor!(
    Blake2b,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(32),
        a1: Argument::Number,
        flags: &["step"],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued(
            "spec/chips/blake2b.md; tests/vectors.rs: what is executed is what the rows are filled with"
        ),
    }
);
