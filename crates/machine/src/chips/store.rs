//! Aligned stores, three chips: [`StoreDouble`] (`sd`), [`StoreWord`] (`sw`) and [`StoreSmall`] (`sb`,
//! `sh`). They reach memory that can be written only: the text is another space, so a store to it has
//! no word to take. Limbs stored are copies of checked ones, or made of checked bytes.
//!
//! | columns of `sd` | |
//! |---|---|
//! | is_real, index, ts, rs1 (4), imm, rs2 (6), mem (6) | |
//!
//! `sw` also has `upper` (the offset is 4) and the word after (4).
//!
//! | columns of `store_small` | |
//! |---|---|
//! | sb, sh | flags |
//! | index, ts, rs1 (4), imm, rs2 (6), mem (6), new (4) | |
//! | at (3), odd | as in [`super::load`] |
//! | bytes (2) | of the limb replaced |
//! | byte | low byte of rs2 |
//!
//! Buses: exec 2, instr 1, mem 6, range 3 + 1, bytes 1 (3).
//!
//! 1. `sw`: `upper` is a boolean; new_i = upper ? m_i : v_i and new_{i+2} = upper ? v_i : m_{i+2}.
//! 2. Small: `at` are booleans; `odd` is a boolean, 0 for `sh`.
//! 3. (at_i − is_real) (new_i − m_i) = 0: other limbs stay. (Padding sends nothing.)
//! 4. Σ at_i m_i = bytes_0 + 2^8 bytes_1.
//! 5. Σ at_i new_i = sh · v_0 + sb · (odd: bytes_0 + 2^8 byte; else byte + 2^8 bytes_1). The rest of v_0,
//!    (v_0 − byte) / 2^8, is a byte, like `byte`.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::cpu::{self, Base, Cpu, INV_BYTE, Instr, Read, Row, Word};
use crate::layout::{Cells, Layout, Names};

/// What all stores have.
#[derive(Clone, Copy, Debug)]
pub struct Store<T> {
    /// Hart.
    pub cpu: Cpu<T>,
    /// Base address.
    pub base: Base<T>,
    /// Offset, signed.
    pub imm: T,
    /// What is stored.
    pub rs2: Read<T>,
    /// The word.
    pub mem: Word<T>,
}

impl<T: Copy> Store<T> {
    #[inline(always)]
    fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            cpu: Cpu::new(l),
            base: Base::new(l, "rs1"),
            imm: l.one("imm"),
            rs2: Read::new(l, "rs2"),
            mem: Word::new(l, "mem"),
        }
    }
}

impl<E: Expr> Store<E> {
    #[inline(always)]
    fn eval<'b, B: Builder<E = E>>(
        &self,
        b: &'b mut B,
        real: E,
        opcode: E,
        offset: E,
        new: [E; 4],
    ) -> Row<'b, B> {
        let mut instr = Instr { rs1: self.base.reg, rs2: self.rs2.reg, ..Instr::new(opcode) };
        instr.imm[0] = self.imm;
        let mut row = Row::op(b, real, &self.cpu, instr, self.cpu.index + 1);
        row.read_base(cpu::RS1, &self.base);
        row.read(cpu::RS2, &self.rs2);
        let addr = row.address(&self.base, self.imm, offset);
        row.store(real, cpu::MEM0, addr, &self.mem, new);
        row
    }
}

/// `sd`
pub struct StoreDouble;

/// A row of [`StoreDouble`].
#[derive(Clone, Copy, Debug)]
pub struct DoubleCols<T> {
    /// Not padding.
    pub is_real: T,
    /// Common.
    pub store: Store<T>,
}

impl StoreDouble {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> DoubleCols<L::Cell> {
        DoubleCols { is_real: l.one("is_real"), store: Store::new(l) }
    }
}

