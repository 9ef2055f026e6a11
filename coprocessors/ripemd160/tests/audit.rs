//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_ripemd160::Ripemd160;

aver_audit::coprocessor!(
    Ripemd160,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(3),
        a1: Argument::Words(8),
        flags: &[],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued(
            "tests/forged.rs: what is wrong in one step is noticed there; tests/vectors.rs"
        ),
    }
);
