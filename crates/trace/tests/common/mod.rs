//! Runs a program, fills every table and asks the oracle.
#![allow(dead_code)]

use std::sync::Arc;

use aver_exec::{Cost, Input, Limits, Run, ShardPlan, Silent, meter, trace};
use aver_isa::testing::Asm;
use aver_isa::{Op, Opcode, Program};
use aver_machine::chips::program::{NOWHERE, encode};
use aver_machine::chips::tables;
use aver_machine::public::{MemoryPublics, PC_HALT, ShardPublics, limbs};
use aver_machine::{Machine, buses};
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::check::{Ledger, Message, Violation, check, check_row, messages_of_row};
use aver_stark_prover::table::Table;
use aver_trace::Memory;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

pub struct Traced {
    pub program: Program,
    pub machine: Machine,
    pub run: Run,
    pub arena: Arena,
}

impl Traced {
    pub fn new(elf: &[u8], input: &[u8], max_ops: u64) -> Self {
        let program = Program::from_elf(elf).expect("the program loads");
        Self::of(program, input, max_ops)
    }

    pub fn of(program: Program, input: &[u8], max_ops: u64) -> Self {
        let machine = Machine::new(&program, Vec::new()).unwrap();
        let cost = Cost { max_ops, ..Cost::flat() };
        let input = Input::new(input).unwrap();
        let run =
            meter(&program, &input, &[], &cost, &Limits::default(), &mut Silent).expect("the program runs");
        Self { program, machine, run, arena: Arena::default() }
    }

    pub fn memory(&self) -> Memory<'_> {
        Memory { arena: &self.arena, log_chunk: 12 }
    }

    pub fn publics(&self, plan: &ShardPlan) -> ShardPublics {
        let halts = plan.end == aver_exec::HALT;
        ShardPublics {
            shard: plan.index,
            start: plan.start,
            end: if halts { PC_HALT } else { plan.end },
            end_ts: 1 + 5 * plan.ops as u32,
            exit: halts.then_some((self.run.status, self.run.digest)),
        }
    }

    pub fn shard(&self, plan: &ShardPlan) -> Vec<Table> {
        let trace = trace(&self.program, plan, &[]).expect("the shard can be traced");
        let publics = self.publics(plan);
        let system = &self.machine.shard;
        let tables =
            aver_trace::shard_tables(system, &self.program, plan, &trace, &publics, &[], self.memory());
        fixed(tables, &self.machine.shard_fixed)
    }

    pub fn check_shard(&self, plan: &ShardPlan, tables: &[Table]) -> Result<Ledger, Violation> {
        let publics = self.publics(plan);
        assert!(publics.in_limits());
        check(&self.machine.shard, tables, &publics.values(), &publics.messages())
    }

    pub fn memory_tables(&self) -> (Vec<Table>, MemoryPublics) {
        let last = self.run.memory.last().map_or(0, aver_trace::memory_key);
        let publics = MemoryPublics { before: None, last };
        let system = &self.machine.memory;
        let tables =
            aver_trace::memory_tables(system, &self.program, &self.run.memory, &publics, self.memory());
        (fixed(tables, &self.machine.memory_fixed), publics)
    }

    /// Everything is satisfied, and all shared buses cancel.
    pub fn check(&self) {
        let mut total = Ledger::default();
        let (tables, publics) = self.memory_tables();
        let system = &self.machine.memory;
        let ledger = check(system, &tables, &publics.values(), &publics.messages());
        total.absorb(ledger.unwrap_or_else(|e| panic!("memory: {e}")));
        for plan in &self.run.shards {
            let tables = self.shard(plan);
            let ledger = self.check_shard(plan, &tables);
            total.absorb(ledger.unwrap_or_else(|e| panic!("shard {}: {e}", plan.index)));
        }
        assert_eq!(total.open(&self.machine.shard), None);
    }
}

fn fixed(mut tables: Vec<Table>, columns: &[Vec<Vec<F>>]) -> Vec<Table> {
    for (table, columns) in tables.iter_mut().zip(columns) {
        table.fixed = Arc::new(columns.clone());
    }
    tables
}

