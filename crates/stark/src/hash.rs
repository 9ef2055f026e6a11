//! The hash: BLAKE3, for trees, transcript and work.
//!
//! Everything that depends on the choice of hash is here: the digest, leaves, nodes, and the sponge of
//! the transcript.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::field::{D, EF, F, P, encode_base, from_coefficients};

/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 32;
/// A digest.
pub type Digest = [u8; DIGEST_BYTES];

/// Provable bits of collision resistance, of a 256-bit digest.
pub const HASH_BITS: f64 = 128.0;

/// Digest of a tree's leaf: its elements, canonical, little-endian.
pub fn hash_row(row: &[F]) -> Digest {
    let mut bytes = [0u8; 1024];
    let mut hasher = blake3::Hasher::new();
    for chunk in row.chunks(256) {
        for (out, &value) in bytes.chunks_exact_mut(4).zip(chunk) {
            out.copy_from_slice(&encode_base(value));
        }
        hasher.update(&bytes[..4 * chunk.len()]);
    }
    *hasher.finalize().as_bytes()
}

/// Digest of a tree's inner node.
pub fn compress(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [0u8; 2 * DIGEST_BYTES];
    bytes[..DIGEST_BYTES].copy_from_slice(left);
    bytes[DIGEST_BYTES..].copy_from_slice(right);
    *blake3::hash(&bytes).as_bytes()
}

/// A hash chain: absorbs labelled bytes, gives challenges that depend on all of them.
#[derive(Clone, Debug)]
pub struct Sponge {
    hasher: blake3::Hasher,
}

impl Sponge {
    /// An empty one; `domain` separates protocols and versions.
    pub fn new(domain: &str) -> Self {
        let mut sponge = Self { hasher: blake3::Hasher::new() };
        sponge.absorb(domain, &[]);
        sponge
    }

    /// Absorbs a labelled message. Label and length are part of it.
    pub fn absorb(&mut self, label: &str, bytes: &[u8]) {
        self.hasher.update(&(label.len() as u64).to_le_bytes());
        self.hasher.update(label.as_bytes());
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }

    /// Absorbs a labelled list of base elements.
    pub fn absorb_base(&mut self, label: &str, values: &[F]) {
        let bytes: Vec<u8> = values.iter().flat_map(|&v| encode_base(v)).collect();
        self.absorb(label, &bytes);
    }

    /// Bytes that depend on everything absorbed; the sponge goes on from them.
    fn squeeze(&mut self, label: &str, out: &mut [u8]) {
        self.absorb(label, b"challenge");
        self.hasher.finalize_xof().fill(out);
        let state = self.hasher.finalize();
        self.hasher = blake3::Hasher::new();
        self.hasher.update(state.as_bytes());
    }

    /// An extension element: each coefficient 64 bits reduced mod p.
    pub fn challenge(&mut self, label: &str) -> EF {
        let mut bytes = [0u8; 8 * D];
        self.squeeze(label, &mut bytes);
        let mut coefficients = [F::ZERO; D];
        for (c, chunk) in coefficients.iter_mut().zip(bytes.chunks_exact(8)) {
            let word = chunk.iter().rev().fold(0u64, |acc, &b| (acc << 8) | u64::from(b));
            *c = F::new((word % u64::from(P)) as u32);
        }
        from_coefficients(coefficients)
    }

    /// `count` indices of `bits` bits each, independent; `bits` is at most 32.
    pub fn indices(&mut self, label: &str, bits: usize, count: usize) -> Vec<usize> {
        let mut bytes = alloc::vec![0u8; 4 * count];
        self.squeeze(label, &mut bytes);
        let mask = (1u64 << bits.min(32)) - 1;
        let word =
            |c: &[u8]| u64::from(c[0]) | u64::from(c[1]) << 8 | u64::from(c[2]) << 16 | u64::from(c[3]) << 24;
        bytes.chunks_exact(4).map(|c| (word(c) & mask) as usize).collect()
    }

    /// A seed for proof of work.
    pub fn work_seed(&mut self, label: &str) -> Digest {
        let mut seed = [0u8; DIGEST_BYTES];
        self.squeeze(label, &mut seed);
        seed
    }
}

/// Whether `nonce` is work of `bits` bits on the seed.
pub fn is_work(seed: &Digest, nonce: u64, bits: usize) -> bool {
    let mut bytes = [0u8; DIGEST_BYTES + 8];
    bytes[..DIGEST_BYTES].copy_from_slice(seed);
    bytes[DIGEST_BYTES..].copy_from_slice(&nonce.to_le_bytes());
    let hash = blake3::hash(&bytes);
    let h = hash.as_bytes();
    let word = u64::from_le_bytes([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]]);
    word.trailing_zeros() as usize >= bits.min(64)
}
