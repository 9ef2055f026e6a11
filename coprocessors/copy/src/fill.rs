//! Fills the chip's table.

use aver_exec::EcallStep;
use aver_isa::Program;
use aver_machine::cpu::MEM1;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::Filler;

use crate::chip::{Cols, Copying};
use crate::{BlockCopy, CALL};

impl CoprocessorTables for BlockCopy {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, _: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = Cols::new(&mut Names::default());
        vec![filler.table(&Copying, calls.len(), |i, row| {
            let s = calls[i];
            ecall::call(row, &c.call, s);
            row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
            row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
            // As executed: a word of the block, then where it goes.
            let words = c.from.iter().zip(&c.to).flat_map(|(from, to)| [from, to]);
            for (word, update) in words.zip(&s.updates) {
                row.word(word, update.before, s.ts + MEM1, update.prev_ts);
            }
        })]
    }
}
