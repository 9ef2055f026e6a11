//! RV64IMA as the manual's tables of opcodes have it: which bits are fixed, and to what.

/// How a word's fields stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    R,
    I,
    /// Immediate of 6 bits.
    Shift,
    /// Immediate of 5 bits.
    ShiftWord,
    S,
    B,
    U,
    J,
    /// No fields that matter.
    Bare,
    Atomic,
}

/// An instruction: its name, the bits that are fixed, their values.
pub struct Instruction {
    pub name: &'static str,
    pub form: Form,
    pub mask: u32,
    pub bits: u32,
}

const fn major(name: &'static str, form: Form, opcode: u32) -> Instruction {
    Instruction { name, form, mask: 0x7f, bits: opcode }
}

const fn funct3(name: &'static str, form: Form, opcode: u32, f3: u32) -> Instruction {
    Instruction { name, form, mask: 0x707f, bits: opcode | f3 << 12 }
}

const fn funct7(name: &'static str, form: Form, opcode: u32, f3: u32, f7: u32) -> Instruction {
    Instruction { name, form, mask: 0xfe00_707f, bits: opcode | f3 << 12 | f7 << 25 }
}

const fn shift(name: &'static str, f3: u32, f6: u32) -> Instruction {
    Instruction { name, form: Form::Shift, mask: 0xfc00_707f, bits: 0x13 | f3 << 12 | f6 << 26 }
}

/// aq and rl are free.
const fn atomic(name: &'static str, f3: u32, f5: u32) -> Instruction {
    Instruction { name, form: Form::Atomic, mask: 0xf800_707f, bits: 0x2f | f3 << 12 | f5 << 27 }
}

const fn load_reserved(f3: u32) -> Instruction {
    Instruction { name: "lr", form: Form::Atomic, mask: 0xf9f0_707f, bits: 0x2f | f3 << 12 | 2 << 27 }
}

/// All, by the names of the machine's opcodes.
pub const ISA: &[Instruction] = &[
    major("Lui", Form::U, 0x37),
    major("Auipc", Form::U, 0x17),
    major("Jal", Form::J, 0x6f),
    funct3("Jalr", Form::I, 0x67, 0),
    funct3("Beq", Form::B, 0x63, 0),
    funct3("Bne", Form::B, 0x63, 1),
    funct3("Blt", Form::B, 0x63, 4),
    funct3("Bge", Form::B, 0x63, 5),
    funct3("Bltu", Form::B, 0x63, 6),
    funct3("Bgeu", Form::B, 0x63, 7),
    funct3("Lb", Form::I, 0x03, 0),
    funct3("Lh", Form::I, 0x03, 1),
    funct3("Lw", Form::I, 0x03, 2),
    funct3("Ld", Form::I, 0x03, 3),
    funct3("Lbu", Form::I, 0x03, 4),
    funct3("Lhu", Form::I, 0x03, 5),
    funct3("Lwu", Form::I, 0x03, 6),
    funct3("Sb", Form::S, 0x23, 0),
    funct3("Sh", Form::S, 0x23, 1),
    funct3("Sw", Form::S, 0x23, 2),
    funct3("Sd", Form::S, 0x23, 3),
    funct3("Addi", Form::I, 0x13, 0),
    funct3("Slti", Form::I, 0x13, 2),
    funct3("Sltiu", Form::I, 0x13, 3),
    funct3("Xori", Form::I, 0x13, 4),
    funct3("Ori", Form::I, 0x13, 6),
    funct3("Andi", Form::I, 0x13, 7),
    shift("Slli", 1, 0x00),
    shift("Srli", 5, 0x00),
    shift("Srai", 5, 0x10),
    funct3("Addiw", Form::I, 0x1b, 0),
    funct7("Slliw", Form::ShiftWord, 0x1b, 1, 0x00),
    funct7("Srliw", Form::ShiftWord, 0x1b, 5, 0x00),
    funct7("Sraiw", Form::ShiftWord, 0x1b, 5, 0x20),
    funct7("Add", Form::R, 0x33, 0, 0x00),
    funct7("Sub", Form::R, 0x33, 0, 0x20),
    funct7("Sll", Form::R, 0x33, 1, 0x00),
    funct7("Slt", Form::R, 0x33, 2, 0x00),
    funct7("Sltu", Form::R, 0x33, 3, 0x00),
    funct7("Xor", Form::R, 0x33, 4, 0x00),
    funct7("Srl", Form::R, 0x33, 5, 0x00),
    funct7("Sra", Form::R, 0x33, 5, 0x20),
    funct7("Or", Form::R, 0x33, 6, 0x00),
    funct7("And", Form::R, 0x33, 7, 0x00),
    funct7("Mul", Form::R, 0x33, 0, 0x01),
    funct7("Mulh", Form::R, 0x33, 1, 0x01),
    funct7("Mulhsu", Form::R, 0x33, 2, 0x01),
    funct7("Mulhu", Form::R, 0x33, 3, 0x01),
    funct7("Div", Form::R, 0x33, 4, 0x01),
    funct7("Divu", Form::R, 0x33, 5, 0x01),
    funct7("Rem", Form::R, 0x33, 6, 0x01),
    funct7("Remu", Form::R, 0x33, 7, 0x01),
    funct7("Addw", Form::R, 0x3b, 0, 0x00),
    funct7("Subw", Form::R, 0x3b, 0, 0x20),
    funct7("Sllw", Form::R, 0x3b, 1, 0x00),
    funct7("Srlw", Form::R, 0x3b, 5, 0x00),
    funct7("Sraw", Form::R, 0x3b, 5, 0x20),
    funct7("Mulw", Form::R, 0x3b, 0, 0x01),
    funct7("Divw", Form::R, 0x3b, 4, 0x01),
    funct7("Divuw", Form::R, 0x3b, 5, 0x01),
    funct7("Remw", Form::R, 0x3b, 6, 0x01),
    funct7("Remuw", Form::R, 0x3b, 7, 0x01),
    funct3("fence", Form::Bare, 0x0f, 0),
    funct3("fence.i", Form::Bare, 0x0f, 1),
    Instruction { name: "Ecall", form: Form::Bare, mask: u32::MAX, bits: 0x73 },
    load_reserved(2),
    load_reserved(3),
    atomic("sc", 2, 0x03),
    atomic("sc", 3, 0x03),
    atomic("amoswap", 2, 0x01),
    atomic("amoswap", 3, 0x01),
    atomic("amoadd", 2, 0x00),
    atomic("amoadd", 3, 0x00),
    atomic("amoxor", 2, 0x04),
    atomic("amoxor", 3, 0x04),
    atomic("amoor", 2, 0x08),
    atomic("amoor", 3, 0x08),
    atomic("amoand", 2, 0x0c),
    atomic("amoand", 3, 0x0c),
    atomic("amomin", 2, 0x10),
    atomic("amomin", 3, 0x10),
    atomic("amomax", 2, 0x14),
    atomic("amomax", 3, 0x14),
    atomic("amominu", 2, 0x18),
    atomic("amominu", 3, 0x18),
    atomic("amomaxu", 2, 0x1c),
    atomic("amomaxu", 3, 0x1c),
];

/// The instruction of a word, if it is one.
pub fn find(word: u32) -> Option<&'static Instruction> {
    ISA.iter().find(|i| word & i.mask == i.bits)
}
