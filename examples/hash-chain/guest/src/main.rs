//! A chain of hashes: 64 zero bytes, of which each time the first bytes are replaced by the hash of all. With the feature
//! `copy`: 64 KiB, copied to and fro.
//!
//! Input: how often, 8 little-endian bytes. Output: the 64 bytes in the end.
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

/// Copies there and back, after moves of all kinds; what is given back says where everything went.
#[cfg(feature = "copy")]
fn copy(n: u64, end: &mut [u8; 64]) {
    moves(end);
    let mut here: alloc::vec::Vec<u64> = (0..1 << 13).collect();
    let mut there = alloc::vec![0; here.len()];
    for _ in 0..n {
        core::hint::black_box(&mut there).copy_from_slice(&here);
        core::hint::black_box(&mut here).copy_from_slice(&there);
    }
    for (byte, word) in end.iter_mut().zip(&here[here.len() - 64..]) {
        *byte ^= *word as u8;
    }
}

/// Moves of lengths around those that coprocessors take, to and fro over all kinds of distances.
#[cfg(feature = "copy")]
fn moves(end: &mut [u8; 64]) {
    let mut bytes: alloc::vec::Vec<u8> = (0..4096).map(|i: u32| (i ^ i >> 5) as u8).collect();
    for len in [255, 256, 511, 512, 513, 519, 767, 768, 769, 1024, 1031] {
        for start in [0, 3, 8] {
            for distance in [8, 255, 256, 257, 264, len, len + 8] {
                let (from, to) = (start, start + distance);
                bytes.copy_within(from..from + len, to);
                bytes[to] = bytes[to].wrapping_add(1);
                bytes.copy_within(to..to + len, from);
            }
        }
    }
    for block in bytes.chunks_exact(64) {
        end.iter_mut().zip(block).for_each(|(sum, byte)| *sum = sum.rotate_left(1) ^ byte);
    }
}
