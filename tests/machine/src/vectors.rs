//! Programs that run instructions on edge operands and print every result: what they print must be what
//! another emulator prints, and that they ran so can be proved.

use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, encode, reg};

/// Operands on which carries, signs and extensions change, and shift amounts around the widths.
pub const EDGES: [u64; 26] = [
    0,
    1,
    2,
    15,
    16,
    31,
    32,
    63,
    64,
    65,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x1_0000,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    0x1_0000_0000,
    0x8000_0000_0000,
    0xFFFF_FFFF_7FFF_FFFF,
    0xFFFF_FFFF_8000_0000,
    0x0123_4567_89AB_CDEF,
    0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
];

/// Fewer of them.
pub const FEW: [u64; 8] = [
    0,
    1,
    0x21,
    0x8000_0000,
    0xFFFF_FFFF_8000_0000,
    0x0123_4567_89AB_CDEF,
    0x8000_0000_0000_0000,
    0xFFFF_FFFF_FFFF_FFFF,
];

/// Opcode, funct7 and funct3 of all instructions of two registers.
pub const REGISTER: [(u32, u32, u32); 28] = [
    (0x33, 0x00, 0),
    (0x33, 0x20, 0),
    (0x33, 0x00, 1),
    (0x33, 0x00, 2),
    (0x33, 0x00, 3),
    (0x33, 0x00, 4),
    (0x33, 0x00, 5),
    (0x33, 0x20, 5),
    (0x33, 0x00, 6),
    (0x33, 0x00, 7),
    (0x33, 0x01, 0),
    (0x33, 0x01, 1),
    (0x33, 0x01, 2),
    (0x33, 0x01, 3),
    (0x33, 0x01, 4),
    (0x33, 0x01, 5),
    (0x33, 0x01, 6),
    (0x33, 0x01, 7),
    (0x3b, 0x00, 0),
    (0x3b, 0x20, 0),
    (0x3b, 0x00, 1),
    (0x3b, 0x00, 5),
    (0x3b, 0x20, 5),
    (0x3b, 0x01, 0),
    (0x3b, 0x01, 4),
    (0x3b, 0x01, 5),
    (0x3b, 0x01, 6),
    (0x3b, 0x01, 7),
];

/// funct3 of all branches.
pub const BRANCHES: [u32; 6] = [0, 1, 4, 5, 6, 7];

const A: u32 = reg::T0;
const B: u32 = reg::T1;
const C: u32 = reg::T2;
/// What is worked on.
const BASE: u32 = reg::S0;
const NEXT_A: u32 = reg::S1;
const NEXT_B: u32 = 20;
/// Where results go.
const OUT: u32 = 21;
const LEFT_A: u32 = 22;
const LEFT_B: u32 = 23;
const KEPT: u32 = 24;

/// First byte of the results, on a page of its own.
const RESULTS: u32 = Asm::DATA + 0x2000;

/// A program and the length of what it prints.
#[derive(Clone, Debug)]
pub struct Vectors {
    /// What it is about.
    pub name: &'static str,
    /// The program.
    pub elf: Vec<u8>,
    /// Bytes it writes to file descriptor 1.
    pub output_bytes: u64,
}

/// A program that grows, and where its next result goes.
struct Writer {
    asm: Asm,
    /// Results since `OUT` was moved.
    at: i32,
    /// All results.
    count: u64,
}

impl Writer {
    fn new() -> Self {
        let mut asm = Asm::new();
        asm.li(OUT, RESULTS.into()).li(BASE, Asm::DATA.into());
        Self { asm, at: 0, count: 0 }
    }

    /// Prints a register.
    fn result(&mut self, rs2: u32) {
        if self.at == 255 {
            self.settle();
        }
        self.asm.sd(rs2, OUT, 8 * self.at);
        self.at += 1;
    }

    /// Moves `OUT` behind the results.
    fn settle(&mut self) {
        if self.at > 0 {
            self.asm.addi(OUT, OUT, 8 * self.at.min(128)).addi(OUT, OUT, 8 * (self.at - self.at.min(128)));
        }
        self.count += std::mem::take(&mut self.at) as u64;
    }

