//! Pass 1: runs the whole program and cuts the run into shards.
//!
//! Time goes by blocks: what a stretch of ops up to the next jump costs, counts and touches among
//! registers is known beforehand ([`blocks`]), so a block is entered once, checked against what is
//! left of the shard, and run without further accounts. Near the end of a shard, ops are priced
//! and run one by one ([`step`]).

mod blocks;
mod calls;
mod execute;
mod profile;
mod step;

pub(crate) use calls::check_status;
pub use profile::FunctionCycles;

use aver_isa::{Program, REGISTERS};

use crate::{
    Collect, Coprocessor, Cost, Counts, Error, Fault, FaultKind, HALT, Host, Input, MAX_SHARD_OPS, ShardPlan,
    Space, TouchedWord, WordHistory, coprocessor::mount, memory::Memory,
};
use blocks::Block;

/// Where a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Micro-operations.
    pub max_cycles: u64,
    /// Bytes written to file descriptors 3 and 4.
    pub max_output_bytes: u64,
    pub max_shards: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_cycles: u64::MAX / 2, max_output_bytes: 1 << 28, max_shards: 1 << 20 }
    }
}

/// By which call a program halted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halted {
    /// Call 93: the digest is that of the empty output.
    Exit,
    /// Aver's `halt`.
    Halt,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// By which call.
    pub halted: Halted,
    /// What it halted with: the exit code, and above it whether there are assumptions.
    pub status: u64,
    /// The digest it handed over.
    pub digest: [u8; 32],
}

impl Outcome {
    /// The low 32 bits of what it halted with.
    pub fn exit_code(&self) -> u32 {
        self.status as u32
    }
}

/// A whole run, kept: for tests, and for programs that are known to be short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// In order; their numbers count from 1.
    pub shards: Vec<ShardPlan>,
    /// Every word and register touched, sorted by (space, addr).
    pub memory: Vec<WordHistory>,
    /// What it halted with: the exit code, and above it whether there are assumptions.
    pub status: u64,
    pub exit_code: u32,
    pub digest: [u8; 32],
    pub halted: Halted,
    /// Bytes written to file descriptor 3.
    pub output: Vec<u8>,
    /// Bytes written to file descriptor 4.
    pub assumptions: Vec<u8>,
    /// Micro-operations executed.
    pub cycles: u64,
    /// Instructions executed: an atomic is one, however many micro-operations it takes.
    pub instructions: u64,
    /// Of the whole run.
    pub counts: Counts,
}

impl Run {
    /// Loads and stores that were not aligned.
    pub fn misaligned(&self) -> u64 {
        self.counts.misaligned.iter().sum()
    }
}

/// Runs `program` on `input` to its end and keeps all of it; [`Meter`] keeps no more than a shard.
///
/// # Errors
/// A fault, a limit reached, or a coprocessor of the program that is not among `coprocessors`.
pub fn meter(
    program: &Program,
    input: &Input,
    coprocessors: &[&dyn Coprocessor],
    cost: &Cost,
    limits: &Limits,
    host: &mut dyn Host,
) -> Result<Run, Error> {
    let mut host = Collect::new(host);
    let mut meter = Meter::new(program, input, coprocessors, cost, limits)?;
    let (mut shards, mut counts) = (Vec::new(), Counts::default());
    while let Some(plan) = meter.next_shard(&mut host)? {
        counts.add(&plan.counts);
        shards.push(plan);
    }
    // Only a halt ends the shards without an error.
    let none = Outcome { halted: Halted::Exit, status: 0, digest: [0; 32] };
    let outcome = meter.outcome().unwrap_or(none);
    let Outcome { halted, status, digest } = outcome;
    let memory = meter.words().collect();
    let (cycles, instructions) = (meter.cycles, meter.instructions);
    let Collect { output, assumptions, .. } = host;
    let exit_code = outcome.exit_code();
    Ok(Run {
        shards,
        memory,
        status,
        exit_code,
        digest,
        halted,
        output,
        assumptions,
        cycles,
        instructions,
        counts,
    })
}

