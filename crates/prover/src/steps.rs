//! Proving, step by step; for tests, and for provers that spread over machines.
//!
//! [`Setup::prove`] is these steps in order: [`Setup::pass_1`], [`Setup::shared_challenge`]; then
//! [`Setup::checkpoints`], and for each [`Setup::part`] and [`Setup::prove_part`]. The file is the header's
//! bytes and, behind its length, each proof.
//!
//! A [`Checkpoint`] is all that the proof of a shard needs beside the program and the header: who has
//! these can prove it, in any order and anywhere. No step keeps more than one of them.

use std::sync::PoisonError;

use aver_exec::{Host, Input, Meter, ShardPlan, Silent, WordHistory};
use aver_machine::Systems;
use aver_machine::machine::MemoryChip;
use aver_machine::public::PC_HALT;
use aver_stark::field::F;
use aver_stark::hash::{FiatShamir, Node};
use aver_stark::layout::{Layout, System};
use aver_stark::params::Params;
use aver_stark::protocol::{SHARED, SHARED_WORK};
use aver_stark::transcript::Transcript;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::masks::{Fresh, Masks};
use aver_stark_prover::prove::{Boundary, Fixed, Instance, ProveError, Summed, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use aver_stark_prover::transcript::Writer;
use aver_verifier::proof::{Header, MemoryPart, ShardPart};
use aver_verifier::verify::{absorb_run, run_transcript};

use crate::cost;
use crate::error::Error;
use crate::plan::{least_memory, row_bytes, total_bytes};
use crate::setup::{Execution, Setup};

/// The tables of one proof and what it makes public.
#[derive(Clone)]
pub struct Part {
    /// A part of the memory table, not a shard.
    pub is_memory: bool,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// By chip, padded, with fixed columns.
    pub tables: Vec<Table>,
    /// Public values.
    pub publics: Vec<F>,
    /// The verifier's messages that follow from them.
    pub messages: Vec<Message>,
}

/// What pass 1 came to.
pub struct Pass1<'a> {
    /// It lacks the work of the shared challenge yet.
    pub header: Header,
    /// For reports.
    pub execution: Execution,
    /// The state at the end, which the memory table is made from.
    pub end: Meter<'a>,
}

/// Where one proof starts from.
#[derive(Clone, Debug)]
pub enum Checkpoint {
    /// A part of the memory table.
    Memory {
        /// Which part, from 0.
        index: usize,
        /// Its words.
        words: Vec<WordHistory>,
    },
    /// A shard.
    Shard(Box<ShardPlan>),
}

/// Makes the checkpoints of a run, in the order of its proofs, one when it is asked for.
pub struct Checkpoints<'a> {
    setup: &'a Setup,
    input: &'a Input,
    /// The next part, and the state at the end of the run.
    memory: Option<(usize, Meter<'a>)>,
    /// The run once more.
    shards: Option<Meter<'a>>,
}

impl Iterator for Checkpoints<'_> {
    type Item = Result<Checkpoint, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((index, end)) = &mut self.memory {
            let each = self.setup.memory_rows();
            let words: Vec<WordHistory> = end.words().skip(*index * each).take(each).collect();
            if !words.is_empty() {
                *index += 1;
                return Some(Ok(Checkpoint::Memory { index: *index - 1, words }));
            }
            self.memory = None;
        }
        if self.shards.is_none() {
            match self.setup.meter(self.input) {
                Ok(meter) => self.shards = Some(meter),
                Err(error) => return Some(Err(error)),
            }
        }
        let plan = self.shards.as_mut()?.next_shard(&mut Silent);
        plan.map(|plan| plan.map(|plan| Checkpoint::Shard(Box::new(plan)))).map_err(Error::from).transpose()
    }
}

impl Setup {
    /// The chips.
    pub fn systems(&self) -> &Systems {
        &self.machine
    }

    /// The chips of one kind of proof.
    pub fn system(&self, is_memory: bool) -> &System {
        if is_memory { &self.machine.memory } else { &self.machine.shard }
    }

