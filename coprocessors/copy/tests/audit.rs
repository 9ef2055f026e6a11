//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_audit::lint::Allow;
use aver_copy::BlockCopy;

aver_audit::coprocessor!(
    BlockCopy,
    Usage {
        interface: include_str!("../src/interface.txt"),
        a0: Argument::Words(32),
        a1: Argument::Words(32),
        flags: &[],
        allowed: &[Allow {
            rule: "column/once",
            chip: "copy",
            what: "to*only",
            reason: "what is replaced is of no consequence",
        }],
        free: &[],
        meaning: Meaning::Argued(
            "what is put at a0 is what is taken at a1, limb by limb, by the messages alone"
        ),
    }
);
