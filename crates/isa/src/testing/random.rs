//! Random programs that halt: every instruction, edge values, all aliasings, misaligned accesses,
//! atomics, branches, loops and calls. They also run under other RISC-V emulators, and end by
//! writing their registers and memory, so that two runs can be compared.

use alloc::vec::Vec;

use super::asm::{Asm, encode, reg};

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Rng(pub u64);

impl Rng {
    pub fn u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Uniform in `0..n` (`n` small).
    pub fn below(&mut self, n: u32) -> u32 {
        (self.u64() % u64::from(n)) as u32
    }

    /// Often an edge: 0, ±1, extremes of 16, 32 and 64 bits, powers of two.
    pub fn value(&mut self) -> u64 {
        const EDGES: [u64; 10] = [
            0,
            1,
            u64::MAX,
            1 << 63,
            i64::MAX as u64,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0xffff_ffff_8000_0000,
            0xffff,
        ];
        match self.below(4) {
            0 => EDGES[self.below(EDGES.len() as u32) as usize],
            1 => (1 << self.below(64)) as u64,
            2 => self.u64() as u32 as i32 as u64,
            _ => self.u64(),
        }
    }
}

/// A program and where its final state is.
#[derive(Clone, Debug)]
pub struct RandomProgram {
    pub elf: Vec<u8>,
    /// Length of what it writes to file descriptor 1: memory, then registers x0 to x31.
    pub output_bytes: u64,
}

/// Middle of the memory the program works on, always in this register.
const BASE: u32 = reg::S0;
/// Loop counter.
const COUNTER: u32 = reg::S1;
/// Where indirect jumps go.
const LINK: u32 = reg::RA;
const MEMORY_BYTES: u32 = 4096;
const DUMP: u32 = Asm::DATA + MEMORY_BYTES;

const BRANCHES: [u32; 6] = [0, 1, 4, 5, 6, 7];
const AMOS: [u32; 9] = [0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c];

/// A program with about `length` random instructions, some run more than once. The same seed gives
/// the same program.
pub fn random_program(seed: u64, length: usize) -> RandomProgram {
    let mut rng = Rng(seed);
    let rng = &mut rng;
    let mut asm = Asm::new();
    let data: Vec<u8> = (0..MEMORY_BYTES / 16).flat_map(|_| rng.value().to_le_bytes()).collect();
    for rd in 1..32 {
        let value = rng.value();
        asm.li(rd, value);
    }
    asm.li(BASE, (Asm::DATA + MEMORY_BYTES / 2).into());
    while asm.words.len() < length {
        match rng.below(16) {
            0 => a_loop(&mut asm, rng),
            1 => a_call(&mut asm, rng),
            2 => {
                let (a, b) = (any(rng), any(rng));
                let skip = rng.below(4) + 1;
                let funct3 = BRANCHES[rng.below(6) as usize];
                asm.word(encode::b(funct3, a, b, 4 * (skip as i32 + 1)));
                (0..skip).for_each(|_| simple(&mut asm, rng));
            }
            3 => {
                let (rd, value) = (target(rng), rng.value());
                asm.li(rd, value);
            }
            4 => atomic(&mut asm, rng),
            _ => simple(&mut asm, rng),
        }
    }
    // x8 and x1 are known, so their place in the dump may be clobbered first
    asm.li(BASE, DUMP.into());
    for rs2 in 0..32 {
        asm.sd(rs2, BASE, 8 * rs2 as i32);
    }
    let output_bytes = u64::from(MEMORY_BYTES) + 256;
    asm.write(1, Asm::DATA, output_bytes).exit(0);
    RandomProgram { elf: asm.elf(&data, output_bytes), output_bytes }
}

fn any(rng: &mut Rng) -> u32 {
    rng.below(32)
}

/// Any register a random instruction may change; x0 among them.
fn target(rng: &mut Rng) -> u32 {
    loop {
        let rd = rng.below(32);
        if rd != BASE && rd != COUNTER {
            return rd;
        }
    }
}

