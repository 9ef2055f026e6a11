//! Why a file is no program.

use alloc::string::String;

/// Each variant says what is wrong with the file and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("not an ELF file")]
    NotElf,
    #[error("a 32-bit ELF file; build for a 64-bit target (riscv64im-unknown-none-elf)")]
    NotElf64,
    #[error("a big-endian ELF file; build for little-endian RISC-V")]
    BigEndian,
    #[error("built for ELF machine {machine}, not RISC-V (243); check the target of the build")]
    NotRiscv { machine: u16 },
    #[error("an object file, not an executable; link it first")]
    NotLinked,
    #[error(
        "a position-independent executable or shared library; link it at a fixed address \
         (-static -no-pie; for Rust: -C relocation-model=static)"
    )]
    PositionIndependent,
    #[error("ELF file type {elf_type} is not an executable")]
    NotExecutable { elf_type: u16 },
    #[error("needs a dynamic linker; link it statically (-static)")]
    Dynamic,
    #[error(
        "built with compressed instructions (extension C){}; build for rv64im, including the \
         libraries (-march=rv64im; for Rust: -C target-feature=-c)",
        At("the first is", .first)
    )]
    Compressed {
        /// Where the first instruction that looks compressed is, if any does.
        first: Option<u32>,
    },
    #[error(
        "built for hardware floating point ({abi}){}; build with the soft-float ABI \
         (-march=rv64im -mabi=lp64)",
        At("the first such instruction is", .first)
    )]
    FloatAbi {
        abi: &'static str,
        /// Where the first floating-point instruction is, if there is one.
        first: Option<u32>,
    },
    #[error("built for the embedded base RVE (16 registers); build for rv64im")]
    EmbeddedAbi,
    #[error("the ELF flags {flags:#x} name extensions that are not known here")]
    UnknownFlags { flags: u32 },
    #[error("the ELF {table} is damaged or truncated")]
    Malformed { table: &'static str },
    #[error("no executable segment to load")]
    NoText,
    #[error(
        "segment {start:#x}..{end:#x} lies outside 0x10000..0x40000000; change the linker script \
         or the image base"
    )]
    SegmentRange { start: u64, end: u64 },
    #[error("segment at {start:#x} has {file} bytes in the file but only {memory} in memory")]
    SegmentSizes { start: u64, file: u64, memory: u64 },
    #[error("segment at {start:#x} reaches beyond the end of the file; is it truncated?")]
    SegmentTruncated { start: u64 },
    #[error("segments share bytes of the file")]
    SegmentsShareFile,
    #[error("segments at {first:#x} and {second:#x} overlap")]
    SegmentsOverlap { first: u32, second: u32 },
    #[error(
        "segment at {start:#x} is writable and executable; separate code from data \
         (do not link with -N or --omagic)"
    )]
    WritableText { start: u64 },
    #[error("executable segment at {start:#x} does not start on a multiple of 4")]
    TextAlignment { start: u32 },
    #[error("the entry point {entry:#x} is not a multiple of 4")]
    EntryAlignment { entry: u64 },
    #[error("the entry point {entry:#x} is not in an executable segment")]
    EntryOutside { entry: u64 },
    #[error("the text has more than {limit} micro-operations")]
    TooLong { limit: usize },
    #[error("the note .note.aver is damaged: {reason}")]
    Note { reason: &'static str },
    #[error(
        "the note .note.aver is of type 1: the program was built with an older aver-guest; build it again"
    )]
    NoteOld,
    #[error("the note .note.aver names {entry:?}, which is no coprocessor's address (name@ and 32 digits)")]
    NoteAddress { entry: String },
    #[error(
        "the coprocessors {first} and {second} have the same call number {call:#x}, so no program can use \
         both; a word changed in the interface of one gives it another"
    )]
    NoteConflict { call: u32, first: String, second: String },
}

/// An address that may be unknown, as a part of a sentence.
struct At<'a>(&'static str, &'a Option<u32>);

impl core::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.1 {
            Some(address) => write!(f, ", {} at {address:#x}", self.0),
            None => Ok(()),
        }
    }
}