    /// Runs `body` for each of `count` values in `A`, which stand at `BASE`.
    fn each(&mut self, count: usize, body: impl FnOnce(&mut Self)) {
        self.asm.addi(NEXT_A, BASE, 0).li(LEFT_A, count as u64);
        let (start, before) = (self.begin(), self.count);
        self.asm.ld(A, NEXT_A, 0);
        body(self);
        self.settle();
        self.asm.addi(NEXT_A, NEXT_A, 8);
        self.again(LEFT_A, start);
        self.count = before + (self.count - before) * count as u64;
    }

    /// Runs `body` for all pairs of `count` values in `A` and `B`, which stand at `BASE`.
    fn pairs(&mut self, count: usize, body: impl FnOnce(&mut Self)) {
        self.each(count, |w| {
            w.asm.addi(NEXT_B, BASE, 0).li(LEFT_B, count as u64);
            let (start, before) = (w.begin(), w.count);
            w.asm.ld(B, NEXT_B, 0).addi(KEPT, A, 0);
            body(w);
            w.settle();
            w.asm.addi(NEXT_B, NEXT_B, 8).addi(A, KEPT, 0);
            w.again(LEFT_B, start);
            w.count = before + (w.count - before) * count as u64;
        });
    }

    fn begin(&mut self) -> u32 {
        self.settle();
        self.asm.pc()
    }

    /// One less in `counter`; back to `start` unless none are left. Too far for a branch.
    fn again(&mut self, counter: u32, start: u32) {
        self.asm.addi(counter, counter, -1).beq(counter, 0, 8);
        let offset = start as i32 - self.asm.pc() as i32;
        self.asm.jal(0, offset);
    }

    /// Two ops for each 1 in `KEPT`.
    fn wait(&mut self) {
        self.asm.addi(KEPT, KEPT, -1).bne(KEPT, 0, -4);
    }

    /// Ends in a write of all results and `exit(code)`; `data` is what stands at `BASE`.
    fn finish(mut self, name: &'static str, code: u32, data: &[u64]) -> Vectors {
        self.settle();
        let output_bytes = 8 * self.count;
        self.asm.write(1, RESULTS, output_bytes).exit(code);
        let data: Vec<u8> = data.iter().flat_map(|v| v.to_le_bytes()).collect();
        assert!(data.len() < (RESULTS - Asm::DATA) as usize);
        let elf = self.asm.elf(&data, u64::from(RESULTS - Asm::DATA) + output_bytes);
        Vectors { name, elf, output_bytes }
    }
}

fn two(op: (u32, u32, u32), rd: u32, rs1: u32, rs2: u32) -> u32 {
    encode::r(op.0, op.2, op.1, rd, rs1, rs2)
}

/// Every instruction of two registers on all pairs of edges.
pub fn register_pairs() -> Vectors {
    let mut w = Writer::new();
    w.pairs(EDGES.len(), |w| {
        for op in REGISTER {
            w.asm.word(two(op, C, A, B));
            w.result(C);
        }
    });
    w.finish("register-pairs", 0, &EDGES)
}

/// Every instruction of two registers with operands that are one register, or x0.
pub fn aliases() -> Vectors {
    let patterns = [
        (A, A, B),
        (B, A, B),
        (A, A, A),
        (B, B, B),
        (C, A, A),
        (C, 0, B),
        (C, A, 0),
        (C, 0, 0),
        (0, A, B),
        (0, 0, 0),
    ];
    let mut w = Writer::new();
    w.pairs(FEW.len(), |w| {
        for (i, op) in REGISTER.into_iter().enumerate() {
            for (j, (rd, rs1, rs2)) in patterns.into_iter().enumerate() {
                // every pattern of every instruction, but not all in one program
                if (i + j) % 2 == 0 {
                    continue;
                }
                w.asm.addi(A, KEPT, 0).ld(B, NEXT_B, 0).word(two(op, rd, rs1, rs2));
                w.result(rd);
            }
        }
    });
    w.each(FEW.len(), |w| {
        for (i, op) in REGISTER.into_iter().enumerate() {
            for (j, (rd, rs1, rs2)) in patterns.into_iter().enumerate() {
                if (i + j) % 2 == 0 {
                    w.asm.ld(A, NEXT_A, 0).addi(B, A, -1).word(two(op, rd, rs1, rs2));
                    w.result(rd);
                }
            }
        }
    });
    w.finish("aliases", 1, &FEW)
}

