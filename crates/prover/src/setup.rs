//! A program on its machine: decoded, with its fixed tables committed.

use std::sync::{Arc, Mutex, OnceLock};

use aver_exec::{
    Collect, Cost, Counts, FunctionCycles, Halted, Host, Input, Limits, Meter, Outcome, ShardPlan, SpareSteps,
};
use aver_isa::Program;
use aver_machine::Systems;
use aver_stark::params::Params;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Fixed, ProveError};
use aver_verifier::bytes::Fields;
use aver_verifier::claim::{End, MAX_ASSUMPTIONS};
use aver_verifier::{Claim, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::coprocessor::{Coprocessor, Mounted, select};
use crate::cost;
use crate::error::Error;
use crate::plan::Options;
use crate::shapes::Shapes;

/// A program, ready to run and to prove.
pub struct Setup {
    pub(crate) program: Program,
    pub(crate) machine: Systems,
    pub(crate) coprocessors: Vec<Arc<dyn Coprocessor>>,
    pub(crate) params: Params,
    pub(crate) options: Options,
    /// Of shards, and of memory proofs.
    pub(crate) shapes: [Shapes; 2],
    pub(crate) encoder: Encoder,
    /// Memory that is not for rows of shards, by the model.
    pub(crate) fixed_bytes: u64,
    pub(crate) cost: Cost,
    /// For the next trace.
    pub(crate) spare_steps: Mutex<SpareSteps>,
    committed: OnceLock<Committed>,
}

/// What takes time and is the same for every run.
pub(crate) struct Committed {
    pub shard: Fixed,
    pub memory: Fixed,
    /// Their stacks.
    pub stacks: [usize; 2],
    pub vk: VerifyingKey,
}

/// What executing a program shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Low 32 bits of what it halted with.
    pub exit_code: u32,
    /// Its public output.
    pub output: Vec<u8>,
    /// Its digest.
    pub output_digest: [u8; 32],
    /// What the program took for granted: the run is worth what these claims are.
    pub assumptions: Vec<Claim>,
    /// Micro-operations.
    pub cycles: u64,
    /// Instructions.
    pub instructions: u64,
    /// Loads and stores that were not aligned.
    pub misaligned: u64,
    /// Rows of each chip that has any, over all shards.
    pub rows: Vec<(String, u64)>,
    /// Shards it is proved in.
    pub shards: usize,
    /// Bytes of the program's own memory, which a budget does not count: pages it touched, with what is
    /// known of each word, and the input.
    pub guest_memory: u64,
    /// What proving will take on one thread, by the cost model.
    pub estimated_seconds: f64,
    /// Bytes of memory proving will take, the program's own apart.
    pub estimated_memory: u64,
}

