//! ELF files that load, and one for every reason not to.

use aver_isa::{
    CoprocessorUse, Error, Opcode, Program, TextRange, calls,
    testing::{Asm, ElfBuilder, SegmentBytes},
};

fn text() -> SegmentBytes {
    SegmentBytes::text(0x1_0000, Asm::new().exit(0).bytes())
}

fn builder() -> ElfBuilder {
    ElfBuilder { segments: vec![text()], ..ElfBuilder::default() }
}

const ONE: &str = "one@00000010000000000000000000000000";
const TWO: &str = "two@00000020000000000000000000000000";
/// The digest differs, the call number does not.
const ALSO_ONE: &str = "also@0000001fffffffffffffffffffffffff";

#[test]
fn addresses() {
    let of = calls::of_coprocessor;
    assert_eq!((of(ONE), of(ALSO_ONE), of(TWO)), (Some(0x5000_0001), Some(0x5000_0001), Some(0x5000_0002)));
    let digits = "fedcba9876543210fedcba9876543210";
    assert_eq!(of(&format!("{}@{digits}", "x".repeat(27))), Some(0x5fed_cba9));
    for bad in [
        String::new(),
        digits.into(),
        format!("@{digits}"),
        format!("x{digits}"),
        format!("a@b@{digits}"),
        format!("a b@{digits}"),
        format!("\u{e4}@{digits}"),
        format!("x@{}", digits.to_uppercase()),
        format!("x@{}g", &digits[1..]),
        format!("x@{}", &digits[1..]),
        format!("{}@{digits}", "x".repeat(28)),
    ] {
        assert_eq!(of(&bad), None, "{bad}");
    }
}

#[test]
fn loads() {
    // a function that jumps into the middle of nowhere, then an atomic, then the end
    let mut asm = Asm::new();
    asm.jal(0, 0x1000).word(0x0831_20af).beq(0, 0, -4).exit(0);
    let words = asm.words.len() as u32;
    let elf = ElfBuilder {
        entry: 0x1_0004,
        segments: vec![
            SegmentBytes::data(0x2_0004, vec![1, 2, 3, 4, 5], 0x101),
            SegmentBytes::text(0x1_0000, asm.bytes()),
        ],
        note: Some([ElfBuilder::note(&[TWO]), vec![0; 4], { ElfBuilder::note(&[ONE, TWO]) }].concat()),
        symbols: vec![(0x1_0008, "later"), (0x1_0000, "start"), (0x50_0000, "elsewhere")],
        ..ElfBuilder::default()
    };
    let program = Program::from_elf(&elf.build()).unwrap();
    assert_eq!(program.entry, 1);
    assert_eq!(program.ops.len() as u32, words + 2 + 1);
    let last = program.ops.last().unwrap();
    assert_eq!((last.opcode, last.pc, last.first), (Opcode::Illegal, 0x1_0000 + 4 * words, false));
    assert_eq!(program.ops[0].target as usize, program.ops.len() - 1, "no instruction there");
    assert_eq!(program.ops[4].target, 1);
    assert_eq!(program.index_of(0x1_0008), Some(4));
    assert_eq!(program.index_of(0x1_0006), None);
    assert_eq!(program.index_of(0x1_0000 + 4 * words), None);
    assert_eq!(program.targets().nth(2), Some((0x1_0008, 4)));
    assert_eq!(program.targets().count() as u32, words);
    let end = 0x1_0000 + (4 * words).next_multiple_of(8);
    assert_eq!(program.text, [TextRange { start: 0x1_0000, end }]);
    assert!(program.is_text(0x1_0000 / 8) && !program.is_text(end / 8));
    assert_eq!(program.initial_word(0x2_0000 / 8), 0x0403_0201_0000_0000);
    assert_eq!(program.initial_word(0x2_0008 / 8), 5);
    assert_eq!(program.initial_word(0x2_0010 / 8), 0);
    assert!(program.image.is_sorted_by(|a, b| a.0 < b.0));
    assert_eq!(program.heap_start, 0x2_0110);
    assert_eq!(program.symbol_at(0x1_0004), Some(("start", 4)));
    assert_eq!(program.symbol_at(0x1_0008), Some(("later", 0)));
    assert_eq!(program.symbol_at(0xffff), None);
    let one = CoprocessorUse { call: 0x5000_0001, name: ONE.into() };
    assert_eq!(program.coprocessors.len(), 2);
    assert_eq!(program.coprocessors[0], one);
}

#[test]
fn segments_may_share_a_word() {
    let mut elf = builder();
    elf.segments =
        vec![SegmentBytes::text(0x1_0000, vec![0x73, 0, 0, 0]), SegmentBytes::data(0x1_0004, vec![7], 4)];
    let program = Program::from_elf(&elf.build()).unwrap();
    assert_eq!(program.image, [(0x2000, 0x7_0000_0073)]);
    assert!(program.is_text(0x2000));
}

