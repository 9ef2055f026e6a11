//! Verifies a whole run. `spec/run.md`.

use alloc::vec::Vec;

use aver_machine::Systems;
use aver_machine::public::PC_HALT;
use aver_stark::field::EF;
use aver_stark::hash::{Digest, FiatShamir, Hash, Node};
use aver_stark::layout::{MAX_LOG_CHUNK, MAX_ROWS, padded_rows};
use aver_stark::params::{MAX_RUN_MESSAGES, Params};
use aver_stark::protocol::{
    DIGEST, INDEX, MEMORY_PROOFS, PARTS, RUN, SHARDS, SHARED, SHARED_WORK, STATUS, VK,
};
use aver_stark::transcript::{Reader, Transcript};
use aver_stark::verify::{Challenge, Statement, verify as verify_proof};
use p3_field::PrimeCharacteristicRing;

use crate::Error;
use crate::bytes::Fields;
use crate::claim::{Claim, End, check_digest, check_unconditional};
use crate::key::VerifyingKey;
use crate::parts::Part;
use crate::proof::Header;

/// A verified proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it shows.
    pub claim: Claim,
    /// What the program took for granted: nothing, unless the proof was verified as a
    /// [conditional](RunVerifier::conditional) one. The claim holds if all of these do.
    pub assumptions: Vec<Claim>,
    /// The output, which has the claim's digest.
    pub output: Vec<u8>,
    /// Number of shards.
    pub shards: usize,
}

/// Verifies the proof file `proof` of the program whose key has the digest `vk`, which must have halted
/// with `exit_code` and assumed nothing. `machine` gives the machine for a key's coprocessors.
pub fn verify(
    proof: &[u8],
    vk: &Digest,
    exit_code: u32,
    machine: impl FnOnce(&VerifyingKey) -> Result<Systems, Error>,
) -> Result<Verified, Error> {
    verify_in(run_transcript(), proof, vk, exit_code, machine)
}

/// [`verify`] in a transcript of the caller's: for tests that write it down, or leave something out of it.
#[doc(hidden)]
pub fn verify_in<T: Transcript + Clone>(
    transcript: T,
    proof: &[u8],
    vk: &Digest,
    exit_code: u32,
    machine: impl FnOnce(&VerifyingKey) -> Result<Systems, Error>,
) -> Result<Verified, Error> {
    let mut fields = Fields::new(proof);
    let header = Header::decode(&mut fields)?;
    let mut run = RunVerifier::new_in(transcript, header, vk, exit_code, machine)?.unconditional()?;
    while run.proofs_left() > 0 {
        run.push(fields.bytes("proof")?)?;
    }
    fields.finish("proof file")?;
    run.finish()
}

/// Verifies a run proof by proof, so that no more than one need be in memory: the header first, then each
/// proof in the order of the file. Nothing is shown before [`finish`](Self::finish).
pub struct RunVerifier<T = FiatShamir> {
    header: Header,
    machine: Systems,
    params: Params,
    claim: Claim,
    /// After the shared challenge.
    transcript: T,
    shared: Challenge,
    /// Proofs verified, and what their messages on shared buses add up to.
    verified: usize,
    total: EF,
}

impl RunVerifier {
    /// Checks all that the header alone shows. Arguments are those of [`verify`].
    pub fn new(
        header: Header,
        vk: &Digest,
        exit_code: u32,
        machine: impl FnOnce(&VerifyingKey) -> Result<Systems, Error>,
    ) -> Result<Self, Error> {
        Self::conditional(header, vk, exit_code, machine)?.unconditional()
    }

    /// [`new`](Self::new), of a run that may have assumptions: what is verified holds if all of
    /// [these](Verified::assumptions) do.
    pub fn conditional(
        header: Header,
        vk: &Digest,
        exit_code: u32,
        machine: impl FnOnce(&VerifyingKey) -> Result<Systems, Error>,
    ) -> Result<Self, Error> {
        Self::new_in(run_transcript(), header, vk, exit_code, machine)
    }
}