/// An instruction that falls through and is one word long.
fn simple(asm: &mut Asm, rng: &mut Rng) {
    let (rd, rs1, rs2) = (target(rng), any(rng), any(rng));
    let imm = rng.u64() as i32 >> 20;
    let word = match rng.below(12) {
        0..=2 => {
            let funct7 = if rng.below(2) == 0 { 0 } else { 1 };
            encode::r(0x33, rng.below(8), funct7, rd, rs1, rs2)
        }
        3 => encode::r(0x33, [0, 5][rng.below(2) as usize], 0x20, rd, rs1, rs2),
        4 => match rng.below(10) {
            n @ 0..=2 => encode::r(0x3b, [0, 1, 5][n as usize], 0, rd, rs1, rs2),
            n @ 3..=4 => encode::r(0x3b, [0, 5][n as usize - 3], 0x20, rd, rs1, rs2),
            n => encode::r(0x3b, [0, 4, 5, 6, 7][n as usize - 5], 1, rd, rs1, rs2),
        },
        5 => encode::i(0x13, [0, 2, 3, 4, 6, 7][rng.below(6) as usize], rd, rs1, imm),
        6 => {
            let (shamt, arithmetic) = (rng.below(64) as i32, (rng.below(2) << 10) as i32);
            match rng.below(4) {
                0 => encode::i(0x13, 1, rd, rs1, shamt),
                1 => encode::i(0x13, 5, rd, rs1, shamt | arithmetic),
                2 => encode::i(0x1b, 1, rd, rs1, shamt & 31),
                _ => encode::i(0x1b, 5, rd, rs1, shamt & 31 | arithmetic),
            }
        }
        7 => match rng.below(3) {
            0 => encode::u(0x37, rd, rng.u64() as u32),
            1 => encode::u(0x17, rd, rng.u64() as u32),
            _ => encode::i(0x1b, 0, rd, rs1, imm),
        },
        8 | 9 => encode::i(0x03, rng.below(7), rd, BASE, imm.clamp(-2048, 2040)),
        _ => encode::s(0x23, rng.below(4), BASE, rs2, imm.clamp(-2048, 2040)),
    };
    asm.word(word);
}

fn atomic(asm: &mut Asm, rng: &mut Rng) {
    let wide = rng.below(2);
    let bytes = 4 << wide;
    let offset = (rng.u64() as i32 >> 20) / bytes * bytes;
    let mut address = target(rng);
    if address == 0 {
        address = LINK;
    }
    asm.addi(address, BASE, offset.min(2040));
    let (rd, rs2) = (target(rng), any(rng));
    let funct3 = 2 + wide;
    let order = rng.below(4);
    let word = |funct5: u32, rd, rs2| encode::r(0x2f, funct3, funct5 << 2 | order, rd, address, rs2);
    match rng.below(5) {
        0 => {
            // succeeds unless rd is the address register
            let loaded = target(rng);
            let loaded = if loaded == address { 0 } else { loaded };
            asm.word(word(0x02, loaded, 0)).word(word(0x03, rd, rs2));
        }
        1 => {
            // the reservation is spent by the first
            let loaded = if rd == address { 0 } else { rd };
            asm.word(word(0x02, 0, 0)).word(word(0x03, loaded, rs2)).word(word(0x03, loaded, rs2));
        }
        _ => {
            asm.word(word(AMOS[rng.below(9) as usize], rd, rs2));
        }
    }
}

fn a_loop(asm: &mut Asm, rng: &mut Rng) {
    asm.li(COUNTER, u64::from(rng.below(6) + 1));
    let start = asm.pc();
    for _ in 0..=rng.below(8) {
        simple(asm, rng);
    }
    asm.addi(COUNTER, COUNTER, -1);
    let offset = start as i32 - asm.pc() as i32;
    asm.bne(COUNTER, 0, offset);
}

/// Jumps over a function of a few instructions, calls it, and it returns.
fn a_call(asm: &mut Asm, rng: &mut Rng) {
    let n = rng.below(4) as i32;
    asm.jal(0, 4 * (n + 2));
    let function = asm.pc();
    // its link is in x9, which it does not change
    (0..n).for_each(|_| simple(asm, rng));
    asm.jalr(if rng.below(2) == 0 { 0 } else { COUNTER }, COUNTER, 0);
    if rng.below(2) == 0 {
        let offset = function as i32 - asm.pc() as i32;
        asm.jal(COUNTER, offset);
    } else {
        let offset = function as i32 - asm.pc() as i32;
        // the lowest bit of the sum is dropped
        asm.auipc(LINK, 0).jalr(COUNTER, LINK, offset | 1);
    }
}
