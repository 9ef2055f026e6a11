//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_bn254_fp12::BN254_FP12;

aver_audit::coprocessor!(
    BN254_FP12,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(48),
        a1: Argument::Words(48),
        flags: &["mark"],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued(
            "spec/chips/bn254-fp12.md, tests/chip.rs: equations of integers, each with its bounds"
        ),
    }
);
