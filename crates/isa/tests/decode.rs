//! Decoding against encodings and texts taken from GNU binutils.

use aver_isa::{Jump, Op, Opcode, RESERVATION, SINK, TEMP0, decode};

const PC: u32 = 0x20_0000;

/// Instructions that are one op without a jump.
const PLAIN: &[(u32, &str)] = &[
    (0x003100b3, "add x1, x2, x3"),
    (0x41df0fb3, "sub x31, x30, x29"),
    (0x003100bb, "addw x1, x2, x3"),
    (0x403100bb, "subw x1, x2, x3"),
    (0x80030293, "addi x5, x6, -2048"),
    (0x7ff3029b, "addiw x5, x6, 2047"),
    (0x003170b3, "and x1, x2, x3"),
    (0x003160b3, "or x1, x2, x3"),
    (0x003140b3, "xor x1, x2, x3"),
    (0xfff17093, "andi x1, x2, -1"),
    (0x55516093, "ori x1, x2, 1365"),
    (0xaaa14093, "xori x1, x2, -1366"),
    (0x003120b3, "slt x1, x2, x3"),
    (0x003130b3, "sltu x1, x2, x3"),
    (0xffb12093, "slti x1, x2, -5"),
    (0xffb13093, "sltiu x1, x2, -5"),
    (0x003110b3, "sll x1, x2, x3"),
    (0x003150b3, "srl x1, x2, x3"),
    (0x403150b3, "sra x1, x2, x3"),
    (0x003110bb, "sllw x1, x2, x3"),
    (0x003150bb, "srlw x1, x2, x3"),
    (0x403150bb, "sraw x1, x2, x3"),
    (0x003080b3, "add_to x1, x3"),
    (0x001180b3, "add_to x1, x3"),
    (0x001080b3, "add_to x1, x1"),
    (0xfff08093, "addi_to x1, -1"),
    (0x00500033, "add sink, x0, x5"),
    (0x03f11093, "slli x1, x2, 63"),
    (0x02115093, "srli x1, x2, 33"),
    (0x43f15093, "srai x1, x2, 63"),
    (0x01f1109b, "slliw x1, x2, 31"),
    (0x0111509b, "srliw x1, x2, 17"),
    (0x41f1509b, "sraiw x1, x2, 31"),
    (0x800003b7, "const x7, 0xffffffff80000000"),
    (0x123453b7, "const x7, 0x12345000"),
    (0xfffff397, "const x7, 0x1ff000"),
    (0xffc280e7, "jalr x1, -4(x5)"),
    (0xfff10083, "lb x1, -1(x2)"),
    (0x7ff11083, "lh x1, 2047(x2)"),
    (0x00412083, "lw x1, 4(x2)"),
    (0x80013083, "ld x1, -2048(x2)"),
    (0x00114083, "lbu x1, 1(x2)"),
    (0x00215083, "lhu x1, 2(x2)"),
    (0x00316083, "lwu x1, 3(x2)"),
    (0xfe310fa3, "sb x3, -1(x2)"),
    (0x7e311fa3, "sh x3, 2047(x2)"),
    (0x80312023, "sw x3, -2048(x2)"),
    (0x54313a23, "sd x3, 1364(x2)"),
    (0x023100b3, "mul x1, x2, x3"),
    (0x023110b3, "mulh x1, x2, x3"),
    (0x023130b3, "mulhu x1, x2, x3"),
    (0x023120b3, "mulhsu x1, x2, x3"),
    (0x023100bb, "mulw x1, x2, x3"),
    (0x023140b3, "div x1, x2, x3"),
    (0x023150b3, "divu x1, x2, x3"),
    (0x023160b3, "rem x1, x2, x3"),
    (0x023170b3, "remu x1, x2, x3"),
    (0x023140bb, "divw x1, x2, x3"),
    (0x023150bb, "divuw x1, x2, x3"),
    (0x023160bb, "remw x1, x2, x3"),
    (0x023170bb, "remuw x1, x2, x3"),
    (0x00000073, "ecall"),
    (0x0ff0000f, "addi sink, x0, 0"),
    (0x0310000f, "addi sink, x0, 0"),
    (0x0000100f, "addi sink, x0, 0"),
    (0x00000013, "addi sink, x0, 0"),
];

/// Branches and jumps, with their offset.
const JUMPS: &[(u32, &str, i32)] = &[
    (0x554ff0ef, "jal x1, @0", 1045844),
    (0x8040006f, "jal x0, @0", -1048572),
    (0x7e208fe3, "beq x1, x2, @0", 4094),
    (0x80209063, "bne x1, x2, @0", -4096),
    (0x0020c463, "blt x1, x2, @0", 8),
    (0x5420da63, "bge x1, x2, @0", 1364),
    (0xd420ea63, "bltu x1, x2, @0", -2732),
    (0x0020f0e3, "bgeu x1, x2, @0", 2048),
];

/// What the machine lacks.
const ILLEGAL: &[(u32, &str)] = &[
    (0x00100073, "ebreak"),
    (0x300110f3, "csrrw"),
    (0xc00020f3, "csrrs"),
    (0x10500073, "wfi"),
    (0x30200073, "mret"),
    (0x00012087, "flw"),
    (0x023170d3, "fadd.d"),
    (0x00000000, "zero"),
    (0xffffffff, "ones"),
    (0x00000001, "c.nop"),
    (0x1031_20af, "lr.w with rs2"),
    (0x0231_10bb, "funct7 of mul, funct3 1, word"),
    (0x05f1_109b, "slliw with shamt bit 5"),
    (0x0bf1_1093, "slli with bit 27"),
    (0x00029067, "jalr with funct3 1"),
];

