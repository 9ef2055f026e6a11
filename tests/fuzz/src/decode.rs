//! Decoding against the ISA's table, and back.

use aver_isa::testing::encode;
use aver_isa::{Jump, Op, Opcode, REGISTERS, RESERVATION, SINK};

use crate::isa::{Form, Instruction, find};

/// The first four bytes are an address, every four after them a word.
pub fn decode(data: &[u8]) {
    let mut words = data.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
    let pc = (words.next().unwrap_or_default() % (1 << 30)) & !3;
    words.for_each(|word| check(word, pc));
}

fn check(word: u32, pc: u32) {
    let sequence = aver_isa::decode(word, pc);
    for (i, op) in sequence.iter().enumerate() {
        assert_eq!((op.pc, op.first, op.target), (pc, i == 0, 0), "{word:#x}");
        assert!(usize::from(op.rd.max(op.rs1).max(op.rs2)) < REGISTERS, "{word:#x}: {op:?}");
        // x0 is never written, the sink never read.
        assert!(!op.opcode.writes_rd() || op.rd != 0, "{word:#x}: {op:?}");
        assert!(op.rs1 != SINK && op.rs2 != SINK, "{word:#x}: {op:?}");
    }
    let Some(instruction) = find(word) else {
        let illegal = Op { imm: word.into(), pc, first: true, ..Op::default() };
        assert_eq!((&*sequence, sequence.jump), (&[illegal][..], Jump::None), "{word:#x}");
        return;
    };
    match (instruction.form, &*sequence) {
        (Form::Atomic, ops) => {
            assert!((2..=6).contains(&ops.len()), "{word:#x}");
            assert!(ops.iter().all(|op| op.opcode != Opcode::Illegal), "{word:#x}");
            let is_temporary = |r: u8| (SINK..=RESERVATION).contains(&r);
            let rd = (word >> 7 & 31) as u8;
            let written = |op: &Op| !op.opcode.writes_rd() || is_temporary(op.rd) || op.rd == rd;
            assert!(ops.iter().all(written), "{word:#x}: writes another register");
        }
        (form, [op]) => {
            // What else is in a fence is ignored.
            let word = if form == Form::Bare { instruction.bits } else { word };
            let mut encodings =
                sources(op).into_iter().map(|op| encoded(instruction, &op, sequence.jump, pc));
            assert!(encodings.any(|encoded| encoded == Some(word)), "{word:#x}: {op:?}");
        }
        (_, ops) => panic!("{word:#x}: {ops:?}"),
    }
}

/// What an op may be decoded from: additions to a register that they read are updates of it.
fn sources(op: &Op) -> [Op; 2] {
    match op.opcode {
        Opcode::AddTo => {
            let add = Op { opcode: Opcode::Add, rs1: op.rd, ..*op };
            [add, Op { rs1: op.rs2, rs2: op.rd, ..add }]
        }
        Opcode::AddiTo => [Op { opcode: Opcode::Addi, rs1: op.rd, ..*op }; 2],
        _ => [*op; 2],
    }
}

/// The word of an op, from the fields that its form has; `None` for another op than the name says.
fn encoded(instruction: &Instruction, op: &Op, jump: Jump, pc: u32) -> Option<u32> {
    let Instruction { name, form, mask, bits } = *instruction;
    let named = match name {
        "Lui" | "Auipc" => op.opcode == Opcode::Const,
        "fence" | "fence.i" => op.opcode == Opcode::Addi && op.rd == SINK && (op.rs1, op.imm) == (0, 0),
        _ => format!("{:?}", op.opcode) == name,
    };
    let rd = if op.rd == SINK { 0 } else { op.rd.into() };
    let (rs1, rs2) = (op.rs1.into(), op.rs2.into());
    let (opcode, f3) = (bits & 0x7f, bits >> 12 & 7);
    let offset = match jump {
        Jump::Pc(target) => target.wrapping_sub(pc) as i32,
        _ => 0,
    };
    let imm = i32::try_from(op.imm).ok();
    let word = match form {
        Form::R => encode::r(opcode, f3, bits >> 25, rd, rs1, rs2),
        Form::I => encode::i(opcode, f3, rd, rs1, imm?),
        Form::Shift | Form::ShiftWord => {
            let amount =
                u32::try_from(op.imm).ok().filter(|&n| n < if form == Form::Shift { 64 } else { 32 })?;
            encode::i(opcode, f3, rd, rs1, 0) | bits & mask | amount << 20
        }
        Form::S => encode::s(opcode, f3, rs1, rs2, imm?),
        Form::B => encode::b(f3, rs1, rs2, offset),
        Form::U => {
            let base = if name == "Auipc" { i64::from(pc) } else { 0 };
            encode::u(opcode, rd, i32::try_from(op.imm - base).ok()? as u32)
        }
        Form::J if op.imm == i64::from(pc) + 4 => encode::j(rd, offset),
        Form::Bare => bits,
        Form::J | Form::Atomic => return None,
    };
    named.then_some(word)
}
