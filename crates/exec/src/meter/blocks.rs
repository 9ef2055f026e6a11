//! What each stretch of ops up to the next jump costs and touches.

use aver_isa::{Op, Opcode, Program};

use crate::{Coprocessor, Cost};

/// The ops from one index up to the first that may jump, included.
#[derive(Clone, Copy, Default)]
pub(super) struct Block {
    pub ops: u32,
    /// If everything is aligned, without touched memory and coprocessors.
    pub cost: u64,
    /// At most: everything misaligned and touched for the first time, the dearest coprocessor.
    pub worst: u64,
    /// Registers accessed, a bit for each; those of an ecall are not known here.
    pub registers: u64,
}

/// Words the `halt` call reads.
pub(super) const DIGEST_WORDS: u64 = 4;

/// For each op index, the block that starts there.
pub(super) fn blocks(program: &Program, cost: &Cost, coprocessors: &[&dyn Coprocessor]) -> Vec<Block> {
    let dearest = coprocessors.iter().map(|coprocessor| coprocessor.cost()).max().unwrap_or(0);
    let mut blocks = vec![Block::default(); program.ops.len()];
    let mut next = Block::default();
    for (block, op) in blocks.iter_mut().zip(&program.ops).rev() {
        if op.opcode.ends_block() {
            next = Block::default();
        }
        next.ops += 1;
        let own = cost.ops[op.opcode as usize];
        next.cost = next.cost.saturating_add(own);
        let worst = if op.opcode.access_bytes() > 0 {
            let misaligned = cost.misaligned[op.opcode as usize];
            own.max(misaligned).saturating_add(cost.touched_word.saturating_mul(2))
        } else if op.opcode == Opcode::Ecall {
            let words = cost.touched_word.saturating_mul(DIGEST_WORDS);
            own.saturating_add(dearest).saturating_add(words)
        } else {
            own
        };
        next.worst = next.worst.saturating_add(worst);
        next.registers |= registers(op);
        *block = next;
    }
    blocks
}

/// The registers an op accesses, a bit for each; none for an ecall.
pub(super) fn registers(op: &Op) -> u64 {
    let bit = |accessed: bool, register: u8| u64::from(accessed) << (register & 63);
    bit(op.opcode.reads_rs1(), op.rs1)
        | bit(op.opcode.reads_rs2(), op.rs2)
        | bit(op.opcode.writes_rd(), op.rd)
}
