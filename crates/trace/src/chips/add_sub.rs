//! `add`, `sub`, `addi`, the W forms, and `add_to`, `addi_to`.

use aver_machine::chips::add_sub::{AddSub, Operand};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::{Filler, RowMut};
use crate::steps::Steps;
use aver_exec::Step;
use aver_isa::Op;

/// Sets the second operand.
#[inline(always)]
pub fn operand(row: &mut RowMut<'_>, at: &Operand<usize>, op: &Op, step: &Step) {
    match at {
        Operand::Register(r) => row.read(r, op.rs2, step.rs2, step.rs2_prev),
        Operand::Immediate(imm) => row.limbs(*imm, op.imm as u64),
    }
}

/// Fills the table.
pub fn fill<const N: usize>(chip: &AddSub<N>, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    filler.table(chip, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        if let Some(rs1) = &c.rs1 {
            row.read(rs1, op.rs1, s.rs1, s.rs1_prev);
        }
        operand(row, &c.b, op, s);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        row.limbs(c.c, s.rd);
        if let Some(sign) = c.sign {
            row.set(sign, (s.rd >> 31) as u32 & 1);
        }
    })
}
