//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use crate::chip::columns::{CALL_WIDTH, WIDTH};
use crate::chip::{LANES, ROUNDS};
use crate::{CALL, Keccak, NAME};

/// Cost of a call: its rows, and the words it may be the first to touch.
const COST: u64 =
    row_bytes(CALL_WIDTH, 233) + ROUNDS as u64 * row_bytes(WIDTH, 20) + LANES as u64 * WORD_BYTES;

impl Coprocessor for Keccak {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        NAME
    }

    fn execute(&self, a0: u64, _: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |i: usize| a0.wrapping_add(8 * i as u64);
        let mut state = [0; LANES];
        for (i, lane) in state.iter_mut().enumerate() {
            *lane = memory.peek(word(i))?;
        }
        keccak::Keccak::new().with_f1600(|permute| permute(&mut state));
        for (i, lane) in state.into_iter().enumerate() {
            memory.update(word(i), lane)?;
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
