//! Aligned stores.

use aver_exec::Step;
use aver_isa::Op;
use aver_machine::chips::store::{Store, StoreDouble, StoreSmall, StoreWord};
use aver_machine::cpu;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::{Filler, RowMut};
use crate::steps::Steps;

#[inline(always)]
fn common(row: &mut RowMut<'_>, at: &Store<usize>, op: &Op, s: &Step) -> usize {
    row.cpu(&at.cpu, s.index, s.ts);
    row.base(&at.base, op.rs1, s.rs1, s.rs1_prev);
    row.signed(at.imm, op.imm);
    row.read(&at.rs2, op.rs2, s.rs2, s.rs2_prev);
    row.word(&at.mem, s.mem[0].before, s.ts + cpu::MEM0, s.mem[0].prev_ts);
    s.rs1.wrapping_add(op.imm as u64) as usize % 8
}

/// `sd`
pub fn fill_double(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = StoreDouble.cols(&mut Names::default());
    filler.table(&StoreDouble, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        common(row, &c.store, op, s);
    })
}

/// `sw`
pub fn fill_word(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = StoreWord.cols(&mut Names::default());
    filler.table(&StoreWord, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        let offset = common(row, &c.store, op, s);
        row.flag(c.upper, offset == 4);
        row.limbs(c.new, s.mem[0].after);
    })
}

/// `sb`, `sh`
pub fn fill_small(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = StoreSmall.cols(&mut Names::default());
    filler.table(&StoreSmall, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        let offset = common(row, &c.store, op, s);
        let at = offset / 2;
        if at > 0 {
            row.set(c.at[at - 1], 1);
        }
        row.set(c.odd, offset as u32 & 1);
        row.limbs(c.new, s.mem[0].after);
        let limb = (s.mem[0].before >> (16 * at)) as u32;
        row.set(c.bytes[0], limb & 0xFF);
        row.set(c.bytes[1], limb >> 8 & 0xFF);
        row.set(c.byte, s.rs2 as u32 & 0xFF);
    })
}
