//! Shifts: left (`sll`) or right (`srl`, `sra`), by a register or a constant, on four limbs or (the W
//! forms) two. Eight chips.
//!
//! The amount is n + 16 q with n < 16. Each limb is split, a_k = high_k · 2^h + low_k, at h = 16 − n for
//! a left shift and h = n for a right one. Left by n: limb k is low_k · 2^n + high_{k−1}. Right by n:
//! limb k is high_k + low_{k+1} · 2^{16−n}, where limbs above the top are 0xFFFF · fill. A shift by q
//! limbs selects one of these.
//!
//! | columns (N limbs) | |
//! |---|---|
//! | is_real; or right: logical, arithmetic | flags |
//! | index, ts, rs1 (6), rs2 (6) or imm, rd (6) | |
//! | n, pow, copow | 2^n, 2^{16−n} |
//! | q (N − 1) | flags: the amount has 1, 2, 3 whole limbs |
//! | high (N), low (N), c (N) | the result is c |
//! | fill | right: sign of a if arithmetic, else 0 |
//! | sign | N = 2: bit 31 of the result |
//!
//! Buses: exec 2, instr 1, mem 6 (4), range 3 (2), bits 2 N (+ 2), signs.
//!
//! 1. The q, and what is left of `is_real`, are booleans.
//! 2. By a register: (limb 0 of rs2 − n − 16 q) / 16 N < 2^12 / N by `bits`, and n < 16, so n + 16 q is limb 0
//!    modulo 16 N. (With n = 16 and q = N − 1, the amount could be 16 N where it must be 0.) By a
//!    constant: n + 16 q is the program table's.
//! 3. a_k = high_k · 2^h + low_k. The lookups (n, pow, ·) and (16 − n, copow, ·) of high and low bound
//!    them and tie pow and copow to n ≤ 16 (by a constant, n = 16 is one limb more and comes to the
//!    same). No product here reaches 2^17.
//! 4. c_j = Σ_q flag_q · (shifted limb).
//! 5. `fill` is a boolean, 0 if logical, and bit 15 of a's top limb if arithmetic (lookup).
//! 6. `sign` is a boolean, and bit 15 of c_1 (lookup).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use crate::cpu::{self, Cpu, Instr, Read, Row, Write, inverse};
use crate::layout::{Cells, Layout, Names};

const INV_64: F = inverse(64);
const INV_32: F = inverse(32);

/// The chip of a direction and an operand.
pub struct Shift<const N: usize> {
    /// Right.
    pub right: bool,
    /// By a constant.
    pub immediate: bool,
}

/// The amount.
#[derive(Clone, Copy, Debug)]
pub enum Amount<T> {
    /// By a register.
    Register(Read<T>),
    /// By a constant.
    Immediate(T),
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T, const N: usize> {
    /// `is_real`, or logical.
    pub flag: T,
    /// Arithmetic; right only.
    pub arithmetic: Option<T>,
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// By how much.
    pub amount: Amount<T>,
    /// Where c goes.
    pub rd: Write<T>,
    /// Amount modulo 16.
    pub n: T,
    /// 2^n
    pub pow: T,
    /// 2^(16 − n)
    pub copow: T,
    /// Flags of 1, 2, 3 whole limbs; the first N − 1 are columns.
    pub q: [Option<T>; 3],
    /// High parts.
    pub high: [T; N],
    /// Low parts.
    pub low: [T; N],
    /// Result.
    pub c: [T; N],
    /// What comes in from above.
    pub fill: Option<T>,
    /// Bit 31 of the result.
    pub sign: Option<T>,
}

impl<const N: usize> Shift<N> {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell, N> {
        Cols {
            flag: l.one(if self.right { "logical" } else { "is_real" }),
            arithmetic: self.right.then(|| l.one("arithmetic")),
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            amount: if self.immediate {
                Amount::Immediate(l.one("imm"))
            } else {
                Amount::Register(Read::new(l, "rs2"))
            },
            rd: Write::new(l, "rd"),
            n: l.one("n"),
            pow: l.one("pow"),
            copow: l.one("copow"),
            q: core::array::from_fn(|i| (i + 1 < N).then(|| l.cell("q", "", i, N - 1))),
            high: l.array("high"),
            low: l.array("low"),
            c: l.array("c"),
            fill: self.right.then(|| l.one("fill")),
            sign: (N == 2).then(|| l.one("sign")),
        }
    }

