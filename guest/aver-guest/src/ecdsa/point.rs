//! Points as coprocessors have them.

/// x and y, the least significant word first: of 256 bits each, unless said otherwise. (0, 0) is infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Point<const WORDS: usize = 8>(pub [u64; WORDS]);

#[cfg(any(feature = "secp256k1", feature = "secp256r1", feature = "bn254"))]
impl Point {
    /// Of coordinates in 32 bytes each, the most significant first.
    pub(crate) fn new(x: &[u8], y: &[u8]) -> Self {
        let (x, y) = (words(x), words(y));
        Self(core::array::from_fn(|i| if i < 4 { x[i] } else { y[i - 4] }))
    }

    /// x and y.
    #[cfg(feature = "bn254")]
    pub(crate) fn coordinates(&self) -> [[u64; 4]; 2] {
        [0, 4].map(|from| core::array::from_fn(|i| self.0[from + i]))
    }

    /// x and y, the most significant byte first.
    pub fn bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.x());
        bytes[32..].copy_from_slice(&bytes_of(&self.0[4..]));
        bytes
    }

    /// x, the most significant byte first.
    pub(crate) fn x(&self) -> [u8; 32] {
        bytes_of(&self.0[..4])
    }
}

/// Words of 32 bytes, the least significant word first.
pub(crate) fn words(bytes: &[u8]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    words
}

/// The other way.
#[cfg(any(test, feature = "secp256k1", feature = "secp256r1", feature = "bn254"))]
pub(crate) fn bytes_of(words: &[u64]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
    bytes
}
