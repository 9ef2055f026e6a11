//! The checks that every coprocessor must pass.

use aver_audit::coprocessor::{Argument, Meaning, Usage};
use aver_sha256::Sha256;

aver_audit::coprocessor!(
    Sha256,
    Usage {
        a0: Argument::Words(4),
        a1: Argument::Words(8),
        flags: &[],
        allowed: &[],
        free: &[],
        meaning: Meaning::Argued(
            "the row follows bit by bit from block and hash value: every bit is a boolean, each sum closes \
             over the integers; calls are compared with another implementation, every cell is changed"
        ),
    }
);
