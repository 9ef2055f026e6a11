//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_sha256::Sha256;

aver_audit::coprocessor!(
    Sha256,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(4),
        a1: Argument::Words(8),
        flags: &[],
        allowed: &[],
        free: &[],
        meaning: Meaning::Specified("tests/smt.rs"),
    }
);
