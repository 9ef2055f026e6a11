//! One op with exact accounts, where a whole block might not fit the shard.

use aver_isa::{Op, Opcode, calls, memory::WORD_BYTES};

use super::{Meter, blocks::DIGEST_WORDS, blocks::registers};
use crate::{Error, memory::second_word};

impl Meter<'_> {
    /// Whether the shard is cut before the op at `index`. An op that fits no shard gets one of its own.
    pub(super) fn is_full_at(&self, index: u32) -> bool {
        if self.shard_ops == 0 {
            return false;
        }
        let op = &self.program.ops[index as usize];
        let touched = self.memory.touched();
        let spent = self.spent + touched * self.cost.touched_word;
        spent.saturating_add(self.price(op)) > self.cost.max_cost
            || touched >= self.cost.max_words
            || self.shard_ops >= self.max_shard_ops
    }

    /// Accounts for the op at `index`.
    pub(super) fn step(&mut self, index: u32) -> Result<(), Error> {
        let op = self.program.ops[index as usize];
        if self.cycles + self.shard_ops >= self.limits.max_cycles {
            return Err(Error::CycleLimit { cycles: self.limits.max_cycles });
        }
        self.spent += self.cost.ops[op.opcode as usize];
        self.shard_ops += 1;
        self.accessed |= registers(&op);
        self.counts.ops[op.opcode as usize] += 1;
        self.instructions += u64::from(op.first);
        if let Some(profile) = &mut self.profile {
            profile[index as usize] += 1;
        }
        Ok(())
    }

    /// What the op will add to the cost of the shard.
    fn price(&self, op: &Op) -> u64 {
        let own = self.cost.ops[op.opcode as usize];
        let new_words = |first: u64, words: u64| {
            let addresses = (0..words).map(|i| first.wrapping_add(i * u64::from(WORD_BYTES)));
            addresses.filter(|&address| self.memory.is_new(address)).count() as u64
        };
        let touched = |words: u64| words.saturating_mul(self.cost.touched_word);
        let bytes = op.opcode.access_bytes();
        if bytes > 0 {
            let address = self.reg(op.rs1).wrapping_add(op.imm as u64);
            let misaligned = !address.is_multiple_of(bytes);
            let own = if misaligned { self.cost.misaligned[op.opcode as usize] } else { own };
            let words = 1 + u64::from(second_word(address, bytes).is_some());
            return own.saturating_add(touched(new_words(address, words)));
        }
        if op.opcode == Opcode::Ecall {
            let call = self.reg(17);
            if call == calls::HALT.into() {
                return own.saturating_add(touched(new_words(self.reg(11), DIGEST_WORDS)));
            }
            let found = self.coprocessors.iter().find(|c| u64::from(c.call()) == call);
            return own.saturating_add(found.map_or(0, |c| c.cost()));
        }
        own
    }
}
