//! What every chip of the machine means: a specification for each, for [`aver_audit::smt`].
//!
//! - [`isa`]: instructions, as functions of bit-vectors;
//! - [`bus`]: what a row may rely on and must guarantee;
//! - a module for each family of chips.

pub mod alu;
pub mod bus;
pub mod isa;
pub mod jump;
pub mod rows;
pub mod tools;

use aver_audit::smt::{Result, Row};
use aver_isa::Opcode;
use aver_machine::ShardChip;

/// What a row of an opcode means.
type OfOpcode = fn(&mut Row<'_>, Opcode) -> Result<()>;

/// What a chip means.
pub struct Chip {
    /// Flag columns; each its opcode.
    pub flags: &'static [(&'static str, Opcode)],
    /// As in [`aver_audit::smt::Spec`].
    pub splits: &'static [(&'static str, u32)],
    /// As in [`aver_audit::smt::Spec`].
    pub is_opaque: bool,
    /// The meaning of a row of an opcode.
    pub row: OfOpcode,
}

impl Chip {
    const fn new(flags: &'static [(&'static str, Opcode)], row: OfOpcode) -> Self {
        Self { flags, splits: &[], is_opaque: false, row }
    }
    const fn split(self, splits: &'static [(&'static str, u32)]) -> Self {
        Self { splits, ..self }
    }
    const fn opaque(self) -> Self {
        Self { is_opaque: true, ..self }
    }
}

macro_rules! one {
    ($opcode:ident) => {
        &[("is_real", Opcode::$opcode)]
    };
}

/// The meaning of an op's chip.
pub fn chip(chip: ShardChip) -> Option<Chip> {
    use Opcode as O;
    use ShardChip as C;
    Some(match chip {
        C::Add => Chip::new(one!(Add), alu::registers),
        C::Sub => Chip::new(one!(Sub), alu::registers),
        C::Addi => Chip::new(one!(Addi), alu::limbs),
        C::Addw => Chip::new(one!(Addw), alu::registers),
        C::Subw => Chip::new(one!(Subw), alu::registers),
        C::Addiw => Chip::new(one!(Addiw), alu::limbs),
        C::And => Chip::new(one!(And), alu::registers),
        C::Or => Chip::new(one!(Or), alu::registers),
        C::Xor => Chip::new(one!(Xor), alu::registers),
        C::BitwiseImm => Chip::new(&[("and", O::Andi), ("or", O::Ori), ("xor", O::Xori)], alu::bytes),
        C::Slt => Chip::new(one!(Slt), alu::registers),
        C::Sltu => Chip::new(one!(Sltu), alu::registers),
        C::Slti => Chip::new(one!(Slti), alu::limbs),
        C::Sltiu => Chip::new(one!(Sltiu), alu::limbs),
        C::Sll => Chip::new(one!(Sll), alu::registers).split(&[("n", 15)]),
        C::Slli => Chip::new(one!(Slli), alu::shift).split(&[("n", 16)]),
        C::Sr => {
            Chip::new(&[("logical", O::Srl), ("arithmetic", O::Sra)], alu::registers).split(&[("n", 15)])
        }
        C::Sri => Chip::new(&[("logical", O::Srli), ("arithmetic", O::Srai)], alu::shift).split(&[("n", 16)]),
        C::Sllw => Chip::new(one!(Sllw), alu::registers).split(&[("n", 15)]),
        C::Slliw => Chip::new(one!(Slliw), alu::shift).split(&[("n", 16)]),
        C::Srw => {
            Chip::new(&[("logical", O::Srlw), ("arithmetic", O::Sraw)], alu::registers).split(&[("n", 15)])
        }
        C::Sriw => {
            Chip::new(&[("logical", O::Srliw), ("arithmetic", O::Sraiw)], alu::shift).split(&[("n", 16)])
        }
        C::Const => Chip::new(one!(Const), jump::constant),
        C::Jal => Chip::new(one!(Jal), jump::jal),
        C::Jalr => Chip::new(one!(Jalr), jump::jalr),
        C::BranchEq => Chip::new(&[("if", O::Beq), ("unless", O::Bne)], jump::branch).opaque(),
        C::BranchLess => Chip::new(&[("if", O::Blt), ("unless", O::Bge)], jump::branch),
        C::BranchLessUnsigned => Chip::new(&[("if", O::Bltu), ("unless", O::Bgeu)], jump::branch),
        _ => return None,
    })
}
