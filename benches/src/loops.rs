//! A small program with instructions of several kinds.

use aver_isa::testing::{Asm, encode, reg};

/// Cycles of a loop.
pub const CYCLES: u64 = 10;

/// Loops over arithmetic, loads, stores and a branch.
pub fn program(loops: u64) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::S0, Asm::DATA.into()).li(reg::S1, loops);
    asm.ld(reg::T0, reg::S0, 0).addi(reg::T0, reg::T0, 77).add(reg::T1, reg::T0, reg::S1);
    asm.word(encode::r(0x33, 0, 1, reg::T2, reg::T0, reg::T1)); // mul
    asm.word(encode::r(0x33, 4, 0, reg::T1, reg::T1, reg::T2)); // xor
    asm.srli(reg::T2, reg::T1, 13).sd(reg::T1, reg::S0, 0).word(encode::s(0x23, 0, reg::S0, reg::T2, 11)); // sb
    asm.addi(reg::S1, reg::S1, -1).bne(reg::S1, 0, -36).exit(0);
    asm.elf(&[1, 2, 3], 64)
}
