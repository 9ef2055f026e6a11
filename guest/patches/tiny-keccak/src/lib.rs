//! `tiny-keccak` 2 by the coprocessor: [`Keccak`] and [`Sha3`], of 224, 256, 384 and 512 bits. There are no others; who asks
//! for one does not compile.
#![no_std]

/// Lanes of a state: (x, y) at x + 5y.
type State = [u64; 25];

unsafe extern "C" {
    /// `aver-guest` has it, with its feature `native-keccak`.
    safe fn native_keccak_f1600(state: &mut State);
}

/// The permutation Keccak-f[1600].
#[inline]
pub fn keccakf(state: &mut State) {
    native_keccak_f1600(state);
}

/// Hashes in one go or in several.
pub trait Hasher {
    /// Appends to the message.
    fn update(&mut self, input: &[u8]);

    /// Fills `output` with the digest of the message; beyond the digest's length with what follows upon it.
    fn finalize(self, output: &mut [u8])
    where
        Self: Sized;
}

/// A hash on its way: blocks of `rate` bytes, the bits of `SUFFIX` behind the message.
#[derive(Clone)]
struct Sponge<const SUFFIX: u8> {
    state: State,
    rate: usize,
    /// Bytes of the unfinished block, which are in the state already.
    filled: usize,
}

impl<const SUFFIX: u8> Sponge<SUFFIX> {
    fn new(bits: usize) -> Self {
        Self { state: [0; 25], rate: 200 - bits / 4, filled: 0 }
    }

    fn add(&mut self, at: usize, byte: u8) {
        self.state[at / 8] ^= u64::from(byte) << (8 * (at % 8));
    }

    fn update(&mut self, mut input: &[u8]) {
        while let [byte, rest @ ..] = input {
            match input.split_first_chunk() {
                // Eight bytes at once where a lane begins.
                Some((lane, rest)) if self.filled.is_multiple_of(8) => {
                    self.state[self.filled / 8] ^= u64::from_le_bytes(*lane);
                    (self.filled, input) = (self.filled + 8, rest);
                }
                _ => {
                    self.add(self.filled, *byte);
                    (self.filled, input) = (self.filled + 1, rest);
                }
            }
            if self.filled == self.rate {
                keccakf(&mut self.state);
                self.filled = 0;
            }
        }
    }

    fn finalize(mut self, output: &mut [u8]) {
        self.add(self.filled, SUFFIX);
        self.add(self.rate - 1, 0x80);
        for block in output.chunks_mut(self.rate) {
            keccakf(&mut self.state);
            for (bytes, lane) in block.chunks_mut(8).zip(self.state) {
                bytes.copy_from_slice(&lane.to_le_bytes()[..bytes.len()]);
            }
        }
    }
}

macro_rules! hash {
    ($(#[$doc:meta])* $name:ident, $suffix:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Sponge<$suffix>);

        impl $name {
            /// Of 224 bits.
            pub fn v224() -> Self {
                Self(Sponge::new(224))
            }

            /// Of 256 bits.
            pub fn v256() -> Self {
                Self(Sponge::new(256))
            }

            /// Of 384 bits.
            pub fn v384() -> Self {
                Self(Sponge::new(384))
            }

            /// Of 512 bits.
            pub fn v512() -> Self {
                Self(Sponge::new(512))
            }
        }

        impl Hasher for $name {
            fn update(&mut self, input: &[u8]) {
                self.0.update(input);
            }

            fn finalize(self, output: &mut [u8]) {
                self.0.finalize(output);
            }
        }
    };
}

#[cfg(feature = "keccak")]
hash!(
    /// Keccak as it was before it became SHA-3, which Ethereum uses.
    Keccak,
    0x01
);
#[cfg(feature = "sha3")]
hash!(
    /// SHA-3 (FIPS 202).
    Sha3,
    0x06
);
