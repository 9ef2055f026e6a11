//! Loads at any address: `lh`, `lhu`, `lw`, `lwu`, `ld`. (Aligned ones have cheaper chips.)
//!
//! The offset is 2 l + odd. Of the eight limbs w of the word and the next one, the window x_0 … x_4 =
//! w_l … w_{l+4} is selected and split into bytes; the value's limb k is x_k if the offset is even, and
//! the high byte of x_k with the low byte of x_{k+1} above it if odd. The second word is accessed if and
//! only if the bytes reach into it (`cross`); else its columns are of no consequence.
//!
//! | columns | |
//! |---|---|
//! | lh, lhu, lw, lwu, ld | flags |
//! | index, ts, rs1 (4), imm, rd (6) | |
//! | at (3), odd | l = 1, 2, 3; l = 0 is what is left of `is_real` |
//! | cross | the second word is accessed |
//! | text (2), mem (12) | the words |
//! | low (5), high (5) | bytes of the window |
//! | v (4), sign | the result, and what extends it |
//!
//! Buses: exec 2, instr 1, mem 8, range 4 + 1 + 2, bytes 6.
//!
//! 1. `text`, `at`, `odd` are booleans.
//! 2. cross = half·(l = 3)·odd + word·((l = 3) + (l = 2)·odd) + double·(is_real − (l = 0)(1 − odd)): the
//!    offset plus the size is above 8. It is a boolean by that.
//! 3. low_k + 2^8 high_k = Σ_l at_l w_{l+k}.
//! 4. v_0 = limb 0; v_1 = (word + double)·limb 1 + half·ext; v_2, v_3 = double·(limbs 2, 3) +
//!    (half + word)·ext, with ext = 0xFFFF sign.
//! 5. `sign` is a boolean, 0 if unsigned or double, and the top bit of v_0 (`lh`), v_1 (`lw`) by lookups.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::cpu::{self, Base, Cpu, Instr, Row, Word, Write};
use crate::layout::{Cells, Layout, Names};

/// The chip.
pub struct MisalignedLoad;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// lh, lhu, lw, lwu, ld
    pub flags: [T; 5],
    /// Hart.
    pub cpu: Cpu<T>,
    /// Base address.
    pub base: Base<T>,
    /// Offset, signed.
    pub imm: T,
    /// Where the value goes.
    pub rd: Write<T>,
    /// l is 1, 2, 3.
    pub at: [T; 3],
    /// Lowest bit of the offset.
    pub odd: T,
    /// The second word is accessed.
    pub cross: T,
    /// Whether the words are text.
    pub text: [T; 2],
    /// The words.
    pub mem: [Word<T>; 2],
    /// Low bytes of the window.
    pub low: [T; 5],
    /// High bytes of the window.
    pub high: [T; 5],
    /// Result.
    pub v: [T; 4],
    /// What extends it.
    pub sign: T,
}

impl MisalignedLoad {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            flags: [l.one("lh"), l.one("lhu"), l.one("lw"), l.one("lwu"), l.one("ld")],
            cpu: Cpu::new(l),
            base: Base::new(l, "rs1"),
            imm: l.one("imm"),
            rd: Write::new(l, "rd"),
            at: l.array("at"),
            odd: l.one("odd"),
            cross: l.one("cross"),
            text: l.array("text"),
            mem: [Word::new(l, "mem0"), Word::new(l, "mem1")],
            low: l.array("low"),
            high: l.array("high"),
            v: l.array("v"),
            sign: l.one("sign"),
        }
    }
}

/// The offset 2 l + odd from its flags; the flags with l = 0, all asserted; and `cross`.
#[inline(always)]
pub fn offset<B: Builder>(
    b: &mut B,
    label: &'static str,
    real: B::E,
    [half, word, double]: [B::E; 3],
    at: [B::E; 3],
    odd: B::E,
) -> (B::E, [B::E; 4], B::E) {
    let at = [real - at[0] - at[1] - at[2], at[0], at[1], at[2]];
    for flag in at {
        b.assert_bool(label, flag);
    }
    b.assert_bool(label, odd);
    let cross =
        half * at[3] * odd + word * (at[3] + at[2] * odd) + double * (real - at[0] * (B::E::one() - odd));
    ((at[1] + at[2] * 2 + at[3] * 3) * 2 + odd, at, cross)
}

impl Air for MisalignedLoad {
    fn name(&self) -> &str {
        "misaligned_load"
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
        let [lh, lhu, lw, lwu, ld] = c.flags;
        let (half, word, double) = (lh + lhu, lw + lwu, ld);
        let (offset, at, cross) = offset(b, "misaligned_load/1", real, [half, word, double], c.at, c.odd);
        b.assert_zero("misaligned_load/2", cross - c.cross);

        let opcode = cpu::opcode(c.flags, [Opcode::Lh, Opcode::Lhu, Opcode::Lw, Opcode::Lwu, Opcode::Ld]);
        let mut instr = Instr { rd: c.rd.reg, rs1: c.base.reg, ..Instr::new(opcode) };
        instr.imm[0] = c.imm;
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read_base(cpu::RS1, &c.base);
        let addr = row.address(&c.base, c.imm, offset);
        for text in c.text {
            row.assert_bool("misaligned_load/1", text);
        }
        row.load(real, cpu::MEM0, c.text[0], addr, &c.mem[0]);
        row.load(c.cross, cpu::MEM1, c.text[1], addr + 1, &c.mem[1]);

        let w = |i: usize| c.mem[i / 4].value[i % 4];
        for k in 0..5 {
            let x = (0..4).fold(B::E::zero(), |sum, l| sum + at[l] * w(l + k));
            row.assert_zero("misaligned_load/3", c.low[k] + c.high[k] * (1 << 8) - x);
            row.byte(c.low[k]);
            row.byte(c.high[k]);
        }
        let extension = c.sign * 0xFFFF;
        for k in 0..4 {
            let even = c.low[k] + c.high[k] * (1 << 8);
            let odd = c.high[k] + c.low[k + 1] * (1 << 8);
            let limb = even + c.odd * (odd - even);
            let value = match k {
                0 => limb,
                1 => (word + double) * limb + half * extension,
                _ => double * limb + (half + word) * extension,
            };
            row.assert_zero("misaligned_load/4", value - c.v[k]);
        }
        row.assert_bool("misaligned_load/5", c.sign);
        row.assert_zero("misaligned_load/5", c.sign * (lhu + lwu + ld));
        row.sign(lh, c.v[0], c.sign);
        row.sign(lw, c.v[1], c.sign);
        row.write(&c.rd, c.v);
    }
}
