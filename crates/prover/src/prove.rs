//! Proves a run: pass 1 meters it and commits to what crosses shards; pass 2 proves shard by shard.

use std::io::Write;
use std::time::Instant;

use aver_exec::{Host, Input, Run};
use aver_machine::machine::MemoryChip;
use aver_machine::public::PC_HALT;
use aver_stark::field::F;
use aver_stark::hash::Sponge;
use aver_stark::layout::System;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message};
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use aver_stark_prover::transcript::Writer;
use aver_verifier::bytes::put_bytes;
use aver_verifier::proof::{Header, MemoryPart, ShardPart};
use aver_verifier::verify::{part_sponge, shared_sponge};

use crate::error::Error;
use crate::plan::{row_bytes, shard_bytes};
use crate::setup::{Execution, Setup};

/// What proving tells while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Pass 1 is done.
    Executed {
        /// Micro-operations.
        cycles: u64,
        /// Shards to prove.
        shards: usize,
    },
    /// Everything that crosses shards is committed.
    Committed,
    /// A proof is done; memory proofs come first.
    Proved {
        /// So many are.
        done: usize,
        /// Of so many.
        of: usize,
    },
}

/// What proving came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run.
    pub execution: Execution,
    /// Wall time.
    pub seconds: f64,
    /// Wall time by stage.
    pub stages: Vec<(&'static str, f64)>,
    /// Size of the proof file.
    pub proof_bytes: u64,
}

/// The tables of one proof and what it makes public.
struct Part {
    is_memory: bool,
    tables: Vec<Table>,
    publics: Vec<F>,
    messages: Vec<Message>,
}

impl Setup {
    /// Runs the program on `input` and writes a proof of it to `out`. Shard proofs do not hide the input.
    pub fn prove(
        &self,
        input: &Input,
        host: &mut dyn Host,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        let start = Instant::now();
        let mut stages = Stages::default();
        stages.time("fixed tables", || self.committed().map(|_| ()))?;
        let run = stages.time("execute", || self.meter(input, host))?;
        progress(Progress::Executed { cycles: run.cycles, shards: run.shards.len() });
        let mut header = stages.time("pass 1", || self.pass_1(&run))?;
        let (sponge, shared, work) = self.shared_challenge(&header)?;
        header.work = work;
        progress(Progress::Committed);

        let mut written = header.encode();
        out.write_all(&written)?;
        let mut proof_bytes = written.len() as u64;
        let of = header.memory.len() + header.shards.len();
        for index in 0..of {
            let part = stages.time("trace", || self.part(&run, &header, index))?;
            let proof = self.prove_part(part, part_sponge(&sponge, index), &shared, &mut stages)?;
            written.clear();
            put_bytes(&mut written, &proof);
            out.write_all(&written)?;
            proof_bytes += written.len() as u64;
            progress(Progress::Proved { done: index + 1, of });
        }
        let stages = stages.0.into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect();
        let seconds = start.elapsed().as_secs_f64();
        Ok(Report { execution: self.execution(&run), seconds, stages, proof_bytes })
    }

    /// Executes only and writes a file that `verify` refuses.
    pub fn mock(&self, input: &Input, host: &mut dyn Host, out: &mut dyn Write) -> Result<Execution, Error> {
        let run = self.meter(input, host)?;
        let mut header = self.header(&run)?;
        header.is_mock = true;
        out.write_all(&header.encode())?;
        Ok(self.execution(&run))
    }

    /// All of a header that execution tells.
    fn header(&self, run: &Run) -> Result<Header, Error> {
        Ok(Header {
            is_mock: false,
            vk: self.vk()?.clone(),
            exit_code: run.exit_code,
            output: run.output.clone(),
            output_digest: run.digest,
            work: Vec::new(),
            memory: Vec::new(),
            shards: Vec::new(),
        })
    }

    /// Rows of the memory table that one memory proof has at most.
    fn memory_rows(&self) -> usize {
        let chip = &self.machine.memory.described[MemoryChip::Memory as usize];
        (shard_bytes(self.options.memory) / row_bytes(chip)).clamp(1, 1 << 22) as usize
    }

    /// Commits to every boundary table and to the memory table.
    fn pass_1(&self, run: &Run) -> Result<Header, Error> {
        let mut header = self.header(run)?;
        let memory = self.kept_memory();
        let (program, systems) = (&self.program, &self.machine);
        for words in run.memory.chunks(self.memory_rows()) {
            let tables = aver_trace::memory_boundary_tables(&systems.memory, program, words, memory);
            let last = words.last().map_or(0, aver_trace::memory_key);
            header.memory.push(MemoryPart { boundary: self.boundary(true, tables)?, last });
        }
        for plan in &run.shards {
            let tables = aver_trace::shard_boundary_tables(&systems.shard, program, plan, memory);
            let boundary = self.boundary(false, tables)?;
            let end = if plan.end == aver_exec::HALT { PC_HALT } else { plan.end };
            let end_ts = 1 + aver_exec::SLOTS * plan.ops as u32;
            header.shards.push(ShardPart { boundary, start: plan.start, end, end_ts });
        }
        Ok(header)
    }