/// Every instruction with an immediate on all edges; `lui`, `auipc`, `fence`.
pub fn immediates() -> Vectors {
    let mut w = Writer::new();
    w.each(EDGES.len(), |w| {
        for (opcode, funct3) in [(0x13, 0), (0x13, 2), (0x13, 3), (0x13, 4), (0x13, 6), (0x13, 7), (0x1b, 0)]
        {
            for imm in [0, 1, -1, 2047, -2048, 0x7F, 0x80, 0xFF, 0x100, -256] {
                w.asm.word(encode::i(opcode, funct3, C, A, imm));
                w.result(C);
            }
            // one register, x0 as source and destination
            w.asm.addi(C, A, 0).word(encode::i(opcode, funct3, C, C, -3));
            w.result(C);
            w.asm.word(encode::i(opcode, funct3, C, 0, -5)).word(encode::i(opcode, funct3, 0, A, 77));
            w.result(C);
            w.result(0);
        }
        let wide = [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 62, 63];
        let narrow = [0, 1, 7, 8, 15, 16, 17, 30, 31];
        for (opcode, amounts) in [(0x13, &wide[..]), (0x1b, &narrow[..])] {
            for &amount in amounts {
                for (funct3, arithmetic) in [(1, 0), (5, 0), (5, 0x400)] {
                    w.asm.word(encode::i(opcode, funct3, C, A, amount | arithmetic));
                    w.result(C);
                }
            }
            for (funct3, arithmetic) in [(1, 0), (5, 0), (5, 0x400)] {
                w.asm.addi(C, A, 0).word(encode::i(opcode, funct3, C, C, 13 | arithmetic));
                w.result(C);
                w.asm.word(encode::i(opcode, funct3, 0, A, 13 | arithmetic));
                w.result(0);
            }
        }
    });
    for opcode in [0x37, 0x17] {
        for imm in [0, 1, 0x7_FFFF, 0x8_0000, 0xF_FFFF, 0x1_2345] {
            w.asm.word(encode::u(opcode, C, imm << 12)).word(encode::u(opcode, 0, imm << 12));
            w.result(C);
            w.result(0);
        }
    }
    // fence rw,rw; fence.i; a fence with registers in its unused fields
    w.asm.word(0x0FF0_000F).word(0x0000_100F).word(0x0330_028F);
    w.result(A);
    w.finish("immediates", 2, &EDGES)
}

/// Every branch on pairs of edges, forwards and backwards, on one register and on x0; jumps and their links.
pub fn jumps() -> Vectors {
    let mut w = Writer::new();
    w.asm.addi(C, 0, 0);
    w.pairs(EDGES.len(), |w| {
        for (rs1, rs2) in [(A, B), (A, A), (0, B), (A, 0), (0, 0)] {
            for funct3 in BRANCHES {
                // a bit more for a branch that is not taken
                w.asm.slli(C, C, 1).word(encode::b(funct3, rs1, rs2, 8)).addi(C, C, 1);
            }
        }
        w.result(C);
    });
    // backwards, until the condition fails
    for funct3 in [1, 4, 6] {
        w.asm.addi(C, 0, 0).addi(A, 0, 0).addi(B, 0, 5);
        w.asm.addi(A, A, 1).addi(C, C, 7).word(encode::b(funct3, A, B, -8));
        w.result(C);
    }
    // jal: a link, no link, over instructions and back
    w.asm.jal(C, 8).addi(C, 0, 0);
    w.result(C);
    w.asm.jal(0, 12).addi(C, 0, 1).jal(0, 8).jal(A, -8);
    w.result(C);
    w.result(A);
    // jalr: bit 0 is dropped; offsets of both signs; link and base in one register; x0
    for (offset, add) in [(13, -1), (12, 0), (-12, 24), (2044, -2032), (-2035, 2047), (1, 12)] {
        assert_eq!((offset + add) & !1, 12);
        w.asm.auipc(C, 0).addi(C, C, add).jalr(C, C, offset);
        w.result(C);
    }
    w.asm.auipc(A, 0).jalr(0, A, 12).addi(C, 0, 9).addi(C, C, 2);
    w.result(C);
    w.asm.auipc(A, 0).jalr(reg::RA, A, 8).addi(C, reg::RA, 0);
    w.result(C);
    w.finish("jumps", 3, &EDGES)
}

