//! Fills the chip's table.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::cpu::{MEM0, MEM1};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};

use crate::chip::columns::{Cols, Step, unnamed};
use crate::chip::{Compression, SHIFTS};
use crate::compress::{self, steps};
use crate::execute::halves;
use crate::{CALL, Ripemd160};

/// Bits 6 and 7 of each byte.
const TOP: u32 = 0xC0C0_C0C0;

impl CoprocessorTables for Ripemd160 {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = Cols::new(&mut Names::default(), unnamed);
        vec![filler.table(&Compression, calls.len(), |i, row| {
            call(row, &c, program, calls[i]);
            let [h0, h1, h2, h3, h4, _] = numbers(&calls[i].updates);
            for (number, at) in [h1, h2, h3].into_iter().zip(c.low) {
                at.into_iter().enumerate().for_each(|(u, at)| row.set(at, number >> (16 * u) & 0xFF));
            }
            for (number, at) in [h1, h2].into_iter().zip(c.top) {
                bytes(row, at, number & TOP);
            }
            let block = numbers(&calls[i].reads);
            for (line, at) in c.lines.iter().enumerate() {
                let (_, steps) = steps(line, [h0, h1, h2, h3, h4], &block);
                at.iter().zip(&steps).zip(SHIFTS[line]).for_each(|((at, done), s)| step(row, at, done, s));
            }
        })]
    }
}

/// Sets the columns of the ecall and its memory.
fn call(row: &mut RowMut<'_>, c: &Cols<usize>, program: &Program, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
    for ((word, &text), read) in c.block.iter().zip(&c.text).zip(&s.reads) {
        row.flag(text, program.is_text(read.addr));
        row.word(word, read.before, s.ts + MEM0, read.prev_ts);
    }
    for (word, update) in c.state.iter().zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
    }
    let after = s.updates.iter().flat_map(|update| halves(update.after));
    after.zip(c.new).for_each(|(number, new)| row.limbs(new, number.into()));
}

/// The numbers in memory before the accesses.
fn numbers<const N: usize>(accesses: &[MemAccess]) -> [u32; N] {
    core::array::from_fn(|i| accesses.get(i / 2).map_or(0, |word| halves(word.before)[i % 2]))
}

fn bytes(row: &mut RowMut<'_>, at: [usize; 4], number: u32) {
    at.into_iter().zip(number.to_le_bytes()).for_each(|(at, byte)| row.set(at, byte.into()));
}

fn step(row: &mut RowMut<'_>, at: &Step<usize>, done: &compress::Step, s: u32) {
    at.n.into_iter().zip(done.ands).for_each(|(at, and)| bytes(row, at, and));
    for u in 0..2 {
        let half = done.sum >> (16 * u) & 0xFFFF;
        row.set(at.lower[u], half & ((1 << (16 - s)) - 1));
        row.set(at.higher[u], half >> (16 - s));
    }
    bytes(row, at.y, done.next);
    if let Some(at) = at.top {
        bytes(row, at, done.next & TOP);
    }
}
