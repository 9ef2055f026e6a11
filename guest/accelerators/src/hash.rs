//! Hashes, and BLAKE2's compression.

use crate::memory::{Status, give, list, read};
use aver_guest::{blake2b, keccak, ripemd160, sha256::Sha256};

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_keccak256(data: *const u8, len: usize, output: *mut [u8; 32]) -> Status {
    unsafe { give(Some(keccak::keccak256(list(data, len))), output) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_sha256(data: *const u8, len: usize, output: *mut [u8; 32]) -> Status {
    unsafe { give(Some(Sha256::digest(list(data, len))), output) }
}

/// The hash has 20 bytes, and 12 zeros before it.
#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_ripemd160(data: *const u8, len: usize, output: *mut [u8; 32]) -> Status {
    let mut padded = [0; 32];
    padded[12..].copy_from_slice(&ripemd160::ripemd160(unsafe { list(data, len) }));
    unsafe { give(Some(padded), output) }
}

/// `rounds` is a number, as in all other libraries: that it is big-endian in EIP-152's input is for who reads that input.
#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_blake2f(
    rounds: u32,
    h: *mut [u8; 64],
    m: *const [u8; 128],
    t: *const [u8; 16],
    f: u8,
) -> Status {
    let (state, block, count) = unsafe { (read(h), read(m), read(t)) };
    let mut state: [u64; 8] = numbers(&state);
    if f < 2 {
        blake2b::compress(rounds, &mut state, &numbers(&block), numbers(&count), f == 1);
    }
    let mut result = [0; 64];
    for (bytes, word) in result.as_chunks_mut::<8>().0.iter_mut().zip(state) {
        *bytes = word.to_le_bytes();
    }
    unsafe { give((f < 2).then_some(result), h) }
}

fn numbers<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let chunks = bytes.as_chunks::<8>().0;
    core::array::from_fn(|i| u64::from_le_bytes(chunks[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EIP-152's vectors 5 and 3: "abc", and an f of 2, which leaves the state alone.
    #[test]
    fn blake2f() {
        let mut iv = blake2b::IV;
        iv[0] ^= 0x0101_0040;
        let mut h = [0; 64];
        h.as_chunks_mut::<8>().0.iter_mut().zip(iv).for_each(|(bytes, word)| *bytes = word.to_le_bytes());
        let (mut m, mut t) = ([0; 128], [0; 16]);
        m[..3].copy_from_slice(b"abc");
        t[0] = 3;
        let before = h;
        assert_eq!(unsafe { zkvm_blake2f(12, &mut h, &m, &t, 2) }, Status::Failed);
        assert_eq!(h, before);
        assert_eq!(unsafe { zkvm_blake2f(12, &mut h, &m, &t, 1) }, Status::Done);
        assert_eq!(h, blake2b::blake2b::<64>(b"abc"));
    }
}
