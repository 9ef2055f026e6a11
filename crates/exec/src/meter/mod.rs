//! Pass 1: runs the whole program and cuts the run into shards.
//!
//! Time goes by blocks: what a stretch of ops up to the next jump costs, counts and touches among
//! registers is known beforehand ([`blocks`]), so a block is entered once, checked against what is
//! left of the shard, and run without further accounts. Near the end of a shard, ops are priced
//! and run one by one ([`step`]).

mod blocks;
mod calls;
mod execute;
mod step;

use aver_isa::{Program, REGISTERS, memory::INPUT_BASE, memory::WORD_BYTES};

use crate::{
    Coprocessor, Cost, Counts, Error, Fault, FaultKind, HALT, Host, Input, MAX_SHARD_OPS, ShardPlan, Space,
    TouchedWord, WordHistory, WordKind, coprocessor::mount, memory::Memory,
};
use blocks::Block;

/// Where a run is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Micro-operations.
    pub max_cycles: u64,
    /// Bytes written to file descriptor 3.
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

/// What metering found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// In order; their numbers count from 1.
    pub shards: Vec<ShardPlan>,
    /// Every word and register touched, sorted by (space, addr).
    pub memory: Vec<WordHistory>,
    pub exit_code: u32,
    pub digest: [u8; 32],
    pub halted: Halted,
    /// Bytes written to file descriptor 3.
    pub output: Vec<u8>,
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

/// Runs `program` on `input` to its end.
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
    let coprocessors = mount(program, coprocessors)?;
    let mut meter = Meter::new(program, input, coprocessors, cost, limits, host);
    meter.run()?;
    Ok(meter.finish())
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

struct Meter<'a> {
    program: &'a Program,
    coprocessors: Vec<&'a dyn Coprocessor>,
    cost: &'a Cost,
    limits: &'a Limits,
    host: &'a mut dyn Host,
    /// By register; a power of two long so that an index needs no check.
    regs: [u64; 64],
    memory: Memory<'a>,

    /// By op index: the block that starts there.
    blocks: Vec<Block>,
    /// By op index: blocks run whole from there in this shard.
    visits: Vec<u32>,
    /// The indices whose visits are not 0.
    visited: Vec<u32>,

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
    shards: Vec<ShardPlan>,
    output: Vec<u8>,
    halt: Option<(Halted, u32, [u8; 32])>,
}

impl<'a> Meter<'a> {
    fn new(
        program: &'a Program,
        input: &'a Input,
        coprocessors: Vec<&'a dyn Coprocessor>,
        cost: &'a Cost,
        limits: &'a Limits,
        host: &'a mut dyn Host,
    ) -> Self {
        let mut regs = [0; 64];
        for index in 0..REGISTERS as u8 {
            regs[usize::from(index)] = Program::initial_register(index);
        }
        let mut meter = Self {
            blocks: blocks::blocks(program, cost, &coprocessors),
            visits: vec![0; program.ops.len()],
            visited: Vec::new(),
            memory: Memory::new(program, input),
            program,
            coprocessors,
            cost,
            limits,
            host,
            regs,
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
            shards: Vec::new(),
            output: Vec::new(),
            halt: None,
        };
        meter.begin_shard(program.entry);
        meter
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

    fn run(&mut self) -> Result<(), Error> {
        let mut index = self.program.entry;
        while index != HALT {
            // Every op index a block ends with is one of an op, as the last op is `Illegal`.
            let block = self.blocks[index as usize];
            let spent = self.spent + self.memory.touched() * self.cost.touched_word;
            let fits = spent.saturating_add(block.worst) <= self.cost.max_cost
                && self.shard_ops + u64::from(block.ops) <= self.max_shard_ops;
            let ops = if fits {
                self.enter(index, block);
                block.ops
            } else {
                self.step(index)?;
                1
            };
            index = match self.execute(index, ops) {
                Ok(next) => next,
                Err((_, Stop::Error(error))) => return Err(error),
                Err((done, Stop::Fault(kind))) => {
                    let cycle = self.cycles + self.shard_ops - u64::from(ops - done);
                    return Err(Fault::new(self.program, index + done, kind, cycle).into());
                }
            };
        }
        self.end_shard(HALT)
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
    fn end_shard(&mut self, end: u32) -> Result<(), Error> {
        let index = self.shards.len() as u32 + 1;
        if index > self.limits.max_shards {
            return Err(Error::TooManyShards { limit: self.limits.max_shards });
        }
        let mut counts = std::mem::take(&mut self.counts);
        for at in self.visited.drain(..) {
            let visits = u64::from(std::mem::take(&mut self.visits[at as usize]));
            let block = at as usize..(at + self.blocks[at as usize].ops) as usize;
            for op in &self.program.ops[block] {
                counts.ops[op.opcode as usize] += visits;
                self.instructions += visits * u64::from(op.first);
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
        self.shards.push(ShardPlan {
            index,
            start: self.start,
            end,
            ops: self.shard_ops,
            counts,
            cost,
            touched,
        });
        self.cycles += self.shard_ops;
        if end != HALT {
            self.begin_shard(end);
        }
        Ok(())
    }

    fn finish(self) -> Run {
        let mut counts = Counts::default();
        let mut memory = Vec::new();
        for shard in &self.shards {
            counts.add(&shard.counts);
            for word in shard.touched.iter().filter(|word| word.last == 0) {
                memory.push(self.history(word));
            }
        }
        memory.sort_unstable_by_key(|word| (word.space, word.addr));
        // `run` returns without an error only by a halt.
        let (halted, exit_code, digest) = self.halt.unwrap_or((Halted::Exit, 0, [0; 32]));
        Run {
            shards: self.shards,
            memory,
            exit_code,
            digest,
            halted,
            output: self.output,
            cycles: self.cycles,
            instructions: self.instructions,
            counts,
        }
    }

    fn history(&self, word: &TouchedWord) -> WordHistory {
        let (last_value, last) = match word.space {
            Space::Register => {
                let register = word.addr as usize;
                (self.regs[register], self.register_last[register])
            }
            Space::Memory => self.memory.state(word.addr),
        };
        let kind = if word.space == Space::Memory && word.addr >= INPUT_BASE / WORD_BYTES {
            WordKind::Input
        } else if word.before != 0 {
            WordKind::Image
        } else {
            WordKind::Zero
        };
        let TouchedWord { space, addr, before: first, .. } = *word;
        WordHistory { space, addr, kind, first, last_value, last }
    }
}