fn text(word: u32) -> String {
    let ops = decode(word, PC);
    ops.iter().map(Op::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn plain() {
    for &(word, expected) in PLAIN {
        assert_eq!(text(word), expected, "{word:08x}");
        assert_eq!(decode(word, PC).jump, Jump::None);
        assert!(decode(word, PC)[0].first && decode(word, PC)[0].pc == PC);
    }
}

#[test]
fn jumps() {
    for &(word, expected, offset) in JUMPS {
        assert_eq!(text(word).replace("sink", "x0"), expected, "{word:08x}");
        assert_eq!(decode(word, PC).jump, Jump::Pc(PC.wrapping_add_signed(offset)), "{expected}");
    }
    // the link
    assert_eq!(decode(0x554f_f0ef, PC)[0].imm, i64::from(PC) + 4);
}

#[test]
fn illegal() {
    for &(word, name) in ILLEGAL {
        let ops = decode(word, PC);
        assert_eq!((ops.len(), ops[0].opcode), (1, Opcode::Illegal), "{name}");
        assert_eq!(ops[0].imm, i64::from(word));
    }
}

#[test]
fn every_opcode_is_decoded() {
    let mut seen: Vec<_> = PLAIN
        .iter()
        .map(|row| row.0)
        .chain(JUMPS.iter().map(|row| row.0))
        .chain(ILLEGAL.iter().map(|row| row.0))
        .map(|word| decode(word, PC)[0].opcode)
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, Opcode::ALL);
}

#[test]
fn atomics() {
    let cases = [
        (0x100120af, "addi reservation, x2, 1; lw x1, 0(x2)"),
        (0x160130af, "addi reservation, x2, 1; ld x1, 0(x2)"),
        (
            0x183120af,
            "addi t0', x2, 1; sub t0', t0', reservation; addi reservation, x0, 0; \
             bne t0', x0, @0; sw x3, 0(x2); sltu x1, x0, t0'",
        ),
        (0x083120af, "lw t0', 0(x2); sw x3, 0(x2); addi x1, t0', 0"),
        (0x063130af, "ld t0', 0(x2); add t1', t0', x3; sd t1', 0(x2); addi x1, t0', 0"),
        (0x203120af, "lw t0', 0(x2); xor t1', t0', x3; sw t1', 0(x2); addi x1, t0', 0"),
        (0x603120af, "lw t0', 0(x2); and t1', t0', x3; sw t1', 0(x2); addi x1, t0', 0"),
        (0x403120af, "lw t0', 0(x2); or t1', t0', x3; sw t1', 0(x2); addi x1, t0', 0"),
        (
            0x803120af,
            "lw t0', 0(x2); addiw t1', x3, 0; bge t0', t1', @0; addi t1', t0', 0; \
             sw t1', 0(x2); addi x1, t0', 0",
        ),
        (
            0xa03120af,
            "lw t0', 0(x2); addiw t1', x3, 0; bge t1', t0', @0; addi t1', t0', 0; \
             sw t1', 0(x2); addi x1, t0', 0",
        ),
        (
            0xc03130af,
            "ld t0', 0(x2); addi t1', x3, 0; bgeu t0', t1', @0; addi t1', t0', 0; \
             sd t1', 0(x2); addi x1, t0', 0",
        ),
        (
            0xe03130af,
            "ld t0', 0(x2); addi t1', x3, 0; bgeu t1', t0', @0; addi t1', t0', 0; \
             sd t1', 0(x2); addi x1, t0', 0",
        ),
    ];
    for (word, expected) in cases {
        assert_eq!(text(word), expected, "{word:08x}");
        let ops = decode(word, PC);
        assert!(ops.iter().enumerate().all(|(i, op)| op.first == (i == 0) && op.pc == PC));
    }
}

/// How many encodings with rd = rs1 = 0 are legal, for each major opcode.
#[test]
fn nothing_else_is_legal() {
    let amo = 2 * (10 * 4 * 32 + 4);
    let expected = [
        (0x33, 18 * 32),
        (0x3b, 10 * 32),
        (0x13, 6 * 4096 + 3 * 64),
        (0x1b, 4096 + 3 * 32),
        (0x03, 7 * 4096),
        (0x23, 4 * 4096),
        (0x63, 6 * 4096),
        (0x67, 4096),
        (0x37, 8 * 4096),
        (0x17, 8 * 4096),
        (0x6f, 8 * 4096),
        (0x0f, 2 * 4096),
        (0x73, 1),
        (0x2f, amo),
    ];
    for major in 0..128 {
        let legal = (0..8 * 4096u32)
            .map(|n| (n >> 3) << 20 | (n & 7) << 12 | major)
            .filter(|&word| decode(word, PC)[0].opcode != Opcode::Illegal)
            .count();
        let expected = expected.iter().find(|row| row.0 == major).map_or(0, |row| row.1);
        assert_eq!(legal, expected, "{major:#x}");
    }
}

/// Registers are in range and unused fields zero, whatever the word.
#[test]
fn fields_are_canonical() {
    let mut word = 1u32;
    for _ in 0..2_000_000 {
        word = word.wrapping_mul(0x915f_77f5).wrapping_add(0x1234_5677);
        for op in decode(word | 3, PC).iter() {
            let opcode = op.opcode;
            assert!(op.rs1 != SINK && op.rs1 <= RESERVATION && op.rs2 != SINK, "{op}");
            assert!(op.rs2 <= TEMP0 + 1 || op.rs2 == RESERVATION, "{op}");
            assert_eq!(opcode.writes_rd(), op.rd != 0, "{op}");
            assert!(op.rd <= RESERVATION && op.target == 0, "{op}");
            assert!(opcode.reads_rs1() || op.rs1 == 0, "{op}");
            assert!(opcode.reads_rs2() || op.rs2 == 0, "{op}");
        }
    }
}
