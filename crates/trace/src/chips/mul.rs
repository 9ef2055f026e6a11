//! Multiplication.

use aver_machine::chips::mul::{Mul, MulHigh};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;

use crate::rows::Filler;
use crate::steps::Steps;

/// Byte `i`.
#[inline(always)]
pub fn byte(value: u64, i: usize) -> u32 {
    (value >> (8 * i)) as u32 & 0xFF
}

/// Limb `k` of the product of `limbs` limbs before carrying.
#[inline(always)]
pub fn limb_of_product(a: u64, b: u64, limbs: usize, k: usize) -> i64 {
    let position = |p: usize| -> u32 {
        let low = p.saturating_sub(2 * limbs - 1);
        (low..=p.min(2 * limbs - 1)).map(|i| byte(a, i) * byte(b, p - i)).sum()
    };
    i64::from(position(2 * k)) + (i64::from(position(2 * k + 1)) << 8)
}

/// `mul` or `mulw`
pub fn fill<const N: usize>(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let chip = Mul::<N>;
    let c = chip.cols(&mut Names::default());
    filler.table(&chip, steps.len(), |i, row| {
        let (_, op, s) = steps.get(i);
        row.set(c.is_real, 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        row.read(&c.rs2, op.rs2, s.rs2, s.rs2_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let mut carry = 0;
        for k in 0..N {
            row.set(c.a[k], byte(s.rs1, 2 * k));
            row.set(c.b[k], byte(s.rs2, 2 * k));
            carry = (limb_of_product(s.rs1, s.rs2, N, k) + carry) >> 16;
            row.set(c.carry[k], carry as u32);
        }
        row.limbs(c.c, s.rd);
        if let Some(sign) = c.sign {
            row.set(sign, (s.rd >> 31) as u32 & 1);
        }
    })
}

/// `mulh`, `mulhu`, `mulhsu`
pub fn fill_high(filler: &Filler<'_>, steps: &Steps<'_>) -> Table {
    let c = MulHigh.cols(&mut Names::default());
    filler.table(&MulHigh, steps.len(), |i, row| {
        let (which, op, s) = steps.get(i);
        row.set(c.flags[which], 1);
        row.cpu(&c.cpu, s.index, s.ts);
        row.read(&c.rs1, op.rs1, s.rs1, s.rs1_prev);
        row.read(&c.rs2, op.rs2, s.rs2, s.rs2_prev);
        row.write(&c.rd, op.rd, s.rd_before, s.rd_prev);
        let (a, b) = (s.rs1, s.rs2);
        let sign_a = (which != 1) as i64 & (a >> 63) as i64;
        let sign_b = (which == 0) as i64 & (b >> 63) as i64;
        row.set(c.sign_a, sign_a as u32);
        row.set(c.sign_b, sign_b as u32);
        let mut carry = 0;
        for k in 0..8 {
            let mut sum = limb_of_product(a, b, 4, k) + carry;
            if k >= 4 {
                let limb = |value: u64| (value >> (16 * (k - 4))) as i64 & 0xFFFF;
                sum -= sign_a * limb(b) + sign_b * limb(a);
            } else {
                row.set(c.a[k], byte(a, 2 * k));
                row.set(c.b[k], byte(b, 2 * k));
            }
            carry = sum >> 16;
            row.signed(c.carry[k], carry);
        }
        row.limbs(c.low, a.wrapping_mul(b));
        row.limbs(c.high, s.rd);
    })
}
