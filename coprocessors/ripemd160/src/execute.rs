//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use crate::chip::columns::WIDTH;
use crate::compress::compress;
use crate::{CALL, NAME, Ripemd160};

/// Words of the block.
const BLOCK_WORDS: usize = 8;
/// Words of the hash value.
const STATE_WORDS: usize = 3;
/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 2789) + (BLOCK_WORDS + STATE_WORDS) as u64 * WORD_BYTES;

impl Coprocessor for Ripemd160 {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        NAME
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let mut block = [0; 2 * BLOCK_WORDS];
        for (i, pair) in block.chunks_exact_mut(2).enumerate() {
            pair.copy_from_slice(&halves(memory.read(word(a1, i))?));
        }
        let mut state = [0; 2 * STATE_WORDS];
        for (i, pair) in state.chunks_exact_mut(2).enumerate() {
            pair.copy_from_slice(&halves(memory.peek(word(a0, i))?));
        }
        let [h0, h1, h2, h3, h4, stays] = state;
        let [h0, h1, h2, h3, h4] = compress([h0, h1, h2, h3, h4], &block);
        for (i, [low, high]) in [[h0, h1], [h2, h3], [h4, stays]].into_iter().enumerate() {
            memory.update(word(a0, i), u64::from(low) | u64::from(high) << 32)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}

/// The two numbers of a word.
pub fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}
