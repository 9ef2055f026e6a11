//! `slt`, `sltu`, `slti`, `sltiu`, and the comparison of branches.

use aver_machine::chips::compare::{Compare, Less};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::chips::add_sub::operand;
use crate::rows::{Filler, RowMut};
use crate::steps::Steps;

/// Sets the columns of a comparison.
#[inline(always)]
pub fn less(row: &mut RowMut<'_>, at: &Less<usize>, a: u64, b: u64) {
    let signed = at.sign_a.is_some();
    let flip = if signed { 1 << 63 } else { 0 };
    let (x, y) = (a ^ flip, b ^ flip);
    let highest = ((63 - ((x ^ y) | 1).leading_zeros()) / 16) as usize;
    let limb = |value: u64| (value >> (16 * highest)) as u32 & 0xFFFF;
    let is_less = x < y;
    row.flag(at.less, is_less);
    if highest < 3 {
        row.set(at.m[highest], 1);
    }
    let d = match (is_less, highest) {
        (true, _) => limb(y) - limb(x) - 1,
        (false, 0) => limb(x) - limb(y),
        (false, _) => limb(x) - limb(y) - 1,
    };
    row.set(at.d, d);
    if let Some(sign) = at.sign_a {
        row.set(sign, (a >> 63) as u32);
    }
    if let Some(sign) = at.sign_b {
        row.set(sign, (b >> 63) as u32);
    }
}

/// Fills the table.
pub fn fill(chip: &Compare, filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = chip.cols(&mut Names::default());
    let immediate = matches!(c.b, aver_machine::chips::add_sub::Operand::Immediate(_));
    filler.table(chip, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        operand(row, &c.b, op, s);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        less(row, &c.less, s.rs1, if immediate { op.imm as u64 } else { s.rs2 });
    })
}
