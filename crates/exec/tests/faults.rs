//! One fault of each kind, and what its message says.

mod common;

use aver_exec::{Cost, Error, FaultKind, Input, Limits, Silent, meter};
use aver_isa::{
    Program,
    testing::{Asm, ElfBuilder, SegmentBytes, encode, reg::*},
};

fn fault(asm: &Asm) -> (FaultKind, u32) {
    let program = asm.program(&[], 0x1000).unwrap();
    fault_of(&program)
}

fn fault_of(program: &Program) -> (FaultKind, u32) {
    let mut found = Vec::new();
    // one shard, and a shard for each op: both ways through the loop
    for max_ops in [1, 1000] {
        let cost = Cost { max_ops, ..Cost::flat() };
        match meter(program, &Input::default(), &[], &cost, &Limits::default(), &mut Silent) {
            Err(Error::Fault(fault)) => found.push(*fault),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(found[0], found[1]);
    (found[0].kind.clone(), found[0].pc)
}

/// A load or store (word with rs1 = t0) at an address.
fn access(address: u64, word: u32) -> FaultKind {
    let mut asm = Asm::new();
    asm.li(T0, address).word(word);
    let pc = asm.pc() - 4;
    let (kind, at) = fault(asm.exit(0));
    assert_eq!(at, pc);
    kind
}

const LB: u32 = encode::i(0x03, 0, T1, T0, 0);
const LW: u32 = encode::i(0x03, 2, T1, T0, 0);
const LD: u32 = encode::i(0x03, 3, T1, T0, 0);
const SB: u32 = encode::s(0x23, 0, T0, T1, 0);
const SD: u32 = encode::s(0x23, 3, T0, T1, 0);

#[test]
fn memory() {
    use FaultKind::*;
    for word in [LB, SB, LW, LD, SD] {
        assert_eq!(access(0, word), NullPointer { address: 0 });
        assert_eq!(access(0xfff8, word), NullPointer { address: 0xfff8 });
        assert_eq!(access(0x7000_0000, word), StackGuard { address: 0x7000_0000 });
        assert_eq!(access(0x7000_0ff8, word), StackGuard { address: 0x7000_0ff8 });
        for address in [0x7fff_0000, 0x7fff_fff8, 0xf000_0000, 1 << 32, (1 << 32) + 0x2_0000] {
            assert_eq!(access(address, word), OutOfRange { address });
        }
        assert_eq!(access(u64::MAX - 7, word), OutOfRange { address: u64::MAX - 7 });
    }
    // the second word
    for word in [LD, SD] {
        assert_eq!(access(0x6fff_fff9, word), StackGuard { address: 0x7000_0000 });
        assert_eq!(access(0x7ffe_ffff, word), OutOfRange { address: 0x7fff_0000 });
        assert_eq!(access(0xefff_ffff, word), OutOfRange { address: 0xf000_0000 });
        assert_eq!(access(0xfffc, word), NullPointer { address: 0xfffc });
    }
    for word in [SB, SD] {
        assert_eq!(access(0x1_0000, word), StoreToText { address: 0x1_0000 });
    }
}

#[test]
fn text_is_rounded_out_to_words() {
    // 5 instructions at 0x10004..0x10018 and data around them in the same words
    let mut asm = Asm { start: 0x2_0004, ..Asm::new() };
    asm.lui(T0, 0x2_0000).sd(0, T0, 24).sb(0, T0, 23).exit(0);
    let end = asm.pc();
    assert_eq!(end, 0x2_0018 + 4);
    let mut segments = vec![SegmentBytes::text(asm.start, asm.bytes())];
    segments.push(SegmentBytes::data(0x1_0000, vec![], 0x1_0004));
    segments.push(SegmentBytes::data(0x2_001c, vec![], 0x100));
    let elf = ElfBuilder { entry: asm.start.into(), segments, ..ElfBuilder::default() };
    let program = Program::from_elf(&elf.build()).unwrap();
    assert_eq!(fault_of(&program), (FaultKind::StoreToText { address: 0x2_0018 }, 0x2_0008));
}

#[test]
fn loads_may_read_the_text() {
    let mut asm = Asm::new();
    asm.lui(T0, 0x1_0000).word(LW).add(A0, T1, ZERO).call(93);
    let program = asm.program(&[], 0).unwrap();
    let (run, _) = common::check(&program, &[], &[]);
    assert_eq!(run.exit_code, encode::u(0x37, T0, 0x1_0000));
}

#[test]
fn jumps() {
    use FaultKind::*;
    let jump = |address: u64| {
        let mut asm = Asm::new();
        fault(asm.li(T0, address).jalr(0, T0, 0).exit(0)).0
    };
    assert_eq!(jump(0), JumpTarget { address: 0 });
    assert_eq!(jump(0x1_0002), JumpTarget { address: 0x1_0002 });
    assert_eq!(jump((1 << 32) + 0x1_0000), JumpTarget { address: (1 << 32) + 0x1_0000 });
    assert_eq!(jump(Asm::DATA.into()), JumpTarget { address: Asm::DATA.into() });
    // off the end; to nowhere; into data among the text
    assert_eq!(fault(Asm::new().addi(T0, T0, 1)), (NoInstruction, 0x1_0004));
    assert_eq!(fault(Asm::new().jal(0, 0x800)), (NoInstruction, 0x1_0004));
    assert_eq!(fault(Asm::new().beq(0, 0, 2)), (NoInstruction, 0x1_0004));
    assert_eq!(fault(Asm::new().word(0x1234)).0, IllegalInstruction { word: 0x1234 });
    assert_eq!(fault(Asm::new().ebreak()).0, IllegalInstruction { word: 0x10_0073 });
}

#[test]
fn calls() {
    use FaultKind::*;
    let call = |number: u64| fault(Asm::new().li(A7, number).ecall()).0;
    assert_eq!(call(0), UnknownCall { call: 0 });
    assert_eq!(call((1 << 32) + 93), UnknownCall { call: (1 << 32) + 93 });
    assert_eq!(call(0x4156_2000), UnknownCall { call: 0x4156_2000 });
    assert_eq!(call(0x5000_0007), UndeclaredCoprocessor { call: 0x5000_0007 });
    let halt = |pointer: u64| fault(Asm::new().li(A1, pointer).li(A7, 0x4156_0000).ecall()).0;
    assert_eq!(halt(0x10_0004), MisalignedPointer { address: 0x10_0004 });
    assert_eq!(halt(0x6fff_fff0), StackGuard { address: 0x7000_0000 });
    let status =
        |status: u64| fault(Asm::new().li(A0, status).li(A1, 0x10_0000).li(A7, 0x4156_0000).ecall()).0;
    for high in [1 << 33, 1 << 48, u64::MAX] {
        assert_eq!(status(high), HaltStatus { status: high });
    }
    let write = |fd, bytes| fault(Asm::new().write(fd, 0x6fff_fff0, bytes)).0;
    assert_eq!(write(1, 17), StackGuard { address: 0x7000_0000 });
    assert_eq!(write(3, 17), StackGuard { address: 0x7000_0000 });
}

#[test]
fn the_message_says_where() {
    let mut asm = Asm::new();
    asm.addi(T1, ZERO, 5).word(LD).exit(0);
    let elf = ElfBuilder {
        segments: vec![SegmentBytes::text(asm.start, asm.bytes())],
        symbols: vec![(0x1_0000, "start")],
        ..ElfBuilder::default()
    };
    let program = Program::from_elf(&elf.build()).unwrap();
    let limits = Limits::default();
    let run = meter(&program, &Input::default(), &[], &Cost::flat(), &limits, &mut Silent);
    assert_eq!(
        run.unwrap_err().to_string(),
        "the program faulted: access at 0x0: null pointer (addresses below 0x10000 are never \
         mapped); at pc 0x10004 (start+0x4), instruction `ld x6, 0(x5)`, after 1 cycles"
    );
}
