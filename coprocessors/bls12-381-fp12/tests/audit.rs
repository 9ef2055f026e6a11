//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_bls12_381_fp12::BLS12_381_FP12;

aver_audit::coprocessor!(
    BLS12_381_FP12,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(72),
        a1: Argument::Words(72),
        flags: &["mark"],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued(
            "spec/chips/bls12-381-fp12.md, tests/chip.rs: equations of integers, each with its bounds"
        ),
    }
);
