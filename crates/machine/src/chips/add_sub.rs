//! Addition and subtraction: `add`, `sub`, `addi` on four limbs, and `addw`, `subw`, `addiw` on two,
//! with the sign extended. A chip each. `add_to` and `addi_to` add to rd: a is what rd was.
//!
//! A row is c = a ± b mod 2^(16 N). Adding: a + b = c + carry; subtracting: b + c = a + borrow. In both
//! the carry out of limb i is an affine form of the limbs, `(x_i + y_i + carry_{i−1} − z_i) / 2^16`, so
//! it has no column.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts | |
//! | rs1 (6; not of `add_to`, `addi_to`) | a |
//! | rs2 (6) or imm (2: limb 0, and limbs 1 to 3) | b |
//! | rd (6), c (N) | |
//! | sign | N = 2: bit 31 of the result |
//!
//! Buses: exec 2, instr 1, mem 6 (4), range: 3 (2) time and 4 (2) limbs; 2 mem and 1 time fewer without rs1.
//!
//! 1. Each carry is a boolean. (Limbs are 16 bits, so it is then the integer carry, by induction.) For
//!    N = 2, c_1 has no lookup of its own: this constraint makes it a small integer, so that the lookup
//!    for `sign` shows its 16 bits too.
//! 2. `sign` is a boolean.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::cpu::{self, Cpu, INV_LIMB, Instr, Read, Row, Write};
use crate::layout::{Cells, Layout, Names};

/// The chip of one opcode; `N` limbs.
pub struct AddSub<const N: usize> {
    opcode: Opcode,
    name: &'static str,
}

impl AddSub<4> {
    /// `add`
    pub const ADD: Self = Self { opcode: Opcode::Add, name: "add" };
    /// `sub`
    pub const SUB: Self = Self { opcode: Opcode::Sub, name: "sub" };
    /// `addi`
    pub const ADDI: Self = Self { opcode: Opcode::Addi, name: "addi" };
    /// `add_to`
    pub const ADD_TO: Self = Self { opcode: Opcode::AddTo, name: "add_to" };
    /// `addi_to`
    pub const ADDI_TO: Self = Self { opcode: Opcode::AddiTo, name: "addi_to" };
}
impl AddSub<2> {
    /// `addw`
    pub const ADDW: Self = Self { opcode: Opcode::Addw, name: "addw" };
    /// `subw`
    pub const SUBW: Self = Self { opcode: Opcode::Subw, name: "subw" };
    /// `addiw`
    pub const ADDIW: Self = Self { opcode: Opcode::Addiw, name: "addiw" };
}

/// The second operand.
#[derive(Clone, Copy, Debug)]
pub enum Operand<T> {
    /// A register.
    Register(Read<T>),
    /// Limb 0, and each of limbs 1 to 3.
    Immediate([T; 2]),
}

impl<T: Copy> Operand<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, immediate: bool) -> Self {
        if immediate { Self::Immediate(l.array("imm")) } else { Self::Register(Read::new(l, "rs2")) }
    }
    /// Its limbs.
    #[inline(always)]
    pub fn limbs(&self) -> [T; 4] {
        match *self {
            Self::Register(r) => r.value,
            Self::Immediate([low, ext]) => [low, ext, ext, ext],
        }
    }
    /// Fills in what the instruction says of it.
    #[inline(always)]
    pub fn instr(&self, instr: &mut Instr<T>) {
        match *self {
            Self::Register(r) => instr.rs2 = r.reg,
            Self::Immediate([low, ext]) => instr.imm = [low, ext, ext],
        }
    }
    /// Reads it.
    #[inline(always)]
    pub fn read<B: Builder<E = T>>(&self, row: &mut Row<'_, B>) {
        if let Self::Register(r) = self {
            row.read(cpu::RS2, r);
        }
    }
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T, const N: usize> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// a, unless that is what rd was
    pub rs1: Option<Read<T>>,
    /// b
    pub b: Operand<T>,
    /// Where c goes.
    pub rd: Write<T>,
    /// c
    pub c: [T; N],
    /// Bit 31, N = 2 only.
    pub sign: Option<T>,
}

impl<const N: usize> AddSub<N> {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell, N> {
        Cols {
            is_real: l.one("is_real"),
            cpu: Cpu::new(l),
            rs1: self.opcode.reads_rs1().then(|| Read::new(l, "rs1")),
            b: Operand::new(l, !self.opcode.reads_rs2()),
            rd: Write::new(l, "rd"),
            c: l.array("c"),
            sign: (N == 2).then(|| l.one("sign")),
        }
    }
}

impl<const N: usize> Air for AddSub<N> {
    fn name(&self) -> &str {
        self.name
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
        let opcode = B::E::constant(aver_stark::field::f(self.opcode as u32));
        let mut instr = Instr { rd: c.rd.reg, ..Instr::new(opcode) };
        if let Some(rs1) = c.rs1 {
            instr.rs1 = rs1.reg;
        }
        c.b.instr(&mut instr);
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        if let Some(rs1) = &c.rs1 {
            row.read(cpu::RS1, rs1);
        }
        c.b.read(&mut row);

        let (a, operand) = (c.rs1.map_or(c.rd.old, |rs1| rs1.value), c.b.limbs());
        let subtract = matches!(self.opcode, Opcode::Sub | Opcode::Subw);
        let mut carry = B::E::zero();
        for i in 0..N {
            let (x, z) = if subtract { (c.c[i], a[i]) } else { (a[i], c.c[i]) };
            carry = (x + operand[i] + carry - z) * INV_LIMB;
            row.assert_bool("add_sub/1", carry);
        }
        let mut value = [B::E::zero(); 4];
        value[..N].copy_from_slice(&c.c);
        match c.sign {
            None => value.into_iter().for_each(|limb| row.range(limb)),
            Some(sign) => {
                row.range(c.c[0]);
                row.assert_bool("add_sub/2", sign);
                row.sign(real, c.c[1], sign);
                value[2..].fill(sign * 0xFFFF);
            }
        }
        row.write(&c.rd, value);
    }
}
