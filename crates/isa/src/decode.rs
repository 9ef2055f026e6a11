//! One instruction word to micro-operations.
//!
//! Decoding is strict: an encoding the ISA reserves is `Illegal`, never a near miss of a neighbour.

use core::ops::Deref;

use crate::{Format, Op, Opcode, SINK, atomic};

/// Longest micro-sequence (`sc`, `amomax`).
const MAX_OPS: usize = 6;

/// Where the branch or jump of an instruction goes (at most one of its ops is one).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Jump {
    #[default]
    None,
    /// The instruction at this byte address.
    Pc(u32),
    /// The op at this place, counted from the first of this instruction.
    Within(u32),
}

/// The micro-operations of one instruction. Their `target`s are 0 until the [`Jump`] is resolved,
/// which needs the whole text: an index depends on the lengths of all instructions before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    ops: [Op; MAX_OPS],
    len: u8,
    pub jump: Jump,
}

impl Deref for Sequence {
    type Target = [Op];

    fn deref(&self) -> &[Op] {
        &self.ops[..usize::from(self.len)]
    }
}

impl Sequence {
    pub(crate) fn new(pc: u32, source: &[Op], jump: Jump) -> Self {
        let mut ops = [Op::default(); MAX_OPS];
        let mut len = 0;
        for (to, from) in ops.iter_mut().zip(source) {
            let rd = if from.opcode.writes_rd() && from.rd == 0 { SINK } else { from.rd };
            *to = in_place(Op { rd, pc, first: len == 0, ..*from });
            len += 1;
        }
        Self { ops, len, jump }
    }

    fn one(pc: u32, op: Op) -> Self {
        Self::new(pc, &[op], Jump::None)
    }

    /// The ops with branch and jump targets filled in. `index` is that of the first op;
    /// `index_of` gives that of an instruction by its address.
    pub fn resolve(mut self, index: u32, index_of: impl Fn(u32) -> u32) -> impl Iterator<Item = Op> {
        let target = match self.jump {
            Jump::None => 0,
            Jump::Pc(pc) => index_of(pc),
            Jump::Within(offset) => index + offset,
        };
        for op in &mut self.ops {
            if matches!(op.opcode.format(), Format::Branch | Format::Jal) {
                op.target = target;
            }
        }
        self.ops.into_iter().take(usize::from(self.len))
    }
}

/// An addition to a register that it reads: as an update of that register, which is one access instead of two.
fn in_place(op: Op) -> Op {
    match op.opcode {
        Opcode::Add if op.rd == op.rs1 => Op { opcode: Opcode::AddTo, rs1: 0, ..op },
        Opcode::Add if op.rd == op.rs2 => Op { opcode: Opcode::AddTo, rs1: 0, rs2: op.rs1, ..op },
        Opcode::Addi if op.rd == op.rs1 => Op { opcode: Opcode::AddiTo, rs1: 0, ..op },
        _ => op,
    }
}

/// The fields of an instruction word.
#[derive(Clone, Copy)]
pub(crate) struct Word(pub u32);

impl Word {
    pub fn rd(self) -> u8 {
        (self.0 >> 7 & 31) as u8
    }
    pub fn rs1(self) -> u8 {
        (self.0 >> 15 & 31) as u8
    }
    pub fn rs2(self) -> u8 {
        (self.0 >> 20 & 31) as u8
    }
    pub fn funct3(self) -> u32 {
        self.0 >> 12 & 7
    }
    pub fn funct7(self) -> u32 {
        self.0 >> 25
    }
    fn imm_i(self) -> i64 {
        i64::from(self.0 as i32 >> 20)
    }
    fn imm_s(self) -> i64 {
        i64::from((self.0 & 0xfe00_0000) as i32 >> 20) | i64::from(self.rd())
    }
    fn imm_u(self) -> i64 {
        i64::from((self.0 & 0xffff_f000) as i32)
    }
    fn imm_b(self) -> i64 {
        let w = self.0;
        let low = (w >> 7 & 0x1e) | (w >> 20 & 0x7e0) | (w << 4 & 0x800);
        i64::from((w & 0x8000_0000) as i32 >> 19) | i64::from(low)
    }
    fn imm_j(self) -> i64 {
        let w = self.0;
        let low = (w >> 20 & 0x7fe) | (w >> 9 & 0x800) | (w & 0xf_f000);
        i64::from((w & 0x8000_0000) as i32 >> 11) | i64::from(low)
    }
}

/// Decodes the instruction `word` at byte address `pc`. What does not decode is one `Illegal`.
pub fn decode(word: u32, pc: u32) -> Sequence {
    let illegal = Op { imm: i64::from(word), ..Op::default() };
    decode_legal(Word(word), pc).unwrap_or_else(|| Sequence::one(pc, illegal))
}

