//! Encodes instructions into words, one after another.

use alloc::{vec, vec::Vec};

use super::elf::{ElfBuilder, SegmentBytes};

/// Registers by their ABI names.
pub mod reg {
    pub const ZERO: u32 = 0;
    pub const RA: u32 = 1;
    pub const SP: u32 = 2;
    pub const T0: u32 = 5;
    pub const T1: u32 = 6;
    pub const T2: u32 = 7;
    pub const S0: u32 = 8;
    pub const S1: u32 = 9;
    pub const A0: u32 = 10;
    pub const A1: u32 = 11;
    pub const A2: u32 = 12;
    pub const A3: u32 = 13;
    pub const A7: u32 = 17;
}

/// Encodings by format; fields are cut to their widths.
pub mod encode {
    pub const fn r(opcode: u32, funct3: u32, funct7: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
        funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
    }
    pub const fn i(opcode: u32, funct3: u32, rd: u32, rs1: u32, imm: i32) -> u32 {
        (imm as u32) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
    }
    pub const fn s(opcode: u32, funct3: u32, rs1: u32, rs2: u32, imm: i32) -> u32 {
        let imm = imm as u32;
        (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (imm & 31) << 7 | opcode
    }
    pub const fn b(funct3: u32, rs1: u32, rs2: u32, offset: i32) -> u32 {
        let o = offset as u32;
        let high = (o >> 12 & 1) << 31 | (o >> 5 & 0x3f) << 25;
        high | rs2 << 20 | rs1 << 15 | funct3 << 12 | (o >> 1 & 15) << 8 | (o >> 11 & 1) << 7 | 0x63
    }
    pub const fn u(opcode: u32, rd: u32, imm: u32) -> u32 {
        imm & 0xffff_f000 | rd << 7 | opcode
    }
    pub const fn j(rd: u32, offset: i32) -> u32 {
        let o = offset as u32;
        let low = (o >> 1 & 0x3ff) << 21 | (o >> 11 & 1) << 20 | (o >> 12 & 0xff) << 12;
        (o >> 20 & 1) << 31 | low | rd << 7 | 0x6f
    }
}

macro_rules! formats {
    ($($name:ident($($arg:ident: $type:ty),*) = $word:expr;)*) => {
        $(pub fn $name(&mut self $(, $arg: $type)*) -> &mut Self {
            self.word($word)
        })*
    };
}

/// A growing text at a fixed address.
#[derive(Clone, Debug)]
pub struct Asm {
    pub start: u32,
    pub words: Vec<u32>,
}

impl Default for Asm {
    fn default() -> Self {
        Self { start: Self::TEXT, words: Vec::new() }
    }
}

impl Asm {
    /// Where the text of [`Asm::default`] starts.
    pub const TEXT: u32 = 0x1_0000;
    /// Where [`Asm::elf`] puts the data.
    pub const DATA: u32 = 0x10_0000;

    pub fn new() -> Self {
        Self::default()
    }

    /// Address of the next instruction.
    pub fn pc(&self) -> u32 {
        self.start + 4 * self.words.len() as u32
    }

    pub fn word(&mut self, word: u32) -> &mut Self {
        self.words.push(word);
        self
    }

