//! `andi`, `ori`, `xori`.

use aver_machine::chips::bitwise_imm::BitwiseImm;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = BitwiseImm.cols(&mut Names::default());
    filler.table(&BitwiseImm, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let byte = |value: u64, i: usize| (value >> (8 * i)) as u32 & 0xFF;
        let imm = op.imm as u64;
        row.set(c.imm[0], byte(imm, 0));
        row.set(c.imm[1], byte(imm, 1));
        row.flag(c.imm[2], op.imm < 0);
        row.set(c.a, byte(s.rs1, 0));
        row.set(c.n[0], byte(s.rs1 & imm, 0));
        row.set(c.n[1], byte(s.rs1 & imm, 1));
        row.limbs(c.c, s.rd);
    })
}
