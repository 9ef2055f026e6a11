//! The machine of a program: its chips in order, and the fixed columns of its tables.

use alloc::boxed::Box;
use alloc::vec::Vec;

use aver_isa::{Opcode, Program};
use aver_stark::chip::{Chip, Described};
use aver_stark::error::ChipError;
use aver_stark::field::F;
use aver_stark::layout::System;

use crate::chips::add_sub::AddSub;
use crate::chips::bitwise::Bitwise;
use crate::chips::bitwise_imm::BitwiseImm;
use crate::chips::boundary::Boundary;
use crate::chips::branch::{BranchEq, BranchLess};
use crate::chips::compare::Compare;
use crate::chips::div::Div;
use crate::chips::ecall::{Exit, Halt, Write};
use crate::chips::jump::{Constant, Jalr};
use crate::chips::load::{LoadDouble, LoadSmall, LoadWord};
use crate::chips::memory::Memory;
use crate::chips::misaligned_load::MisalignedLoad;
use crate::chips::misaligned_store::MisalignedStore;
use crate::chips::mul::{Mul, MulHigh};
use crate::chips::program::{Instructions, Targets};
use crate::chips::shift::Shift;
use crate::chips::store::{StoreDouble, StoreSmall, StoreWord};
use crate::chips::tables::Lookup;
use crate::chips::touch::Touch;
use crate::systems::Systems;

macro_rules! chips {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $chip:ident = $air:expr),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $(#[allow(missing_docs)] $chip),* }

        impl $name {
            /// All, in order.
            pub const ALL: &[Self] = &[$(Self::$chip),*];
            /// Number of chips.
            pub const COUNT: usize = Self::ALL.len();
            /// The chips themselves.
            pub fn boxed() -> Vec<Box<dyn Chip>> {
                Vec::from([$(Box::new($air) as Box<dyn Chip>),*])
            }
        }
    };
}

chips! {
    /// The standard chips of a shard's proof; coprocessors' follow. The order is part of every vk.
    ShardChip {
        Program = Instructions,
        Target = Targets,
        Range = Lookup::Range,
        Bytes = Lookup::Bytes,
        Bits = Lookup::Bits,
        Boundary = Boundary,
        Touch = Touch,
        Add = AddSub::ADD,
        Sub = AddSub::SUB,
        Addi = AddSub::ADDI,
        Addw = AddSub::ADDW,
        Subw = AddSub::SUBW,
        Addiw = AddSub::ADDIW,
        And = Bitwise::AND,
        Or = Bitwise::OR,
        Xor = Bitwise::XOR,
        BitwiseImm = BitwiseImm,
        Slt = Compare::SLT,
        Sltu = Compare::SLTU,
        Slti = Compare::SLTI,
        Sltiu = Compare::SLTIU,
        Sll = Shift::<4> { right: false, immediate: false },
        Slli = Shift::<4> { right: false, immediate: true },
        Sr = Shift::<4> { right: true, immediate: false },
        Sri = Shift::<4> { right: true, immediate: true },
        Sllw = Shift::<2> { right: false, immediate: false },
        Slliw = Shift::<2> { right: false, immediate: true },
        Srw = Shift::<2> { right: true, immediate: false },
        Sriw = Shift::<2> { right: true, immediate: true },
        Const = Constant::CONST,
        Jal = Constant::JAL,
        Jalr = Jalr,
        BranchEq = BranchEq,
        BranchLess = BranchLess { signed: true },
        BranchLessUnsigned = BranchLess { signed: false },
        LoadDouble = LoadDouble,
        LoadWord = LoadWord,
        LoadSmall = LoadSmall,
        StoreDouble = StoreDouble,
        StoreWord = StoreWord,
        StoreSmall = StoreSmall,
        MisalignedLoad = MisalignedLoad,
        MisalignedStore = MisalignedStore,
        Mul = Mul::<4>,
        Mulw = Mul::<2>,
        MulHigh = MulHigh,
        Div = Div::<4>,
        Divw = Div::<2>,
        Exit = Exit,
        Halt = Halt,
        Write = Write,
        AddTo = AddSub::ADD_TO,
        AddiTo = AddSub::ADDI_TO,
    }
}

chips! {
    /// The chips of a proof of the memory table.
    MemoryChip {
        Range = Lookup::Range,
        Bits = Lookup::Bits,
        Image = Lookup::Image,
        Gap = Lookup::Gap,
        Memory = Memory,
    }
}