/// Why execution leaves the loop before a halt.
enum Stop {
    Fault(FaultKind),
    Error(Error),
}

impl From<FaultKind> for Stop {
    fn from(kind: FaultKind) -> Self {
        Stop::Fault(kind)
    }
}

/// A run, shard by shard: what it keeps is the state of the machine and accounts of the current shard.
///
/// Two meters of the same arguments cut the same shards, so a shard that was dropped is made again by
/// running up to it once more.
pub struct Meter<'a> {
    program: &'a Program,
    coprocessors: Vec<&'a dyn Coprocessor>,
    cost: &'a Cost,
    limits: Limits,
    /// By register; a power of two long so that an index needs no check.
    regs: [u64; 64],
    memory: Memory<'a>,

    /// By op index: the block that starts there.
    blocks: Vec<Block>,
    /// By op index: blocks run whole from there in this shard.
    visits: Vec<u32>,
    /// The indices whose visits are not 0.
    visited: Vec<u32>,
    /// By op index: how often it ran in the shards so far, if that is counted.
    profile: Option<Vec<u64>>,

    /// Number of this shard, from 1.
    shard: u32,
    /// Cost of this shard so far, without the memory words it touched.
    spent: u64,
    /// Ops of this shard, and the most it may have.
    shard_ops: u64,
    max_shard_ops: u64,
    /// Registers accessed in this shard, a bit for each.
    accessed: u64,
    /// Ops of this shard that are not in `visits`; misaligned ones are there too.
    counts: Counts,
    instructions: u64,
    /// Op index and registers at the start of this shard.
    start: u32,
    start_regs: [u64; 64],
    /// The shard that accessed each register last.
    register_last: [u32; REGISTERS],

    /// Ops of the shards before this one.
    cycles: u64,
    /// Bytes written to file descriptor 3.
    output_bytes: u64,
    outcome: Option<Outcome>,
}

impl<'a> Meter<'a> {
    /// Before the first op.
    ///
    /// # Errors
    /// A coprocessor of the program that is not among `coprocessors`.
    pub fn new(
        program: &'a Program,
        input: &'a Input,
        coprocessors: &[&'a dyn Coprocessor],
        cost: &'a Cost,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let coprocessors = mount(program, coprocessors)?;
        let mut regs = [0; 64];
        for index in 0..REGISTERS as u8 {
            regs[usize::from(index)] = Program::initial_register(index);
        }
        let mut meter = Self {
            blocks: blocks::blocks(program, cost, &coprocessors),
            visits: vec![0; program.ops.len()],
            visited: Vec::new(),
            profile: None,
            memory: Memory::new(program, input),
            program,
            coprocessors,
            cost,
            limits: *limits,
            regs,
            shard: 0,
            spent: 0,
            shard_ops: 0,
            max_shard_ops: 0,
            accessed: 0,
            counts: Counts::default(),
            instructions: 0,
            start: program.entry,
            start_regs: regs,
            register_last: [0; REGISTERS],
            cycles: 0,
            output_bytes: 0,
            outcome: None,
        };
        meter.begin_shard(program.entry);
        Ok(meter)
    }

    /// Ops of the shards so far.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// Instructions of the shards so far.
    pub fn instructions(&self) -> u64 {
        self.instructions
    }

    /// How the run ended, when it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Bytes of the program's memory that are kept, and what is known of each word.
    pub fn memory_bytes(&self) -> u64 {
        self.memory.bytes()
    }

    /// Every word and register touched so far, sorted by (space, addr).
    pub fn words(&self) -> impl Iterator<Item = WordHistory> + '_ {
        let touched = (0..REGISTERS).filter(|&register| self.register_last[register] != 0);
        let registers = touched.map(|register| {
            let first = Program::initial_register(register as u8);
            let (value, last) = (self.regs[register], self.register_last[register]);
            WordHistory::new(Space::Register, register as u32, first, value, last)
        });
        registers.chain(self.memory.words())
    }

