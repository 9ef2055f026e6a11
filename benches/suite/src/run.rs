//! One program: proved, verified, and run natively.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aver_bench_programs::host::{Program, Size};
use aver_sdk::{Compressor, Input, Proof, Prover};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::floors::Work;
use crate::stages::{STAGES, group};

/// What was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// What the program ran on.
    pub input: String,
    /// Micro-operations.
    pub cycles: u64,
    /// Instructions.
    pub instructions: u64,
    /// Shards it was proved in.
    pub shards: usize,
    /// Seconds of the second proof in this process, from the ELF file to the last byte.
    pub seconds: f64,
    /// Processor seconds of the second proof, of all threads; less than `seconds` on one thread means that
    /// others had the processor.
    pub processor_seconds: Option<f64>,
    /// Seconds of the first, for which the system had to hand out memory.
    pub first_seconds: f64,
    /// Seconds of each of [`STAGES`], in the second proof.
    pub stages: [f64; STAGES.len()],
    /// Seconds to verify, the least of three.
    pub verify_seconds: f64,
    /// Seconds of the function compiled for this computer, the least of many.
    pub native_seconds: f64,
    /// Bytes of the proof.
    pub proof_bytes: u64,
    /// The most memory this process had; whoever runs it knows.
    pub peak_bytes: Option<u64>,
    /// What was to be done.
    pub work: Work,
    /// Provable bits.
    pub security_bits: u32,
    /// What one proof of the run's proofs takes, if that was measured.
    pub compressed: Option<Compressed>,
}

/// One proof of a run's proofs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Compressed {
    /// Seconds that take all of it.
    pub seconds: f64,
    /// Of them for circuits, which a process makes once.
    pub circuits_seconds: f64,
    /// Bytes of the file.
    pub proof_bytes: u64,
    /// Seconds to verify it, the least of three.
    pub verify_seconds: f64,
    /// The most memory the process had then, which had proved the run before.
    pub peak_bytes: Option<u64>,
}

impl Compressed {
    /// Compresses a proof with `threads` threads, and verifies what it became.
    pub fn measure(proof: &Proof, threads: usize) -> Result<Self, Error> {
        let (root, took) = Compressor::new().threads(threads)?.compress_with_report(proof)?;
        let mut verify_seconds = f64::INFINITY;
        for _ in 0..3 {
            let start = Instant::now();
            root.verify(&root.claim().vk, &root.claimed_tree())?;
            verify_seconds = verify_seconds.min(start.elapsed().as_secs_f64());
        }
        let (seconds, circuits_seconds) = (took.seconds, took.circuits_seconds);
        let proof_bytes = root.encode().len() as u64;
        Ok(Self { seconds, circuits_seconds, proof_bytes, verify_seconds, peak_bytes: None })
    }
}

impl Run {
    /// Proves the program twice with `threads` threads, verifies the second proof and compares the output
    /// with the function's. Large inputs are given memory for one shard, and stacks that suit it. Returns that proof, too.
    pub fn measure(program: &Program, size: Size, threads: usize) -> Result<(Self, Proof), Error> {
        let (bytes, what) =
            program.input(size).map_err(|e| Error::Input { program: program.name, why: e.to_string() })?;
        let input = Input::from(bytes.as_slice());
        let (first_seconds, first) = prove(program, size, &input, threads)?;
        drop(first);
        let busy_before = processor_seconds();
        let (seconds, (prover, proof)) = prove(program, size, &input, threads)?;
        let busy = processor_seconds().zip(busy_before).map(|(after, before)| after - before);
        let vk = prover.vk()?;
        let mut verify_seconds = f64::INFINITY;
        let mut output = Vec::new();
        for _ in 0..3 {
            let start = Instant::now();
            output = proof.verify(&vk)?.output;
            verify_seconds = verify_seconds.min(start.elapsed().as_secs_f64());
        }
        if output != (program.run)(&bytes) {
            return Err(Error::Output { program: program.name });
        }
        let report = proof.report().ok_or(Error::Output { program: program.name })?;
        let run = Self {
            input: what,
            cycles: report.execution.cycles,
            instructions: report.execution.instructions,
            shards: report.execution.shards,
            seconds,
            processor_seconds: busy,
            first_seconds,
            stages: group(&report.stages, seconds),
            verify_seconds,
            native_seconds: native(program, &bytes),
            proof_bytes: report.proof_bytes,
            peak_bytes: None,
            work: Work::new(&report.sizes),
            security_bits: proof.profile().bits() as u32,
            compressed: None,
        };
        Ok((run, proof))
    }
}

/// Seconds from the ELF file to a proof.
fn prove(
    program: &Program,
    size: Size,
    input: &Input,
    threads: usize,
) -> Result<(f64, (Prover, Proof)), Error> {
    let start = Instant::now();
    let elf = aver_sdk::Program::from_elf(program.elf)?;
    let builder = Prover::builder().threads(threads);
    let builder = if size == Size::Large { builder.memory(9 << 30).log_height(20) } else { builder };
    let prover = builder.build(&elf)?;
    let proof = prover.prove(input)?;
    Ok((start.elapsed().as_secs_f64(), (prover, proof)))
}

/// Processor time of this process so far; Linux says.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name: state, …, utime, stime, in hundredths.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Seconds of the function on this computer, the least of at least three and 20 ms of them.
fn native(program: &Program, input: &[u8]) -> f64 {
    let (mut total, mut least, mut times) = (Duration::ZERO, Duration::MAX, 0);
    while times < 3 || total < Duration::from_millis(20) {
        let start = Instant::now();
        black_box((program.run)(black_box(input)));
        let time = start.elapsed();
        (total, least, times) = (total + time, least.min(time), times + 1);
    }
    least.as_secs_f64()
}
