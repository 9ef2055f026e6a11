//! A decoded program.

use alloc::{string::String, vec::Vec};
use core::ops::Range;

use crate::{Error, Op, decode, memory};

/// Byte range of an executable segment, rounded out to words: stores into it are faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRange {
    pub start: u32,
    pub end: u32,
}

/// A coprocessor the program says it uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoprocessorUse {
    pub call: u32,
    /// Its address, from which the call number follows.
    pub name: String,
}

/// What the machine runs. Built only from files that pass every check, see [`Program::from_elf`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The micro-operations; the machine's program counter is an index into this list.
    pub ops: Vec<Op>,
    /// Op index of the first op to run.
    pub entry: u32,
    /// Initial nonzero words of memory (space 1), `(byte address / 8, value)`, sorted by address.
    pub image: Vec<(u32, u64)>,
    /// Sorted, disjoint.
    pub text: Vec<TextRange>,
    /// First byte after the image, 16-byte aligned.
    pub heap_start: u32,
    /// Names in the text, for messages; sorted by address, one for each.
    pub symbols: Vec<(u32, String)>,
    /// Sorted by call number, which are distinct.
    pub coprocessors: Vec<CoprocessorUse>,
    code: Vec<Code>,
}

/// Where the instructions of an executable segment start in the list of ops.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Code {
    pc: Range<u32>,
    /// Op index for each 4-byte word.
    starts: Vec<u32>,
}

impl Program {
    /// Op index of the instruction that starts at byte address `pc`, if one does.
    #[inline]
    pub fn index_of(&self, pc: u32) -> Option<u32> {
        if !pc.is_multiple_of(4) {
            return None;
        }
        let code = self.code.iter().find(|code| code.pc.contains(&pc))?;
        code.starts.get(((pc - code.pc.start) / 4) as usize).copied()
    }

    /// The byte address of each instruction and the index of its first op, in order of address:
    /// what a `Jalr` may go to.
    pub fn targets(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.code.iter().flat_map(|code| (code.pc.start..).step_by(4).zip(code.starts.iter().copied()))
    }

    /// The nearest name at or before `pc`, and how far behind it `pc` is.
    pub fn symbol_at(&self, pc: u32) -> Option<(&str, u32)> {
        let after = self.symbols.partition_point(|(address, _)| *address <= pc);
        let (address, name) = self.symbols.get(after.checked_sub(1)?)?;
        Some((name, pc - address))
    }

    /// Initial value of register `index`.
    pub fn initial_register(index: u8) -> u64 {
        if index == 2 { memory::STACK_TOP.into() } else { 0 }
    }

    /// Initial value of the word at byte address `8 * word`, outside the input.
    pub fn initial_word(&self, word: u32) -> u64 {
        match self.image.binary_search_by_key(&word, |&(address, _)| address) {
            Ok(found) => self.image[found].1,
            Err(_) => 0,
        }
    }

    /// Whether a store to the word `word` would change the text.
    pub fn is_text(&self, word: u32) -> bool {
        let address = word.saturating_mul(memory::WORD_BYTES);
        self.text.iter().any(|range| (range.start..range.end).contains(&address))
    }

    /// Decodes the executable `segments` (address, bytes), sorted, into `ops` and `code`.
    pub(crate) fn decode_text(&mut self, segments: &[(u32, &[u8])]) -> Result<(), Error> {
        let words = |bytes: &'_ [u8]| -> Vec<u32> {
            bytes.as_chunks::<4>().0.iter().map(|&word| u32::from_le_bytes(word)).collect()
        };
        // Twice: where each instruction starts must be known before jumps can be resolved.
        let mut index = 0usize;
        for &(start, bytes) in segments {
            let mut pc = start;
            let mut starts = Vec::with_capacity(bytes.len() / 4);
            for word in words(bytes) {
                starts.push(index as u32);
                index += decode(word, pc).len();
                pc += 4;
            }
            self.code.push(Code { pc: start..pc, starts });
            index += 1;
            if index > memory::MAX_OPS {
                return Err(Error::TooLong { limit: memory::MAX_OPS });
            }
        }
        let nowhere = index.saturating_sub(1) as u32;
        let index_of = |pc| self.index_of(pc).unwrap_or(nowhere);
        let mut ops = Vec::with_capacity(index);
        for &(start, bytes) in segments {
            let mut pc = start;
            for word in words(bytes) {
                ops.extend(decode(word, pc).resolve(ops.len() as u32, index_of));
                pc += 4;
            }
            // Running off the end is a fault; so is whatever jumps to no instruction.
            ops.push(Op { pc, ..Op::default() });
        }
        self.ops = ops;
        Ok(())
    }
}
