//! The opcodes of micro-operations, and which registers each format touches.

use core::fmt;

/// What an opcode takes and gives. Exactly the registers named here are accessed, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// No chip consumes it; reaching it is a fault.
    Illegal,
    /// rs1, rs2 → rd
    Register,
    /// rs1, imm → rd
    Immediate,
    /// rs2, rd → rd: an access of rd that takes the old value and puts the new one
    Update,
    /// imm, rd → rd, likewise
    UpdateImmediate,
    /// imm → rd
    Const,
    /// imm (link) → rd
    Jal,
    /// rs1, imm → rd (link)
    Jalr,
    /// rs1, rs2
    Branch,
    /// rs1, imm, memory → rd
    Load,
    /// rs1, rs2, imm → memory
    Store,
    /// Registers depend on the call.
    Ecall,
}

macro_rules! opcodes {
    ($($name:ident $text:literal $format:ident),* $(,)?) => {
        /// Opcode of a micro-operation. The number is part of the program table, so of every vk.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Opcode {
            #[default]
            $($name),*
        }

        impl Opcode {
            /// All opcodes, in the order of their numbers.
            pub const ALL: [Opcode; OPCODES] = [$(Opcode::$name),*];

            /// The mnemonic, in lower case.
            pub const fn name(self) -> &'static str {
                match self { $(Opcode::$name => $text),* }
            }

            pub const fn format(self) -> Format {
                match self { $(Opcode::$name => Format::$format),* }
            }
        }

        /// Number of opcodes.
        pub const OPCODES: usize = [$(Opcode::$name),*].len();
    };
}

opcodes! {
    Illegal "illegal" Illegal,
    Add "add" Register, Sub "sub" Register, Addw "addw" Register, Subw "subw" Register,
    Addi "addi" Immediate, Addiw "addiw" Immediate,
    And "and" Register, Or "or" Register, Xor "xor" Register,
    Andi "andi" Immediate, Ori "ori" Immediate, Xori "xori" Immediate,
    Slt "slt" Register, Sltu "sltu" Register,
    Slti "slti" Immediate, Sltiu "sltiu" Immediate,
    Sll "sll" Register, Srl "srl" Register, Sra "sra" Register, Sllw "sllw" Register,
    Srlw "srlw" Register, Sraw "sraw" Register,
    Slli "slli" Immediate, Srli "srli" Immediate, Srai "srai" Immediate, Slliw "slliw" Immediate,
    Srliw "srliw" Immediate, Sraiw "sraiw" Immediate,
    Const "const" Const,
    Jal "jal" Jal,
    Jalr "jalr" Jalr,
    Beq "beq" Branch, Bne "bne" Branch, Blt "blt" Branch, Bge "bge" Branch, Bltu "bltu" Branch,
    Bgeu "bgeu" Branch,
    Lb "lb" Load, Lh "lh" Load, Lw "lw" Load, Ld "ld" Load, Lbu "lbu" Load, Lhu "lhu" Load,
    Lwu "lwu" Load,
    Sb "sb" Store, Sh "sh" Store, Sw "sw" Store, Sd "sd" Store,
    Mul "mul" Register, Mulh "mulh" Register, Mulhu "mulhu" Register, Mulhsu "mulhsu" Register,
    Mulw "mulw" Register, Div "div" Register, Divu "divu" Register, Rem "rem" Register,
    Remu "remu" Register, Divw "divw" Register, Divuw "divuw" Register, Remw "remw" Register,
    Remuw "remuw" Register,
    Ecall "ecall" Ecall,
    AddTo "add_to" Update, AddiTo "addi_to" UpdateImmediate,
}

impl Opcode {
    pub const fn reads_rs1(self) -> bool {
        use Format::*;
        matches!(self.format(), Register | Immediate | Jalr | Branch | Load | Store)
    }

    pub const fn reads_rs2(self) -> bool {
        use Format::*;
        matches!(self.format(), Register | Update | Branch | Store)
    }

    pub const fn writes_rd(self) -> bool {
        use Format::*;
        matches!(self.format(), Register | Immediate | Update | UpdateImmediate | Const | Jal | Jalr | Load)
    }

    /// Whether its first operand is the old value of rd.
    pub const fn updates_rd(self) -> bool {
        matches!(self.format(), Format::Update | Format::UpdateImmediate)
    }

    /// Bytes a load or store accesses; 0 for other opcodes.
    pub const fn access_bytes(self) -> u64 {
        match self {
            Opcode::Lb | Opcode::Lbu | Opcode::Sb => 1,
            Opcode::Lh | Opcode::Lhu | Opcode::Sh => 2,
            Opcode::Lw | Opcode::Lwu | Opcode::Sw => 4,
            Opcode::Ld | Opcode::Sd => 8,
            _ => 0,
        }
    }

    /// Whether the next op need not be `index + 1`.
    pub const fn ends_block(self) -> bool {
        use Format::*;
        matches!(self.format(), Illegal | Jal | Jalr | Branch | Ecall)
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