    /// Commits to the boundary columns of tables and gives their memory back.
    fn boundary(&self, is_memory: bool, mut tables: Vec<Table>) -> Result<BoundaryCommitment, Error> {
        tables.iter_mut().for_each(|t| t.pad(self.params.log_height));
        let boundary = Boundary::new(self.system(is_memory), &self.params, &tables, &self.encoder)?;
        let key = boundary.key().clone();
        boundary.recycle(&self.encoder);
        self.recycle(tables);
        Ok(key)
    }

    fn recycle(&self, tables: Vec<Table>) {
        for table in tables {
            table.boundary.into_iter().chain(table.witness).for_each(|c| self.encoder.arena.give(c));
        }
    }

    fn kept_memory(&self) -> aver_trace::Memory<'_> {
        aver_trace::Memory { arena: &self.encoder.arena, log_height: self.params.log_height }
    }

    fn system(&self, is_memory: bool) -> &System {
        if is_memory { &self.machine.memory } else { &self.machine.shard }
    }

    /// Grinds and draws α' and β'.
    fn shared_challenge(&self, header: &Header) -> Result<(Sponge, Challenge, Vec<u8>), Error> {
        let mut writer = Writer::new(shared_sponge(header, &self.vk()?.digest()));
        writer.work("boundary/work", self.params.boundary_work);
        let challenge = Challenge::new(writer.challenges("boundary", Challenge::COUNT));
        let (work, sponge) = writer.into_sponge();
        Ok((sponge, challenge, work))
    }

    /// Pass 2 of proof `index`: its tables.
    fn part(&self, run: &Run, header: &Header, index: usize) -> Result<Part, Error> {
        let fixed = self.committed()?;
        let (program, systems, memory) = (&self.program, &self.machine, self.kept_memory());
        let log_height = self.params.log_height;
        let Some(shard) = index.checked_sub(header.memory.len()) else {
            let each = self.memory_rows();
            let words = &run.memory[index * each..run.memory.len().min((index + 1) * each)];
            let publics = header.memory_publics(index);
            let tables = aver_trace::memory_tables(&systems.memory, program, words, &publics, memory);
            let tables = finished(tables, &fixed.memory, log_height);
            return Ok(Part { is_memory: true, tables, publics: publics.values(), messages: publics.messages() });
        };
        let plan = &run.shards[shard];
        let trace = aver_exec::trace(program, plan, &self.executions())?;
        let publics = header.shard_publics(shard);
        let coprocessors: Vec<_> = self.coprocessors.iter().map(|c| c.tables()).collect();
        let tables =
            aver_trace::shard_tables(&systems.shard, program, plan, &trace, &publics, &coprocessors, memory);
        let tables = finished(tables, &fixed.shard, log_height);
        Ok(Part { is_memory: false, tables, publics: publics.values(), messages: publics.messages() })
    }

    fn prove_part(
        &self,
        part: Part,
        sponge: Sponge,
        shared: &Challenge,
        stages: &mut Stages,
    ) -> Result<Vec<u8>, Error> {
        let tables = &part.tables;
        let system = self.system(part.is_memory);
        let committed = self.committed()?;
        let fixed = if part.is_memory { &committed.memory } else { &committed.shard };
        let boundary = stages.time("commit", || Boundary::new(system, &self.params, tables, &self.encoder))?;
        let sum = stages
            .time("sum", || shared_sum(system, &self.params, tables, &part.publics, &part.messages, shared));
        let instance = Instance {
            system,
            params: &self.params,
            fixed,
            boundary: &boundary,
            tables,
            publics: &part.publics,
            shared,
            sum,
        };
        let proof = prove(&instance, sponge, &self.encoder, stages)?;
        boundary.recycle(&self.encoder);
        self.recycle(part.tables);
        Ok(proof)
    }
}

/// Pads the tables and gives them their fixed columns.
fn finished(mut tables: Vec<Table>, fixed: &Fixed, log_height: usize) -> Vec<Table> {
    for (table, columns) in tables.iter_mut().zip(&fixed.columns) {
        table.fixed = columns.clone();
        table.pad(log_height);
    }
    tables
}
