//! A chain of Keccak-256: 32 zero bytes, hashed again and again.
//!
//! Input: how often, 8 little-endian bytes. Output: the last hash.
//!
//! In software with RustCrypto's `sha3`, as any program would; with the feature `coprocessor`,
//! through the coprocessor.
#![no_std]
#![no_main]

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    let n = u64::from_le_bytes(input.try_into().expect("the input is 8 bytes"));
    let mut hash = [0; 32];
    for _ in 0..n {
        hash = keccak256(hash);
    }
    aver_guest::write_output(&hash);
}

#[cfg(not(feature = "coprocessor"))]
fn keccak256(bytes: [u8; 32]) -> [u8; 32] {
    use sha3::{Digest, Keccak256};
    Keccak256::digest(bytes).into()
}

#[cfg(feature = "coprocessor")]
fn keccak256(bytes: [u8; 32]) -> [u8; 32] {
    aver_guest::keccak::keccak256(&bytes)
}
