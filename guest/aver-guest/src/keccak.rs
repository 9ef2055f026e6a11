//! Keccak-f[1600], and Keccak-256 and SHA-3 of it: in software or, with the feature `keccak-coprocessor`, by the
//! coprocessor of that name.
//!
//! With the feature `native-keccak` the program has the symbol `native_keccak256`, which `alloy-primitives` calls
//! when it is built with its feature of the same name, and `native_keccak_f1600`.

/// A state: lane (x, y) at x + 5y.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct State(pub [u64; 25]);

#[cfg(not(feature = "keccak-coprocessor"))]
mod software {
    const ROTATIONS: [u32; 24] =
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
    /// Where π brings lane 1, where it brings that, and so on.
    const PLACES: [usize; 24] =
        [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
    const CONSTANTS: [u64; 24] = [
        0x0000000000000001,
        0x0000000000008082,
        0x800000000000808a,
        0x8000000080008000,
        0x000000000000808b,
        0x0000000080000001,
        0x8000000080008081,
        0x8000000000008009,
        0x000000000000008a,
        0x0000000000000088,
        0x0000000080008009,
        0x000000008000000a,
        0x000000008000808b,
        0x800000000000008b,
        0x8000000000008089,
        0x8000000000008003,
        0x8000000000008002,
        0x8000000000000080,
        0x000000000000800a,
        0x800000008000000a,
        0x8000000080008081,
        0x8000000000008080,
        0x0000000080000001,
        0x8000000080008008,
    ];

    /// FIPS 202, 3.3.
    pub fn permute(a: &mut [u64; 25]) {
        for constant in CONSTANTS {
            let c: [u64; 5] = core::array::from_fn(|x| a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]);
            for x in 0..5 {
                let change = c[(x + 4) % 5] ^ c[(x + 1) % 5].rotate_left(1);
                (x..25).step_by(5).for_each(|lane| a[lane] ^= change);
            }
            let mut lane = a[1];
            for (place, rotation) in PLACES.into_iter().zip(ROTATIONS) {
                lane = core::mem::replace(&mut a[place], lane.rotate_left(rotation));
            }
            for row in a.chunks_exact_mut(5) {
                let b = [row[0], row[1], row[2], row[3], row[4]];
                (0..5).for_each(|x| row[x] = b[x] ^ !b[(x + 1) % 5] & b[(x + 2) % 5]);
            }
            a[0] ^= constant;
        }
    }
}

/// The permutation.
#[cfg(not(feature = "keccak-coprocessor"))]
pub fn permute(state: &mut State) {
    software::permute(&mut state.0);
}

#[cfg(feature = "keccak-coprocessor")]
crate::coprocessor_note!(KECCAK, "keccak@1c31036465dac0db3638e7c4402c6850");

/// The permutation.
#[cfg(feature = "keccak-coprocessor")]
#[inline]
pub fn permute(state: &mut State) {
    // SAFETY: the call updates 200 bytes at a0, which the type aligns.
    unsafe { crate::sys::coprocessor(KECCAK, state as *mut State as usize, 0) };
}

/// A hash on its way: blocks of `RATE` bytes, the bits of `SUFFIX` behind the message.
#[derive(Clone, Debug)]
pub struct Sponge<const RATE: usize, const SUFFIX: u8> {
    state: State,
    /// Bytes of the unfinished block, which are in the state already.
    filled: usize,
}

/// Keccak-256, as Ethereum has it.
pub type Keccak256 = Sponge<136, 0x01>;
/// SHA3-256 (FIPS 202).
pub type Sha3_256 = Sponge<136, 0x06>;
/// SHA3-512 (FIPS 202).
pub type Sha3_512 = Sponge<72, 0x06>;

impl<const RATE: usize, const SUFFIX: u8> Sponge<RATE, SUFFIX> {
    /// The hash of nothing, yet.
    pub const fn new() -> Self {
        const { assert!(RATE < 200 && RATE.is_multiple_of(8)) };
        Self { state: State([0; 25]), filled: 0 }
    }

    /// Appends to the message.
    pub fn update(&mut self, mut bytes: &[u8]) {
        if self.filled > 0 {
            let (head, tail) = bytes.split_at(bytes.len().min(RATE - self.filled));
            self.absorb(head);
            if self.filled < RATE {
                return;
            }
            permute(&mut self.state);
            self.filled = 0;
            bytes = tail;
        }
        let mut blocks = bytes.chunks_exact(RATE);
        for block in &mut blocks {
            for (lane, bytes) in self.state.0.iter_mut().zip(block.as_chunks::<8>().0) {
                *lane ^= u64::from_le_bytes(*bytes);
            }
            permute(&mut self.state);
        }
        self.absorb(blocks.remainder());
    }

