//! Runs programs of calls, and says what a row of the chip must put on and take off the buses.

#![allow(dead_code)]

use std::collections::BTreeMap;

use aver_exec::{
    CallKind, Cost, EcallStep, Error, FaultKind, Input, Limits, MemAccess, Run, ShardTrace, Silent, meter,
    trace,
};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_isa::{Opcode, Program};
use aver_machine::buses::{self, EXEC, INSTR, MEM, RANGE};
use aver_machine::coprocessor::Coprocessor;
use aver_machine::public::limbs;
use aver_sha256::{CALL, NAME, Sha256};
use aver_stark::air::Bus;
use aver_stark::field::{F, f};
use aver_stark::layout::System;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::check::{self, Message, Violation};
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::rows::Filler;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// Initial hash value.
pub const INITIAL: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The chip alone.
pub fn system() -> System {
    System::new(Sha256.chips()).unwrap()
}

/// Where [`elf`] has constants in the text.
pub const CONSTANTS: u32 = Asm::TEXT + 0x4000;

/// A program that makes a call with each of the pairs (a0, a1), then exits; its data segment starts with
/// `data`, its text ends with `constants`.
pub fn elf(pointers: &[(u64, u64)], constants: &[u8], data: &[u8]) -> Vec<u8> {
    let mut asm = Asm::new();
    for &(a0, a1) in pointers {
        asm.li(reg::A0, a0).li(reg::A1, a1).call(CALL);
    }
    let mut text = asm.exit(0).bytes();
    if !constants.is_empty() {
        assert!(text.len() <= (CONSTANTS - Asm::TEXT) as usize);
        text.resize((CONSTANTS - Asm::TEXT) as usize, 0);
        text.extend(constants);
    }
    let data = SegmentBytes::data(Asm::DATA, data.to_vec(), 0x1_0000);
    let note = Some(ElfBuilder::note(&[NAME]));
    let segments = vec![SegmentBytes::text(asm.start, text), data];
    ElfBuilder { segments, note, ..ElfBuilder::default() }.build()
}

/// [`elf`], loaded.
pub fn program(pointers: &[(u64, u64)], constants: &[u8], data: &[u8]) -> Program {
    Program::from_elf(&elf(pointers, constants, data)).unwrap()
}

/// Runs it in one shard.
pub fn run(program: &Program, input: &[u8]) -> Result<(Run, ShardTrace), FaultKind> {
    let input = Input::new(input).unwrap();
    let run = meter(program, &input, &[&Sha256], &Cost::flat(), &Limits::default(), &mut Silent);
    let run = run.map_err(|error| match error {
        Error::Fault(fault) => fault.kind,
        other => panic!("{other}"),
    })?;
    let shard = trace(program, &run.shards[0], &[&Sha256]).unwrap();
    Ok((run, shard))
}

/// The coprocessor's calls of a shard.
pub fn calls_of(shard: &ShardTrace) -> Vec<&EcallStep> {
    shard.ecalls.iter().filter(|step| step.kind == CallKind::Coprocessor(CALL)).collect()
}

/// A call on `state` and `block` at fixed places, as the first thing a shard does.
pub fn step(state: [u32; 8], block: [u8; 64]) -> EcallStep {
    let mut data = state.map(u32::to_le_bytes).concat();
    data.extend(block);
    let at = u64::from(Asm::DATA);
    let program = program(&[(at, at + 32)], &[], &data);
    let (_, shard) = run(&program, &[]).unwrap();
    calls_of(&shard)[0].clone()
}

/// The hash value a call left.
pub fn hash_value(step: &EcallStep) -> [u32; 8] {
    std::array::from_fn(|i| (step.updates[i / 2].after >> (32 * (i % 2))) as u32)
}

/// The table of calls.
pub fn table(program: &Program, calls: &[&EcallStep]) -> Table {
    let arena = Arena::default();
    let filler = Filler::new(&arena, 6, program.ops.len(), Vec::new());
    Sha256.fill(&filler, program, calls).remove(0)
}