/// Loads and stores of every size at every offset of two words, at their edges and over the end of a page.
pub fn memory() -> Vectors {
    let pattern =
        [0x8182_8384_0506_7788u64, 0x7F01_FEFF_8000_0001, 0x0011_2233_C4D5_E6F7, 0xFFEE_DDCC_3B2A_1908];
    let mut w = Writer::new();
    for funct3 in 0..7 {
        for offset in 0..16 {
            w.asm.word(encode::i(0x03, funct3, C, BASE, offset));
            w.result(C);
            // from above; into the base's own register; into x0
            w.asm.addi(A, BASE, 32).word(encode::i(0x03, funct3, A, A, offset - 32));
            w.result(A);
            w.asm.word(encode::i(0x03, funct3, 0, BASE, offset));
            w.result(0);
        }
    }
    let scratch = BASE + 11; // s3, three words
    w.asm.li(scratch, u64::from(Asm::DATA) + 0x100);
    for (value, keep) in [(0x8091_A2B3_C4D5_E6F7u64, 0u64), (0x0102_0304_0506_0708, u64::MAX)] {
        w.asm.li(B, value).li(KEPT, keep);
        for funct3 in 0..4 {
            for offset in 0..16 {
                w.asm.sd(KEPT, scratch, 0).sd(KEPT, scratch, 8).sd(KEPT, scratch, 16);
                w.asm.word(encode::s(0x23, funct3, scratch, B, offset));
                for word in 0..3 {
                    w.asm.ld(C, scratch, 8 * word);
                    w.result(C);
                }
            }
        }
    }
    // x0 stored, and the address itself
    for funct3 in 0..4 {
        w.asm.sd(B, scratch, 0).sd(B, scratch, 8);
        w.asm.word(encode::s(0x23, funct3, scratch, 0, 3)).word(encode::s(0x23, funct3, scratch, scratch, 9));
        for word in 0..3 {
            w.asm.ld(C, scratch, 8 * word);
            w.result(C);
        }
    }
    // over the end of a page
    w.asm.li(scratch, u64::from(Asm::DATA) + 0x1000);
    for (funct3, offset) in [(1, -1), (2, -1), (2, -3), (3, -1), (3, -4), (3, -7)] {
        w.asm.word(encode::s(0x23, funct3, scratch, B, offset));
        for load in [funct3, funct3 + 4].into_iter().filter(|&f| f < 7) {
            w.asm.word(encode::i(0x03, load, C, scratch, offset));
            w.result(C);
        }
        w.asm.ld(C, scratch, -8).ld(A, scratch, 0);
        w.result(C);
        w.result(A);
    }
    // the text can be read
    w.asm.li(scratch, Asm::TEXT.into());
    for (funct3, offset) in [(3, 0), (2, 4), (0, 3), (5, 7), (3, 6)] {
        w.asm.word(encode::i(0x03, funct3, C, scratch, offset));
        w.result(C);
    }
    w.finish("memory", 4, &pattern)
}

