//! Shifts.

use aver_machine::chips::shift::{Amount, Shift};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill<const N: usize>(chip: &Shift<N>, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    filler.table(chip, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        match (which, c.arithmetic) {
            (1, Some(arithmetic)) => row.set(arithmetic, 1),
            _ => row.set(c.flag, 1),
        }
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        let by = match &c.amount {
            Amount::Register(r) => {
                row.read(r, op.rs2, s.rs2, s.rs2_prev);
                s.rs2
            }
            Amount::Immediate(imm) => {
                row.set(*imm, op.imm as u32);
                op.imm as u64
            }
        };
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let by = by as u32 % (16 * N as u32);
        let (n, limbs) = (by % 16, by as usize / 16);
        row.set(c.n, n);
        row.set(c.pow, 1 << n);
        row.set(c.copow, 1 << (16 - n));
        if limbs > 0
            && let Some(flag) = c.q[limbs - 1]
        {
            row.set(flag, 1);
        }
        let at = if chip.right { n } else { 16 - n };
        for k in 0..N {
            let limb = (s.rs1 >> (16 * k)) as u32 & 0xFFFF;
            row.set(c.high[k], limb >> at);
            row.set(c.low[k], limb & ((1 << at) - 1));
        }
        row.limbs(c.c, s.rd);
        if let Some(fill) = c.fill
            && which == 1
        {
            row.set(fill, (s.rs1 >> (16 * N - 1)) as u32 & 1);
        }
        if let Some(sign) = c.sign {
            row.set(sign, (s.rd >> 31) as u32 & 1);
        }
    })
}