    formats! {
        addi(rd: u32, rs1: u32, imm: i32) = encode::i(0x13, 0, rd, rs1, imm);
        slli(rd: u32, rs1: u32, shamt: i32) = encode::i(0x13, 1, rd, rs1, shamt);
        andi(rd: u32, rs1: u32, imm: i32) = encode::i(0x13, 7, rd, rs1, imm);
        srli(rd: u32, rs1: u32, shamt: i32) = encode::i(0x13, 5, rd, rs1, shamt);
        addiw(rd: u32, rs1: u32, imm: i32) = encode::i(0x1b, 0, rd, rs1, imm);
        add(rd: u32, rs1: u32, rs2: u32) = encode::r(0x33, 0, 0, rd, rs1, rs2);
        sub(rd: u32, rs1: u32, rs2: u32) = encode::r(0x33, 0, 0x20, rd, rs1, rs2);
        xor(rd: u32, rs1: u32, rs2: u32) = encode::r(0x33, 4, 0, rd, rs1, rs2);
        mul(rd: u32, rs1: u32, rs2: u32) = encode::r(0x33, 0, 1, rd, rs1, rs2);
        lui(rd: u32, imm: u32) = encode::u(0x37, rd, imm);
        auipc(rd: u32, imm: u32) = encode::u(0x17, rd, imm);
        ld(rd: u32, rs1: u32, imm: i32) = encode::i(0x03, 3, rd, rs1, imm);
        lbu(rd: u32, rs1: u32, imm: i32) = encode::i(0x03, 4, rd, rs1, imm);
        sd(rs2: u32, rs1: u32, imm: i32) = encode::s(0x23, 3, rs1, rs2, imm);
        sb(rs2: u32, rs1: u32, imm: i32) = encode::s(0x23, 0, rs1, rs2, imm);
        beq(rs1: u32, rs2: u32, offset: i32) = encode::b(0, rs1, rs2, offset);
        bne(rs1: u32, rs2: u32, offset: i32) = encode::b(1, rs1, rs2, offset);
        bltu(rs1: u32, rs2: u32, offset: i32) = encode::b(6, rs1, rs2, offset);
        jal(rd: u32, offset: i32) = encode::j(rd, offset);
        jalr(rd: u32, rs1: u32, imm: i32) = encode::i(0x67, 0, rd, rs1, imm);
        ecall() = 0x73;
        ebreak() = 0x10_0073;
    }

    /// Puts any 64-bit value into `rd`.
    pub fn li(&mut self, rd: u32, value: u64) -> &mut Self {
        let value = value as i64;
        let low = (value << 52 >> 52) as i32;
        if let Ok(small) = i32::try_from(value) {
            if small == low {
                return self.addi(rd, 0, low);
            }
            // wraps at 2^31, as lui and addiw do
            self.lui(rd, small.wrapping_sub(low) as u32);
            return if low == 0 { self } else { self.addiw(rd, rd, low) };
        }
        self.li(rd, (value.wrapping_sub(i64::from(low)) >> 12) as u64).slli(rd, rd, 12);
        if low == 0 { self } else { self.addi(rd, rd, low) }
    }

    /// `a7 = call`, then `ecall`.
    pub fn call(&mut self, call: u32) -> &mut Self {
        self.li(reg::A7, call.into()).ecall()
    }

    /// Halts by call 93.
    pub fn exit(&mut self, code: u32) -> &mut Self {
        self.li(reg::A0, code.into()).call(crate::calls::EXIT)
    }

    /// Prints (or, with `fd` 3, outputs) `bytes` bytes at `pointer`.
    pub fn write(&mut self, fd: u64, pointer: u32, bytes: u64) -> &mut Self {
        self.li(reg::A0, fd).li(reg::A1, pointer.into()).li(reg::A2, bytes);
        self.call(crate::calls::WRITE)
    }

    /// The text as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// An ELF file of the text and a writable segment at [`Asm::DATA`] that starts with `data` and
    /// is `data_bytes` long.
    pub fn elf(&self, data: &[u8], data_bytes: u64) -> Vec<u8> {
        let mut segments = vec![SegmentBytes::text(self.start, self.bytes())];
        if data_bytes > 0 {
            segments.push(SegmentBytes::data(Self::DATA, data.to_vec(), data_bytes));
        }
        ElfBuilder { entry: self.start.into(), segments, ..ElfBuilder::default() }.build()
    }

    /// [`Asm::elf`], loaded.
    ///
    /// # Errors
    /// As [`crate::Program::from_elf`].
    pub fn program(&self, data: &[u8], data_bytes: u64) -> Result<crate::Program, crate::Error> {
        crate::Program::from_elf(&self.elf(data, data_bytes))
    }
}