impl Air for StoreDouble {
    fn name(&self) -> &str {
        "sd"
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
        let opcode = B::E::constant(f(Opcode::Sd as u32));
        c.store.eval(b, real, opcode, B::E::zero(), c.store.rs2.value);
    }
}

/// `sw`
pub struct StoreWord;

/// A row of [`StoreWord`].
#[derive(Clone, Copy, Debug)]
pub struct WordCols<T> {
    /// Not padding.
    pub is_real: T,
    /// Common.
    pub store: Store<T>,
    /// The offset is 4.
    pub upper: T,
    /// The word after.
    pub new: [T; 4],
}

impl StoreWord {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> WordCols<L::Cell> {
        WordCols {
            is_real: l.one("is_real"),
            store: Store::new(l),
            upper: l.one("upper"),
            new: l.array("new"),
        }
    }
}

impl Air for StoreWord {
    fn name(&self) -> &str {
        "sw"
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
        let opcode = B::E::constant(f(Opcode::Sw as u32));
        let mut row = c.store.eval(b, real, opcode, c.upper * 4, c.new);
        row.assert_bool("sw/1", c.upper);
        let (m, v) = (c.store.mem.value, c.store.rs2.value);
        for i in 0..2 {
            row.assert_zero("sw/1", v[i] + c.upper * (m[i] - v[i]) - c.new[i]);
            row.assert_zero("sw/1", m[i + 2] + c.upper * (v[i] - m[i + 2]) - c.new[i + 2]);
        }
    }
}

/// `sb`, `sh`
pub struct StoreSmall;

/// A row of [`StoreSmall`].
#[derive(Clone, Copy, Debug)]
pub struct SmallCols<T> {
    /// sb, sh
    pub flags: [T; 2],
    /// Common.
    pub store: Store<T>,
    /// The word after.
    pub new: [T; 4],
    /// Limb 1, 2, 3 is selected.
    pub at: [T; 3],
    /// Its second byte.
    pub odd: T,
    /// Its bytes before.
    pub bytes: [T; 2],
    /// The byte stored.
    pub byte: T,
}

impl StoreSmall {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> SmallCols<L::Cell> {
        SmallCols {
            flags: [l.one("sb"), l.one("sh")],
            store: Store::new(l),
            new: l.array("new"),
            at: l.array("at"),
            odd: l.one("odd"),
            bytes: l.array("bytes"),
            byte: l.one("byte"),
        }
    }
}

impl Air for StoreSmall {
    fn name(&self) -> &str {
        "store_small"
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
        let [sb, sh] = c.flags;
        let opcode = cpu::opcode(c.flags, [Opcode::Sb, Opcode::Sh]);
        let offset = (c.at[0] + c.at[1] * 2 + c.at[2] * 3) * 2 + c.odd;
        let mut row = c.store.eval(b, real, opcode, offset, c.new);
        let at = [real - c.at[0] - c.at[1] - c.at[2], c.at[0], c.at[1], c.at[2]];
        for flag in at {
            row.assert_bool("store_small/2", flag);
        }
        row.assert_bool("store_small/2", c.odd);
        row.assert_zero("store_small/2", c.odd * sh);
        let (m, v) = (c.store.mem.value, c.store.rs2.value[0]);
        let (mut before, mut after) = (B::E::zero(), B::E::zero());
        for i in 0..4 {
            row.assert_zero("store_small/3", (at[i] - real) * (c.new[i] - m[i]));
            before = before + at[i] * m[i];
            after = after + at[i] * c.new[i];
        }
        let [low, high] = c.bytes;
        row.assert_zero("store_small/4", low + high * (1 << 8) - before);
        for byte in [low, high, c.byte, (v - c.byte) * INV_BYTE] {
            row.byte(byte);
        }
        let even = c.byte + high * (1 << 8);
        let odd = low + c.byte * (1 << 8);
        row.assert_zero("store_small/5", sh * v + sb * (even + c.odd * (odd - even)) - after);
    }
}
