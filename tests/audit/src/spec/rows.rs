//! Rows of real runs, by chip: what honest rows look like.

use aver_exec::{Cost, HALT, Input, Limits, Silent, meter, trace};
use aver_isa::Program;
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, random_program, reg};
use aver_machine::Systems;
use aver_machine::public::{MemoryPublics, PC_HALT, ShardPublics};
use aver_stark::field::F;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::table::Table;

/// A row, and the public values of its proof.
#[derive(Clone, Debug)]
pub struct Honest {
    /// Its cells.
    pub cells: Vec<F>,
    /// Public values.
    pub publics: Vec<F>,
}

/// Rows of shard proofs and of memory proofs, by chip.
pub struct Rows {
    /// By shard chip.
    pub shard: Vec<Vec<Honest>>,
    /// By memory chip.
    pub memory: Vec<Vec<Honest>>,
}

/// Reads input and text, also across words; calls `write` and `halt`.
fn regions() -> Vec<u8> {
    let [a, b, c] = [reg::T0, reg::T1, reg::T2];
    let mut asm = Asm::new();
    asm.li(a, INPUT_BASE.into()).ld(b, a, 0).ld(c, a, 8).sd(b, a, 16).ld(b, a, 21).sd(b, a, 35);
    asm.li(a, 0x5000_0000).sd(c, a, 3).lbu(c, a, 9);
    asm.li(a, Asm::TEXT.into()).ld(c, a, 0).ld(c, a, 3).lbu(c, a, 2);
    asm.auipc(reg::RA, 0).jalr(reg::RA, reg::RA, 9);
    asm.write(1, Asm::DATA, 8).li(reg::A0, 3).li(reg::A1, Asm::DATA.into()).call(aver_isa::calls::HALT);
    asm.elf(&aver_isa::calls::EMPTY_DIGEST, 64)
}

/// Registers rest for more than 2^16 slots.
fn rests() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T0, 7_000).addi(reg::T0, reg::T0, -1).bne(reg::T0, 0, -4).add(reg::A1, reg::SP, reg::T2);
    asm.exit(0).elf(&[], 8)
}

/// Rows of a few programs that together have rows in every chip.
pub fn honest() -> Rows {
    let systems = Systems::new(Vec::new()).expect("the machine is described");
    let mut rows = Rows {
        shard: vec![Vec::new(); systems.shard.chips.len()],
        memory: vec![Vec::new(); systems.memory.chips.len()],
    };
    for elf in [random_program(77, 900).elf, random_program(5, 3000).elf, regions()] {
        run(&systems, &elf, 700, &mut rows);
    }
    run(&systems, &rests(), 1 << 16, &mut rows);
    rows
}

fn run(systems: &Systems, elf: &[u8], max_ops: u64, rows: &mut Rows) {
    let program = Program::from_elf(elf).expect("the program loads");
    let input = Input::new(*b"some input of a few words").expect("the input fits");
    let cost = Cost { max_ops, ..Cost::flat() };
    let run =
        meter(&program, &input, &[], &cost, &Limits::default(), &mut Silent).expect("the program halts");
    let arena = Arena::default();
    let memory = aver_trace::Memory { arena: &arena, log_chunk: 10 };
    let keep = |to: &mut [Vec<Honest>], tables: Vec<Table>, publics: Vec<F>| {
        for (to, table) in to.iter_mut().zip(tables) {
            let kept = (0..table.rows).map(|i| Honest { cells: table.row(i), publics: publics.clone() });
            to.extend(kept.filter(|row| !row.cells.is_empty()));
        }
    };
    for plan in &run.shards {
        let trace = trace(&program, plan, &[]).expect("the shard is that of the plan");
        let is_last = trace.end == HALT;
        let publics = ShardPublics {
            shard: trace.index,
            start: trace.start,
            end: if is_last { PC_HALT } else { trace.end },
            end_ts: trace.end_ts,
            exit: is_last.then_some((run.status, run.digest)),
        };
        let tables = aver_trace::shard_tables(&systems.shard, &program, plan, &trace, &publics, &[], memory);
        keep(&mut rows.shard, tables, publics.values());
    }
    let last = run.memory.last().map_or(0, aver_trace::memory_key);
    let publics = MemoryPublics { before: None, last };
    let tables = aver_trace::memory_tables(&systems.memory, &program, &run.memory, &publics, memory);
    keep(&mut rows.memory, tables, publics.values());
}
