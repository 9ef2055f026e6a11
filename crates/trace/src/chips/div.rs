//! Division.

use aver_machine::chips::div::Div;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::chips::mul::{byte, limb_of_product};
use crate::rows::Filler;
use crate::steps::Steps;

/// Fills the table.
pub fn fill<const N: usize>(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let chip = Div::<N>;
    let c = chip.cols(&mut Names::default());
    let mask = if N == 2 { u64::from(u32::MAX) } else { u64::MAX };
    filler.table(&chip, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        row.read(&c.rs2, op.rs2, s.rs2, s.rs2_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let (signed, quotient) = (which % 2 == 0, which < 2);
        let (a, b) = (s.rs1 & mask, s.rs2 & mask);
        let sign = |value: u64| signed && value >> (16 * N - 1) == 1;
        let absolute = |value: u64| if sign(value) { value.wrapping_neg() & mask } else { value };
        let (x, y) = (absolute(a), absolute(b));
        let (q, r) = (x.checked_div(y).unwrap_or(mask), x.checked_rem(y).unwrap_or(x));
        row.flag(c.sign_a, sign(a));
        row.flag(c.sign_b, sign(b));
        row.flag(c.zero, y == 0);
        let mut carry = 0;
        for k in 0..N {
            for half in 0..2 {
                row.set(c.y[k][half], byte(y, 2 * k + half));
                row.set(c.q[k][half], byte(q, 2 * k + half));
            }
            let limb = |value: u64| (value >> (16 * k)) as i64 & 0xFFFF;
            let dividend = if sign(a) { -limb(a) } else { limb(a) };
            carry = (limb_of_product(q, y, N, k) + limb(r) + carry - dividend) >> 16;
            if let Some(at) = c.carry[k] {
                row.signed(at, carry);
            }
        }
        row.limbs(c.r, r);
        if y != 0 {
            let highest = ((63 - (y ^ r).leading_zeros()) / 16) as usize;
            if let Some(marker) = c.m[highest] {
                row.set(marker, 1);
            }
            let limb = |value: u64| (value >> (16 * highest)) as u32 & 0xFFFF;
            row.set(c.d, limb(y) - limb(r) - 1);
        }
        let negate = if quotient { y != 0 && sign(a) != sign(b) } else { sign(a) };
        row.flag(c.negate, negate);
        row.limbs(c.v, if quotient { q } else { r });
        row.limbs(c.c, s.rd);
        if let Some(at) = c.sign {
            row.set(at, (s.rd >> 31) as u32 & 1);
        }
    })
}
