//! `slt`, `sltu`, `slti`, `sltiu`: a chip each. And [`Less`], the comparison that branches share.
//!
//! **Less.** The highest limb in which a and b differ decides; if there is none, limb 0 is taken. It is
//! marked: markers m_0 … m_3 are booleans with sum `is_real` (m_3 is not a column, but what is left).
//! With D = a_i − b_i at the marker, the lookup d is −D − 1 if less, D − 1 if not (D at limb 0).
//! For signed operands the top limbs are a_3 − 2^16 sign, which keeps |D| < 2^16.
//!
//! | columns | |
//! |---|---|
//! | less | the result |
//! | m (3), d | |
//! | signs (2, or 1 if b is immediate) | signed only: bit 63 of a and b |
//!
//! 1. `less` and m_0 … m_3 are booleans; their sum is `is_real` by construction.
//! 2. Limbs above the marker agree: (m_0 + … + m_{k−1}) (a_k − b_k) = 0.
//! 3. d = (1 − 2 less) D − less − (is_real − less)(is_real − m_0), in `range`. So less means D < 0; not
//!    less means D > 0, or D ≥ 0 at limb 0.
//! 4. Signs are booleans, and bit 15 of the top limbs by lookups.
//!
//! | columns of a chip | |
//! |---|---|
//! | is_real, index, ts, rs1 (6), rs2 (6) or imm (2), rd (6), Less | |
//!
//! Buses: exec 2, instr 1, mem 6 (4), range 3 (2) + 1 + signs. The result is a boolean.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use crate::chips::add_sub::Operand;
use crate::cpu::{self, Cpu, Instr, Read, Row, Write, inverse};
use crate::layout::{Cells, Layout, Names};

const INV_FFFF: F = inverse(0xFFFF);

/// a < b
#[derive(Clone, Copy, Debug)]
pub struct Less<T> {
    /// Whether it is.
    pub less: T,
    /// Markers of limbs 0 to 2.
    pub m: [T; 3],
    /// Looked up.
    pub d: T,
    /// Sign of a, signed only.
    pub sign_a: Option<T>,
    /// Sign of b, signed only and unless immediate.
    pub sign_b: Option<T>,
}

impl<T: Copy> Less<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>, signed: bool, immediate: bool) -> Self {
        Self {
            less: l.one("less"),
            m: l.array("m"),
            d: l.one("d"),
            sign_a: signed.then(|| l.one("sign_a")),
            sign_b: (signed && !immediate).then(|| l.one("sign_b")),
        }
    }
}

impl<E: Expr> Less<E> {
    /// Constrains `less` to be a < b.
    #[inline(always)]
    pub fn eval<B: Builder<E = E>>(&self, row: &mut Row<'_, B>, a: [E; 4], b: &Operand<E>) {
        let (mut a, mut limbs) = (a, b.limbs());
        let top = row.real - self.m[0] - self.m[1] - self.m[2];
        let m = [self.m[0], self.m[1], self.m[2], top];
        row.assert_bool("less/1", self.less);
        for marker in m {
            row.assert_bool("less/1", marker);
        }
        let mut below = m[0];
        for k in 1..4 {
            row.assert_zero("less/2", below * (a[k] - limbs[k]));
            below = below + m[k];
        }
        if let Some(sign) = self.sign_a {
            row.assert_bool("less/4", sign);
            row.sign(row.real, a[3], sign);
            a[3] = a[3] - sign * (1 << 16);
            let sign_b = match (self.sign_b, b) {
                (Some(sign_b), _) => {
                    row.assert_bool("less/4", sign_b);
                    row.sign(row.real, limbs[3], sign_b);
                    sign_b
                }
                // the program table has 0 or 0xFFFF there
                (None, _) => limbs[3] * INV_FFFF,
            };
            limbs[3] = limbs[3] - sign_b * (1 << 16);
        }
        let difference = (0..4).fold(E::zero(), |sum, i| sum + m[i] * (a[i] - limbs[i]));
        let (r, less) = (row.real, self.less);
        let d = (E::one() - less * 2) * difference - less - (r - less) * (r - m[0]);
        row.assert_zero("less/3", d - self.d);
        row.range(self.d);
    }
}

/// The chip of one opcode.
pub struct Compare {
    opcode: Opcode,
    name: &'static str,
}

impl Compare {
    /// `slt`
    pub const SLT: Self = Self { opcode: Opcode::Slt, name: "slt" };
    /// `sltu`
    pub const SLTU: Self = Self { opcode: Opcode::Sltu, name: "sltu" };
    /// `slti`
    pub const SLTI: Self = Self { opcode: Opcode::Slti, name: "slti" };
    /// `sltiu`
    pub const SLTIU: Self = Self { opcode: Opcode::Sltiu, name: "sltiu" };

    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        let immediate = matches!(self.opcode, Opcode::Slti | Opcode::Sltiu);
        let signed = matches!(self.opcode, Opcode::Slt | Opcode::Slti);
        Cols {
            is_real: l.one("is_real"),
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            b: Operand::new(l, immediate),
            rd: Write::new(l, "rd"),
            less: Less::new(l, signed, immediate),
        }
    }
}

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// a
    pub rs1: Read<T>,
    /// b
    pub b: Operand<T>,
    /// Where the result goes.
    pub rd: Write<T>,
    /// a < b
    pub less: Less<T>,
}

impl Air for Compare {
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
        let opcode = B::E::constant(f(self.opcode as u32));
        let mut instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, ..Instr::new(opcode) };
        c.b.instr(&mut instr);
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        c.b.read(&mut row);
        c.less.eval(&mut row, c.rs1.value, &c.b);
        let zero = B::E::zero();
        row.write(&c.rd, [c.less.less, zero, zero, zero]);
    }
}
