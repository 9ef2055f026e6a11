//! `and`, `or`, `xor` of two registers. A chip each.
//!
//! A row splits both operands into bytes and looks up the AND of each pair; a | b = a + b − (a & b) and
//! a ^ b = a + b − 2 (a & b), so the result is affine and has no columns.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts | |
//! | rs1 (6), rs2 (6), rd (6) | |
//! | a, b (4 each) | low byte of each limb; the high byte is (limb − low) / 2^8 |
//! | n (8) | AND of each pair of bytes |
//!
//! Buses: exec 2, instr 1, mem 6, range 3, and 8. No constraints of its own: the lookups show
//! that low and high are bytes, so they are those of the limb; the result's limbs are 16 bits.

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::buses::AND;
use crate::cpu::{self, Cpu, INV_BYTE, Instr, Read, Row, Write};
use crate::layout::{Cells, Layout, Names};

/// The chip of one opcode.
pub struct Bitwise {
    opcode: Opcode,
    name: &'static str,
}

impl Bitwise {
    /// `and`
    pub const AND: Self = Self { opcode: Opcode::And, name: "and" };
    /// `or`
    pub const OR: Self = Self { opcode: Opcode::Or, name: "or" };
    /// `xor`
    pub const XOR: Self = Self { opcode: Opcode::Xor, name: "xor" };

    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            is_real: l.one("is_real"),
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            rs2: Read::new(l, "rs2"),
            rd: Write::new(l, "rd"),
            a: l.array("a"),
            b: l.array("b"),
            n: l.array("n"),
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
    pub rs2: Read<T>,
    /// Where the result goes.
    pub rd: Write<T>,
    /// Low bytes of a's limbs.
    pub a: [T; 4],
    /// Low bytes of b's limbs.
    pub b: [T; 4],
    /// AND, byte by byte.
    pub n: [T; 8],
}

impl Air for Bitwise {
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
        let instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, rs2: c.rs2.reg, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        row.read(cpu::RS2, &c.rs2);
        let mut value = [B::E::zero(); 4];
        for i in 0..4 {
            let (x, y) = (c.rs1.value[i], c.rs2.value[i]);
            let high = |limb: B::E, low: B::E| (limb - low) * INV_BYTE;
            row.look_up(AND, &[c.a[i], c.b[i], c.n[2 * i]]);
            row.look_up(AND, &[high(x, c.a[i]), high(y, c.b[i]), c.n[2 * i + 1]]);
            let and = c.n[2 * i] + c.n[2 * i + 1] * (1 << 8);
            value[i] = match self.opcode {
                Opcode::And => and,
                Opcode::Or => x + y - and,
                _ => x + y - and * 2,
            };
        }
        row.write(&c.rd, value);
    }
}
