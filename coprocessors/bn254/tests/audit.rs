//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_audit::lint::Allow;
use aver_bn254::BN254;

aver_audit::coprocessor!(
    BN254,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(8),
        a1: Argument::Words(8),
        flags: &["add", "double", "mark"],
        allowed: &[
            Allow {
                rule: "column/once",
                chip: "bn254",
                what: "inverse *",
                reason: "there is one if and only if run is not zero",
            },
            Allow {
                rule: "range/free",
                chip: "bn254",
                what: "inverse *",
                reason: "only that there is one matters",
            },
        ],
        free: &[],
        meaning: Meaning::Argued("spec/chips/bn254.md: equations of integers, each with its bounds"),
    }
);
