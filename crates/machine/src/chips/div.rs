//! Division: `div`, `divu`, `rem`, `remu` on four limbs, and the W forms on two. Two chips.
//!
//! Let x = |a| and y = |b| (as integers; a and b themselves if unsigned), below 2^{16 N}. A row shows
//! x = Q y + R with R < y, so Q and R are unique, and then sets the signs. Overflow (−2^{63} / −1) needs
//! no case: Q = 2^63 is its own negative. If b = 0, Q is all ones (as the ISA wants) and R = x.
//!
//! | columns (N limbs) | |
//! |---|---|
//! | div, divu, rem, remu | flags |
//! | index, ts, rs1 (6), rs2 (6), rd (6) | |
//! | sign_a, sign_b | of the operands, if signed |
//! | zero | b is zero |
//! | y, q (2 N each) | bytes, low and high of each limb in turn |
//! | r (N), carry (N − 1) | |
//! | m (N − 1), d | R < y: marker of the highest limb that differs, and y − R − 1 there |
//! | negate | whether the result is −Q or −R |
//! | v (N) | Q or R |
//! | c (N), sign | the result; N = 2: its bit 31 |
//!
//! Buses (N = 4): exec 2, instr 1, mem 6, range 3 + 2 + 4 + 1 + 4, bytes 8, bits 3.
//!
//! 1. Signs are booleans, 0 if unsigned, and the top bits if signed (lookups).
//! 2. y = |b|. If not sign_b: y_k = b_k. If sign_b: b + y = 2^{16 N}: carries C_k = (b_k + y_k + C_{k−1})
//!    / 2^16 are booleans, the last is 1. (y's limbs are made of checked bytes.)
//! 3. Q y + R = x = (1 − 2 sign_a) a + 2^{16 N} sign_a, limb by limb with E_k of [`super::mul`]:
//!    E_k + R_k + carry_{k−1} = (1 − 2 sign_a) a_k + 2^16 carry_k. carry + 8 has 12 bits, so this holds
//!    for integers. carry_{N−1} is sign_a. Above, each E_k is zero (a sum of products of bytes that is
//!    below p, so each product is zero).
//! 4. `zero` is a boolean. If zero, all bytes of y are zero, those of Q are 255, and there is no marker.
//! 5. If not zero, R < y: markers are booleans with sum is_real − zero; above the marker R and y agree;
//!    d = y_k − R_k − 1 at the marker has 16 bits. (So `zero` cannot be 0 if b = 0.)
//! 6. negate = (div, divu)·(sign_a + sign_b − 2 sign_a sign_b − zero · sign_a) + (rem, remu)·sign_a.
//!    (Signs are 0 if unsigned. If b = 0 then sign_b = 0, and the quotient is not negated.)
//! 7. v = (div, divu)·Q + (rem, remu)·R.
//! 8. If not negate: c = v. If negate: c + v is 0 or 2^{16 N}: carries as in 2 are booleans. c's limbs
//!    have 16 bits (lookups), so c = −v.
//! 9. N = 2: `sign` is a boolean and bit 15 of c_1 (lookup).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::chips::mul::limb_of_product;
use crate::cpu::{self, Cpu, INV_LIMB, Instr, Read, Row, Write};
use crate::layout::{Cells, Layout, Names};

/// The chip of `N` limbs.
pub struct Div<const N: usize>;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T, const N: usize> {
    /// div, divu, rem, remu
    pub flags: [T; 4],
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// b
    pub rs2: Read<T>,
    /// Where the result goes.
    pub rd: Write<T>,
    /// Sign of a, if signed.
    pub sign_a: T,
    /// Sign of b, if signed.
    pub sign_b: T,
    /// b is zero.
    pub zero: T,
    /// |b|, bytes of each limb.
    pub y: [[T; 2]; N],
    /// Quotient of the absolute values, bytes of each limb.
    pub q: [[T; 2]; N],
    /// Remainder of the absolute values.
    pub r: [T; N],
    /// Carries out of all limbs but the top one.
    pub carry: [Option<T>; N],
    /// Markers of all limbs but the top one.
    pub m: [Option<T>; N],
    /// y − R − 1 at the marker.
    pub d: T,
    /// The result is negated.
    pub negate: T,
    /// Before that.
    pub v: [T; N],
    /// The result.
    pub c: [T; N],
    /// Bit 31 of the result.
    pub sign: Option<T>,
}

impl<const N: usize> Div<N> {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell, N> {
        Cols {
            flags: [l.one("div"), l.one("divu"), l.one("rem"), l.one("remu")],
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            rs2: Read::new(l, "rs2"),
            rd: Write::new(l, "rd"),
            sign_a: l.one("sign_a"),
            sign_b: l.one("sign_b"),
            zero: l.one("zero"),
            y: core::array::from_fn(|k| [l.cell("y", "low", k, N), l.cell("y", "high", k, N)]),
            q: core::array::from_fn(|k| [l.cell("q", "low", k, N), l.cell("q", "high", k, N)]),
            r: l.array("r"),
            carry: core::array::from_fn(|k| (k + 1 < N).then(|| l.cell("carry", "", k, N))),
            m: core::array::from_fn(|k| (k + 1 < N).then(|| l.cell("m", "", k, N))),
            d: l.one("d"),
            negate: l.one("negate"),
            v: l.array("v"),
            c: l.array("c"),
            sign: (N == 2).then(|| l.one("sign")),
        }
    }
    /// div, divu, rem, remu of the chip.
    #[inline(always)]
    pub fn opcodes(&self) -> [Opcode; 4] {
        use Opcode::*;
        if N == 2 { [Divw, Divuw, Remw, Remuw] } else { [Div, Divu, Rem, Remu] }
    }
}

