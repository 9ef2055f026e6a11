//! Every instruction on edge operands: executed, compared with another emulator, proved and verified.

use std::collections::BTreeMap;

use aver_exec::{Host, Input, MAX_REST, Silent, TOUCH_BLOCK};
use aver_isa::testing::{Asm, reg};
use aver_isa::{Format, OPCODES, Opcode, calls};
use aver_machine_tests::vectors::{self, Vectors};
use aver_machine_tests::{options, prove, qemu, setup};
use aver_verifier::Claim;
use aver_verifier::claim::End;
use sha2::{Digest, Sha256};

/// Keeps what is written, by file descriptor.
#[derive(Default)]
struct Capture(BTreeMap<u64, Vec<u8>>);

impl Host for Capture {
    fn write(&mut self, fd: u64, bytes: &[u8]) {
        self.0.entry(fd).or_default().extend(bytes);
    }
}

/// Executes, compares, proves (in shards of at most `cycles`) and verifies.
fn check(vectors: &Vectors, cycles: Option<u64>) {
    let name = vectors.name;
    let setup = setup(&vectors.elf, options(12, cycles));
    let mut printed = Capture::default();
    let run = setup.execute(&Input::default(), &mut printed).unwrap_or_else(|e| panic!("{name}: {e}"));
    let ours = &printed.0[&1];
    assert_eq!(ours.len() as u64, vectors.output_bytes, "{name}");
    if let Some((theirs, code)) = qemu::run(&vectors.elf, name) {
        let wrong = ours.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!(wrong.map(|byte| byte / 8), None, "{name}: first wrong result");
        assert_eq!((theirs.len(), code), (ours.len(), run.exit_code), "{name}");
    }
    let (shards, _) = prove(&setup, &[]);
    assert_eq!(shards > 1, cycles.is_some(), "{name}: {shards} shards of {} cycles", run.cycles);
}

#[test]
fn register_pairs() {
    check(&vectors::register_pairs(), None);
}

#[test]
fn aliases() {
    check(&vectors::aliases(), Some(9_000));
}

#[test]
fn immediates() {
    check(&vectors::immediates(), None);
}

#[test]
fn jumps() {
    check(&vectors::jumps(), Some(30_000));
}

#[test]
fn memory() {
    check(&vectors::memory(), Some(1_500));
}

#[test]
fn atomics() {
    check(&vectors::atomics(), None);
}

/// Registers are touched when they rest for more than 2^16 slots, as often as it takes, and not before.
#[test]
fn rests() {
    let vectors = vectors::rests();
    check(&vectors, None);
    let setup = setup(&vectors.elf, options(12, None));
    let input = Input::default();
    let plan = setup.meter(&input).unwrap().next_shard(&mut Silent).unwrap().unwrap();
    let touches = aver_exec::trace(setup.program(), &plan, &[]).unwrap().touches;
    let count = |register: u32, until: u32| {
        touches.iter().filter(|t| u32::from(t.register) == register && t.ts < until).count()
    };
    assert_eq!(vectors::RESTING.map(|register| count(register, 100_000)), [0, 0, 1]);
    let rounded = touches.iter().filter(|t| t.prev_ts + MAX_REST - t.ts > TOUCH_BLOCK / 2);
    assert!(rounded.count() > 2);
    // The sink and x0 are never at rest for that long; x31 was never accessed before.
    assert_eq!([0, 2, 31].map(|register| count(register, u32::MAX)), [0, 3, 3]);
}

/// The programs have every opcode, and every misaligned access.
#[test]
fn nothing_is_left_out() {
    let (mut ops, mut misaligned) = ([0; OPCODES], [0; OPCODES]);
    for vectors in vectors::all() {
        let setup = setup(&vectors.elf, options(12, None));
        let input = Input::default();
        let plan = setup.meter(&input).unwrap().next_shard(&mut Silent).unwrap().unwrap();
        assert_eq!(plan.end, aver_exec::HALT, "one shard");
        let counts = plan.counts;
        let add = |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(t, f)| *t += f);
        add(&mut ops, &counts.ops);
        add(&mut misaligned, &counts.misaligned);
    }
    for opcode in Opcode::ALL.into_iter().filter(|&o| o != Opcode::Illegal) {
        assert!(ops[opcode as usize] > 0, "{opcode}");
        let can_be = matches!(opcode.format(), Format::Load | Format::Store) && opcode.access_bytes() > 1;
        assert_eq!(misaligned[opcode as usize] > 0, can_be, "{opcode}");
    }
}

/// Calls: what write returns, whatever the file descriptor; then a halt with a digest, of an assumption and the output.
#[test]
fn calls_and_output() {
    let output = b"public output";
    let assumption = Claim { vk: [1; 32], exit_code: 2, output_digest: [3; 32] };
    let End { status, digest } = End::new(0x89AB_CDEF, &Sha256::digest(output).into(), &[assumption]);
    let data = [&digest[..], &output[..], &assumption.to_bytes()].concat();
    let mut asm = Asm::new();
    for (fd, bytes) in [(1, 5), (2, 0), (3, output.len() as u64), (4, 68), (9, 1 << 40)] {
        let pointer = match fd {
            3 => Asm::DATA + 32,
            4 => Asm::DATA + 32 + output.len() as u32,
            _ => Asm::DATA,
        };
        asm.write(fd, pointer, bytes).add(reg::S1, reg::S1, reg::A0);
    }
    asm.li(reg::A0, status).li(reg::A1, Asm::DATA.into()).call(calls::HALT);
    let setup = setup(&asm.elf(&data, 128), options(10, Some(7)));
    let run = setup.execute(&Input::default(), &mut Silent).unwrap();
    assert_eq!(
        (run.exit_code, &run.output[..], run.assumptions),
        (0x89AB_CDEF, &output[..], vec![assumption])
    );
    let (shards, _) = prove(&setup, &[]);
    assert!(shards > 3, "{shards}");
}

/// A memory table that takes two proofs.
#[test]
fn more_memory_than_one_proof_holds() {
    let words = 60_000;
    let mut asm = Asm::new();
    asm.li(reg::T0, Asm::DATA.into()).li(reg::T1, words);
    asm.sd(reg::T1, reg::T0, 0)
        .addi(reg::T0, reg::T0, 8)
        .addi(reg::T1, reg::T1, -1)
        .bne(reg::T1, 0, -12)
        .exit(0);
    let elf = asm.elf(&[], 8 * words);
    let with = |memory| setup(&elf, aver_prover::Options { memory, ..options(12, None) });
    let Err(aver_prover::Error::Memory { needed, .. }) = with(0).pass_1(&Input::default(), &mut Silent)
    else {
        panic!("no budget is enough")
    };
    let setup = with(needed);
    assert!(setup.pass_1(&Input::default(), &mut Silent).unwrap().header.memory.len() > 1);
    prove(&setup, &[]);
}
