//! `const`, `jal`, `jalr`.

use aver_isa::Opcode;
use aver_machine::chips::jump::{Constant, Jalr};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// `const` or `jal`
pub fn fill(chip: &Constant, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    filler.table(chip, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        row.limbs(c.imm, op.imm as u64);
        if op.opcode == Opcode::Jal {
            row.set(c.imm[2], op.target);
        }
    })
}

/// `jalr`
pub fn fill_jalr(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = Jalr.cols(&mut Names::default());
    filler.table(&Jalr, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.base(&c.base, op.rs1, s.rs1, s.rs1_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        row.signed(c.imm, op.imm);
        row.limbs(c.link, u64::from(op.pc) + 4);
        row.set(c.bit, s.rs1.wrapping_add(op.imm as u64) as u32 & 1);
        row.set(c.next, s.next);
    })
}