#[test]
fn refusals() {
    type Change = fn(&mut ElfBuilder);
    fn extra(segment: SegmentBytes) -> impl Fn(&mut ElfBuilder) {
        move |elf| elf.segments.push(segment.clone())
    }
    fn check(change: impl Fn(&mut ElfBuilder), expected: Error) {
        let mut elf = builder();
        change(&mut elf);
        assert_eq!(Program::from_elf(&elf.build()), Err(expected));
    }
    let cases: [(Change, Error); 25] = [
        (|elf| elf.class = 1, Error::NotElf64),
        (|elf| elf.endianness = 2, Error::BigEndian),
        (|elf| elf.machine = 62, Error::NotRiscv { machine: 62 }),
        (|elf| elf.elf_type = 1, Error::NotLinked),
        (|elf| elf.elf_type = 3, Error::PositionIndependent),
        (|elf| elf.elf_type = 4, Error::NotExecutable { elf_type: 4 }),
        (|elf| elf.segments[0].segment_type = 3, Error::Dynamic),
        (|elf| elf.segments[0].segment_type = 2, Error::Dynamic),
        (|elf| elf.flags = 1, Error::Compressed { first: None }),
        (
            |elf| {
                elf.flags = 5;
                elf.segments[0].bytes[4] = 1;
            },
            Error::Compressed { first: Some(0x1_0004) },
        ),
        (|elf| elf.flags = 4, Error::FloatAbi { abi: "double precision", first: None }),
        (
            |elf| {
                elf.flags = 2;
                elf.segments[0].bytes[4] = 0x53;
            },
            Error::FloatAbi { abi: "single precision", first: Some(0x1_0004) },
        ),
        (|elf| elf.flags = 8, Error::EmbeddedAbi),
        (|elf| elf.flags = 0x50, Error::UnknownFlags { flags: 0x40 }),
        (|elf| elf.segments.clear(), Error::NoText),
        (|elf| elf.segments[0].flags = 4, Error::NoText),
        (|elf| elf.segments[0].flags = 7, Error::WritableText { start: 0x1_0000 }),
        (|elf| elf.segments[0].address = 0x1_0002, Error::TextAlignment { start: 0x1_0002 }),
        (
            |elf| elf.segments[0].memory_bytes = 3,
            Error::SegmentSizes { start: 0x1_0000, file: 12, memory: 3 },
        ),
        (|elf| elf.segments[0].file_range = Some((1 << 20, 12)), Error::SegmentTruncated { start: 0x1_0000 }),
        (
            |elf| elf.segments[0].file_range = Some((u64::MAX, 12)),
            Error::SegmentTruncated { start: 0x1_0000 },
        ),
        (|elf| elf.entry = 0x1_0002, Error::EntryAlignment { entry: 0x1_0002 }),
        (|elf| elf.entry = 0x1_000c, Error::EntryOutside { entry: 0x1_000c }),
        (|elf| elf.entry = 1 << 32, Error::EntryOutside { entry: 1 << 32 }),
        (
            |elf| elf.note = Some(ElfBuilder::note(&[ONE, ALSO_ONE])),
            Error::NoteConflict { call: 0x5000_0001, first: ALSO_ONE.into(), second: ONE.into() },
        ),
    ];
    for (change, expected) in cases {
        check(change, expected);
    }

    let data = |address, memory| SegmentBytes::data(address, vec![1], memory);
    check(extra(data(0xfff8, 8)), Error::SegmentRange { start: 0xfff8, end: 0x1_0000 });
    check(extra(data(0x3fff_fff8, 9)), Error::SegmentRange { start: 0x3fff_fff8, end: 0x4000_0001 });
    check(extra(data(0x2_0000, u64::MAX)), Error::SegmentRange { start: 0x2_0000, end: u64::MAX });
    check(extra(data(0x1_000b, 8)), Error::SegmentsOverlap { first: 0x1_0000, second: 0x1_000b });
    check(
        |elf| {
            elf.segments[0].file_range = Some((0, 5000));
            elf.segments[0].memory_bytes = 5000;
            let mut other = text();
            (other.address, other.memory_bytes) = (0x3_0000, 5000);
            other.file_range = Some((0, 5000));
            elf.segments.push(other);
        },
        Error::SegmentsShareFile,
    );
    for (note, reason) in [
        (vec![1], "it is truncated"),
        (vec![5, 0, 0, 0, 255, 255, 255, 255, 1, 0, 0, 0], "it is truncated"),
        (
            [&[5, 0, 0, 0, 16, 0, 0, 0, 3, 0, 0, 0], &b"Aver\0\0\0\0"[..], &[0; 16]].concat(),
            "it is not a note of type 2 by Aver",
        ),
        (
            [&[5, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0], &b"Aver\0\0\0\0"[..], &[0; 4]].concat(),
            "its length is not a multiple of 60",
        ),
        (ElfBuilder::note(&["a\0b"]), "an address is not zero-padded"),
    ] {
        check(move |elf| elf.note = Some(note.clone()), Error::Note { reason });
    }
    let old = [&[5, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0], &b"Aver\0\0\0\0"[..], &[0; 16]].concat();
    check(move |elf| elf.note = Some(old.clone()), Error::NoteOld);
    for entry in ["", "sha256", "sha256@7fa5"] {
        let note = ElfBuilder::note(&[entry]);
        check(move |elf| elf.note = Some(note.clone()), Error::NoteAddress { entry: entry.into() });
    }
}

#[test]
fn not_an_elf() {
    assert_eq!(Program::from_elf(&[]), Err(Error::NotElf));
    assert_eq!(Program::from_elf(b"#!/bin/sh\n"), Err(Error::NotElf));
    assert_eq!(Program::from_elf(b"\x7fELF"), Err(Error::NotElf64));
}

/// Cutting a file anywhere, or changing a byte of its headers, is an error or a program.
#[test]
fn damage_does_not_panic() {
    let mut elf = builder();
    elf.note = Some(ElfBuilder::note(&[ONE]));
    elf.symbols = vec![(0x1_0000, "start")];
    let file = elf.build();
    for length in 0..file.len() {
        assert!(Program::from_elf(&file[..length]).is_err());
    }
    for at in 0..file.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff, file[at] ^ 1, file[at] ^ 0x10] {
            let mut damaged = file.clone();
            damaged[at] = value;
            let _ = Program::from_elf(&damaged);
        }
    }
}

#[test]
fn messages_say_what_to_do() {
    let message = Error::Compressed { first: Some(0x1_0004) }.to_string();
    assert!(message.contains("the first is at 0x10004") && message.contains("-march=rv64im"));
}
