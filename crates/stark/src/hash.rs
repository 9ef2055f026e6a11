//! The hash: BLAKE3, for trees, transcript and work.
//!
//! Everything that depends on the choice of hash is here: the digest, leaves, nodes, and the sponge of
//! the transcript.

use alloc::vec::Vec;

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
    pub fn squeeze(&mut self, label: &str, out: &mut [u8]) {
        self.absorb(label, b"challenge");
        self.hasher.finalize_xof().fill(out);
        let state = self.hasher.finalize();
        self.hasher = blake3::Hasher::new();
        self.hasher.update(state.as_bytes());
    }

    /// An extension element.
    pub fn challenge(&mut self, label: &str) -> EF {
        let mut bytes = [0; EXT_SEED_BYTES];
        self.squeeze(label, &mut bytes);
        ext_from(&bytes)
    }

    /// A digest of everything absorbed.
    pub fn work_seed(&mut self, label: &str) -> Digest {
        let mut digest = Digest::default();
        self.squeeze(label, &mut digest);
        digest
    }
}

/// Bytes an extension element is drawn from.
pub const EXT_SEED_BYTES: usize = 8 * D;

/// An extension element from uniform bytes: each coefficient 64 bits reduced mod p.
pub fn ext_from(bytes: &[u8; EXT_SEED_BYTES]) -> EF {
    let (words, _) = bytes.as_chunks::<8>();
    from_coefficients(core::array::from_fn(|i| F::new((u64::from_le_bytes(words[i]) % u64::from(P)) as u32)))
}

/// Bytes an index is drawn from.
pub const INDEX_BYTES: usize = 4;

/// An index of `bits` bits, at most 32, from uniform bytes.
pub fn index_from(bytes: &[u8], bits: usize) -> usize {
    let word = bytes.iter().rev().fold(0, |word, &b| word << 8 | u64::from(b));
    (word & ((1 << bits.min(32)) - 1)) as usize
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
