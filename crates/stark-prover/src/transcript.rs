//! The prover's side of the transcript: writes messages into the proof, absorbing them.

use aver_stark::field::{EF, F, coefficients, encode_base};
use aver_stark::hash::{Digest, Sponge, is_work};
use aver_stark::transcript::sorted;
use rayon::prelude::*;

/// Writes a proof. Methods mirror [`aver_stark::transcript::Reader`].
pub struct Writer {
    sponge: Sponge,
    proof: Vec<u8>,
}

impl Writer {
    /// Writes in the context of all the sponge has absorbed.
    pub fn new(sponge: Sponge) -> Self {
        Self { sponge, proof: Vec::new() }
    }
    /// Bytes, absorbed.
    pub fn bytes(&mut self, label: &'static str, bytes: &[u8]) {
        self.sponge.absorb(label, bytes);
        self.proof.extend_from_slice(bytes);
    }
    /// A 32-bit number, absorbed.
    pub fn number(&mut self, label: &'static str, value: u32) {
        self.bytes(label, &value.to_le_bytes());
    }
    /// A digest, absorbed.
    pub fn digest(&mut self, label: &'static str, digest: &Digest) {
        self.bytes(label, digest);
    }
    /// Extension elements, absorbed as one message.
    pub fn exts(&mut self, label: &'static str, values: &[EF]) {
        let bytes: Vec<u8> = values.iter().flat_map(coefficients).flat_map(|&c| encode_base(c)).collect();
        self.bytes(label, &bytes);
    }
    /// An extension element, absorbed.
    pub fn ext(&mut self, label: &'static str, value: EF) {
        self.exts(label, &[value]);
    }
    /// Base elements that a root binds.
    pub fn hint_base(&mut self, values: &[F]) {
        self.proof.extend(values.iter().flat_map(|&v| encode_base(v)));
    }
    /// A digest that a root binds.
    pub fn hint_digest(&mut self, digest: &Digest) {
        self.proof.extend_from_slice(digest);
    }
    /// Absorbs what both sides know.
    pub fn absorb(&mut self, label: &'static str, bytes: &[u8]) {
        self.sponge.absorb(label, bytes);
    }
    /// Absorbs base elements both sides know.
    pub fn absorb_base(&mut self, label: &'static str, values: &[F]) {
        self.sponge.absorb_base(label, values);
    }
    /// A challenge.
    pub fn challenge(&mut self, label: &'static str) -> EF {
        self.sponge.challenge(label)
    }
    /// Independent challenges.
    pub fn challenges(&mut self, label: &'static str, count: usize) -> Vec<EF> {
        (0..count).map(|_| self.sponge.challenge(label)).collect()
    }
    /// Indices of `bits` bits: sorted, each once.
    pub fn indices(&mut self, label: &'static str, bits: usize, count: usize) -> Vec<usize> {
        sorted(self.sponge.indices(label, bits, count))
    }
    /// Finds and writes a proof of work: the smallest nonce, whatever the number of threads.
    pub fn work(&mut self, label: &'static str, bits: usize) {
        if bits == 0 {
            return;
        }
        let seed = self.sponge.work_seed(label);
        let nonce = smallest_nonce(&seed, bits);
        self.bytes(label, &nonce.to_le_bytes());
    }
    /// The messages, and the transcript so far.
    pub fn into_sponge(self) -> (Vec<u8>, Sponge) {
        (self.proof, self.sponge)
    }
    /// The proof.
    pub fn finish(self) -> Vec<u8> {
        self.proof
    }
}

/// The smallest nonce that is work of `bits` bits.
pub fn smallest_nonce(seed: &Digest, bits: usize) -> u64 {
    const STEP: u64 = 1 << 12;
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