    #[inline(always)]
    fn opcodes(&self) -> [Opcode; 2] {
        use Opcode::*;
        match (N == 2, self.right, self.immediate) {
            (false, false, false) => [Sll, Sll],
            (false, false, true) => [Slli, Slli],
            (false, true, false) => [Srl, Sra],
            (false, true, true) => [Srli, Srai],
            (true, false, false) => [Sllw, Sllw],
            (true, false, true) => [Slliw, Slliw],
            (true, true, false) => [Srlw, Sraw],
            (true, true, true) => [Srliw, Sraiw],
        }
    }
}

impl<const N: usize> Air for Shift<N> {
    fn name(&self) -> &str {
        match (self.right, self.opcodes()[0]) {
            (false, opcode) => opcode.name(),
            (true, Opcode::Srl) => "sr",
            (true, Opcode::Srli) => "sri",
            (true, Opcode::Srlw) => "srw",
            (true, _) => "sriw",
        }
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let [first, second] = self.opcodes();
        let (real, opcode) = match c.arithmetic {
            None => (cpu::flags(b, &[c.flag]), B::E::constant(f(first as u32))),
            Some(a) => (cpu::flags(b, &[c.flag, a]), cpu::opcode([c.flag, a], [first, second])),
        };
        let mut instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, ..Instr::new(opcode) };
        match c.amount {
            Amount::Register(r) => instr.rs2 = r.reg,
            Amount::Immediate(imm) => instr.imm[0] = imm,
        }
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);

        let zero = B::E::zero();
        let q: [B::E; 3] = c.q.map(|flag| flag.unwrap_or(zero));
        let q = [real - q[0] - q[1] - q[2], q[0], q[1], q[2]];
        for flag in &q[..N] {
            row.assert_bool("shift/1", *flag);
        }
        let amount = c.n + (q[1] + q[2] * 2 + q[3] * 3) * 16;
        match c.amount {
            Amount::Register(r) => {
                row.read(cpu::RS2, &r);
                let (bits, inverse) = if N == 2 { (11, INV_32) } else { (10, INV_64) };
                row.bits(bits, (r.value[0] - amount) * inverse);
                row.bits(4, c.n);
            }
            Amount::Immediate(imm) => row.assert_zero("shift/2", amount - imm),
        }

        let conumber = B::E::constant(f(16)) - c.n;
        let ((n_high, pow_high), (n_low, pow_low)) = if self.right {
            ((conumber, c.copow), (c.n, c.pow))
        } else {
            ((c.n, c.pow), (conumber, c.copow))
        };
        for k in 0..N {
            row.bits_of(n_high, pow_high, c.high[k]);
            row.bits_of(n_low, pow_low, c.low[k]);
            row.assert_zero("shift/3", c.high[k] * pow_low + c.low[k] - c.rs1.value[k]);
        }
        if let (Some(fill), Some(arithmetic)) = (c.fill, c.arithmetic) {
            row.assert_bool("shift/5", fill);
            row.assert_zero("shift/5", fill * c.flag);
            row.sign(arithmetic, c.rs1.value[N - 1], fill);
        }
        // limb k of the value shifted by n bits
        let fill = c.fill.unwrap_or(zero);
        let shifted = |k: isize| -> B::E {
            let top = N as isize;
            match k {
                k if k < 0 => zero,
                k if !self.right => {
                    let below = if k == 0 { zero } else { c.high[k as usize - 1] };
                    c.low[k as usize] * c.pow + below
                }
                k if k + 1 < top => c.high[k as usize] + c.low[k as usize + 1] * c.copow,
                k if k + 1 == top => c.high[k as usize] + fill * (B::E::constant(f(1 << 16)) - c.copow),
                _ => fill * 0xFFFF,
            }
        };
        for j in 0..N as isize {
            let mut value = zero;
            for (limbs, &flag) in q[..N].iter().enumerate() {
                let from = if self.right { j + limbs as isize } else { j - limbs as isize };
                value = value + flag * shifted(from);
            }
            row.assert_zero("shift/4", value - c.c[j as usize]);
        }
        let mut value = [zero; 4];
        value[..N].copy_from_slice(&c.c);
        if let Some(sign) = c.sign {
            row.assert_bool("shift/6", sign);
            row.sign(real, c.c[1], sign);
            value[2..].fill(sign * 0xFFFF);
        }
        row.write(&c.rd, value);
    }
}
