//! Multiplication: [`Mul`] gives the low half (`mul` on four limbs, `mulw` on two), [`MulHigh`] the high
//! half (`mulh`, `mulhu`, `mulhsu`).
//!
//! Both operands are split into bytes A, B. Limb k of the product before carrying is
//! E_k = Σ_{i+j=2k} A_i B_j + 2^8 Σ_{i+j=2k+1} A_i B_j < 2^27, and E_k + carry_{k−1} = c_k + 2^16 carry_k.
//!
//! | columns of `mul`, `mulw` (N limbs) | |
//! |---|---|
//! | is_real, index, ts, rs1 (6), rs2 (6), rd (6) | |
//! | a, b (N each) | low byte of each limb |
//! | c, carry (N each) | |
//! | sign | N = 2: bit 31 of the result |
//!
//! Buses: exec 2, instr 1, mem 6, range 3 + N, bytes 2 N, bits N.
//!
//! 1. E_k + carry_{k−1} = c_k + 2^16 carry_k. c_k has 16 bits and carry_k has 12, so neither side
//!    reaches 2^29: it holds for integers.
//! 2. `sign` is a boolean and bit 15 of c_1 (lookup, which shows its 16 bits too: c_1 is a small integer
//!    by 1).
//!
//! | columns of `mul_high` | |
//! |---|---|
//! | mulh, mulhu, mulhsu | flags |
//! | index, ts, rs1 (6), rs2 (6), rd (6) | |
//! | sign_a, sign_b | bit 63 of the operands that are signed |
//! | a, b (4 each), low (4), high (4), carry (8) | |
//!
//! Buses: exec 2, instr 1, mem 6, range 3 + 8 + 2, bytes 8, bits 8.
//!
//! 1. As above, for all eight limbs. From limb 4 on, sign_a · b_{k−4} + sign_b · a_{k−4} is subtracted: a
//!    signed operand is its limbs less 2^64 sign, and the result is modulo 2^128. Carries are from −2
//!    on; carry + 2 has 12 bits.
//! 2. Signs are booleans, 0 if unsigned, and bit 15 of the top limbs if signed (lookups).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::cpu::{self, Cpu, INV_BYTE, Instr, Read, Row, Write};
use crate::layout::{Cells, Layout, Names};

/// Limb `k` of the product of `N` limbs given as low and high bytes, before carrying.
#[inline(always)]
pub fn limb_of_product<E: Expr, const N: usize>(a: &[[E; 2]; N], b: &[[E; 2]; N], k: usize) -> E {
    let position = |p: usize| {
        let mut sum = E::zero();
        for i in 0..(2 * N).min(p + 1) {
            let j = p - i;
            if j < 2 * N {
                sum = sum + a[i / 2][i % 2] * b[j / 2][j % 2];
            }
        }
        sum
    };
    position(2 * k) + position(2 * k + 1) * (1 << 8)
}

/// Low and high bytes of limbs whose low bytes are `low`; all are looked up.
#[inline(always)]
pub fn split<B: Builder, const N: usize>(
    row: &mut Row<'_, B>,
    limbs: &[B::E],
    low: [B::E; N],
) -> [[B::E; 2]; N] {
    core::array::from_fn(|i| {
        let high = (limbs[i] - low[i]) * INV_BYTE;
        row.byte(low[i]);
        row.byte(high);
        [low[i], high]
    })
}

/// `mul` or `mulw`
pub struct Mul<const N: usize>;

/// A row of [`Mul`].
#[derive(Clone, Copy, Debug)]
pub struct Cols<T, const N: usize> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// b
    pub rs2: Read<T>,
    /// Where c goes.
    pub rd: Write<T>,
    /// Low bytes of a.
    pub a: [T; N],
    /// Low bytes of b.
    pub b: [T; N],
    /// Result.
    pub c: [T; N],
    /// Carry out of each limb.
    pub carry: [T; N],
    /// Bit 31.
    pub sign: Option<T>,
}

impl<const N: usize> Mul<N> {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell, N> {
        Cols {
            is_real: l.one("is_real"),
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            rs2: Read::new(l, "rs2"),
            rd: Write::new(l, "rd"),
            a: l.array("a"),
            b: l.array("b"),
            c: l.array("c"),
            carry: l.array("carry"),
            sign: (N == 2).then(|| l.one("sign")),
        }
    }
}

