//! Checks of runs and traces that hold for every program.

#![allow(dead_code)]

use std::collections::BTreeMap;

use aver_exec::{
    CallKind, Coprocessor, Cost, HALT, Halted, Host, Input, Limits, MAX_REST, MemAccess, RegAccess, Run,
    SLOTS, ShardPlan, ShardTrace, Space, TOUCH_BLOCK, WordHistory, WordKind, meter, trace,
};
use aver_isa::{Opcode, Program, memory::INPUT_BASE};

/// Keeps what is written, by file descriptor.
#[derive(Default)]
pub struct Capture(pub BTreeMap<u64, Vec<u8>>);

impl Host for Capture {
    fn write(&mut self, fd: u64, bytes: &[u8]) {
        self.0.entry(fd).or_default().extend(bytes);
    }
}

pub fn run_with(
    program: &Program,
    input: &[u8],
    coprocessors: &[&dyn Coprocessor],
    cost: &Cost,
) -> (Run, Capture) {
    let mut host = Capture::default();
    let input = Input::new(input).unwrap();
    let run = meter(program, &input, coprocessors, cost, &Limits::default(), &mut host);
    (run.unwrap_or_else(|error| panic!("{error}")), host)
}

/// Shards of at most `max_cost`, with distinct costs for everything.
pub fn priced(max_cost: u64) -> Cost {
    let mut cost = Cost::flat();
    for opcode in Opcode::ALL {
        cost.ops[opcode as usize] = 20 + opcode as u64;
        cost.misaligned[opcode as usize] = 70 + opcode as u64;
    }
    Cost { touched_word: 15, max_cost, ..cost }
}

/// Runs in one shard and in many, compares the results, and checks all that must hold of the
/// shards, the memory table and the traces. Returns the run in one shard.
pub fn check(program: &Program, input: &[u8], coprocessors: &[&dyn Coprocessor]) -> (Run, Capture) {
    let (whole, printed) = run_with(program, input, coprocessors, &Cost::flat());
    check_run(program, input, coprocessors, &whole, &Cost::flat());
    let few = [Cost { max_ops: 37, ..Cost::flat() }, Cost { max_words: 9, ..Cost::flat() }];
    let mut costs = Vec::from([priced(3_000)]);
    costs.extend(few);
    costs.push(priced(100_000));
    if whole.cycles < 1_000 {
        costs.push(Cost { max_ops: 1, ..Cost::flat() });
    } else if whole.cycles > 50_000 {
        // many small shards take long to check
        costs.drain(..3);
    }
    for cost in costs {
        let (cut, printed_again) = run_with(program, input, coprocessors, &cost);
        assert_eq!(printed.0, printed_again.0);
        assert_eq!(summary(&cut), summary(&whole));
        let values = |run: &Run| -> Vec<_> {
            run.memory.iter().map(|w| (w.space, w.addr, w.kind, w.first, w.last_value)).collect()
        };
        assert_eq!(values(&cut), values(&whole));
        check_run(program, input, coprocessors, &cut, &cost);
        assert_eq!(run_with(program, input, coprocessors, &cost).0, cut, "not deterministic");
    }
    (whole, printed)
}

type Summary = (u32, [u8; 32], Halted, Vec<u8>, u64, u64, aver_exec::Counts);

fn summary(run: &Run) -> Summary {
    let Run { exit_code, digest, halted, output, cycles, instructions, counts, .. } = run.clone();
    (exit_code, digest, halted, output, cycles, instructions, counts)
}