/// Edge values of operands.
pub const EDGES: [u64; 22] = [
    0,
    1,
    2,
    7,
    0xFF,
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
    0x7FFF_FFFF_FFFF_FFFF,
    0x8000_0000_0000_0000,
    0x8000_0000_0000_0001,
    0x0001_0000_FFFF_0000,
    0xFFFF_FFFF_FFFF_FFFE,
    0xFFFF_FFFF_FFFF_FFFF,
];

/// A program of ops (registers x8: base of the data, which holds `data`), ended by exit(0).
pub fn program(mut ops: Vec<Op>, data: &[u64]) -> Program {
    let base = Op { opcode: Opcode::Const, rd: 8, imm: Asm::DATA.into(), ..Op::default() };
    ops.insert(0, base);
    let constant = |rd, imm| Op { opcode: Opcode::Const, rd, imm, ..Op::default() };
    ops.extend([constant(17, 93), constant(10, 0), Op { opcode: Opcode::Ecall, ..Op::default() }]);
    ops.push(Op::default());
    for (i, op) in ops.iter_mut().enumerate() {
        (op.first, op.pc) = (true, Asm::TEXT + 4 * i as u32);
    }
    let mut program = Program::default();
    program.ops = ops;
    program.image =
        (0u32..).zip(data).filter(|word| *word.1 != 0).map(|(i, &v)| (Asm::DATA / 8 + i, v)).collect();
    program
}

pub fn load(rd: u8, word: usize) -> Op {
    Op { opcode: Opcode::Ld, rd, rs1: 8, imm: 8 * word as i64, ..Op::default() }
}

/// Whether a lookup is in its table; `None` for buses that are no lookups.
pub fn looked_up(traced: &Traced, (bus, _, values): &Message) -> Option<bool> {
    let v: Vec<u32> = values.iter().map(|v| v.as_canonical_u32()).collect();
    // What padding of fixed tables answers.
    let is_zero = v.iter().all(|v| *v == 0);
    Some(match bus.id {
        id if id == buses::RANGE.id => v[0] < 1 << 16,
        id if id == buses::BYTES.id => v[0] < 256 && v[1] < 256,
        id if id == buses::AND.id => v[0] < 256 && v[1] < 256 && v[2] == v[0] & v[1],
        id if id == buses::BITS.id => v[0] <= 16 && v[1] == 1 << v[0] && v[2] < v[1],
        id if id == buses::INSTR.id => {
            let op = traced.program.ops.get(v[0] as usize);
            is_zero || op.is_some_and(|op| encode(v[0], op)[..] == values[..])
        }
        id if id == buses::TARGET.id => {
            (v[0], v[1]) == (0, NOWHERE) || traced.program.targets().any(|(a, i)| (a / 4, i) == (v[0], v[1]))
        }
        id if id == buses::IMAGE.id => {
            let rows = tables::image(&traced.program);
            is_zero || rows.iter().any(|w| (w.space, w.addr) == (v[0], v[1]) && limbs(w.value)[..] == v[2..])
        }
        id if id == buses::GAP.id => {
            let rows = tables::gaps(&traced.program, &tables::image(&traced.program));
            is_zero || rows.iter().any(|g| (g.space, g.lo, g.hi) == (v[0], v[1], v[2]))
        }
        _ => return None,
    })
}

/// Whether a changed row would be noticed.
pub fn noticed(
    traced: &Traced,
    system: &System,
    chip: usize,
    honest: &[F],
    row: &[F],
    publics: &[F],
) -> bool {
    if check_row(system, chip, row, publics).is_some() {
        return true;
    }
    let split = |row: &[F]| {
        let messages = messages_of_row(system, chip, row, publics);
        messages.into_iter().partition::<Vec<_>, _>(|m| looked_up(traced, m).is_some())
    };
    let (lookups, others) = split(row);
    let sorted = |mut messages: Vec<Message>| {
        messages.sort_by_key(|m| (m.0.id, m.2.clone(), m.1));
        messages
    };
    // a lookup with a weight other than 0 and 1 cannot be answered row by row; those are constraints
    let taken = |messages: Vec<Message>| sorted(messages.into_iter().filter(|m| m.1 != F::ONE).collect());
    lookups.iter().any(|m| m.1 != F::ONE || looked_up(traced, m) == Some(false))
        || taken(others) != taken(split(honest).1)
}
