//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use crate::chip::{WIDTH, WORDS};
use crate::{BlockCopy, CALL, NAME};

/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 270) + 2 * WORDS as u64 * WORD_BYTES;

impl Coprocessor for BlockCopy {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        NAME
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        for i in 0..WORDS {
            let value = memory.peek(word(a1, i))?;
            memory.update(word(a1, i), value)?;
            memory.update(word(a0, i), value)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}
