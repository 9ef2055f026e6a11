//! The prover's side of the transcript: writes messages into the proof, absorbing them.

use aver_stark::field::EF;
use aver_stark::hash::{Digest, is_work};
use aver_stark::transcript::{Challenge, Hint, Message, Positions, Public, Transcript, Work};
use aver_stark::value::{Element, Value};
use rayon::prelude::*;

/// Writes a proof. Methods mirror [`aver_stark::transcript::Reader`].
pub struct Writer<'a> {
    transcript: Box<dyn Transcript + 'a>,
    proof: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Writes in the context of all the transcript has absorbed.
    pub fn new(transcript: impl Transcript + 'a) -> Self {
        Self { transcript: Box::new(transcript), proof: Vec::new() }
    }
    /// Sends a message.
    pub fn write<T: Value + ?Sized>(&mut self, message: Message<T>, value: &T) {
        let start = self.proof.len();
        value.write(&mut self.proof);
        self.transcript.absorb(message.step(), &self.proof[start..]);
    }
    /// Sends values that are not absorbed.
    pub fn hints<T: Element>(&mut self, hint: Hint<T>, values: &[T]) {
        let start = self.proof.len();
        values.write(&mut self.proof);
        self.transcript.hint(hint.step(), &self.proof[start..]);
    }
    /// Sends a value that is not absorbed.
    pub fn hint<T: Element>(&mut self, hint: Hint<T>, value: &T) {
        self.hints(hint, std::slice::from_ref(value));
    }
    /// Absorbs what both sides know.
    pub fn public<T: Value + ?Sized>(&mut self, public: Public<T>, value: &T) {
        self.transcript.public(public, value);
    }
    /// Draws a challenge.
    pub fn challenge(&mut self, challenge: Challenge<EF>) -> EF {
        self.transcript.challenge(challenge)
    }
    /// Draws independent challenges.
    pub fn challenges(&mut self, challenge: Challenge<EF>, count: usize) -> Vec<EF> {
        self.transcript.challenges(challenge, count)
    }
    /// Draws indices of `bits` bits: sorted, each once.
    pub fn positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.transcript.positions(challenge, bits, count)
    }
    /// Finds and sends a proof of work: the smallest nonce, whatever the number of threads.
    pub fn work(&mut self, work: Work, bits: usize) {
        if bits == 0 {
            return;
        }
        let seed = self.transcript.work_seed(work);
        let nonce = smallest_nonce(&seed, bits);
        self.proof.extend_from_slice(&nonce.to_le_bytes());
        self.transcript.nonce(work, nonce);
    }
    /// The proof.
    pub fn finish(self) -> Vec<u8> {
        self.proof
    }
}

/// The smallest nonce that is work of `bits` bits. Searched are ranges much shorter than where it is to be
/// expected, so that what all threads do is of use.
pub fn smallest_nonce(seed: &Digest, bits: usize) -> u64 {
    const STEP: u64 = 1 << 8;
    (0u64..)
        .step_by(STEP as usize * 64)
        .find_map(|start| {
            (0..64u64).into_par_iter().find_map_first(|i| {
                let from = start + i * STEP;
                (from..from + STEP).find(|&nonce| is_work(seed, nonce, bits))
            })
        })
        .unwrap_or(0)
}
