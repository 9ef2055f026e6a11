//! Edge values of the opcodes, from the ISA manual.

use aver_exec::semantics::{alu, extract, insert, loaded, taken};
use aver_isa::Opcode::{self, *};

const MIN: u64 = 1 << 63;
const ALL: u64 = u64::MAX;
/// The smallest 32-bit value, sign-extended.
const MIN_W: u64 = 0xffff_ffff_8000_0000;

#[test]
fn edges() {
    let cases: &[(Opcode, u64, u64, u64)] = &[
        (Div, 7, 0, ALL),
        (Div, MIN, ALL, MIN),
        (Div, -7i64 as u64, 2, -3i64 as u64),
        (Divu, 7, 0, ALL),
        (Rem, 7, 0, 7),
        (Rem, MIN, ALL, 0),
        (Rem, -7i64 as u64, 2, ALL),
        (Remu, 7, 0, 7),
        (Divw, 7, 1 << 32, ALL),
        (Divw, MIN_W, ALL, MIN_W),
        (Divuw, 7, 0, ALL),
        (Divuw, 0xffff_ffff, 1, ALL),
        (Remw, 0x8000_0000, 1 << 32, MIN_W),
        (Remw, MIN_W, ALL, 0),
        (Remuw, 0xffff_ffff, 0, ALL),
        (Mulh, ALL, ALL, 0),
        (Mulh, MIN, MIN, 1 << 62),
        (Mulhu, ALL, ALL, ALL - 1),
        (Mulhsu, ALL, ALL, ALL),
        (Mulhsu, MIN, ALL, MIN),
        (Mulw, 0x7fff_ffff, 2, -2i64 as u64),
        (Addw, 0x7fff_ffff, 1, MIN_W),
        (Addiw, 1 << 32, ALL, ALL),
        (Subw, 0, 1, ALL),
        (Sll, 1, 64, 1),
        (Sll, 1, 63, MIN),
        (Sra, MIN, 127, ALL),
        (Srl, MIN, 63, 1),
        (Sllw, 1, 31, MIN_W),
        (Sllw, 1, 32, 1),
        (Srlw, ALL, 0, ALL),
        (Srlw, ALL, 1, 0x7fff_ffff),
        (Sraw, 0x8000_0000, 31, ALL),
        (Slt, ALL, 0, 1),
        (Sltu, ALL, 0, 0),
        (Sltiu, 0, ALL, 1),
        (Const, 1, 2, 0),
    ];
    for &(opcode, a, b, expected) in cases {
        assert_eq!(alu(opcode, a, b), expected, "{opcode} {a:#x} {b:#x}");
    }
    let branches = [(Beq, false), (Bne, true), (Blt, true), (Bge, false), (Bltu, false), (Bgeu, true)];
    for (opcode, expected) in branches {
        assert_eq!(taken(opcode, ALL, 0), expected, "{opcode}");
    }
    let loads = [(Lb, ALL), (Lbu, 0xff), (Lh, 0xffff_ffff_ffff_80ff), (Lhu, 0x80ff), (Lw, MIN_W | 0x80ff)];
    for (opcode, expected) in loads {
        assert_eq!(loaded(opcode, 0x1234_5678_8000_80ff), expected, "{opcode}");
    }
    assert_eq!(loaded(Lwu, 0x1234_5678_8000_80ff), 0x8000_80ff);
    assert_eq!(loaded(Ld, ALL), ALL);
}

/// Against bytes, for every offset and size.
#[test]
fn bytes() {
    let (low, high, value) = (0x0706_0504_0302_0100u64, 0x0f0e_0d0c_0b0a_0908u64, 0xf7f6_f5f4_f3f2_f1f0u64);
    let before: Vec<u8> = low.to_le_bytes().into_iter().chain(high.to_le_bytes()).collect();
    for bytes in [1usize, 2, 4, 8] {
        for offset in 0..8usize {
            let mut after = before.clone();
            after[offset..offset + bytes].copy_from_slice(&value.to_le_bytes()[..bytes]);
            let (a, b) = insert(low, high, offset as u32, bytes as u64, value);
            assert_eq!([a.to_le_bytes(), b.to_le_bytes()].concat(), after);
            let read = extract(a, b, offset as u32).to_le_bytes();
            assert_eq!(read[..bytes], value.to_le_bytes()[..bytes]);
        }
    }
}