impl Setup {
    /// Loads a program. Of the mounted coprocessors only those the program names in its note become
    /// part of its machine.
    pub fn new(elf: &[u8], mounted: &Mounted, options: Options) -> Result<Self, Error> {
        let program = Program::from_elf(elf)?;
        let coprocessors = select(&uses(&program), mounted)?;
        let machine = Systems::mount(coprocessors.iter().map(|c| (c.name(), c.chips())).collect())?;
        let params = Params::new(options.profile, options.log_height)?;
        let fixed_bytes = crate::plan::fixed_bytes(&machine, &program);
        let mut cost = cost::cost(&machine, &options, fixed_bytes);
        let executions = coprocessors.iter().map(|c| c.execution());
        let room = executions.map(|c| cost::room(&cost, c.rows(), c.cost())).min().unwrap_or(u64::MAX);
        cost.max_cost = cost.max_cost.min(room);
        let shapes = [false, true].map(|is_memory| Shapes::new(&params, is_memory));
        let encoder = Encoder::default();
        let (spare_steps, committed) = (Mutex::default(), OnceLock::new());
        Ok(Self {
            program,
            machine,
            coprocessors,
            params,
            options,
            shapes,
            encoder,
            fixed_bytes,
            cost,
            spare_steps,
            committed,
        })
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Its verifying key. Commits to the fixed tables on first use.
    pub fn vk(&self) -> Result<&VerifyingKey, Error> {
        self.committed().map(|c| &c.vk)
    }

    pub(crate) fn committed(&self) -> Result<&Committed, Error> {
        if self.committed.get().is_none() {
            let committed = self.commit()?;
            let _ = self.committed.set(committed);
        }
        self.committed.get().ok_or_else(|| ProveError::Table { chip: "fixed".into() }.into())
    }

    fn commit(&self) -> Result<Committed, Error> {
        let fixed = aver_machine::machine::fixed_columns(&self.machine, &self.program);
        let mut stacks = [0; 2];
        let [of_shard, of_memory] = &mut stacks;
        let commit = |is_memory: bool, columns, stacks: &mut usize| {
            let system = self.system(is_memory);
            let widen = |needed| {
                *stacks = self.shapes[usize::from(is_memory)].fixed(needed);
                *stacks
            };
            Fixed::with_stacks(system, &self.params, columns, widen, &self.encoder)
        };
        let shard = commit(false, fixed.shard, of_shard)?;
        let memory = commit(true, fixed.memory, of_memory)?;
        let vk = VerifyingKey {
            profile: self.params.profile,
            log_height: self.params.log_height,
            entry: self.program.entry,
            coprocessors: uses(&self.program),
            machine: aver_machine::digest::digest(&self.machine),
            shard: shard.key().clone(),
            memory: memory.key().clone(),
        };
        Ok(Committed { shard, memory, stacks, vk })
    }

    /// The execution of its coprocessors.
    pub fn executions(&self) -> Vec<&dyn aver_exec::Coprocessor> {
        self.coprocessors.iter().map(|c| c.execution()).collect()
    }

    /// The run of the program on `input`, shard by shard; pass 1 and pass 2 cut the same shards.
    pub fn meter<'a>(&'a self, input: &'a Input) -> Result<Meter<'a>, Error> {
        let mut limits = Limits { max_shards: aver_machine::public::MAX_SHARDS - 1, ..Limits::default() };
        if let Some(max) = self.options.max_cycles {
            limits.max_cycles = max;
        }
        Ok(Meter::new(&self.program, input, &self.executions(), &self.cost, &limits)?)
    }

    /// Runs the program without proving.
    pub fn execute(&self, input: &Input, host: &mut dyn Host) -> Result<Execution, Error> {
        self.run(input, host, &mut |_| Ok(())).map(|(_, execution)| execution)
    }

    /// [`execute`](Self::execute), and in which functions the cycles were spent, most first.
    pub fn profile(
        &self,
        input: &Input,
        host: &mut dyn Host,
    ) -> Result<(Execution, Vec<FunctionCycles>), Error> {
        let mut meter = self.meter(input)?;
        meter.keep_profile();
        let (meter, execution) = self.run_on(meter, input, host, &mut |_| Ok(()))?;
        Ok((execution, meter.functions()))
    }

    /// Runs the program; `each` sees every shard's plan. Returns the state at the end.
    pub(crate) fn run<'a>(
        &'a self,
        input: &'a Input,
        host: &mut dyn Host,
        each: &mut dyn FnMut(&ShardPlan) -> Result<(), Error>,
    ) -> Result<(Meter<'a>, Execution), Error> {
        self.run_on(self.meter(input)?, input, host, each)
    }

    fn run_on<'a>(
        &'a self,
        mut meter: Meter<'a>,
        input: &Input,
        host: &mut dyn Host,
        each: &mut dyn FnMut(&ShardPlan) -> Result<(), Error>,
    ) -> Result<(Meter<'a>, Execution), Error> {
        let mut host = Collect::new(host);
        let (mut counts, mut shards, mut cost, mut largest) = (Counts::default(), 0, 0, 0);
        while let Some(plan) = meter.next_shard(&mut host)? {
            each(&plan)?;
            counts.add(&plan.counts);
            shards += 1;
            cost += plan.cost;
            largest = plan.cost.max(largest);
        }
        let Collect { mut output, assumptions, .. } = host;
        let outcome = meter.outcome().ok_or(Error::Digest)?;
        let Outcome { halted, status, digest } = outcome;
        let mut assumptions = claims_of(&assumptions)?;
        if halted == Halted::Exit {
            // By call 93 a program hands over the digest of no output, whatever it wrote.
            output.clear();
            assumptions.clear();
        }
        let (exit_code, output_digest) = (outcome.exit_code(), Sha256::digest(&output).into());
        if (End { status, digest }) != End::new(exit_code, &output_digest, &assumptions) {
            return Err(Error::Digest);
        }
        let execution = Execution {
            exit_code,
            output,
            output_digest,
            assumptions,
            cycles: meter.cycles(),
            instructions: meter.instructions(),
            misaligned: counts.misaligned.iter().sum(),
            rows: cost::rows(&self.machine, &counts, &uses(&self.program)),
            shards,
            guest_memory: meter.memory_bytes() + input.bytes().len() as u64,
            estimated_seconds: crate::plan::seconds(cost, shards),
            estimated_memory: crate::plan::total_bytes(largest, self.fixed_bytes),
        };
        Ok((meter, execution))
    }
}

/// What a program wrote of what it takes for granted.
fn claims_of(bytes: &[u8]) -> Result<Vec<Claim>, Error> {
    let mut fields = Fields::new(bytes);
    let mut claims = Vec::new();
    while fields.left() > 0 && claims.len() < MAX_ASSUMPTIONS {
        claims.push(Claim::read(&mut fields).map_err(|_| Error::Digest)?);
    }
    fields.finish("assumptions").map_err(|_| Error::Assumptions { limit: MAX_ASSUMPTIONS })?;
    Ok(claims)
}

/// Call number and name of the coprocessors in a program's note.
fn uses(program: &Program) -> Vec<(u32, String)> {
    program.coprocessors.iter().map(|u| (u.call, u.name.clone())).collect()
}