    /// The fixed columns of one kind of proof.
    pub fn fixed(&self, is_memory: bool) -> Result<&Fixed, Error> {
        self.committed().map(|c| if is_memory { &c.memory } else { &c.shard })
    }

    /// Parameters of the proof system.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Encoder and kept memory.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// All of a header that execution tells.
    pub(crate) fn header(&self, execution: &Execution) -> Result<Header, Error> {
        Ok(Header {
            is_mock: false,
            vk: self.vk()?.clone(),
            exit_code: execution.exit_code,
            output: execution.output.clone(),
            output_digest: execution.output_digest,
            assumptions: execution.assumptions.clone(),
            work: Vec::new(),
            salt: Node::default(),
            memory: Vec::new(),
            shards: Vec::new(),
        })
    }

    /// Rows of the memory table that one memory proof has at most.
    fn memory_rows(&self) -> usize {
        let chip = &self.machine.memory.described[MemoryChip::Memory as usize];
        (self.cost.max_cost / row_bytes(chip)).clamp(1, 1 << 22) as usize
    }

    /// Bytes that proving takes, by the model.
    pub(crate) fn most_memory(&self, header: &Header, execution: &Execution) -> u64 {
        let row = row_bytes(&self.machine.memory.described[MemoryChip::Memory as usize]);
        let rows = header.memory.iter().map(|part| part.boundary.rows.iter().sum::<usize>()).max();
        total_bytes(rows.unwrap_or(0) as u64 * row, self.fixed_bytes).max(execution.estimated_memory)
    }

    /// Pass 1: runs the program, and commits to every boundary table and to the memory table. What is kept
    /// of a shard are its public numbers and a root.
    pub fn pass_1<'a>(&'a self, input: &'a Input, host: &mut dyn Host) -> Result<Pass1<'a>, Error> {
        let (budget, needed) = (self.options.memory, least_memory(self.fixed_bytes));
        if budget < needed {
            return Err(Error::Memory { budget, needed });
        }
        let (program, systems) = (&self.program, &self.machine);
        let mut shards = Vec::new();
        let (end, execution) = self.run(input, host, &mut |plan| {
            let log_chunk = self.log_chunk_of_shard(plan)?;
            let memory = self.kept_memory(log_chunk);
            let tables = aver_trace::shard_boundary_tables(&systems.shard, program, plan, memory);
            let boundary = self.boundary(false, log_chunk, tables)?;
            let end = if plan.end == aver_exec::HALT { PC_HALT } else { plan.end };
            let end_ts = 1 + aver_exec::SLOTS * plan.ops as u32;
            shards.push(ShardPart { boundary, log_chunk, start: plan.start, end, end_ts });
            Ok(())
        })?;
        let mut header = Header { shards, ..self.header(&execution)? };
        let mut words = end.words();
        loop {
            let words: Vec<WordHistory> = words.by_ref().take(self.memory_rows()).collect();
            let Some(last) = words.last().map(aver_trace::memory_key) else { break };
            let log_chunk = self.log_chunk_of_memory(words.len())?;
            let memory = self.kept_memory(log_chunk);
            let tables = aver_trace::memory_boundary_tables(&systems.memory, program, &words, memory);
            let boundary = self.boundary(true, log_chunk, tables)?;
            header.memory.push(MemoryPart { boundary, log_chunk, last });
        }
        drop(words);
        Ok(Pass1 { header, execution, end })
    }

