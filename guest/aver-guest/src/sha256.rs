//! SHA-256, in software or, with the feature `sha256-coprocessor`, by the coprocessor of that name.
//!
//! [`compress`] is where the two differ, and the only place; a coprocessor call without the ELF note
//! that goes with it is a fault.

/// The initial hash value (FIPS 180-4, 5.3.3).
pub const INITIAL: State =
    State([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

/// A hash value on its way, aligned as coprocessors want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct State(pub [u32; 8]);

/// A message block, aligned as coprocessors want it; bytes as in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Block(pub [u8; 64]);

/// A digest, aligned as the machine wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Digest(pub [u8; 32]);

/// The compression function: `state` becomes the hash value after `block`.
#[cfg(not(feature = "sha256-coprocessor"))]
#[inline]
pub fn compress(state: &mut State, block: &Block) {
    sha2::compress256(&mut state.0, core::slice::from_ref((&block.0).into()));
}

#[cfg(feature = "sha256-coprocessor")]
crate::coprocessor_note!(SHA256, "sha256@7fa50d2d3e5e0b6b96059bdbb725e1cf");

/// The compression function: `state` becomes the hash value after `block`.
#[cfg(feature = "sha256-coprocessor")]
#[inline]
pub fn compress(state: &mut State, block: &Block) {
    // SAFETY: the call reads 64 bytes at a1 and updates 32 at a0; the types align both.
    unsafe { crate::sys::coprocessor(SHA256, state as *mut State as usize, block as *const Block as usize) };
}

/// What the crate in `guest/patches` calls, which stands in for `sha2`.
#[cfg(feature = "native-sha256")]
#[unsafe(no_mangle)]
pub extern "C" fn native_sha256_compress(state: &mut [u32; 8], block: &[u8; 64]) {
    // These need not be aligned as the coprocessor wants it.
    let mut aligned = State(*state);
    compress(&mut aligned, &Block(*block));
    *state = aligned.0;
}

/// A running hash.
///
/// ```ignore
/// let mut hasher = Sha256::new();
/// hasher.update(b"abc");
/// let digest = hasher.finish().0;
/// ```
#[derive(Clone, Debug)]
pub struct Sha256 {
    state: State,
    block: Block,
    /// Bytes hashed so far; those of the last, unfinished block lie in `block`.
    len: u64,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    /// The hash of nothing, yet.
    pub const fn new() -> Self {
        Self { state: INITIAL, block: Block([0; 64]), len: 0 }
    }

    /// Appends to the message.
    pub fn update(&mut self, mut bytes: &[u8]) {
        let filled = (self.len % 64) as usize;
        self.len += bytes.len() as u64;
        if filled > 0 {
            let (head, tail) = bytes.split_at(bytes.len().min(64 - filled));
            self.block.0[filled..filled + head.len()].copy_from_slice(head);
            if filled + head.len() < 64 {
                return;
            }
            compress(&mut self.state, &self.block);
            bytes = tail;
        }
        let mut blocks = bytes.chunks_exact(64);
        for block in &mut blocks {
            self.block.0.copy_from_slice(block);
            compress(&mut self.state, &self.block);
        }
        let rest = blocks.remainder();
        self.block.0[..rest.len()].copy_from_slice(rest);
    }

    /// The digest of the message.
    pub fn finish(mut self) -> Digest {
        let filled = (self.len % 64) as usize;
        self.block.0[filled] = 0x80;
        self.block.0[filled + 1..].fill(0);
        if filled >= 56 {
            compress(&mut self.state, &self.block);
            self.block.0.fill(0);
        }
        self.block.0[56..].copy_from_slice(&(self.len * 8).to_be_bytes());
        compress(&mut self.state, &self.block);
        let mut digest = Digest([0; 32]);
        for (bytes, word) in digest.0.chunks_exact_mut(4).zip(self.state.0) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    /// The digest of `bytes`.
    pub fn digest(bytes: &[u8]) -> [u8; 32] {
        let mut hasher = Self::new();
        hasher.update(bytes);
        hasher.finish().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest;

    #[test]
    fn every_length_around_a_block_agrees_with_rustcrypto() {
        let message: alloc::vec::Vec<u8> = (0..200u8).collect();
        for len in 0..200 {
            for cut in [0, 1, 63, 64, 65] {
                let cut = cut.min(len);
                let mut hasher = Sha256::new();
                hasher.update(&message[..cut]);
                hasher.update(&message[cut..len]);
                assert_eq!(hasher.finish().0[..], sha2::Sha256::digest(&message[..len])[..]);
            }
        }
    }
}
