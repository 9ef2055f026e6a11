//! A chain of hashes: 64 zero bytes, of which each time the first bytes are replaced by the hash of all. With the feature
//! `copy`: 64 KiB, copied to and fro.
//!
//! Input: how often, 8 little-endian bytes. Output: the bytes that the last hash is part of.
//!
//! In software with RustCrypto's crates, as any program would; with the feature `coprocessor`, through coprocessors.
#![no_std]
#![no_main]

extern crate alloc;

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    let n = u64::from_le_bytes(input.try_into().expect("the input is 8 bytes"));
    let mut bytes = [0; 64];
    #[cfg(feature = "copy")]
    copy(n, &mut bytes);
    #[cfg(not(feature = "copy"))]
    for _ in 0..n {
        let hash = hash(&bytes);
        bytes[..hash.len()].copy_from_slice(&hash);
    }
    aver_guest::write_output(&bytes);
}

#[cfg(all(feature = "keccak256", not(feature = "coprocessor")))]
fn hash(bytes: &[u8; 64]) -> [u8; 32] {
    use sha3::{Digest, Keccak256};
    Keccak256::digest(bytes).into()
}

#[cfg(all(feature = "keccak256", feature = "coprocessor"))]
fn hash(bytes: &[u8; 64]) -> [u8; 32] {
    aver_guest::keccak::keccak256(bytes)
}

#[cfg(all(feature = "ripemd160", not(feature = "coprocessor")))]
fn hash(bytes: &[u8; 64]) -> [u8; 20] {
    use ripemd::{Digest, Ripemd160};
    Ripemd160::digest(bytes).into()
}

#[cfg(all(feature = "ripemd160", feature = "coprocessor"))]
fn hash(bytes: &[u8; 64]) -> [u8; 20] {
    aver_guest::ripemd160::ripemd160(bytes)
}

#[cfg(all(feature = "blake2b", not(feature = "coprocessor")))]
fn hash(bytes: &[u8; 64]) -> [u8; 64] {
    use blake2::{Blake2b512, Digest};
    Blake2b512::digest(bytes).into()
}

#[cfg(all(feature = "blake2b", feature = "coprocessor"))]
fn hash(bytes: &[u8; 64]) -> [u8; 64] {
    aver_guest::blake2b::blake2b(bytes)
}

/// Copies there and back; what is given back are the last bytes.
#[cfg(feature = "copy")]
fn copy(n: u64, end: &mut [u8; 64]) {
    let mut here: alloc::vec::Vec<u64> = (0..1 << 13).collect();
    let mut there = alloc::vec![0; here.len()];
    for _ in 0..n {
        core::hint::black_box(&mut there).copy_from_slice(&here);
        core::hint::black_box(&mut here).copy_from_slice(&there);
    }
    for (bytes, word) in end.chunks_exact_mut(8).zip(&here[here.len() - 8..]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
}
