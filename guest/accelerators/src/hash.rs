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
