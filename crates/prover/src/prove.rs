//! Proves a run: pass 1 meters it and commits to what crosses shards; pass 2 proves shard by shard.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use aver_exec::{Host, Input};
use aver_stark_prover::stages::Stages;
use aver_verifier::bytes::put_bytes;
use aver_verifier::verify::part_transcript;
use aver_verifier::{Header, RunVerifier, VerifyingKey};

use crate::error::Error;
use crate::output::Output;
use crate::reader::{ProofReader, ReadError};
use crate::setup::{Execution, Setup};
use crate::sizes::Sizes;
use crate::steps::{Part, Pass1};
use crate::verify::machine;

/// What proving tells while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The program ran to its end, and everything that crosses shards is committed.
    Executed {
        /// Micro-operations.
        cycles: u64,
        /// Shards to prove.
        shards: usize,
    },
    /// An earlier, interrupted run left proofs, which were verified.
    Reused {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
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
    /// Memory proofs and shards.
    pub proofs: usize,
    /// How many of them an earlier, interrupted run had left.
    pub reused: usize,
    /// Size of the tables of the others.
    pub sizes: Sizes,
}

impl Setup {
    /// Runs the program on `input` and writes a proof of it to `out`, going on from the proofs that are
    /// there already. Shard proofs do not hide the input.
    pub fn prove(
        &self,
        input: &Input,
        host: &mut dyn Host,
        out: &mut (dyn Output + Send),
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Error> {
        let start = Instant::now();
        let mut stages = Stages::default();
        stages.time("fixed tables", || self.committed().map(|_| ()))?;
        let Pass1 { mut header, execution, end } = stages.time("pass 1", || self.pass_1(input, host))?;
        progress(Progress::Executed { cycles: execution.cycles, shards: execution.shards });
        if self.options.salted {
            header.salt = out.salt().map_or_else(Self::salt, Ok)?;
        }
        let (sponge, shared, work) = self.shared_challenge(&header)?;
        header.work = work;

        let bytes = header.encode();
        let (reused, reused_bytes) = stages.time("reuse", || self.reuse(&header, &bytes, out))?;
        let mut proof_bytes = bytes.len() as u64 + reused_bytes;
        drop(bytes);
        let of = header.proofs();
        if reused > 0 {
            progress(Progress::Reused { done: reused, of });
        }
        let mut sizes = Sizes::default();
        let mut checkpoints = self.checkpoints(end, input).enumerate();
        // Tables of the next proof are filled, by one thread, while this one's are opened, by all others.
        let mut tracing = Duration::ZERO;
        let mut fill = || {
            let start = Instant::now();
            let checkpoint = checkpoints.by_ref().find(|(index, c)| *index >= reused || c.is_err());
            let part = checkpoint.map(|(index, c)| Ok((index, self.part(&header, &c?)?)));
            tracing += start.elapsed();
            part.transpose()
        };
        let mut next: Result<Option<(usize, Part)>, Error> = fill();
        let spare = self.options.memory.saturating_sub(self.most_memory(&header, &execution));
        let mut taken: Option<(usize, Vec<u8>)> = None;
        while let Some((index, part)) = next? {
            let (system, log_chunk) = (self.system(part.is_memory), part.log_chunk);
            sizes.add(system, part.is_memory, &part.tables, &self.params, log_chunk, self.stacks(&part)?)?;
            next = Ok(None);
            let transcript = part_transcript(&sponge, index);
            let other = || next = fill();
            let proof = rayon::in_place_scope(|scope| {
                let out = &mut *out;
                if let Some((index, proof)) = taken.take() {
                    scope.spawn(move |_| out.beside(index, &proof, spare));
                }
                self.prove_part_beside(part, transcript, &shared, &mut stages, other)
            })?;
            let mut written = Vec::with_capacity(4 + proof.len());
            put_bytes(&mut written, &proof);
            out.proof(&written)?;
            proof_bytes += written.len() as u64;
            taken = Some((index, proof));
            progress(Progress::Proved { done: index + 1, of });
        }
        stages.add("trace", tracing);
        let stages = stages.0.into_iter().map(|(name, time)| (name, time.as_secs_f64())).collect();
        let seconds = start.elapsed().as_secs_f64();
        Ok(Report { execution, seconds, stages, proof_bytes, proofs: of, reused, sizes })
    }

    /// Writes the header, and finds what an earlier run proved of this one: so many proofs, of so many
    /// bytes. They are verified; what cannot be, is dropped with all that follows.
    fn reuse(&self, header: &Header, bytes: &[u8], out: &mut dyn Output) -> Result<(usize, u64), Error> {
        let (mut proofs, mut kept) = (0, 0);
        if let Some(earlier) = out.header(bytes)? {
            let mut earlier = ProofReader::new(earlier);
            let mounted = |key: &VerifyingKey| machine(key, &self.coprocessors);
            let run =
                RunVerifier::conditional(header.clone(), &self.vk()?.digest(), header.exit_code, mounted);
            // An honest header is accepted.
            let mut run = run.map_err(|error| Error::Io(io::Error::other(error)))?;
            while run.proofs_left() > 0 {
                let proof = match earlier.proof() {
                    Ok(proof) if run.push(&proof).is_ok() => proof,
                    Err(ReadError::Io(error)) => return Err(error.into()),
                    _ => break,
                };
                proofs += 1;
                kept += 4 + proof.len() as u64;
            }
        }
        out.keep(kept)?;
        Ok((proofs, kept))
    }

    /// Executes only and writes a file that `verify` refuses.
    pub fn mock(&self, input: &Input, host: &mut dyn Host, out: &mut dyn Write) -> Result<Execution, Error> {
        let execution = self.execute(input, host)?;
        let header = Header { is_mock: true, ..self.header(&execution)? };
        out.write_all(&header.encode())?;
        Ok(execution)
    }
}