/// What the row of a call must say, lookups in `range` and `bytes` apart.
pub fn expected(step: &EcallStep, is_text: impl Fn(u32) -> bool) -> Vec<Message> {
    let mut messages = vec![
        (EXEC, F::NEG_ONE, [step.index, step.ts].map(f).to_vec()),
        (EXEC, F::ONE, [step.index + 1, step.ts + 5].map(f).to_vec()),
        (INSTR, F::ONE, [step.index, Opcode::Ecall as u32, 0, 0, 0, 0, 0, 0].map(f).to_vec()),
    ];
    let mut access = |space: u32, addr: u32, before: u64, prev: u32, after: u64, ts: u32| {
        for (multiplicity, value, ts) in [(F::NEG_ONE, before, prev), (F::ONE, after, ts)] {
            let [l0, l1, l2, l3] = limbs(value);
            messages.push((MEM, multiplicity, [space, addr, l0, l1, l2, l3, ts].map(f).to_vec()));
        }
    };
    for (register, slot, access_to) in [(17, 0, step.a7), (10, 1, step.a0), (11, 2, step.a1)] {
        access(
            buses::REGISTERS,
            register,
            access_to.before,
            access_to.prev_ts,
            access_to.before,
            step.ts + slot,
        );
    }
    for (slot, accesses) in [(2, &step.reads), (3, &step.updates)] {
        for &MemAccess { addr, prev_ts, before, after } in accesses {
            let space = if is_text(addr) { buses::TEXT } else { buses::MEMORY };
            access(space, addr, before, prev_ts, after, step.ts + slot);
        }
    }
    messages
}

/// Whether a lookup in `range`, `bytes` or `bits` is answered; `None` for other messages.
pub fn is_answered((bus, _, values): &Message) -> Option<bool> {
    let below = |limit: u32| values.iter().all(|v| v.as_canonical_u32() < limit);
    match *bus {
        RANGE => Some(below(1 << 16)),
        buses::BYTES => Some(below(1 << 8)),
        buses::BITS => {
            let [n, pow, value] = [0, 1, 2].map(|i| values[i].as_canonical_u32());
            Some(n <= 16 && pow == 1 << n && value < pow)
        }
        _ => None,
    }
}

/// Multiplicities of messages that are no such lookups.
pub fn ledger(messages: Vec<Message>) -> BTreeMap<(u32, Vec<F>), F> {
    let mut ledger = BTreeMap::new();
    for (Bus { id, .. }, multiplicity, values) in messages.into_iter().filter(|m| is_answered(m).is_none()) {
        *ledger.entry((id, values)).or_insert(F::ZERO) += multiplicity;
    }
    ledger.retain(|_, multiplicity| *multiplicity != F::ZERO);
    ledger
}

/// Why the row is not one of a call that says `expected`.
pub fn object(system: &System, row: &[F], expected: &BTreeMap<(u32, Vec<F>), F>) -> Option<String> {
    if let Some((label, _)) = check::check_row(system, 0, row, &[]) {
        return Some(label.into());
    }
    let messages = check::messages_of_row(system, 0, row, &[]);
    if let Some(lookup) = messages.iter().find(|m| is_answered(m) == Some(false)) {
        return Some(lookup.0.name.into());
    }
    (ledger(messages) != *expected).then(|| "other messages".into())
}

/// The oracle on a table of calls, with the rest of the machine played by the test.
pub fn check_calls(program: &Program, calls: &[&EcallStep]) -> Result<(), Violation> {
    let (system, table) = (system(), table(program, calls));
    let mut rest: Vec<Message> =
        calls.iter().flat_map(|step| expected(step, |w| program.is_text(w))).collect();
    for row in 0..table.rows {
        let lookups = check::messages_of_row(&system, 0, &table.row(row), &[]);
        rest.extend(lookups.into_iter().filter(|m| is_answered(m) == Some(true)));
    }
    rest.iter_mut().for_each(|message| message.1 = -message.1);
    check::check(&system, &[table], &[], &rest).map(drop)
}
