//! Halting, output, input, limits and coprocessors.

mod common;

use aver_exec::{
    CallKind, CallMemory, Coprocessor, Cost, Error, FaultKind, FunctionCycles, Halted, Input, Limits, Meter,
    Silent, Space, WordKind, meter, trace,
};
use aver_isa::{
    Program, calls,
    memory::INPUT_BASE,
    testing::{Asm, ElfBuilder, SegmentBytes, reg::*},
};
use common::{check, run_with};

#[test]
fn exit() {
    let mut asm = Asm::new();
    asm.li(A0, 0x7_0000_0102).call(calls::EXIT);
    let (run, _) = check(&asm.program(&[], 0).unwrap(), &[], &[]);
    assert_eq!((run.halted, run.exit_code), (Halted::Exit, 0x102));
    assert_eq!(run.digest, calls::EMPTY_DIGEST);
    assert_eq!((run.cycles, run.instructions), (asm.words.len() as u64, asm.words.len() as u64));
}

#[test]
fn halt() {
    let digest: Vec<u8> = (1..=32).collect();
    let mut asm = Asm::new();
    asm.write(3, Asm::DATA, 32).write(2, Asm::DATA + 3, 4).write(9, 0, 8).write(4, Asm::DATA + 1, 2);
    asm.li(A0, 1 << 32 | 3).li(A1, Asm::DATA.into()).call(calls::HALT);
    let program = asm.program(&digest, 0x1000).unwrap();
    let (run, printed) = check(&program, &[], &[]);
    assert_eq!((run.halted, run.exit_code, run.digest.to_vec()), (Halted::Halt, 3, digest.clone()));
    assert_eq!((&run.output, &printed.0[&3]), (&digest, &digest));
    assert_eq!((run.status, &run.assumptions[..]), (1 << 32 | 3, &digest[1..3]));
    assert_eq!(printed.0[&2], [4, 5, 6, 7]);
    assert_eq!(run.counts.calls.values().sum::<u64>(), 5);
    let shard = trace(&program, &run.shards[0], &[]).unwrap();
    assert_eq!(shard.ecalls[0].kind, CallKind::Write);
    assert_eq!(shard.ecalls[4].reads.len(), 4);
    // writing is no access: only the digest was touched
    let words = run.memory.iter().filter(|word| word.space == Space::Memory);
    assert_eq!(words.map(|word| word.addr).collect::<Vec<_>>(), {
        (Asm::DATA / 8..Asm::DATA / 8 + 4).collect::<Vec<_>>()
    });
}

#[test]
fn input_is_memory() {
    // exit with the length plus the bytes 1 and 9, after writing into the region
    let mut asm = Asm::new();
    asm.li(T0, INPUT_BASE.into()).ld(A0, T0, 0).lbu(T1, T0, 9).add(A0, A0, T1);
    asm.lbu(T1, T0, 17).add(A0, A0, T1).ld(T1, T0, 100).sd(T0, T0, 103).call(calls::EXIT);
    let program = asm.program(&[], 0).unwrap();
    let input: Vec<u8> = (10..21).collect();
    let (run, _) = check(&program, &input, &[]);
    assert_eq!(run.exit_code, 11 + 11 + 19);
    let words: Vec<_> = run.memory.iter().filter(|word| word.space == Space::Memory).collect();
    assert!(words.iter().all(|word| word.kind == WordKind::Input));
    assert_eq!(words[0].first, 11);
    assert_eq!(words[2].first, u64::from_le_bytes([18, 19, 20, 0, 0, 0, 0, 0]));
    assert_eq!(words.len(), 5);
    assert_eq!(run.misaligned(), 2);
}

#[test]
fn limits() {
    let program = Asm::new().jal(0, 0).program(&[], 0).unwrap();
    let stop = |cost: &Cost, limits: &Limits| {
        meter(&program, &Input::default(), &[], cost, limits, &mut Silent).unwrap_err()
    };
    let limits = Limits { max_cycles: 1000, max_output_bytes: 3, max_shards: 7 };
    assert_eq!(stop(&Cost::flat(), &limits), Error::CycleLimit { cycles: 1000 });
    let cost = Cost { max_cost: 10, ..Cost::flat() };
    assert_eq!(stop(&cost, &limits), Error::TooManyShards { limit: 7 });

    let mut asm = Asm::new();
    let program = asm.write(3, Asm::TEXT, 4).exit(0).program(&[], 0).unwrap();
    let run = meter(&program, &Input::default(), &[], &Cost::flat(), &limits, &mut Silent);
    assert_eq!(run.unwrap_err(), Error::OutputLimit { limit: 3 });

    // exactly enough
    let program = Asm::new().addi(T0, T0, 1).exit(0).program(&[], 0).unwrap();
    for (max_cycles, enough) in [(4, true), (3, false)] {
        let limits = Limits { max_cycles, ..limits };
        let run = meter(&program, &Input::default(), &[], &Cost::flat(), &limits, &mut Silent);
        assert_eq!(run.is_ok(), enough, "{run:?}");
    }
}

const ADDER: &str = "adder@00000050000000000000000000000000";

/// Adds the word at a1 to each of the two at a0.
struct Adder;

impl Coprocessor for Adder {
    fn call(&self) -> u32 {
        calls::number(ADDER)
    }
    fn name(&self) -> &str {
        ADDER
    }
    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let addend = memory.read(a1)?;
        for address in [a0, a0.wrapping_add(8)] {
            let before = memory.peek(address)?;
            memory.update(address, before.wrapping_add(addend))?;
        }
        Ok(())
    }
    fn cost(&self) -> u64 {
        500
    }
}

