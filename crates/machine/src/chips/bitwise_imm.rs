//! `andi`, `ori`, `xori`.
//!
//! The immediate has 12 bits, sign-extended: the program table gives its two low bytes and its sign s,
//! so limbs 1 to 3 of it are 0xFFFF s. Only limb 0 needs lookups.
//!
//! | columns | |
//! |---|---|
//! | and, or, xor | flags |
//! | index, ts, rs1 (6), imm (3: bytes, sign), rd (6) | |
//! | a | low byte of rs1's limb 0 |
//! | n (2) | AND of each pair of bytes |
//! | c (4) | result |
//!
//! Buses: exec 2, instr 1, mem 4, range 2, and 2.
//!
//! 1. Limb 0: c = and·n + or·(x + y − n) + xor·(x + y − 2n), with x, y and n the whole limbs.
//! 2. Limbs 1 to 3: c = and·s x + or·(x + s (0xFFFF − x)) + xor·(x + s (0xFFFF − 2x)).

use aver_isa::Opcode;
use aver_stark::air::{Air, Builder, Columns};

use crate::buses::AND;
use crate::cpu::{self, Cpu, INV_BYTE, Instr, Read, Row, Write};
use crate::layout::{Cells, Layout, Names};

/// The chip.
pub struct BitwiseImm;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// and, or, xor
    pub flags: [T; 3],
    /// Hart.
    pub cpu: Cpu<T>,
    /// Operand.
    pub rs1: Read<T>,
    /// Low byte, second byte, sign.
    pub imm: [T; 3],
    /// Where c goes.
    pub rd: Write<T>,
    /// Low byte of the operand.
    pub a: T,
    /// AND of the two low bytes.
    pub n: [T; 2],
    /// Result.
    pub c: [T; 4],
}

impl BitwiseImm {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            flags: [l.one("and"), l.one("or"), l.one("xor")],
            cpu: Cpu::new(l),
            rs1: Read::new(l, "rs1"),
            imm: l.array("imm"),
            rd: Write::new(l, "rd"),
            a: l.one("a"),
            n: l.array("n"),
            c: l.array("c"),
        }
    }
}

impl Air for BitwiseImm {
    fn name(&self) -> &str {
        "bitwise_imm"
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
        let opcode = cpu::opcode(c.flags, [Opcode::Andi, Opcode::Ori, Opcode::Xori]);
        let instr = Instr { rd: c.rd.reg, rs1: c.rs1.reg, imm: c.imm, ..Instr::new(opcode) };
        let mut row = Row::op(b, real, &c.cpu, instr, c.cpu.index + 1);
        row.read(cpu::RS1, &c.rs1);
        let [and, or, xor] = c.flags;
        let [low, high, s] = c.imm;
        let x = c.rs1.value;
        row.look_up(AND, &[c.a, low, c.n[0]]);
        row.look_up(AND, &[(x[0] - c.a) * INV_BYTE, high, c.n[1]]);
        let n = c.n[0] + c.n[1] * (1 << 8);
        let sum = x[0] + low + high * (1 << 8);
        row.assert_zero("bitwise_imm/1", and * n + or * (sum - n) + xor * (sum - n * 2) - c.c[0]);
        for i in 1..4 {
            let sx = s * x[i];
            let whole = x[i] + s * 0xFFFF;
            row.assert_zero("bitwise_imm/2", and * sx + or * (whole - sx) + xor * (whole - sx * 2) - c.c[i]);
        }
        row.write(&c.rd, c.c);
    }
}
