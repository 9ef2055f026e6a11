//! The A extension on one hart: each instruction becomes a sequence on the temporaries.
//!
//! `rd` may be `rs1` or `rs2`, so it is written by the last op. `aq` and `rl` order nothing here.
//! Misaligned addresses are allowed, as for other accesses. An `sc` succeeds when its address is
//! the one reserved, whatever the width, and always clears the reservation; ordinary stores of the
//! same hart leave it alone.

use crate::{
    Op, Opcode, RESERVATION, TEMP0, TEMP1,
    decode::{Jump, Sequence, Word},
};

pub(crate) fn decode(w: Word, pc: u32) -> Option<Sequence> {
    let (load, store) = match w.funct3() {
        2 => (Opcode::Lw, Opcode::Sw),
        3 => (Opcode::Ld, Opcode::Sd),
        _ => return None,
    };
    let (rd, rs1, rs2) = (w.rd(), w.rs1(), w.rs2());
    let wide = w.funct3() == 3;
    let read = |rd| Op { opcode: load, rd, rs1, ..Op::default() };
    let write = |rs2| Op { opcode: store, rs1, rs2, ..Op::default() };

    let combine = match w.0 >> 27 {
        0x02 if rs2 == 0 => {
            // the reservation first: rd may be rs1
            return Some(Sequence::new(pc, &[addi(RESERVATION, rs1, 1), read(rd)], Jump::None));
        }
        0x03 => {
            let ops = [
                addi(TEMP0, rs1, 1),
                alu(Opcode::Sub, TEMP0, TEMP0, RESERVATION),
                addi(RESERVATION, 0, 0),
                branch(Opcode::Bne, TEMP0, 0),
                write(rs2),
                alu(Opcode::Sltu, rd, 0, TEMP0),
            ];
            return Some(Sequence::new(pc, &ops, Jump::Within(5)));
        }
        0x01 => {
            let ops = [read(TEMP0), write(rs2), addi(rd, TEMP0, 0)];
            return Some(Sequence::new(pc, &ops, Jump::None));
        }
        0x00 => Combine::Alu(Opcode::Add),
        0x04 => Combine::Alu(Opcode::Xor),
        0x08 => Combine::Alu(Opcode::Or),
        0x0c => Combine::Alu(Opcode::And),
        // the operand stays when the branch is taken
        0x10 => Combine::Select(branch(Opcode::Bge, TEMP0, TEMP1)),
        0x14 => Combine::Select(branch(Opcode::Bge, TEMP1, TEMP0)),
        0x18 => Combine::Select(branch(Opcode::Bgeu, TEMP0, TEMP1)),
        0x1c => Combine::Select(branch(Opcode::Bgeu, TEMP1, TEMP0)),
        _ => return None,
    };
    Some(match combine {
        Combine::Alu(opcode) => {
            let ops = [read(TEMP0), alu(opcode, TEMP1, TEMP0, rs2), write(TEMP1), addi(rd, TEMP0, 0)];
            Sequence::new(pc, &ops, Jump::None)
        }
        Combine::Select(keep) => {
            // For words both sides are sign-extended, which keeps the unsigned order too.
            let opcode = if wide { Opcode::Addi } else { Opcode::Addiw };
            let operand = Op { opcode, rd: TEMP1, rs1: rs2, ..Op::default() };
            let ops = [read(TEMP0), operand, keep, addi(TEMP1, TEMP0, 0), write(TEMP1), addi(rd, TEMP0, 0)];
            Sequence::new(pc, &ops, Jump::Within(4))
        }
    })
}

enum Combine {
    /// The new value is `old op operand`.
    Alu(Opcode),
    /// The new value is the operand if this branch is taken, else the old one.
    Select(Op),
}

fn addi(rd: u8, rs1: u8, imm: i64) -> Op {
    Op { opcode: Opcode::Addi, rd, rs1, imm, ..Op::default() }
}

fn alu(opcode: Opcode, rd: u8, rs1: u8, rs2: u8) -> Op {
    Op { opcode, rd, rs1, rs2, ..Op::default() }
}

fn branch(opcode: Opcode, rs1: u8, rs2: u8) -> Op {
    Op { opcode, rs1, rs2, ..Op::default() }
}