    fn begin_shard(&mut self, start: u32) {
        self.start = start;
        self.start_regs = self.regs;
        self.accessed = 0;
        self.shard_ops = 0;
        self.max_shard_ops =
            self.cost.max_ops.clamp(1, MAX_SHARD_OPS).min(self.limits.max_cycles - self.cycles);
        self.spent = self.cost.touched_word * REGISTERS as u64;
    }

    /// Runs up to the next cut or the halt; `None` after that.
    ///
    /// # Errors
    /// A fault, or a limit reached. The meter is of no use after it.
    pub fn next_shard(&mut self, host: &mut dyn Host) -> Result<Option<ShardPlan>, Error> {
        let mut index = self.start;
        if index == HALT {
            return Ok(None);
        }
        while index != HALT {
            // Every op index a block ends with is one of an op, as the last op is `Illegal`.
            let block = self.blocks[index as usize];
            let touched = self.memory.touched();
            let spent = self.spent + touched * self.cost.touched_word;
            let fits = spent.saturating_add(block.worst) <= self.cost.max_cost
                && touched + 2 * u64::from(block.ops) <= self.cost.max_words
                && self.shard_ops + u64::from(block.ops) <= self.max_shard_ops;
            let ops = if fits {
                self.enter(index, block);
                block.ops
            } else if self.is_full_at(index) {
                break;
            } else {
                self.step(index)?;
                1
            };
            index = match self.execute(index, ops, host) {
                Ok(next) => next,
                Err((_, Stop::Error(error))) => return Err(error),
                Err((done, Stop::Fault(kind))) => {
                    let cycle = self.cycles + self.shard_ops - u64::from(ops - done);
                    return Err(Fault::new(self.program, index + done, kind, cycle).into());
                }
            };
        }
        self.end_shard(index).map(Some)
    }

    /// Accounts for a block that will run whole.
    #[inline(always)]
    fn enter(&mut self, index: u32, block: Block) {
        self.spent += block.cost;
        self.shard_ops += u64::from(block.ops);
        self.accessed |= block.registers;
        let visits = &mut self.visits[index as usize];
        if *visits == 0 {
            self.visited.push(index);
        }
        *visits += 1;
    }

    /// Closes the shard; the next, if any, starts at `end`.
    fn end_shard(&mut self, end: u32) -> Result<ShardPlan, Error> {
        self.shard += 1;
        let index = self.shard;
        if index > self.limits.max_shards {
            return Err(Error::TooManyShards { limit: self.limits.max_shards });
        }
        let mut counts = std::mem::take(&mut self.counts);
        for at in self.visited.drain(..) {
            let visits = u64::from(std::mem::take(&mut self.visits[at as usize]));
            let block = at as usize..(at + self.blocks[at as usize].ops) as usize;
            for op in &self.program.ops[block.clone()] {
                counts.ops[op.opcode as usize] += visits;
                self.instructions += visits * u64::from(op.first);
            }
            if let Some(profile) = &mut self.profile {
                profile[block].iter_mut().for_each(|runs| *runs += visits);
            }
        }
        // so far misaligned accesses are in both
        for (ops, misaligned) in counts.ops.iter_mut().zip(counts.misaligned) {
            *ops -= misaligned;
        }
        let mut touched = Vec::new();
        for register in (0..REGISTERS).filter(|register| self.accessed >> register & 1 == 1) {
            touched.push(TouchedWord {
                space: Space::Register,
                addr: register as u32,
                before: self.start_regs[register],
                last: std::mem::replace(&mut self.register_last[register], index),
                after: self.regs[register],
            });
        }
        let cost = self.spent + self.memory.touched() * self.cost.touched_word;
        touched.extend(self.memory.end_shard());
        let plan = ShardPlan { index, start: self.start, end, ops: self.shard_ops, counts, cost, touched };
        self.cycles += self.shard_ops;
        self.begin_shard(end);
        Ok(plan)
    }
}
