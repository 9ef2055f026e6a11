//! A micro-operation.

use core::fmt;

use crate::{Format, Opcode};

/// The register that takes writes to x0.
pub const SINK: u8 = 32;
/// Temporaries of micro-sequences; dead outside the sequence that writes them.
pub const TEMP0: u8 = 33;
pub const TEMP1: u8 = 34;
/// The reservation of `lr`: 0 for none, otherwise the address plus one.
pub const RESERVATION: u8 = 35;
/// Registers of the machine: x0 to x31, the sink, the temporaries, the reservation.
pub const REGISTERS: usize = 36;

/// A micro-operation. Fields an opcode does not use are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Op {
    pub opcode: Opcode,
    /// 1..=35; [`SINK`] where the source says x0.
    pub rd: u8,
    /// 0..=31 or 33..=35.
    pub rs1: u8,
    /// 0..=31 or 33..=35.
    pub rs2: u8,
    /// Whether this is the first op of its instruction: only those can be jumped to by address.
    pub first: bool,
    /// Sign-extended immediate; `Const`: the value; `Jal`: the link address; branches: 0;
    /// `Illegal`: the instruction word, for messages.
    pub imm: i64,
    /// Op index a branch or `Jal` goes to.
    pub target: u32,
    /// Byte address of the instruction.
    pub pc: u32,
}

struct Reg(u8);

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            SINK => f.write_str("sink"),
            TEMP0 => f.write_str("t0'"),
            TEMP1 => f.write_str("t1'"),
            RESERVATION => f.write_str("reservation"),
            n => write!(f, "x{n}"),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Op { opcode, imm, target, .. } = self;
        let (rd, rs1, rs2) = (Reg(self.rd), Reg(self.rs1), Reg(self.rs2));
        match opcode.format() {
            Format::Illegal => write!(f, "illegal {imm:#010x}"),
            Format::Register => write!(f, "{opcode} {rd}, {rs1}, {rs2}"),
            Format::Immediate => write!(f, "{opcode} {rd}, {rs1}, {imm}"),
            Format::Update => write!(f, "{opcode} {rd}, {rs2}"),
            Format::UpdateImmediate => write!(f, "{opcode} {rd}, {imm}"),
            Format::Const => write!(f, "{opcode} {rd}, {imm:#x}"),
            Format::Jal => write!(f, "{opcode} {rd}, @{target}"),
            Format::Jalr | Format::Load => write!(f, "{opcode} {rd}, {imm}({rs1})"),
            Format::Branch => write!(f, "{opcode} {rs1}, {rs2}, @{target}"),
            Format::Store => write!(f, "{opcode} {rs2}, {imm}({rs1})"),
            Format::Ecall => write!(f, "{opcode}"),
        }
    }
}