/// Every atomic on pairs of edges; reservations kept, spent and lost.
pub fn atomics() -> Vectors {
    let mut w = Writer::new();
    let cell = BASE + 11;
    w.asm.li(cell, u64::from(Asm::DATA) + 0x200);
    let amo = |funct5: u32, funct3, rd, rs2| encode::r(0x2f, funct3, funct5 << 2, rd, BASE + 11, rs2);
    w.pairs(FEW.len(), |w| {
        for funct5 in [0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c] {
            for funct3 in [2, 3] {
                w.asm.sd(A, cell, 0).word(amo(funct5, funct3, C, B)).ld(reg::A0, cell, 0);
                w.result(C);
                w.result(reg::A0);
            }
        }
    });
    w.each(FEW.len(), |w| {
        for funct3 in [2, 3] {
            // destination and operand in one register; x0
            w.asm.sd(A, cell, 0).addi(C, A, 5).word(amo(0x00, funct3, C, C)).word(amo(0x04, funct3, 0, A));
            w.asm.ld(reg::A0, cell, 0);
            w.result(C);
            w.result(reg::A0);
            // reserved and stored; then there is no reservation any more
            w.asm.word(amo(0x02, funct3, C, 0)).word(amo(0x03, funct3, B, A)).word(amo(
                0x03,
                funct3,
                reg::A1,
                C,
            ));
            w.asm.ld(reg::A0, cell, 0);
            for register in [C, B, reg::A1, reg::A0] {
                w.result(register);
            }
        }
    });
    w.finish("atomics", 5, &FEW)
}

/// Text, data, stack, heap and input, words that cross, an indirect jump, a write, and a halt with a digest.
pub fn regions() -> Vec<u8> {
    let digest = aver_isa::calls::EMPTY_DIGEST;
    let mut asm = Asm::new();
    asm.li(A, INPUT_BASE.into()).ld(B, A, 0).ld(C, A, 8).sd(B, A, 16).ld(B, A, 1 << 10).ld(B, A, 21);
    asm.addi(reg::SP, reg::SP, -64).sd(B, reg::SP, 0).ld(C, reg::SP, 5);
    asm.li(BASE, 0x5000_0000).sd(C, BASE, 3).lbu(C, BASE, 9);
    asm.li(NEXT_A, Asm::TEXT.into()).ld(C, NEXT_A, 0).ld(C, NEXT_A, 3).lbu(C, NEXT_A, 2);
    asm.auipc(reg::RA, 0).jalr(reg::RA, reg::RA, 9);
    asm.write(1, Asm::DATA, 8).li(reg::A0, 3).li(reg::A1, Asm::DATA.into()).call(aver_isa::calls::HALT);
    asm.elf(&digest, 64)
}

/// The registers that rest for 2^16 slots less one, for 2^16, and for one more.
pub const RESTING: [u32; 3] = [26, 27, 28];

/// Registers that rest for about 2^16 slots; then most of them for twice that, from what was written or from
/// what they start as.
pub fn rests() -> Vectors {
    let [x, y, z] = RESTING;
    let mut w = Writer::new();
    // So that 2^16 slots later is not where registers are touched.
    (0..150).for_each(|_| _ = w.asm.addi(A, 0, 0));
    w.asm.li(x, 7).li(y, 8).li(KEPT, 6552);
    // rs1 is accessed in slot 0, rs2 in 1, rd in 4: after 13107, 13107 and 13108 ops of 5 slots.
    w.asm.add(C, x, 0).add(C, y, 0).addi(z, 0, 9);
    w.wait();
    w.asm.add(C, x, 0).add(C, 0, y).addi(A, 0, 10).add(B, 0, z);
    [C, A, B].into_iter().for_each(|register| w.result(register));
    w.asm.li(KEPT, 14_000);
    w.wait();
    for register in 0..32 {
        w.asm.sub(C, register, register).add(C, C, register).sub(C, C, register);
        w.result(C);
    }
    w.finish("rests", 6, &FEW)
}

/// All programs.
pub fn all() -> Vec<Vectors> {
    vec![register_pairs(), aliases(), immediates(), jumps(), memory(), atomics(), rests()]
}