fn decode_legal(w: Word, pc: u32) -> Option<Sequence> {
    let (rd, rs1, rs2) = (w.rd(), w.rs1(), w.rs2());
    let op = match w.0 & 0x7f {
        0x37 => Op { opcode: Opcode::Const, rd, imm: w.imm_u(), ..Op::default() },
        0x17 => {
            let imm = i64::from(pc) + w.imm_u();
            Op { opcode: Opcode::Const, rd, imm, ..Op::default() }
        }
        0x6f => {
            let imm = i64::from(pc) + 4;
            let op = Op { opcode: Opcode::Jal, rd, imm, ..Op::default() };
            return Some(Sequence::new(pc, &[op], relative(pc, w.imm_j())));
        }
        0x67 if w.funct3() == 0 => Op { opcode: Opcode::Jalr, rd, rs1, imm: w.imm_i(), ..Op::default() },
        0x63 => {
            let op = Op { opcode: branch(w)?, rs1, rs2, ..Op::default() };
            return Some(Sequence::new(pc, &[op], relative(pc, w.imm_b())));
        }
        0x03 => Op { opcode: load(w)?, rd, rs1, imm: w.imm_i(), ..Op::default() },
        0x23 => Op { opcode: store(w)?, rs1, rs2, imm: w.imm_s(), ..Op::default() },
        0x13 => {
            let (opcode, imm) = immediate(w)?;
            Op { opcode, rd, rs1, imm, ..Op::default() }
        }
        0x1b => {
            let (opcode, imm) = immediate_w(w)?;
            Op { opcode, rd, rs1, imm, ..Op::default() }
        }
        0x33 => Op { opcode: register(w)?, rd, rs1, rs2, ..Op::default() },
        0x3b => Op { opcode: register_w(w)?, rd, rs1, rs2, ..Op::default() },
        // fence, fence.i: the ISA asks to ignore their unused fields
        0x0f if w.funct3() <= 1 => Op { opcode: Opcode::Addi, ..Op::default() },
        0x73 if w.0 == 0x73 => Op { opcode: Opcode::Ecall, ..Op::default() },
        0x2f => return atomic::decode(w, pc),
        _ => return None,
    };
    Some(Sequence::one(pc, op))
}

/// The text lies below 2^30 and offsets are 21 bits: what wraps is never an instruction.
fn relative(pc: u32, offset: i64) -> Jump {
    Jump::Pc(pc.wrapping_add(offset as u32))
}

fn branch(w: Word) -> Option<Opcode> {
    Some(match w.funct3() {
        0 => Opcode::Beq,
        1 => Opcode::Bne,
        4 => Opcode::Blt,
        5 => Opcode::Bge,
        6 => Opcode::Bltu,
        7 => Opcode::Bgeu,
        _ => return None,
    })
}

fn load(w: Word) -> Option<Opcode> {
    Some(match w.funct3() {
        0 => Opcode::Lb,
        1 => Opcode::Lh,
        2 => Opcode::Lw,
        3 => Opcode::Ld,
        4 => Opcode::Lbu,
        5 => Opcode::Lhu,
        6 => Opcode::Lwu,
        _ => return None,
    })
}

fn store(w: Word) -> Option<Opcode> {
    Some(match w.funct3() {
        0 => Opcode::Sb,
        1 => Opcode::Sh,
        2 => Opcode::Sw,
        3 => Opcode::Sd,
        _ => return None,
    })
}

fn immediate(w: Word) -> Option<(Opcode, i64)> {
    let shamt = i64::from(w.0 >> 20 & 63);
    Some(match (w.funct3(), w.0 >> 26) {
        (0, _) => (Opcode::Addi, w.imm_i()),
        (1, 0x00) => (Opcode::Slli, shamt),
        (2, _) => (Opcode::Slti, w.imm_i()),
        (3, _) => (Opcode::Sltiu, w.imm_i()),
        (4, _) => (Opcode::Xori, w.imm_i()),
        (5, 0x00) => (Opcode::Srli, shamt),
        (5, 0x10) => (Opcode::Srai, shamt),
        (6, _) => (Opcode::Ori, w.imm_i()),
        (7, _) => (Opcode::Andi, w.imm_i()),
        _ => return None,
    })
}

fn immediate_w(w: Word) -> Option<(Opcode, i64)> {
    let shamt = i64::from(w.rs2());
    Some(match (w.funct3(), w.funct7()) {
        (0, _) => (Opcode::Addiw, w.imm_i()),
        (1, 0x00) => (Opcode::Slliw, shamt),
        (5, 0x00) => (Opcode::Srliw, shamt),
        (5, 0x20) => (Opcode::Sraiw, shamt),
        _ => return None,
    })
}

fn register(w: Word) -> Option<Opcode> {
    Some(match (w.funct7(), w.funct3()) {
        (0x00, 0) => Opcode::Add,
        (0x20, 0) => Opcode::Sub,
        (0x00, 1) => Opcode::Sll,
        (0x00, 2) => Opcode::Slt,
        (0x00, 3) => Opcode::Sltu,
        (0x00, 4) => Opcode::Xor,
        (0x00, 5) => Opcode::Srl,
        (0x20, 5) => Opcode::Sra,
        (0x00, 6) => Opcode::Or,
        (0x00, 7) => Opcode::And,
        (0x01, 0) => Opcode::Mul,
        (0x01, 1) => Opcode::Mulh,
        (0x01, 2) => Opcode::Mulhsu,
        (0x01, 3) => Opcode::Mulhu,
        (0x01, 4) => Opcode::Div,
        (0x01, 5) => Opcode::Divu,
        (0x01, 6) => Opcode::Rem,
        (0x01, 7) => Opcode::Remu,
        _ => return None,
    })
}

fn register_w(w: Word) -> Option<Opcode> {
    Some(match (w.funct7(), w.funct3()) {
        (0x00, 0) => Opcode::Addw,
        (0x20, 0) => Opcode::Subw,
        (0x00, 1) => Opcode::Sllw,
        (0x00, 5) => Opcode::Srlw,
        (0x20, 5) => Opcode::Sraw,
        (0x01, 0) => Opcode::Mulw,
        (0x01, 4) => Opcode::Divw,
        (0x01, 5) => Opcode::Divuw,
        (0x01, 6) => Opcode::Remw,
        (0x01, 7) => Opcode::Remuw,
        _ => return None,
    })
}