    /// Adds bytes that the block has room for.
    fn absorb(&mut self, bytes: &[u8]) {
        let (head, bytes) = bytes.split_at(bytes.len().min(self.filled.wrapping_neg() % 8));
        self.absorb_bytes(head);
        let (lanes, tail) = bytes.as_chunks::<8>();
        let start = self.filled / 8;
        for (lane, bytes) in self.state.0[start..].iter_mut().zip(lanes) {
            *lane ^= u64::from_le_bytes(*bytes);
        }
        self.filled += 8 * lanes.len();
        self.absorb_bytes(tail);
    }

    fn absorb_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.add(self.filled, byte);
            self.filled += 1;
        }
    }

    fn add(&mut self, at: usize, byte: u8) {
        self.state.0[at / 8] ^= u64::from(byte) << (8 * (at % 8));
    }

    /// The first `N` bytes of the digest of the message, which has half as many as what `RATE` leaves of a state.
    pub fn finish<const N: usize>(mut self) -> [u8; N] {
        const { assert!(N <= (200 - RATE) / 2, "the digest is not that long") };
        self.add(self.filled, SUFFIX);
        self.add(RATE - 1, 0x80);
        permute(&mut self.state);
        let mut digest = [0; N];
        for (bytes, lane) in digest.chunks_mut(8).zip(self.state.0) {
            bytes.copy_from_slice(&lane.to_le_bytes()[..bytes.len()]);
        }
        digest
    }
}

impl<const RATE: usize, const SUFFIX: u8> Default for Sponge<RATE, SUFFIX> {
    fn default() -> Self {
        Self::new()
    }
}

/// Keccak-256 of `bytes`.
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    let mut sponge = Keccak256::new();
    sponge.update(bytes);
    sponge.finish()
}

/// SHA3-256 of `bytes`.
pub fn sha3_256(bytes: &[u8]) -> [u8; 32] {
    let mut sponge = Sha3_256::new();
    sponge.update(bytes);
    sponge.finish()
}

/// SHA3-512 of `bytes`.
pub fn sha3_512(bytes: &[u8]) -> [u8; 64] {
    let mut sponge = Sha3_512::new();
    sponge.update(bytes);
    sponge.finish()
}

/// What `alloy-primitives` calls with its feature `native-keccak`.
///
/// # Safety
/// `len` bytes can be read at `bytes`, and 32 written at `output`.
#[cfg(feature = "native-keccak")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn native_keccak256(bytes: *const u8, len: usize, output: *mut u8) {
    // SAFETY: the caller's; a length of zero may come with any pointer.
    let bytes = if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(bytes, len) } };
    let digest = keccak256(bytes);
    // SAFETY: the caller's.
    unsafe { output.copy_from_nonoverlapping(digest.as_ptr(), 32) };
}

/// What the crates in `guest/patches` call, which stand in for `keccak` and `tiny-keccak`.
#[cfg(feature = "native-keccak")]
#[unsafe(no_mangle)]
pub extern "C" fn native_keccak_f1600(lanes: &mut [u64; 25]) {
    let mut state = State(*lanes);
    permute(&mut state);
    *lanes = state.0;
}

#[cfg(all(test, not(feature = "keccak-coprocessor")))]
mod tests {
    use super::*;
    use alloc::{format, string::String, vec, vec::Vec};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn vectors() {
        for (message, digest) in [
            (&b""[..], "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
            (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        ] {
            assert_eq!(hex(&keccak256(message)), digest);
        }
        // NIST's examples: messages of 0, 24 and 1600 bits.
        for (message, digest) in [
            (vec![], "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"),
            (b"abc".to_vec(), "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
            (vec![0xA3; 200], "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787"),
        ] {
            assert_eq!(hex(&sha3_256(&message)), digest);
        }
        let long = sha3_512(&[0xA3; 200]);
        assert_eq!(
            hex(&long),
            "e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca81b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00"
        );
    }

    #[test]
    fn pieces_are_the_whole() {
        let message: Vec<u8> = (0..=255).cycle().take(300).collect();
        for len in [0, 1, 135, 136, 137, 271, 272, 273, 300] {
            for cut in [0, 1, 7, 135, 136, 137, 272] {
                let cut = cut.min(len);
                let mut sponge = Keccak256::new();
                sponge.update(&message[..cut]);
                sponge.update(&message[cut..len]);
                assert_eq!(sponge.finish::<32>(), keccak256(&message[..len]), "{len}, {cut}");
            }
        }
    }
}
