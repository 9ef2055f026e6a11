//! Honest calls with pointers anywhere, in whole machines.

use std::sync::Arc;

use aver_exec::{Cost, Input, Limits, Silent, WORD_BYTES, meter, row_bytes, trace};
use aver_isa::Program;
use aver_isa::memory::{GUARD_START, INPUT_BASE, INPUT_END, NULL_END, STACK_TOP, TEXT_END};
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_machine::machine::{FixedColumns, fixed_columns};
use aver_machine::public::{PC_HALT, ShardPublics};
use aver_machine::{ShardChip, Systems};
use aver_stark_prover::arena::Arena;
use aver_stark_prover::check::check;
use aver_stark_prover::table::Table;
use aver_trace::{Memory, shard_tables};

use super::{Argument, Coprocessor, Numbers, Usage, systems};

/// Bytes of data, and of input, that calls work on.
const BYTES: usize = 4096;
/// Where the text has constants.
const CONSTANTS: u32 = Asm::TEXT + 0x1_0000;
/// log2 of the rows of a chunk.
const LOG_CHUNK: usize = 8;

/// What a0 and a1 hold.
pub type Pair = (u64, u64);

/// A shard of calls.
pub struct Trace {
    /// The program.
    pub program: Program,
    /// The machine.
    pub systems: Systems,
    /// Its fixed columns.
    pub fixed: FixedColumns,
    /// What the shard shows.
    pub publics: ShardPublics,
    /// Tables of all chips.
    pub tables: Vec<Table>,
}

/// A program that makes calls with these arguments, where data and constants of the text are random.
pub fn elf(call: u32, name: &str, calls: &[Pair]) -> Vec<u8> {
    let mut asm = Asm::new();
    for &(a0, a1) in calls {
        asm.li(reg::A0, a0).li(reg::A1, a1).call(call);
    }
    let mut text = asm.exit(0).bytes();
    assert!(text.len() <= (CONSTANTS - Asm::TEXT) as usize, "too many calls");
    text.resize((CONSTANTS - Asm::TEXT) as usize, 0);
    let mut numbers = Numbers(1);
    let mut bytes = || (0..BYTES / 8).flat_map(|_| numbers.next().to_le_bytes()).collect::<Vec<u8>>();
    text.extend(bytes());
    let data = SegmentBytes::data(Asm::DATA, bytes(), BYTES as u64);
    let segments = vec![SegmentBytes::text(asm.start, text), data];
    ElfBuilder { segments, note: Some(ElfBuilder::note(&[name])), ..ElfBuilder::default() }.build()
}

fn run(c: &dyn Coprocessor, calls: &[(u64, u64)]) -> Result<(Program, aver_exec::Run), aver_exec::Error> {
    let elf = elf(aver_exec::Coprocessor::call(c), aver_exec::Coprocessor::name(c), calls);
    let program = Program::from_elf(&elf).unwrap_or_else(|error| panic!("{error}"));
    let mut numbers = Numbers(2);
    let input: Vec<u8> = (0..BYTES / 8).flat_map(|_| numbers.next().to_le_bytes()).collect();
    let input = Input::new(&input[..]).unwrap_or_else(|error| panic!("{error}"));
    let run = meter(&program, &input, &[&Execution(c)], &Cost::flat(), &Limits::default(), &mut Silent)?;
    Ok((program, run))
}

/// The execution of a coprocessor that is there by reference.
struct Execution<'a>(&'a dyn Coprocessor);

impl aver_exec::Coprocessor for Execution<'_> {
    fn call(&self) -> u32 {
        aver_exec::Coprocessor::call(self.0)
    }
    fn name(&self) -> &str {
        aver_exec::Coprocessor::name(self.0)
    }
    fn execute(
        &self,
        a0: u64,
        a1: u64,
        memory: &mut dyn aver_exec::CallMemory,
    ) -> Result<(), aver_exec::FaultKind> {
        self.0.execute(a0, a1, memory)
    }
    fn cost(&self) -> u64 {
        self.0.cost()
    }
    fn rows(&self) -> u64 {
        self.0.rows()
    }
}

/// As [`Execution`].
struct Tables<'a>(&'a dyn Coprocessor);

impl aver_trace::CoprocessorTables for Tables<'_> {
    fn call(&self) -> u32 {
        aver_trace::CoprocessorTables::call(self.0)
    }
    fn fill(
        &self,
        filler: &aver_trace::rows::Filler<'_>,
        program: &Program,
        calls: &[&aver_exec::EcallStep],
    ) -> Vec<Table> {
        self.0.fill(filler, program, calls)
    }
}

