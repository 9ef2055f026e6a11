//! Aligned loads, three chips: [`LoadDouble`] (`ld`), [`LoadWord`] (`lw`, `lwu`) and [`LoadSmall`] (`lb`,
//! `lbu`, `lh`, `lhu`). What they load is known to have 16-bit limbs, so copies need no lookups.
//!
//! All have: `text`, a boolean, says that the word belongs to the text (a space of its own, see
//! [`crate::buses::TEXT`]; a word is in one space only, so the prover has no choice). The address is
//! that of [`crate::cpu::Row::address`], whose offset is made of flags here.
//!
//! | columns of `ld` | |
//! |---|---|
//! | is_real, index, ts, rs1 (4), imm, text, mem (6), rd (6) | |
//!
//! | columns of `load_word` | |
//! |---|---|
//! | lw, lwu | flags |
//! | index, ts, rs1 (4), imm, text, mem (6), rd (6) | |
//! | upper | the offset is 4 |
//! | v (2), sign | limbs loaded, and what extends them |
//!
//! | columns of `load_small` | |
//! |---|---|
//! | lb, lbu, lh, lhu | flags |
//! | index, ts, rs1 (4), imm, text, mem (6), rd (6) | |
//! | at (3), odd | the offset is 2 (at_1 + 2 at_2 + 3 at_3) + odd; at_0 is what is left of `is_real` |
//! | bytes (2) | of the limb selected |
//! | v, sign | the value loaded, and what extends it |
//!
//! Buses: exec 2, instr 1, mem 6, range 3 + 1 + sign (1 or 2), bytes 1 (2).
//!
//! 1. `text` is a boolean.
//! 2. `upper` is a boolean; `at` are booleans; `odd` is a boolean, 0 for halves.
//! 3. v is what the flags select: words: v_i = m_i + upper (m_{i+2} − m_i).
//! 4. Small: the limb Σ at_i m_i is byte_0 + 2^8 byte_1; the low limb of the result is
//!    v = byte·(byte_0 + odd (byte_1 − byte_0)) + half·limb + lb·sign·0xFF00.
//! 5. `sign` is a boolean, 0 if unsigned, and the top bit of what is loaded if signed (lookup; for `lb`,
//!    2^9 (byte − 2^7 sign) in `range`).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::buses::RANGE;
use crate::cpu::{self, Base, Cpu, Instr, Row, Word, Write};
use crate::layout::{Cells, Layout, Names};

/// What all loads have.
#[derive(Clone, Copy, Debug)]
pub struct Load<T> {
    /// Hart.
    pub cpu: Cpu<T>,
    /// Base address.
    pub base: Base<T>,
    /// Offset, signed.
    pub imm: T,
    /// Whether the word is text.
    pub text: T,
    /// The word.
    pub mem: Word<T>,
    /// Where the value goes.
    pub rd: Write<T>,
}

impl<T: Copy> Load<T> {
    #[inline(always)]
    fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            cpu: Cpu::new(l),
            base: Base::new(l, "rs1"),
            imm: l.one("imm"),
            text: l.one("text"),
            mem: Word::new(l, "mem"),
            rd: Write::new(l, "rd"),
        }
    }
}

impl<E: Expr> Load<E> {
    #[inline(always)]
    fn eval<'b, B: Builder<E = E>>(
        &self,
        b: &'b mut B,
        real: E,
        opcode: E,
        offset: E,
        label: &'static str,
    ) -> Row<'b, B> {
        let mut instr = Instr { rd: self.rd.reg, rs1: self.base.reg, ..Instr::new(opcode) };
        instr.imm[0] = self.imm;
        let mut row = Row::op(b, real, &self.cpu, instr, self.cpu.index + 1);
        row.assert_bool(label, self.text);
        row.read_base(cpu::RS1, &self.base);
        let addr = row.address(&self.base, self.imm, offset);
        row.load(real, cpu::MEM0, self.text, addr, &self.mem);
        row
    }
}

/// `ld`
pub struct LoadDouble;

/// A row of [`LoadDouble`].
#[derive(Clone, Copy, Debug)]
pub struct DoubleCols<T> {
    /// Not padding.
    pub is_real: T,
    /// Common.
    pub load: Load<T>,
}

impl LoadDouble {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> DoubleCols<L::Cell> {
        DoubleCols { is_real: l.one("is_real"), load: Load::new(l) }
    }
}

impl Air for LoadDouble {
    fn name(&self) -> &str {
        "ld"
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
        let opcode = B::E::constant(f(Opcode::Ld as u32));
        let mut row = c.load.eval(b, real, opcode, B::E::zero(), "ld/1");
        row.write(&c.load.rd, c.load.mem.value);
    }
}