fn check_run(program: &Program, input: &[u8], coprocessors: &[&dyn Coprocessor], run: &Run, cost: &Cost) {
    let mut at = program.entry;
    let mut ops = 0;
    // the boundary argument: value and last shard of each word, as the shards see them
    let mut state: BTreeMap<(Space, u32), (u64, u32)> =
        run.memory.iter().map(|word| ((word.space, word.addr), (word.first, 0))).collect();
    assert_eq!(state.len(), run.memory.len());
    for (i, shard) in run.shards.iter().enumerate() {
        assert_eq!((shard.index as usize, shard.start), (i + 1, at));
        assert_eq!(shard.counts.total(), shard.ops);
        assert!(shard.ops <= cost.max_ops);
        // The last op's among them.
        let words = shard.touched.iter().filter(|word| word.space == Space::Memory).count() as u64;
        assert!(words <= cost.max_words + 8);
        assert!(shard.cost <= cost.max_cost || shard.ops == 1, "shard {} over cost", shard.index);
        assert_eq!(shard.cost, price(shard, cost, coprocessors));
        for word in &shard.touched {
            let known = state.get_mut(&(word.space, word.addr)).expect("in the memory table");
            assert_eq!(*known, (word.before, word.last));
            assert!(word.last < shard.index);
            *known = (word.after, shard.index);
        }
        (at, ops) = (shard.end, ops + shard.ops);
        let traced = trace(program, shard, coprocessors).unwrap_or_else(|error| panic!("{error}"));
        check_trace(program, shard, &traced);
    }
    assert_eq!((at, ops), (HALT, run.cycles));
    let input = Input::new(input).unwrap();
    for word in &run.memory {
        assert_eq!(state[&(word.space, word.addr)], (word.last_value, word.last));
        check_first(program, &input, word);
    }
    assert!(run.memory.is_sorted_by(|a, b| (a.space, a.addr) < (b.space, b.addr)));
}

fn check_first(program: &Program, input: &Input, word: &WordHistory) {
    let (first, kind) = match word.space {
        Space::Register => (Program::initial_register(word.addr as u8), WordKind::Image),
        Space::Memory if word.addr >= INPUT_BASE / 8 => (input.initial_word(word.addr), WordKind::Input),
        Space::Memory => (program.initial_word(word.addr), WordKind::Image),
    };
    let kind = if first == 0 && kind == WordKind::Image { WordKind::Zero } else { kind };
    assert_eq!((word.first, word.kind), (first, kind));
}

/// The cost of a shard, from its counts. A coprocessor's cost covers the words it touches, which
/// are only known to differ when there are calls.
fn price(shard: &ShardPlan, cost: &Cost, coprocessors: &[&dyn Coprocessor]) -> u64 {
    if shard.counts.calls.keys().any(|&call| coprocessors.iter().any(|c| c.call() == call)) {
        return shard.cost;
    }
    let words = shard.touched.iter().filter(|word| word.space == Space::Memory).count() as u64;
    let ops = shard.counts.ops.iter().zip(cost.ops).map(|(n, each)| n * each).sum::<u64>();
    let rest = shard.counts.misaligned.iter().zip(cost.misaligned).map(|(n, each)| n * each);
    ops + rest.sum::<u64>() + (words + 36) * cost.touched_word
}

/// Offline memory checking of one shard, and the chain of its ops.
#[derive(Default)]
struct Bus {
    /// (space, addr, value, ts): puts less takes.
    messages: BTreeMap<(Space, u32, u64, u32), i64>,
    /// (index, ts) of `exec`.
    exec: BTreeMap<(u32, u32), i64>,
}

impl Bus {
    fn access(&mut self, space: Space, addr: u32, old: (u64, u32), new: (u64, u32)) {
        assert!(old.1 < new.1, "time goes forward");
        *self.messages.entry((space, addr, old.0, old.1)).or_default() -= 1;
        *self.messages.entry((space, addr, new.0, new.1)).or_default() += 1;
    }

    fn reg(&mut self, reg: u8, before: u64, after: u64, prev: u32, ts: u32) {
        assert!(ts - prev <= MAX_REST, "a register rests too long");
        self.access(Space::Register, reg.into(), (before, prev), (after, ts));
    }

    fn reg_access(&mut self, reg: u8, access: &RegAccess, ts: u32) {
        self.reg(reg, access.before, access.after, access.prev_ts, ts);
    }

