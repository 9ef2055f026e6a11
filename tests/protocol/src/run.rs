//! A small run: three shards and the memory proof.

use aver_exec::{Input, Silent};
use aver_isa::calls::HALT;
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, reg};
use aver_machine::Systems;
use aver_prover::steps::Pass1;
use aver_prover::{Options, Setup};
use aver_stark::hash::Digest;
use aver_stark::params::Profile;
use aver_stark_prover::stages::Stages;
use aver_verifier::bytes::{Fields, put_bytes};
use aver_verifier::verify::{part_transcript, run_transcript, verify_in};
use aver_verifier::{Error, Header, Verified};
use sha2::{Digest as _, Sha256};

use crate::recorder::{Log, Recorder};

/// A run that is proved.
pub struct Run {
    /// The program.
    pub setup: Setup,
    /// Its name.
    pub vk: Digest,
    /// What it exits with.
    pub code: u32,
    /// The proof file.
    pub file: Vec<u8>,
}

/// What the program says.
const OUTPUT: &[u8; 8] = b"a proof!";

/// Loops a little, says something, and halts with the low half of the input's first word.
fn program() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T1, 20).addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -4);
    asm.write(3, Asm::DATA, OUTPUT.len() as u64).li(reg::A1, u64::from(Asm::DATA) + 8);
    asm.li(reg::T0, INPUT_BASE.into()).ld(reg::A0, reg::T0, 8).addiw(reg::A0, reg::A0, 0).call(HALT);
    asm.elf(&[&OUTPUT[..], &Sha256::digest(OUTPUT)].concat(), 40)
}

/// log2 of the height all runs here have: with two oracles.
pub const LOG_HEIGHT: usize = 12;

/// The program, in shards of at most `cycles`.
pub fn setup(profile: Profile, log_height: usize, cycles: Option<u64>) -> Setup {
    let options = Options { profile, log_height, max_shard_cycles: cycles, ..Options::default() };
    Setup::new(&program(), &[], options).expect("the program loads")
}

impl Run {
    /// Proves a run of which the claim depends on `word`'s low half only.
    pub fn new(profile: Profile, word: u64) -> Self {
        Self::prove(setup(profile, LOG_HEIGHT, Some(24)), word)
    }

    /// Proves a run of a program.
    pub fn prove(setup: Setup, word: u64) -> Self {
        let mut file = Vec::new();
        let report = setup.prove(&input(word), &mut Silent, &mut file, &mut |_| {}).expect("it is proved");
        let vk = setup.vk().expect("there is a key").digest();
        Self { setup, vk, code: report.execution.exit_code, file }
    }

    /// The header, and the proofs.
    pub fn parts(&self) -> (Header, Vec<Vec<u8>>) {
        let mut fields = Fields::new(&self.file);
        let header = Header::decode(&mut fields).expect("a header");
        let count = header.memory.len() + header.shards.len();
        let proofs = (0..count).map(|_| fields.bytes("proof").expect("a proof").to_vec()).collect();
        (header, proofs)
    }

    /// Verifies a file.
    pub fn verify(&self, file: &[u8]) -> Result<Verified, Error> {
        aver_prover::verify(file, &self.vk, self.code, &[])
    }

    /// Verifies a file, and what was asked of the transcript: by the run, then by each proof.
    pub fn recorded(&self, file: &[u8]) -> (Result<Verified, Error>, Vec<Log>) {
        let recorder = Recorder::new(run_transcript(), None);
        let logs = recorder.logs();
        let machine = |_: &_| Systems::new(Vec::new()).map_err(|_| Error::Machine);
        let verified = verify_in(recorder, file, &self.vk, self.code, machine);
        (verified, logs.all())
    }

    /// Proves the run again step by step, and what the prover asked of the transcript.
    pub fn prove_recorded(&self, word: u64) -> (Vec<u8>, Vec<Log>) {
        let setup = &self.setup;
        let input = input(word);
        let Pass1 { mut header, end, .. } = setup.pass_1(&input, &mut Silent).expect("it runs");
        let mut recorder = Recorder::new(run_transcript(), None);
        let (shared, work) = setup.shared_challenge_in(&mut recorder, &header).expect("a challenge");
        header.work = work;
        let mut file = header.encode();
        for (index, from) in setup.checkpoints(end, &input).enumerate() {
            let part = setup.part(&header, &from.expect("it runs again")).expect("there are tables");
            let transcript = part_transcript(&recorder, index);
            let proof = setup.prove_part(part, transcript, &shared, &mut Stages::default());
            put_bytes(&mut file, &proof.expect("it is proved"));
        }
        (file, recorder.logs().all())
    }
}

fn input(word: u64) -> Input {
    Input::new(word.to_le_bytes()).expect("it fits")
}
