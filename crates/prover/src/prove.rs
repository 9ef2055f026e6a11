//! Proves a run: pass 1 meters it and commits to what crosses shards; pass 2 proves shard by shard.

use std::io::Write;
use std::time::Instant;

use aver_exec::{Host, Input};
use aver_stark_prover::stages::Stages;
use aver_verifier::bytes::put_bytes;
use aver_verifier::verify::part_transcript;

use crate::error::Error;
use crate::setup::{Execution, Setup};
use crate::sizes::Sizes;

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
    /// Size of the tables.
    pub sizes: Sizes,
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
        let mut sizes = Sizes::default();
        for index in 0..of {
            let part = stages.time("trace", || self.part(&run, &header, index))?;
            sizes.add(self.system(part.is_memory), part.is_memory, &part.tables, self.params.log_height)?;
            let proof = self.prove_part(part, part_transcript(&sponge, index), &shared, &mut stages)?;
            written.clear();
            put_bytes(&mut written, &proof);
            out.write_all(&written)?;
            proof_bytes += written.len() as u64;
            progress(Progress::Proved { done: index + 1, of });
        }
        let stages = stages.0.into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect();
        let seconds = start.elapsed().as_secs_f64();
        Ok(Report { execution: self.execution(&run), seconds, stages, proof_bytes, sizes })
    }

    /// Executes only and writes a file that `verify` refuses.
    pub fn mock(&self, input: &Input, host: &mut dyn Host, out: &mut dyn Write) -> Result<Execution, Error> {
        let run = self.meter(input, host)?;
        let mut header = self.header(&run)?;
        header.is_mock = true;
        out.write_all(&header.encode())?;
        Ok(self.execution(&run))
    }
}