/// If `negate`, s + t is 0 or 2^{16 N}, the latter where it must be `full`; else s = t.
#[inline(always)]
fn negated<B: Builder, const N: usize>(
    row: &mut Row<'_, B>,
    label: &'static str,
    negate: B::E,
    s: [B::E; N],
    t: [B::E; N],
    full: bool,
) {
    let mut carry = B::E::zero();
    for k in 0..N {
        row.assert_zero(label, (B::E::one() - negate) * (s[k] - t[k]));
        carry = (s[k] + t[k] + carry) * INV_LIMB;
        row.assert_zero(label, negate * carry * (carry - 1));
    }
    if full {
        row.assert_zero(label, negate * (carry - 1));
    }
}

impl<const N: usize> Air for Div<N> {
    fn name(&self) -> &str {
        if N == 2 { "divw" } else { "div" }
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
        let [div, divu, rem, remu] = c.flags;
        let (quotient, remainder, signed) = (div + divu, rem + remu, div + rem);
        let opcode = cpu::opcode(c.flags, self.opcodes());
        let instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, rs2: c.rs2.reg, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        row.read(cpu::RS2, &c.rs2);
        let one = B::E::one();
        let a: [B::E; N] = core::array::from_fn(|k| c.rs1.value[k]);
        let b: [B::E; N] = core::array::from_fn(|k| c.rs2.value[k]);

        for (sign, limb) in [(c.sign_a, a[N - 1]), (c.sign_b, b[N - 1])] {
            row.assert_bool("div/1", sign);
            row.assert_zero("div/1", sign * (divu + remu));
            row.sign(signed, limb, sign);
        }

        for bytes in c.y.iter().chain(&c.q) {
            row.byte(bytes[0]);
            row.byte(bytes[1]);
        }
        let limbs = |bytes: [[B::E; 2]; N]| bytes.map(|[low, high]| low + high * (1 << 8));
        let (y, q) = (limbs(c.y), limbs(c.q));
        negated(&mut row, "div/2", c.sign_b, b, y, true);

        let mut carry = B::E::zero();
        for k in 0..N {
            let sum = limb_of_product(&c.q, &c.y, k) + c.r[k] + carry;
            carry = c.carry[k].unwrap_or(c.sign_a);
            row.assert_zero("div/3", sum - (one - c.sign_a * 2) * a[k] - carry * (1 << 16));
            if k + 1 < N {
                row.bits(12, carry + 8);
            }
            row.range(c.r[k]);
        }
        for k in N..2 * N {
            row.assert_zero("div/3", limb_of_product(&c.q, &c.y, k));
        }

        row.assert_bool("div/4", c.zero);
        let all = c.y.iter().flatten().fold(B::E::zero(), |sum, &byte| sum + byte);
        row.assert_zero("div/4", c.zero * all);
        for &byte in c.q.iter().flatten() {
            row.assert_zero("div/4", c.zero * (byte - 255));
        }

        let mut m = c.m.map(|marker| marker.unwrap_or(B::E::zero()));
        m[N - 1] = m.iter().fold(real - c.zero, |rest, &marker| rest - marker);
        let mut below = B::E::zero();
        let mut at_marker = B::E::zero();
        for k in 0..N {
            row.assert_bool("div/5", m[k]);
            if k > 0 {
                row.assert_zero("div/5", below * (y[k] - c.r[k]));
            }
            below = below + m[k];
            at_marker = at_marker + m[k] * (y[k] - c.r[k] - 1);
        }
        row.assert_zero("div/5", at_marker - c.d);
        row.range(c.d);

        let differ = c.sign_a + c.sign_b - c.sign_a * c.sign_b * 2 - c.zero * c.sign_a;
        row.assert_zero("div/6", quotient * differ + remainder * c.sign_a - c.negate);
        for k in 0..N {
            row.assert_zero("div/7", quotient * q[k] + remainder * c.r[k] - c.v[k]);
        }
        negated(&mut row, "div/8", c.negate, c.v, c.c, false);
        let zero = B::E::zero();
        let mut value = [zero; 4];
        value[..N].copy_from_slice(&c.c);
        for &limb in &c.c {
            row.range(limb);
        }
        if let Some(sign) = c.sign {
            row.assert_bool("div/9", sign);
            row.sign(real, c.c[1], sign);
            value[2..].fill(sign * 0xFFFF);
        }
        row.write(&c.rd, value);
    }
}