impl Trace {
    /// Of a program of calls that can be proved, in one shard.
    pub fn new(c: &dyn Coprocessor, calls: &[(u64, u64)]) -> Self {
        let (program, run) = run(c, calls).unwrap_or_else(|error| panic!("{error}"));
        let plan = &run.shards[0];
        let trace = trace(&program, plan, &[&Execution(c)]).unwrap_or_else(|error| panic!("{error}"));
        let publics = ShardPublics {
            shard: plan.index,
            start: plan.start,
            end: PC_HALT,
            end_ts: 1 + aver_machine::cpu::SLOTS * plan.ops as u32,
            exit: Some((run.status, run.digest)),
        };
        let systems = systems(c);
        let arena = Arena::default();
        let memory = Memory { arena: &arena, log_chunk: LOG_CHUNK };
        let coprocessors: [&dyn aver_trace::CoprocessorTables; 1] = [&Tables(c)];
        let mut tables =
            shard_tables(&systems.shard, &program, plan, &trace, &publics, &coprocessors, memory);
        let fixed = fixed_columns(&systems, &program);
        for (table, columns) in tables.iter_mut().zip(&fixed.shard) {
            table.fixed = Arc::new(columns.clone());
        }
        Self { program, systems, fixed, publics, tables }
    }
}

/// Pairs of arguments: such as may be calls, and such as must be faults.
fn arguments(usage: &Usage) -> (Vec<Pair>, Vec<Pair>) {
    let words = |argument| match argument {
        Argument::Number => 0,
        Argument::Words(n) => u64::from(n),
    };
    let (n0, n1) = (words(usage.a0), words(usage.a1));
    let data = u64::from(Asm::DATA);
    let middle = data + 8 * (n0 + n1);
    let mut calls = vec![(data, middle), (middle, data), (data, data)];
    // At every distance at which the words of the two overlap, and next to each other.
    calls.extend((0..=n0 + n1).map(|distance| (middle, middle - 8 * n1 + 8 * distance)));
    let mut faults = Vec::new();
    let pair = |is_a0: bool, at: u64| if is_a0 { (at, middle) } else { (middle, at) };
    for (n, is_a0) in [(n0, true), (n1, false)].into_iter().filter(|(n, _)| *n > 0) {
        // Up to the end of a region, and one word beyond.
        for end in [GUARD_START, STACK_TOP, INPUT_END] {
            calls.push(pair(is_a0, u64::from(end) - 8 * n));
            faults.push(pair(is_a0, u64::from(end) - 8 * (n - 1)));
        }
        faults.extend((1..8).map(|low| pair(is_a0, middle + low)));
        let outside = [0, u64::from(NULL_END) - 8, 1 << 32, middle + (1 << 32), 1 << 63, u64::MAX - 7];
        faults.extend(outside.map(|at| pair(is_a0, at)));
    }
    for at in [INPUT_BASE, TEXT_END, CONSTANTS, Asm::TEXT] {
        calls.extend([(u64::from(at), middle), (middle, u64::from(at)), (u64::from(at), u64::from(at))]);
    }
    for number in [0, 1, u64::MAX, 1 << 63, 0xFFFF_0000_FFFF_0000] {
        calls.extend((n0 == 0).then_some((number, middle)));
        calls.extend((n1 == 0).then_some((middle, number)));
    }
    (calls, faults)
}

/// Honest calls satisfy every chip and bus of the machine, wherever their pointers point; pointers that are
/// no multiples of 8 or leave memory are faults.
pub fn calls(c: &dyn Coprocessor, usage: &Usage) {
    let (calls, faults) = arguments(usage);
    for (a0, a1) in faults {
        assert!(run(c, &[(a0, a1)]).is_err(), "a call with a0 = {a0:#x}, a1 = {a1:#x} is no fault");
    }
    let possible: Vec<(u64, u64)> = calls.into_iter().filter(|&pair| run(c, &[pair]).is_ok()).collect();
    assert!(possible.len() > 2, "hardly any call is possible: {possible:x?}");
    let trace = Trace::new(c, &possible);
    let own = &trace.tables[ShardChip::COUNT..];
    assert_eq!(own.len(), c.chips().len(), "not as many tables as chips");
    let most = own.iter().map(|table| table.rows).max().unwrap_or(0);
    assert!(
        most as u64 <= possible.len() as u64 * c.rows(),
        "a call takes more rows of a chip than `rows()` says"
    );
    let result =
        check(&trace.systems.shard, &trace.tables, &trace.publics.values(), &trace.publics.messages());
    result.map(drop).unwrap_or_else(|violation| panic!("{violation}"));
}

/// Arguments that do not overlap, and numbers as large as can be; how many words they point to.
pub fn disjoint(usage: &Usage) -> (Pair, u64) {
    let mut words = 0;
    let mut value = |argument| match argument {
        Argument::Number => u64::MAX,
        Argument::Words(n) => {
            words += u64::from(n);
            u64::from(Asm::DATA) + 8 * (words - u64::from(n))
        }
    };
    ((value(usage.a0), value(usage.a1)), words)
}

/// A call costs what the prover's model says of its rows and words.
pub fn cost(c: &dyn Coprocessor, usage: &Usage) {
    let (pair, words) = disjoint(usage);
    let trace = Trace::new(c, &[pair]);
    let described = &trace.systems.shard.described;
    let bytes =
        |chip: usize| row_bytes(described[chip].width(), described[chip].description.interactions.len());
    assert_eq!(WORD_BYTES, bytes(ShardChip::Boundary as usize));
    let rows = (ShardChip::COUNT..described.len()).map(|chip| trace.tables[chip].rows as u64 * bytes(chip));
    assert_eq!(c.cost(), rows.sum::<u64>() + words * WORD_BYTES, "a call costs its rows and words");
}
