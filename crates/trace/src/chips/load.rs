//! Aligned loads.

use aver_exec::Step;
use aver_isa::{Op, Program};
use aver_machine::buses::TEXT;
use aver_machine::chips::load::{Load, LoadDouble, LoadSmall, LoadWord};
use aver_machine::chips::tables::space_of_word;
use aver_machine::cpu;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::{Filler, RowMut};
use crate::steps::Steps;

#[inline(always)]
fn common(row: &mut RowMut<'_>, at: &Load<usize>, program: &Program, op: &Op, s: &Step) -> usize {
    row.cpu(&at.cpu, s.index, s.ts);
    row.base(&at.base, op.rs1, s.rs1, s.rs1_prev);
    row.signed(at.imm, op.imm);
    let mem = &s.mem[0];
    row.flag(at.text, space_of_word(program, mem.addr) == TEXT);
    row.word(&at.mem, mem.before, s.ts + cpu::MEM0, mem.prev_ts);
    row.write(&at.rd, op.rd, s.rd_before, s.rd_prev);
    s.rs1.wrapping_add(op.imm as u64) as usize % 8
}

/// `ld`
pub fn fill_double(filler: &Filler<'_>, program: &Program, steps: &Steps<'_>) -> Table {
    let c = LoadDouble.cols(&mut Names::default());
    filler.table(&LoadDouble, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        common(row, &c.load, program, op, s);
    })
}

/// `lw`, `lwu`
pub fn fill_word(filler: &Filler<'_>, program: &Program, steps: &Steps<'_>) -> Table {
    let c = LoadWord.cols(&mut Names::default());
    filler.table(&LoadWord, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        let offset = common(row, &c.load, program, op, s);
        row.flag(c.upper, offset == 4);
        row.limbs(c.v, s.rd);
        row.set(c.sign, (s.rd >> 63) as u32);
    })
}

/// `lb`, `lbu`, `lh`, `lhu`
pub fn fill_small(filler: &Filler<'_>, program: &Program, steps: &Steps<'_>) -> Table {
    let c = LoadSmall.cols(&mut Names::default());
    filler.table(&LoadSmall, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        let offset = common(row, &c.load, program, op, s);
        let at = offset / 2;
        if at > 0 {
            row.set(c.at[at - 1], 1);
        }
        row.set(c.odd, offset as u32 & 1);
        let limb = (s.mem[0].before >> (16 * at)) as u32;
        row.set(c.bytes[0], limb & 0xFF);
        row.set(c.bytes[1], limb >> 8 & 0xFF);
        row.set(c.v, s.rd as u32 & 0xFFFF);
        row.set(c.sign, (s.rd >> 63) as u32);
    })
}
