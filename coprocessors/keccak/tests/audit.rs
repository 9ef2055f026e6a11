//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_keccak::Keccak;

aver_audit::coprocessor!(
    Keccak,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(25),
        a1: Argument::Number,
        flags: &["step"],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued("tests/chip.rs: each bit of a round follows from the state before it"),
    }
);
