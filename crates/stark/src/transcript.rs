//! The verifier's side of the transcript: reads the prover's messages from the proof, absorbing them.
//!
//! `spec/proof-system.md`, "transcript". Nothing is allocated but what the proof has bytes for.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::error::{Error, Result};
use crate::field::{D, EF, EF_BYTES, F, decode_base, from_coefficients};
use crate::hash::{DIGEST_BYTES, Digest, Sponge, is_work};

/// Reads a proof.
pub struct Reader<'a> {
    sponge: Sponge,
    proof: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `proof` in the context of all the sponge has absorbed.
    pub fn new(sponge: Sponge, proof: &'a [u8]) -> Self {
        Self { sponge, proof }
    }

    fn take(&mut self, label: &'static str, len: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.proof.split_at_checked(len).ok_or(Error::Truncated { label })?;
        self.proof = tail;
        Ok(head)
    }

    /// Bytes, absorbed.
    pub fn bytes(&mut self, label: &'static str, len: usize) -> Result<&'a [u8]> {
        let bytes = self.take(label, len)?;
        self.sponge.absorb(label, bytes);
        Ok(bytes)
    }

    /// A 32-bit number, absorbed.
    pub fn number(&mut self, label: &'static str) -> Result<u32> {
        let b = self.bytes(label, 4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// A digest, absorbed.
    pub fn digest(&mut self, label: &'static str) -> Result<Digest> {
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(self.bytes(label, DIGEST_BYTES)?);
        Ok(digest)
    }

    /// Extension elements, absorbed.
    pub fn exts(&mut self, label: &'static str, count: usize) -> Result<Vec<EF>> {
        let len = count.checked_mul(EF_BYTES).ok_or(Error::Truncated { label })?;
        let bytes = self.bytes(label, len)?;
        bytes.chunks_exact(EF_BYTES).map(|c| decode_ext(label, c)).collect()
    }

    /// An extension element, absorbed.
    pub fn ext(&mut self, label: &'static str) -> Result<EF> {
        decode_ext(label, self.bytes(label, EF_BYTES)?)
    }

    /// Base elements that a root binds: not absorbed.
    pub fn hint_base(&mut self, label: &'static str, count: usize) -> Result<Vec<F>> {
        let len = count.checked_mul(4).ok_or(Error::Truncated { label })?;
        let bytes = self.take(label, len)?;
        bytes.chunks_exact(4).map(|c| decode(label, c)).collect()
    }

    /// A digest that a root binds: not absorbed.
    pub fn hint_digest(&mut self, label: &'static str) -> Result<Digest> {
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(self.take(label, DIGEST_BYTES)?);
        Ok(digest)
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

    /// Checks the proof of work that stands here.
    pub fn work(&mut self, label: &'static str, bits: usize) -> Result<()> {
        if bits == 0 {
            return Ok(());
        }
        let seed = self.sponge.work_seed(label);
        let b = self.bytes(label, 8)?;
        let nonce = u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
        if is_work(&seed, nonce, bits) { Ok(()) } else { Err(Error::Work { label }) }
    }

    /// Demands that the messages end here, and gives the transcript so far.
    pub fn into_sponge(self) -> Result<Sponge> {
        let sponge = self.sponge.clone();
        self.finish().map(|()| sponge)
    }

    /// Demands that the proof ends here.
    pub fn finish(self) -> Result<()> {
        if self.proof.is_empty() { Ok(()) } else { Err(Error::TrailingBytes { count: self.proof.len() }) }
    }
}

/// Sorted, each once: how drawn positions are opened.
pub fn sorted(mut indices: Vec<usize>) -> Vec<usize> {
    indices.sort_unstable();
    indices.dedup();
    indices
}

fn decode(label: &'static str, c: &[u8]) -> Result<F> {
    decode_base([c[0], c[1], c[2], c[3]]).ok_or(Error::NotCanonical { label })
}

fn decode_ext(label: &'static str, bytes: &[u8]) -> Result<EF> {
    let mut c = [F::ZERO; D];
    for (c, chunk) in c.iter_mut().zip(bytes.chunks_exact(4)) {
        *c = decode(label, chunk)?;
    }
    Ok(from_coefficients(c))
}
