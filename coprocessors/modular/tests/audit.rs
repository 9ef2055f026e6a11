//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_audit::lint::Allow;
use aver_modular::Modular;

aver_audit::coprocessor!(
    Modular,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(8),
        a1: Argument::Words(4),
        flags: &["wide", "mark"],
        allowed: &[
            Allow {
                rule: "column/once",
                chip: "modular",
                what: "inverse *",
                reason: "there is one if and only if m is not zero",
            },
            Allow {
                rule: "range/free",
                chip: "modular",
                what: "inverse *",
                reason: "only that there is one matters",
            },
        ],
        free: &[],
        meaning: Meaning::Argued(
            "spec/chips/modular.md, tests/chip.rs: equations of integers, each with its bounds"
        ),
    }
);