fn adding(pointers: &[(u32, u32)]) -> Program {
    let mut asm = Asm::new();
    for &(a0, a1) in pointers {
        asm.li(A0, (Asm::DATA + a0).into()).li(A1, (Asm::DATA + a1).into()).call(Adder.call());
    }
    asm.li(T0, Asm::DATA.into()).ld(A0, T0, 0).call(calls::EXIT);
    let elf = ElfBuilder {
        segments: vec![
            SegmentBytes::text(asm.start, asm.bytes()),
            SegmentBytes::data(Asm::DATA, vec![5, 0, 0, 0, 0, 0, 0, 0, 7], 0x100),
        ],
        note: Some(ElfBuilder::note(&[ADDER])),
        ..ElfBuilder::default()
    };
    Program::from_elf(&elf.build()).unwrap()
}

#[test]
fn coprocessor() {
    // the second time the addend is one of the words it changes
    let program = adding(&[(0, 16), (0, 8), (8, 0)]);
    let (run, _) = check(&program, &[], &[&Adder]);
    assert_eq!(run.exit_code, 12);
    let shard = trace(&program, &run.shards[0], &[&Adder]).unwrap();
    let second = &shard.ecalls[1];
    assert_eq!(second.kind, CallKind::Coprocessor(Adder.call()));
    assert_eq!(second.updates[1].prev_ts, second.ts + 2, "read before, in the same call");
    assert_eq!((second.updates[1].before, second.updates[1].after), (7, 14));
    assert_eq!(run.counts.calls[&Adder.call()], 3);
}

#[test]
fn coprocessor_errors() {
    let program = adding(&[(0, 16)]);
    let meter = |program: &Program, mounted: &[&dyn Coprocessor]| {
        let limits = Limits::default();
        meter(program, &Input::default(), mounted, &Cost::flat(), &limits, &mut Silent).unwrap_err()
    };
    let missing = Error::CoprocessorMissing { call: Adder.call(), name: ADDER.into() };
    assert_eq!(meter(&program, &[]), missing);
    assert!(missing.to_string().contains(ADDER));
    assert_eq!(meter(&program, &[&Adder, &Adder]), Error::CoprocessorTwice { call: Adder.call() });
    let kind = |pointers| match meter(&adding(&[pointers]), &[&Adder]) {
        Error::Fault(fault) => fault.kind,
        other => panic!("{other}"),
    };
    let data = u64::from(Asm::DATA);
    assert_eq!(kind((4, 16)), FaultKind::MisalignedPointer { address: data + 4 });
    let far = 0xf000_0000 - Asm::DATA;
    assert_eq!(kind((0, far)), FaultKind::OutOfRange { address: 0xf000_0000 });
}

#[test]
fn a_changed_plan_is_noticed() {
    let program = adding(&[(0, 16), (0, 8)]);
    let (run, _) = run_with(&program, &[], &[&Adder], &Cost { max_ops: 9, ..Cost::flat() });
    let plan = &run.shards[1];
    assert!(trace(&program, plan, &[&Adder]).is_ok());
    let bad = |change: fn(&mut aver_exec::ShardPlan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        let result = trace(&program, &plan, &[&Adder]);
        assert!(matches!(result, Err(Error::PlanMismatch { shard: 2, .. })), "{result:?}");
    };
    bad(|plan| plan.touched.swap(0, 1));
    bad(|plan| plan.touched[0].after ^= 1);
    bad(|plan| plan.ops += 1);
    bad(|plan| plan.ops -= 1);
    bad(|plan| plan.end = 0);
    bad(|plan| plan.start = 1 << 20);
    bad(|plan| plan.touched.truncate(plan.touched.len() - 1));
    bad(|plan| plan.touched = plan.touched[1..].to_vec());
    bad(|plan| plan.ops = u64::MAX);
    bad(|plan| plan.touched[0].addr = 63);
    bad(|plan| {
        let mut extra = plan.touched[plan.touched.len() - 1];
        extra.addr += 1;
        plan.touched.push(extra);
    });
    bad(|plan| {
        if let Some(last) = plan.touched.last_mut() {
            last.addr = u32::MAX;
        }
    });
}

/// A caller before any symbol, and a function that it calls ten times.
#[test]
fn cycles_by_function() {
    let mut asm = Asm::new();
    asm.li(T0, 10).jal(RA, 24).addi(T0, T0, -1).bne(T0, ZERO, -8).exit(0);
    let function = asm.pc();
    asm.addi(T1, T1, 1).jalr(ZERO, RA, 0);
    let mut program = asm.program(&[], 0).unwrap();
    program.symbols = vec![(function, "function".into())];
    for max_ops in [1, 7, 1000] {
        let cost = Cost { max_ops, ..Cost::flat() };
        let input = Input::default();
        let mut meter = Meter::new(&program, &input, &[], &cost, &Limits::default()).unwrap();
        meter.keep_profile();
        while meter.next_shard(&mut Silent).unwrap().is_some() {}
        let expected = [("", 4 + 3 * 10), ("function", 20)];
        let expected = expected.map(|(symbol, cycles)| FunctionCycles { symbol: symbol.into(), cycles });
        assert_eq!(meter.functions(), expected, "{max_ops}");
        assert_eq!(meter.cycles(), 54);
    }
}