    /// Where each proof starts from: memory proofs, from the state `end` of pass 1, then shards, made by
    /// running the program on `input` again.
    pub fn checkpoints<'a>(&'a self, end: Meter<'a>, input: &'a Input) -> Checkpoints<'a> {
        Checkpoints { setup: self, input, memory: Some((0, end)), shards: None }
    }

    /// Commits to the boundary columns of tables and gives their memory back.
    pub fn boundary(
        &self,
        is_memory: bool,
        log_chunk: usize,
        mut tables: Vec<Table>,
    ) -> Result<BoundaryCommitment, Error> {
        tables.iter_mut().for_each(|t| t.pad(log_chunk));
        let boundary = self.committed_boundary(is_memory, log_chunk, &tables)?;
        let key = boundary.key().clone();
        Ok(key)
    }

    /// The boundary columns of padded tables, committed, with the stacks of the proof's shape.
    pub fn committed_boundary(
        &self,
        is_memory: bool,
        log_chunk: usize,
        tables: &[Table],
    ) -> Result<Boundary, Error> {
        let (system, kind) = (self.system(is_memory), usize::from(is_memory));
        let fixed = self.committed()?.stacks[kind];
        let stacks = |needed| self.shapes[kind].boundary(log_chunk, fixed, needed);
        Ok(Boundary::with_stacks(system, &self.params, log_chunk, tables, stacks, &self.encoder)?)
    }

    /// log2 of the rows of a chunk of a shard's proof: as of the [shape](crate::shapes) for it.
    pub fn log_chunk_of_shard(&self, plan: &ShardPlan) -> Result<usize, Error> {
        let mut rows: Vec<usize> =
            self.committed()?.vk.shard.rows.iter().map(|rows| rows.unwrap_or(0)).collect();
        cost::add_rows(&mut rows, plan, &self.coprocessors);
        self.log_chunk(false, &rows)
    }

    /// The same of a memory proof of so many words.
    pub fn log_chunk_of_memory(&self, words: usize) -> Result<usize, Error> {
        let of_key = &self.committed()?.vk.memory.rows;
        let rows: Vec<usize> = of_key.iter().map(|rows| rows.unwrap_or(words)).collect();
        self.log_chunk(true, &rows)
    }

    fn log_chunk(&self, is_memory: bool, rows: &[usize]) -> Result<usize, Error> {
        let (described, kind) = (&self.system(is_memory).described, usize::from(is_memory));
        let fixed = self.committed()?.stacks[kind];
        Ok(self.shapes[kind].log_chunk(|log_chunk| {
            let layout = Layout::new(described, rows, self.params.log_height, log_chunk).ok()?;
            Some([fixed, layout.widths[1], layout.widths[2]])
        }))
    }

    /// Stacks of each group of a proof: as of the shape that it has.
    pub fn stacks(&self, part: &Part) -> Result<[usize; 3], Error> {
        let Part { is_memory, log_chunk, ref tables, .. } = *part;
        let rows: Vec<usize> = tables.iter().map(|t| t.rows).collect();
        let (described, kind) = (&self.system(is_memory).described, usize::from(is_memory));
        let needed = Layout::new(described, &rows, self.params.log_height, log_chunk)
            .map_err(ProveError::from)?
            .widths;
        let (shapes, fixed) = (&self.shapes[kind], self.committed()?.stacks[kind]);
        let boundary = shapes.boundary(log_chunk, fixed, needed[1]);
        Ok([fixed, boundary, shapes.witness(log_chunk, [fixed, boundary], needed[2])])
    }

    /// Where columns come from, for fillers.
    pub fn kept_memory(&self, log_chunk: usize) -> aver_trace::Memory<'_> {
        aver_trace::Memory { arena: &self.encoder.arena, log_chunk }
    }

    /// A salt, from the system's generator.
    pub(crate) fn salt() -> Result<Node, Error> {
        let mut salt = Node::default();
        Fresh::new()?.fill(0, &mut salt.0);
        Ok(salt)
    }

    /// Grinds and draws α' and β': the transcript so far, the challenge, the work for the header.
    pub fn shared_challenge(&self, header: &Header) -> Result<(FiatShamir, Challenge, Vec<u8>), Error> {
        let mut sponge = run_transcript();
        let (challenge, work) = self.shared_challenge_in(&mut sponge, header)?;
        Ok((sponge, challenge, work))
    }

    /// Draws α' and β' in a fresh transcript of the caller's.
    pub fn shared_challenge_in(
        &self,
        transcript: &mut dyn Transcript,
        header: &Header,
    ) -> Result<(Challenge, Vec<u8>), Error> {
        absorb_run(transcript, header, &self.vk()?.digest());
        let mut writer = Writer::new(transcript);
        writer.work(self.params.hash, SHARED_WORK, self.params.boundary_work);
        let challenge = Challenge::new(writer.challenges(SHARED, Challenge::COUNT));
        Ok((challenge, writer.finish()))
    }

    /// Pass 2: the tables of one proof.
    pub fn part(&self, header: &Header, from: &Checkpoint) -> Result<Part, Error> {
        let (program, systems) = (&self.program, &self.machine);
        match from {
            Checkpoint::Memory { index, words } => {
                let publics = header.memory_publics(*index);
                let log_chunk = header.memory[*index].log_chunk;
                let memory = self.kept_memory(log_chunk);
                let tables = aver_trace::memory_tables(&systems.memory, program, words, &publics, memory);
                let tables = self.finished(true, log_chunk, tables)?;
                let (publics, messages) = (publics.values(), publics.messages());
                Ok(Part { is_memory: true, log_chunk, tables, publics, messages })
            }
            Checkpoint::Shard(plan) => {
                // Not locked meanwhile: fillers work in parallel.
                let spare = || self.spare_steps.lock().unwrap_or_else(PoisonError::into_inner);
                let mut kept = std::mem::take(&mut *spare());
                let trace = aver_exec::trace_in(program, plan, &self.executions(), &mut kept)?;
                let publics = header.shard_publics(plan.index as usize - 1);
                let log_chunk = header.shards[plan.index as usize - 1].log_chunk;
                let memory = self.kept_memory(log_chunk);
                let mounted: Vec<_> = self.coprocessors.iter().map(|c| c.tables()).collect();
                let system = &systems.shard;
                let tables =
                    aver_trace::shard_tables(system, program, plan, &trace, &publics, &mounted, memory);
                trace.recycle(&mut kept);
                *spare() = kept;
                let tables = self.finished(false, log_chunk, tables)?;
                let (publics, messages) = (publics.values(), publics.messages());
                Ok(Part { is_memory: false, log_chunk, tables, publics, messages })
            }
        }
    }

    /// Proves one part in the context of `transcript`, which `aver_verifier::verify::part_transcript` gives.
    pub fn prove_part(
        &self,
        part: Part,
        transcript: impl Transcript,
        shared: &Challenge,
        stages: &mut Stages,
    ) -> Result<Vec<u8>, Error> {
        self.prove_part_beside(part, transcript, shared, stages, || ())
    }

    /// The same, with other work on a thread that has nothing to do, from when most memory is free again.
    pub fn prove_part_beside(
        &self,
        part: Part,
        transcript: impl Transcript,
        shared: &Challenge,
        stages: &mut Stages,
        other: impl FnOnce() + Send,
    ) -> Result<Vec<u8>, Error> {
        let tables = &part.tables;
        let system = self.system(part.is_memory);
        let fixed = self.fixed(part.is_memory)?;
        let boundary =
            stages.time("commit", || self.committed_boundary(part.is_memory, part.log_chunk, tables))?;
        let [.., witness] = self.stacks(&part)?;
        let sum = stages.time("sum", || shared_sum(system, tables, &part.publics, &part.messages, shared));
        let instance = Instance {
            system,
            params: &self.params,
            log_chunk: part.log_chunk,
            fixed,
            boundary: &boundary,
            stacks: witness,
            tables,
            publics: &part.publics,
            shared,
            sum,
        };
        let summed = Summed::new(&instance, transcript, &self.encoder, stages)?;
        let proof = rayon::in_place_scope(|scope| {
            scope.spawn(|_| other());
            summed.finish(stages)
        })?;
        Ok(proof)
    }

    /// Gives tables their fixed columns and pads them.
    pub fn finished(
        &self,
        is_memory: bool,
        log_chunk: usize,
        mut tables: Vec<Table>,
    ) -> Result<Vec<Table>, Error> {
        for (table, columns) in tables.iter_mut().zip(&self.fixed(is_memory)?.columns) {
            table.fixed = columns.clone();
            table.pad(log_chunk);
        }
        Ok(tables)
    }
}