/// `lw`, `lwu`
pub struct LoadWord;

/// A row of [`LoadWord`].
#[derive(Clone, Copy, Debug)]
pub struct WordCols<T> {
    /// lw, lwu
    pub flags: [T; 2],
    /// Common.
    pub load: Load<T>,
    /// The offset is 4.
    pub upper: T,
    /// Limbs loaded.
    pub v: [T; 2],
    /// What extends them.
    pub sign: T,
}

impl LoadWord {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> WordCols<L::Cell> {
        WordCols {
            flags: [l.one("lw"), l.one("lwu")],
            load: Load::new(l),
            upper: l.one("upper"),
            v: l.array("v"),
            sign: l.one("sign"),
        }
    }
}

impl Air for LoadWord {
    fn name(&self) -> &str {
        "load_word"
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
        let [lw, lwu] = c.flags;
        let opcode = cpu::opcode(c.flags, [Opcode::Lw, Opcode::Lwu]);
        let mut row = c.load.eval(b, real, opcode, c.upper * 4, "load_word/1");
        row.assert_bool("load_word/2", c.upper);
        let m = c.load.mem.value;
        for i in 0..2 {
            row.assert_zero("load_word/3", m[i] + c.upper * (m[i + 2] - m[i]) - c.v[i]);
        }
        row.assert_bool("load_word/5", c.sign);
        row.assert_zero("load_word/5", c.sign * lwu);
        row.sign(lw, c.v[1], c.sign);
        let extension = c.sign * 0xFFFF;
        row.write(&c.load.rd, [c.v[0], c.v[1], extension, extension]);
    }
}

/// `lb`, `lbu`, `lh`, `lhu`
pub struct LoadSmall;

/// A row of [`LoadSmall`].
#[derive(Clone, Copy, Debug)]
pub struct SmallCols<T> {
    /// lb, lbu, lh, lhu
    pub flags: [T; 4],
    /// Common.
    pub load: Load<T>,
    /// Limb 1, 2, 3 is selected.
    pub at: [T; 3],
    /// Its second byte.
    pub odd: T,
    /// Its bytes.
    pub bytes: [T; 2],
    /// Value loaded.
    pub v: T,
    /// What extends it.
    pub sign: T,
}

impl LoadSmall {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> SmallCols<L::Cell> {
        SmallCols {
            flags: [l.one("lb"), l.one("lbu"), l.one("lh"), l.one("lhu")],
            load: Load::new(l),
            at: l.array("at"),
            odd: l.one("odd"),
            bytes: l.array("bytes"),
            v: l.one("v"),
            sign: l.one("sign"),
        }
    }
}

impl Air for LoadSmall {
    fn name(&self) -> &str {
        "load_small"
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
        let [lb, lbu, lh, lhu] = c.flags;
        let opcode = cpu::opcode(c.flags, [Opcode::Lb, Opcode::Lbu, Opcode::Lh, Opcode::Lhu]);
        let offset = (c.at[0] + c.at[1] * 2 + c.at[2] * 3) * 2 + c.odd;
        let mut row = c.load.eval(b, real, opcode, offset, "load_small/1");
        let at = [real - c.at[0] - c.at[1] - c.at[2], c.at[0], c.at[1], c.at[2]];
        for flag in at {
            row.assert_bool("load_small/2", flag);
        }
        row.assert_bool("load_small/2", c.odd);
        row.assert_zero("load_small/2", c.odd * (lh + lhu));
        let m = c.load.mem.value;
        let limb = (0..4).fold(B::E::zero(), |sum, i| sum + at[i] * m[i]);
        let [low, high] = c.bytes;
        let whole = low + high * (1 << 8);
        row.assert_zero("load_small/4", limb - whole);
        row.byte(low);
        row.byte(high);
        let byte = low + c.odd * (high - low);
        let value = (lb + lbu) * byte + (lh + lhu) * whole + lb * c.sign * 0xFF00;
        row.assert_zero("load_small/4", value - c.v);
        row.assert_bool("load_small/5", c.sign);
        row.assert_zero("load_small/5", c.sign * (lbu + lhu));
        row.sign(lh, c.v, c.sign);
        row.b.send(RANGE, lb, &[(c.v - c.sign * (0xFF00 + (1 << 7))) * (1 << 9)]);
        let extension = c.sign * 0xFFFF;
        row.write(&c.load.rd, [c.v, extension, extension, extension]);
    }
}