impl<const N: usize> Air for Mul<N> {
    fn name(&self) -> &str {
        if N == 2 { "mulw" } else { "mul" }
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let real = cpu::flags(b, &[c.is_real]);
        let opcode = if N == 2 { Opcode::Mulw } else { Opcode::Mul };
        let opcode = B::E::constant(f(opcode as u32));
        let instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, rs2: c.rs2.reg, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        row.read(cpu::RS2, &c.rs2);
        let a = split(&mut row, &c.rs1.value, c.a);
        let b = split(&mut row, &c.rs2.value, c.b);
        let mut carry = B::E::zero();
        for k in 0..N {
            let sum = limb_of_product(&a, &b, k) + carry;
            carry = c.carry[k];
            row.assert_zero("mul/1", sum - c.c[k] - carry * (1 << 16));
            row.bits(12, carry);
        }
        let mut value = [B::E::zero(); 4];
        value[..N].copy_from_slice(&c.c);
        match c.sign {
            None => value.into_iter().for_each(|limb| row.range(limb)),
            Some(sign) => {
                row.range(c.c[0]);
                row.assert_bool("mul/2", sign);
                row.sign(real, c.c[1], sign);
                value[2..].fill(sign * 0xFFFF);
            }
        }
        row.write(&c.rd, value);
    }
}

/// `mulh`, `mulhu`, `mulhsu`
pub struct MulHigh;

/// A row of [`MulHigh`].
#[derive(Clone, Copy, Debug)]
pub struct HighCols<T> {
    /// mulh, mulhu, mulhsu
    pub flags: [T; 3],
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// b
    pub rs2: Read<T>,
    /// Where the high half goes.
    pub rd: Write<T>,
    /// Sign of a, if signed.
    pub sign_a: T,
    /// Sign of b, if signed.
    pub sign_b: T,
    /// Low bytes of a.
    pub a: [T; 4],
    /// Low bytes of b.
    pub b: [T; 4],
    /// Low half.
    pub low: [T; 4],
    /// High half.
    pub high: [T; 4],
    /// Carry out of each limb.
    pub carry: [T; 8],
}

impl MulHigh {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> HighCols<L::Cell> {
        HighCols {
            flags: [l.one("mulh"), l.one("mulhu"), l.one("mulhsu")],
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            rs2: Read::new(l, "rs2"),
            rd: Write::new(l, "rd"),
            sign_a: l.one("sign_a"),
            sign_b: l.one("sign_b"),
            a: l.array("a"),
            b: l.array("b"),
            low: l.array("low"),
            high: l.array("high"),
            carry: l.array("carry"),
        }
    }
}

impl Air for MulHigh {
    fn name(&self) -> &str {
        "mul_high"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let real = cpu::flags(b, &c.flags);
        let [mulh, mulhu, mulhsu] = c.flags;
        let opcode = cpu::opcode(c.flags, [Opcode::Mulh, Opcode::Mulhu, Opcode::Mulhsu]);
        let instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, rs2: c.rs2.reg, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        row.read(cpu::RS2, &c.rs2);
        row.assert_bool("mul_high/2", c.sign_a);
        row.assert_bool("mul_high/2", c.sign_b);
        row.assert_zero("mul_high/2", c.sign_a * mulhu);
        row.assert_zero("mul_high/2", c.sign_b * (mulhu + mulhsu));
        row.sign(mulh + mulhsu, c.rs1.value[3], c.sign_a);
        row.sign(mulh, c.rs2.value[3], c.sign_b);

        let a = split(&mut row, &c.rs1.value, c.a);
        let b = split(&mut row, &c.rs2.value, c.b);
        let mut carry = B::E::zero();
        for k in 0..8 {
            let mut sum = limb_of_product(&a, &b, k) + carry;
            if k >= 4 {
                sum = sum - c.sign_a * c.rs2.value[k - 4] - c.sign_b * c.rs1.value[k - 4];
            }
            let limb = if k < 4 { c.low[k] } else { c.high[k - 4] };
            carry = c.carry[k];
            row.assert_zero("mul_high/1", sum - limb - carry * (1 << 16));
            row.bits(12, carry + 2);
            row.range(limb);
        }
        row.write(&c.rd, c.high);
    }
}
