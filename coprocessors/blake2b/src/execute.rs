//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use crate::chip::columns::{CALL_WIDTH, WIDTH};
use crate::chip::{ROUNDS, WORDS};
use crate::mix::round;
use crate::{Blake2b, CALL, NAME};

/// Cost of a call: its rows, and the words it may be the first to touch.
const COST: u64 =
    row_bytes(CALL_WIDTH, 255) + ROUNDS as u64 * row_bytes(WIDTH, 304) + 2 * WORDS as u64 * WORD_BYTES;

impl Coprocessor for Blake2b {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        NAME
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |i: usize| a0.wrapping_add(8 * i as u64);
        let (mut v, mut m) = ([0; WORDS], [0; WORDS]);
        for (i, value) in v.iter_mut().chain(&mut m).enumerate() {
            *value = memory.peek(word(i))?;
        }
        for r in 0..rounds(a1) {
            round(&mut v, &m, r);
        }
        for (i, value) in v.into_iter().chain(m).enumerate() {
            memory.update(word(i), value)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }

    fn rows(&self) -> u64 {
        ROUNDS as u64
    }
}

/// How many rounds a1 says.
pub fn rounds(a1: u64) -> usize {
    (a1 % 16) as usize
}
