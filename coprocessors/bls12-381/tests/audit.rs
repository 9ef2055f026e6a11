//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_audit::lint::Allow;
use aver_bls12_381::BLS12_381;

aver_audit::coprocessor!(
    BLS12_381,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(12),
        a1: Argument::Words(12),
        flags: &["add", "double", "mark"],
        allowed: &[
            Allow {
                rule: "column/once",
                chip: "bls12_381",
                what: "inverse *",
                reason: "there is one if and only if run is not zero",
            },
            Allow {
                rule: "range/free",
                chip: "bls12_381",
                what: "inverse *",
                reason: "only that there is one matters",
            },
        ],
        free: &[],
        meaning: Meaning::Argued("spec/chips/bls12-381.md: equations of integers, each with its bounds"),
    }
);
