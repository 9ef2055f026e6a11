//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};
use sha2::digest::generic_array::GenericArray;

use crate::chip::columns::WIDTH;
use crate::{CALL, NAME, Sha256};

/// Words of the block.
const BLOCK_WORDS: usize = 8;
/// Words of the hash value.
const STATE_WORDS: usize = 4;
/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 78) + (BLOCK_WORDS + STATE_WORDS) as u64 * WORD_BYTES;

impl Coprocessor for Sha256 {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        NAME
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let mut block = [0; 8 * BLOCK_WORDS];
        for (i, bytes) in block.chunks_exact_mut(8).enumerate() {
            bytes.copy_from_slice(&memory.read(word(a1, i))?.to_le_bytes());
        }
        let mut state = [0; 2 * STATE_WORDS];
        for (i, pair) in state.chunks_exact_mut(2).enumerate() {
            let value = memory.peek(word(a0, i))?;
            pair.copy_from_slice(&[value as u32, (value >> 32) as u32]);
        }
        sha2::compress256(&mut state, &[GenericArray::from(block)]);
        for (i, pair) in state.chunks_exact(2).enumerate() {
            memory.update(word(a0, i), u64::from(pair[0]) | u64::from(pair[1]) << 32)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}