impl<T: Transcript + Clone> RunVerifier<T> {
    fn new_in(
        mut transcript: T,
        header: Header,
        vk: &Digest,
        exit_code: u32,
        machine: impl FnOnce(&VerifyingKey) -> Result<Systems, Error>,
    ) -> Result<Self, Error> {
        if header.is_mock {
            return Err(Error::Mock);
        }
        let found = header.vk.digest();
        if found != *vk {
            return Err(Error::Program { found, expected: *vk });
        }
        if header.exit_code != exit_code {
            return Err(Error::ExitCode { found: header.exit_code, expected: exit_code });
        }
        check_digest(&header.output, &header.output_digest)?;
        let machine = machine(&header.vk)?;
        header.vk.check_machine(&machine)?;
        let params = header.vk.params()?;
        check_chain(&header)?;
        check_limits(&header)?;
        absorb_run(&mut transcript, &header, &found);
        let shared = shared_challenge(&mut transcript, &header, &params)?;
        let claim = Claim { vk: found, exit_code, output_digest: header.output_digest };
        Ok(Self { header, machine, params, claim, transcript, shared, verified: 0, total: EF::ZERO })
    }

    fn unconditional(self) -> Result<Self, Error> {
        check_unconditional(&self.header.assumptions).map(|()| self)
    }

    /// How many proofs are still to come.
    pub fn proofs_left(&self) -> usize {
        self.header.proofs() - self.verified
    }

    /// Verifies the next proof. After an error there is nothing to go on with.
    pub fn push(&mut self, proof: &[u8]) -> Result<(), Error> {
        if self.proofs_left() == 0 {
            return Err(Error::TrailingBytes { field: "proof file" });
        }
        let part = part_transcript(&self.transcript, self.verified);
        let Self { header, machine, params, shared, .. } = self;
        self.total += verify_part(header, machine, params, part, shared, self.verified, proof)?;
        self.verified += 1;
        Ok(())
    }

    /// Checks what all proofs show together.
    pub fn finish(self) -> Result<Verified, Error> {
        if self.proofs_left() > 0 {
            return Err(Error::Truncated { field: "proof" });
        }
        if self.total != EF::ZERO {
            return Err(Error::Sums);
        }
        let (claim, Header { assumptions, output, shards, .. }) = (self.claim, self.header);
        Ok(Verified { claim, assumptions, output, shards: shards.len() })
    }
}

/// Verifies one proof of the run and returns its sum.
fn verify_part(
    header: &Header,
    machine: &Systems,
    params: &Params,
    transcript: impl Transcript,
    shared: &Challenge,
    index: usize,
    proof: &[u8],
) -> Result<EF, Error> {
    let is_memory = index < header.memory.len();
    let (publics, messages, boundary, log_chunk) = if is_memory {
        let (publics, part) = (header.memory_publics(index), &header.memory[index]);
        (publics.values(), publics.messages(), &part.boundary, part.log_chunk)
    } else {
        let i = index - header.memory.len();
        let (publics, part) = (header.shard_publics(i), &header.shards[i]);
        (publics.values(), publics.messages(), &part.boundary, part.log_chunk)
    };
    let statement = Statement {
        system: if is_memory { &machine.memory } else { &machine.shard },
        params,
        log_chunk,
        fixed: if is_memory { &header.vk.memory } else { &header.vk.shard },
        boundary,
        publics: &publics,
        messages: &messages,
        shared,
    };
    let outcome = verify_proof(&statement, transcript, proof)
        .map_err(|error| Error::Proof { index: index + 1, error })?;
    Ok(outcome.sum)
}

/// The transcript of proof `index` of a run: memory proofs first, then shards.
pub fn part_transcript<T: Transcript + Clone>(shared: &T, index: usize) -> T {
    let mut part = shared.clone();
    (&mut part as &mut dyn Transcript).public(INDEX, &(index as u32));
    part
}

