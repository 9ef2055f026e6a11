//! `and`, `or`, `xor`.

use aver_machine::chips::bitwise::Bitwise;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill(chip: &Bitwise, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    filler.table(chip, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        row.read(&c.rs2, op.rs2, s.rs2, s.rs2_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let byte = |value: u64, i: usize| (value >> (8 * i)) as u32 & 0xFF;
        for k in 0..4 {
            row.set(c.a[k], byte(s.rs1, 2 * k));
            row.set(c.b[k], byte(s.rs2, 2 * k));
        }
        for k in 0..8 {
            row.set(c.n[k], byte(s.rs1 & s.rs2, k));
        }
    })
}