    fn mem(&mut self, access: &MemAccess, ts: u32) {
        let (old, new) = ((access.before, access.prev_ts), (access.after, ts));
        self.access(Space::Memory, access.addr, old, new);
    }

    fn op(&mut self, index: u32, ts: u32, next: u32) {
        *self.exec.entry((index, ts)).or_default() -= 1;
        *self.exec.entry((next, ts + SLOTS)).or_default() += 1;
    }
}

fn check_trace(program: &Program, plan: &ShardPlan, traced: &ShardTrace) {
    let mut bus = Bus::default();
    let lists = traced.steps.iter().zip(&traced.misaligned).zip(Opcode::ALL);
    for ((aligned, misaligned), opcode) in lists {
        let count = |list: &[u64; aver_isa::OPCODES]| list[opcode as usize];
        if opcode != Opcode::Ecall {
            assert_eq!(aligned.len() as u64, count(&plan.counts.ops));
        }
        assert_eq!(misaligned.len() as u64, count(&plan.counts.misaligned));
        for step in aligned.iter().chain(misaligned.iter()) {
            let op = &program.ops[step.index as usize];
            assert_eq!(op.opcode, opcode);
            bus.op(step.index, step.ts, step.next);
            if opcode.reads_rs1() {
                bus.reg(op.rs1, step.rs1, step.rs1, step.rs1_prev, step.ts);
            }
            if opcode.reads_rs2() {
                bus.reg(op.rs2, step.rs2, step.rs2, step.rs2_prev, step.ts + 1);
            }
            for (slot, access) in (2..).zip(&step.mem) {
                if access.addr != 0 {
                    bus.mem(access, step.ts + slot);
                }
            }
            assert_eq!(step.mem[0].addr != 0, opcode.access_bytes() > 0);
            if opcode.writes_rd() {
                bus.reg(op.rd, step.rd_before, step.rd, step.rd_prev, step.ts + 4);
            }
        }
        assert!(aligned.iter().all(|step| step.mem[1].addr == 0));
    }
    for touch in &traced.touches {
        assert_eq!(touch.ts % TOUCH_BLOCK, 0);
        bus.reg(touch.register, touch.value, touch.value, touch.prev_ts, touch.ts);
    }
    assert!(traced.touches.len() as u64 <= plan.ops / 358 + 36, "as few as there need be");
    for call in &traced.ecalls {
        bus.op(call.index, call.ts, call.next);
        bus.reg_access(17, &call.a7, call.ts);
        match call.kind {
            CallKind::Write => {
                bus.reg_access(12, &call.a2, call.ts + 1);
                bus.reg_access(10, &call.a0, call.ts + 4);
                assert_eq!(call.a0.after, call.a2.before);
            }
            kind => {
                bus.reg_access(10, &call.a0, call.ts + 1);
                if kind != CallKind::Exit {
                    bus.reg_access(11, &call.a1, call.ts + 2);
                }
            }
        }
        call.reads.iter().for_each(|read| bus.mem(read, call.ts + 2));
        call.updates.iter().for_each(|update| bus.mem(update, call.ts + 3));
    }
    for (word, last) in plan.touched.iter().zip(&traced.finals) {
        assert_eq!((word.space, word.addr, word.after), (last.space, last.addr, last.value));
        *bus.messages.entry((word.space, word.addr, word.before, 0)).or_default() += 1;
        *bus.messages.entry((last.space, last.addr, last.value, last.last_ts)).or_default() -= 1;
    }
    assert_eq!(plan.touched.len(), traced.finals.len());
    assert_eq!(bus.messages.iter().find(|(_, n)| **n != 0), None, "memory bus");
    *bus.exec.entry((plan.start, 1)).or_default() += 1;
    *bus.exec.entry((plan.end, traced.end_ts)).or_default() -= 1;
    assert_eq!(bus.exec.iter().find(|(_, n)| **n != 0), None, "exec bus");
    assert!(traced.end_ts < 1 << 26);
}