/// The transcript of a run, with nothing in it.
pub fn run_transcript() -> FiatShamir {
    Hash::default().transcript(RUN)
}

/// What comes before the shared challenge: key, claim, counts, everything pass 1 committed to. Numbers must be
/// within their limits.
pub fn absorb_run(transcript: &mut dyn Transcript, header: &Header, vk: &Digest) {
    let counts = [header.memory.len(), header.shards.len()].map(|count| count as u32);
    absorb_outline(transcript, vk, &header.end(), counts, &header.last_link());
}

/// The same, from what is known of a run whose parts are hidden: how it ended, the numbers of memory proofs and of shards, and the
/// last link of the chain of parts.
pub fn absorb_outline(
    transcript: &mut dyn Transcript,
    vk: &Digest,
    End { status, digest }: &End,
    [memory, shards]: [u32; 2],
    link: &Node,
) {
    transcript.public(VK, vk);
    transcript.public(STATUS, status);
    transcript.public(DIGEST, digest);
    transcript.public(MEMORY_PROOFS, &memory);
    transcript.public(SHARDS, &shards);
    transcript.public(PARTS, link);
}

/// Checks the work and draws α', β'.
fn shared_challenge(
    transcript: &mut dyn Transcript,
    header: &Header,
    params: &Params,
) -> Result<Challenge, Error> {
    let at = |error| Error::Proof { index: 0, error };
    let mut reader = Reader::new(transcript, &header.work);
    reader.work(params.hash, SHARED_WORK, params.boundary_work).map_err(at)?;
    let challenge = Challenge::new(reader.challenges(SHARED, Challenge::COUNT));
    reader.finish().map_err(at)?;
    Ok(challenge)
}

/// The run starts at the entry, each part starts where the one before ended, only the last one halts.
fn check_chain(header: &Header) -> Result<(), Error> {
    if header.shards.is_empty() {
        return Err(Error::Chain { shard: 0 });
    }
    let mut at = header.vk.entry;
    for (i, part) in header.shards.iter().enumerate() {
        let is_last = i + 1 == header.shards.len();
        if part.start != at || (part.end == PC_HALT) != is_last {
            return Err(Error::Chain { shard: i as u32 + 1 });
        }
        at = part.end;
    }
    Ok(())
}

fn limit(what: &'static str, value: u64, limit: u64) -> Result<(), Error> {
    if value <= limit { Ok(()) } else { Err(Error::Limit { what, value, limit }) }
}

/// Numbers that would wrap mod p, or exceed what the security terms assume.
fn check_limits(header: &Header) -> Result<(), Error> {
    for (i, part) in header.shards.iter().enumerate() {
        if !header.shard_publics(i).in_limits() {
            return Err(Error::OutOfLimits {
                what: "start, end or end time of a shard",
                value: part.end_ts.into(),
            });
        }
    }
    for (i, part) in header.memory.iter().enumerate() {
        if !header.memory_publics(i).in_limits() {
            return Err(Error::OutOfLimits { what: "key of a memory proof", value: part.last.into() });
        }
    }
    boundary_messages(header).map(|_| ())
}

/// How many messages a run has on shared buses at most.
pub fn boundary_messages(header: &Header) -> Result<u64, Error> {
    let mut messages = 0u64;
    for Part { boundary, log_chunk, .. } in header.parts() {
        limit("log2 of a chunk", log_chunk as u64, MAX_LOG_CHUNK as u64)?;
        for &rows in &boundary.rows {
            limit("rows of a boundary table", rows as u64, MAX_ROWS as u64)?;
            // Two messages a row, each with weight at most one, padding included.
            messages += 2 * padded_rows(rows, log_chunk) as u64;
        }
    }
    limit("boundary messages of the run", messages, MAX_RUN_MESSAGES)?;
    Ok(messages)
}