/// The chip of an opcode: of aligned accesses for loads and stores; `None` for `Illegal` and `Ecall`.
pub const fn chip_of(opcode: Opcode) -> Option<ShardChip> {
    use Opcode as O;
    use ShardChip as C;
    Some(match opcode {
        O::Illegal | O::Ecall => return None,
        O::Add => C::Add,
        O::Sub => C::Sub,
        O::Addw => C::Addw,
        O::Subw => C::Subw,
        O::Addi => C::Addi,
        O::Addiw => C::Addiw,
        O::AddTo => C::AddTo,
        O::AddiTo => C::AddiTo,
        O::And => C::And,
        O::Or => C::Or,
        O::Xor => C::Xor,
        O::Andi | O::Ori | O::Xori => C::BitwiseImm,
        O::Slt => C::Slt,
        O::Sltu => C::Sltu,
        O::Slti => C::Slti,
        O::Sltiu => C::Sltiu,
        O::Sll => C::Sll,
        O::Srl | O::Sra => C::Sr,
        O::Sllw => C::Sllw,
        O::Srlw | O::Sraw => C::Srw,
        O::Slli => C::Slli,
        O::Srli | O::Srai => C::Sri,
        O::Slliw => C::Slliw,
        O::Srliw | O::Sraiw => C::Sriw,
        O::Const => C::Const,
        O::Jal => C::Jal,
        O::Jalr => C::Jalr,
        O::Beq | O::Bne => C::BranchEq,
        O::Blt | O::Bge => C::BranchLess,
        O::Bltu | O::Bgeu => C::BranchLessUnsigned,
        O::Ld => C::LoadDouble,
        O::Lw | O::Lwu => C::LoadWord,
        O::Lb | O::Lh | O::Lbu | O::Lhu => C::LoadSmall,
        O::Sd => C::StoreDouble,
        O::Sw => C::StoreWord,
        O::Sb | O::Sh => C::StoreSmall,
        O::Mul => C::Mul,
        O::Mulw => C::Mulw,
        O::Mulh | O::Mulhu | O::Mulhsu => C::MulHigh,
        O::Div | O::Divu | O::Rem | O::Remu => C::Div,
        O::Divw | O::Divuw | O::Remw | O::Remuw => C::Divw,
    })
}

/// What a message costs, in columns.
pub const INTERACTION_WEIGHT: u64 = 2;

/// Cost of a row in cells, messages included.
pub fn row_cost(chip: &Described) -> u64 {
    chip.width() as u64 + INTERACTION_WEIGHT * chip.description.interactions.len() as u64
}

/// Fixed columns by chip; empty for chips without.
pub struct FixedColumns {
    /// Of shard proofs.
    pub shard: Vec<Vec<Vec<F>>>,
    /// Of memory proofs.
    pub memory: Vec<Vec<Vec<F>>>,
}

/// The fixed columns of a program's machine.
pub fn fixed_columns(systems: &Systems, program: &Program) -> FixedColumns {
    let mut shard = Vec::from([
        Instructions::fixed(program),
        Targets::fixed(program),
        Lookup::Range.fixed(program),
        Lookup::Bytes.fixed(program),
        Lookup::Bits.fixed(program),
    ]);
    shard.resize(systems.shard.chips.len(), Vec::new());
    let mut memory = Vec::from([
        Lookup::Range.fixed(program),
        Lookup::Bits.fixed(program),
        Lookup::Image.fixed(program),
        Lookup::Gap.fixed(program),
    ]);
    memory.resize(MemoryChip::COUNT, Vec::new());
    FixedColumns { shard, memory }
}

/// The chips of a program, and the fixed columns of those that have any.
pub struct Machine {
    /// Chips of shard proofs.
    pub shard: System,
    /// Chips of memory proofs.
    pub memory: System,
    /// Fixed columns by chip of `shard`; empty for chips without.
    pub shard_fixed: Vec<Vec<Vec<F>>>,
    /// Fixed columns by chip of `memory`.
    pub memory_fixed: Vec<Vec<Vec<F>>>,
}

impl Machine {
    /// The machine of `program` with the chips of its coprocessors, in the order of its note.
    pub fn new(program: &Program, coprocessors: Vec<Box<dyn Chip>>) -> Result<Self, ChipError> {
        let systems = Systems::new(coprocessors)?;
        let FixedColumns { shard: shard_fixed, memory: memory_fixed } = fixed_columns(&systems, program);
        let Systems { shard, memory } = systems;
        Ok(Self { shard, memory, shard_fixed, memory_fixed })
    }
}
