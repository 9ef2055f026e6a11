//! Ops that write a constant of the program: [`Const`] (`lui`, `auipc`), [`Jal`], [`Jalr`].
//!
//! | columns of `const`, `jal` | |
//! |---|---|
//! | is_real, index, ts, imm (3), rd (6) | `const`: limbs 0, 1 and 2 = 3 written; `jal`: link (2 limbs), target |
//!
//! Buses: exec 2, instr 1, mem 2, range 1. No constraints: the program table has it all.
//!
//! | columns of `jalr` | |
//! |---|---|
//! | is_real, index, ts, base (4), rd (6) | |
//! | imm, link (2) | from the program table; imm is signed |
//! | bit | bit 0 of base + imm, which is cleared |
//! | next | op index of the target |
//!
//! Buses: exec 2, instr 1, mem 4, range 2 + 1, target 1.
//!
//! 1. `bit` is a boolean. x = (low limb + imm − bit) / 4 is looked up as x + 512 in `range`, so 4 divides
//!    as integers and the word w = x + 2^14 · (second limb) is an integer above −2^10 and below
//!    2^30 + 2^15 < p: (w, next) in `target` leaves one integer address only. An address that is 2 or 3
//!    modulo 4 is no target.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use crate::buses::TARGET;
use crate::cpu::{self, Base, Cpu, Instr, Row, Write, inverse};
use crate::layout::{Cells, Layout, Names};

const INV_4: F = inverse(4);

/// `const` or `jal`.
pub struct Constant {
    opcode: Opcode,
}

impl Constant {
    /// `lui`, `auipc`
    pub const CONST: Self = Self { opcode: Opcode::Const };
    /// `jal`
    pub const JAL: Self = Self { opcode: Opcode::Jal };

    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols { is_real: l.one("is_real"), cpu: Cpu::new(l), imm: l.array("imm"), rd: Write::new(l, "rd") }
    }
}

/// A row of [`Constant`].
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// Of the program table.
    pub imm: [T; 3],
    /// Where the constant goes.
    pub rd: Write<T>,
}

impl Air for Constant {
    fn name(&self) -> &str {
        self.opcode.name()
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
        let instr = Instr { rd: c.rd.reg, imm: c.imm, ..Instr::new(opcode) };
        let [low, high, third] = c.imm;
        let (next, upper) = match self.opcode {
            Opcode::Jal => (third, B::E::zero()),
            _ => (c.cpu.index + 1, third),
        };
        let mut row = Row::op(b, real, &c.cpu, instr, next);
        row.write(&c.rd, [low, high, upper, upper]);
    }
}

/// `jalr`
pub struct Jalr;

/// A row of [`Jalr`].
#[derive(Clone, Copy, Debug)]
pub struct JalrCols<T> {
    /// Not padding.
    pub is_real: T,
    /// Hart.
    pub cpu: Cpu<T>,
    /// Base.
    pub base: Base<T>,
    /// Where the link goes.
    pub rd: Write<T>,
    /// Offset.
    pub imm: T,
    /// Link.
    pub link: [T; 2],
    /// Bit 0 of the sum.
    pub bit: T,
    /// Op index of the target.
    pub next: T,
}

impl Jalr {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> JalrCols<L::Cell> {
        JalrCols {
            is_real: l.one("is_real"),
            cpu: Cpu::new(l),
            base: Base::new(l, "rs1"),
            rd: Write::new(l, "rd"),
            imm: l.one("imm"),
            link: l.array("link"),
            bit: l.one("bit"),
            next: l.one("next"),
        }
    }
}

impl Air for Jalr {
    fn name(&self) -> &str {
        "jalr"
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
        let opcode = B::E::constant(f(Opcode::Jalr as u32));
        let imm = [c.imm, c.link[0], c.link[1]];
        let instr = Instr { rd: c.rd.reg, rs1: c.base.reg, imm, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.next);
        row.read_base(cpu::RS1, &c.base);
        row.assert_bool("jalr/1", c.bit);
        let low = (c.base.low[0] + c.imm - c.bit) * INV_4;
        row.range(low + 512);
        row.look_up(TARGET, &[low + c.base.low[1] * (1 << 14), c.next]);
        let zero = B::E::zero();
        row.write(&c.rd, [c.link[0], c.link[1], zero, zero]);
    }
}
