//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_audit::lint::Allow;
use aver_ripemd160::Ripemd160;

/// d_77 is only added, by halves: of two bytes the lower hands its top bits to the upper.
const ONCE: [Allow; 2] = [once("left77.top*only"), once("right77.top*only")];

const fn once(what: &'static str) -> Allow {
    Allow {
        rule: "column/once",
        chip: "ripemd160",
        what,
        reason: "halves need the top bits of one of two bytes",
    }
}

aver_audit::coprocessor!(
    Ripemd160,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(3),
        a1: Argument::Words(8),
        flags: &[],
        allowed: &ONCE,
        free: &[],
        meaning: Meaning::Argued(
            "tests/forged.rs: what is wrong in one step is noticed there; tests/vectors.rs"
        ),
    }
);
