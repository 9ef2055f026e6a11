//! The machine's own calls.

use aver_exec::{CallKind, EcallStep};
use aver_isa::Program;
use aver_machine::buses::TEXT;
use aver_machine::calls::Call;
use aver_machine::chips::ecall::{Exit, Halt, Write};
use aver_machine::chips::tables::space_of_word;
use aver_machine::cpu;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::{Filler, RowMut};

/// Sets what all calls have.
pub fn call(row: &mut RowMut<'_>, at: &Call<usize>, s: &EcallStep) {
    row.set(at.is_real, 1);
    row.cpu(&at.cpu, s.index, s.ts);
    row.set(at.a7, s.a7.prev_ts);
}

/// The calls of a kind.
pub fn of_kind(ecalls: &[EcallStep], kind: CallKind) -> Vec<&EcallStep> {
    ecalls.iter().filter(|s| s.kind == kind).collect()
}

/// `exit`
pub fn fill_exit(filler: &Filler<'_>, ecalls: &[EcallStep]) -> Table {
    let c = Exit.cols(&mut Names::default());
    let calls = of_kind(ecalls, CallKind::Exit);
    filler.table(&Exit, calls.len(), |i, row| {
        let s = calls[i];
        call(row, &c.call, s);
        row.argument(&c.a0, s.a0.before, s.a0.prev_ts);
    })
}

/// `halt`
pub fn fill_halt(filler: &Filler<'_>, program: &Program, ecalls: &[EcallStep]) -> Table {
    let c = Halt.cols(&mut Names::default());
    let calls = of_kind(ecalls, CallKind::Halt);
    filler.table(&Halt, calls.len(), |i, row| {
        let s = calls[i];
        call(row, &c.call, s);
        row.argument(&c.a0, s.a0.before, s.a0.prev_ts);
        row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
        for (k, word) in s.reads.iter().take(4).enumerate() {
            row.flag(c.text[k], space_of_word(program, word.addr) == TEXT);
            row.word(&c.digest[k], word.before, s.ts + cpu::MEM0, word.prev_ts);
        }
    })
}

/// `write`
pub fn fill_write(filler: &Filler<'_>, ecalls: &[EcallStep]) -> Table {
    let c = Write.cols(&mut Names::default());
    let calls = of_kind(ecalls, CallKind::Write);
    filler.table(&Write, calls.len(), |i, row| {
        let s = calls[i];
        call(row, &c.call, s);
        row.argument(&c.a2, s.a2.before, s.a2.prev_ts);
        row.argument(&c.a0, s.a0.before, s.a0.prev_ts);
    })
}
