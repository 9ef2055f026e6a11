//! A program on its machine: decoded, with its fixed tables committed.

use std::sync::{Arc, OnceLock};

use aver_exec::{Cost, Halted, Host, Input, Limits, Run};
use aver_isa::Program;
use aver_machine::Systems;
use aver_stark::params::Params;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Fixed, ProveError};
use aver_verifier::VerifyingKey;
use sha2::{Digest as _, Sha256};

use crate::coprocessor::{Coprocessor, Mounted, select};
use crate::cost;
use crate::error::Error;
use crate::plan::Options;

/// A program, ready to run and to prove.
pub struct Setup {
    pub(crate) program: Program,
    pub(crate) machine: Systems,
    pub(crate) coprocessors: Vec<Arc<dyn Coprocessor>>,
    pub(crate) params: Params,
    pub(crate) options: Options,
    pub(crate) encoder: Encoder,
    pub(crate) cost: Cost,
    committed: OnceLock<Committed>,
}

/// What takes time and is the same for every run.
pub(crate) struct Committed {
    pub shard: Fixed,
    pub memory: Fixed,
    pub vk: VerifyingKey,
}

/// What executing a program shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Low 32 bits of what it halted with.
    pub exit_code: u32,
    /// Its public output.
    pub output: Vec<u8>,
    /// The digest it handed over.
    pub output_digest: [u8; 32],
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
    /// What proving will take on one thread, by the cost model.
    pub estimated_seconds: f64,
    /// Bytes of memory proving will take.
    pub estimated_memory: u64,
}

impl Setup {
    /// Loads a program. Of the mounted coprocessors only those the program names in its note become
    /// part of its machine.
    pub fn new(elf: &[u8], mounted: &Mounted, options: Options) -> Result<Self, Error> {
        let program = Program::from_elf(elf)?;
        let coprocessors = select(&uses(&program), mounted)?;
        let machine = Systems::new(coprocessors.iter().flat_map(|c| c.chips()).collect())?;
        let params = Params::new(options.profile, options.log_height)?;
        let cost = cost::cost(&machine, &options);
        let encoder = Encoder::default();
        let committed = OnceLock::new();
        Ok(Self { program, machine, coprocessors, params, options, encoder, cost, committed })
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
        let shard = Fixed::new(&self.machine.shard, &self.params, fixed.shard, &self.encoder)?;
        let memory = Fixed::new(&self.machine.memory, &self.params, fixed.memory, &self.encoder)?;
        let vk = VerifyingKey {
            profile: self.params.profile,
            log_height: self.params.log_height,
            entry: self.program.entry,
            coprocessors: uses(&self.program),
            machine: aver_machine::digest::digest(&self.machine),
            shard: shard.key().clone(),
            memory: memory.key().clone(),
        };
        Ok(Committed { shard, memory, vk })
    }

    /// The execution of its coprocessors.
    pub fn executions(&self) -> Vec<&dyn aver_exec::Coprocessor> {
        self.coprocessors.iter().map(|c| c.execution()).collect()
    }

    /// Runs the program and cuts the run into shards.
    pub fn meter(&self, input: &Input, host: &mut dyn Host) -> Result<Run, Error> {
        let mut limits = Limits { max_shards: aver_machine::public::MAX_SHARDS - 1, ..Limits::default() };
        if let Some(max) = self.options.max_cycles {
            limits.max_cycles = max;
        }
        let mut run = aver_exec::meter(&self.program, input, &self.executions(), &self.cost, &limits, host)?;
        if run.halted == Halted::Exit {
            // By call 93 a program hands over the digest of no output, whatever it wrote.
            run.output.clear();
        }
        let digest: [u8; 32] = Sha256::digest(&run.output).into();
        if digest == run.digest { Ok(run) } else { Err(Error::Digest) }
    }

    /// Runs the program without proving.
    pub fn execute(&self, input: &Input, host: &mut dyn Host) -> Result<Execution, Error> {
        self.meter(input, host).map(|run| self.execution(&run))
    }

    pub(crate) fn execution(&self, run: &Run) -> Execution {
        let cost: u64 = run.shards.iter().map(|s| s.cost).sum();
        let largest = run.shards.iter().map(|s| s.cost).max().unwrap_or(0);
        Execution {
            exit_code: run.exit_code,
            output: run.output.clone(),
            output_digest: run.digest,
            cycles: run.cycles,
            instructions: run.instructions,
            misaligned: run.misaligned(),
            rows: cost::rows(&self.machine, &run.counts, &uses(&self.program)),
            shards: run.shards.len(),
            estimated_seconds: crate::plan::seconds(cost, run.shards.len()),
            estimated_memory: largest + crate::plan::FIXED_BYTES,
        }
    }
}

/// Call number and name of the coprocessors in a program's note.
fn uses(program: &Program) -> Vec<(u32, String)> {
    program.coprocessors.iter().map(|u| (u.call, u.name.clone())).collect()
}
