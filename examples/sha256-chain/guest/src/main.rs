//! A chain of hashes: 32 zero bytes, hashed again and again.
//!
//! Input: how often, 8 little-endian bytes. Output: the last hash.
//!
//! In software with RustCrypto's `sha2`, as any program would; with the feature `coprocessor`,
//! through the coprocessor.
#![no_std]
#![no_main]

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    let n = u64::from_le_bytes(input.try_into().expect("the input is 8 bytes"));
    let mut hash = [0; 32];
    for _ in 0..n {
        hash = sha256(hash);
    }
    aver_guest::write_output(&hash);
}

#[cfg(not(feature = "coprocessor"))]
fn sha256(bytes: [u8; 32]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

#[cfg(feature = "coprocessor")]
fn sha256(bytes: [u8; 32]) -> [u8; 32] {
    aver_guest::sha256::Sha256::digest(&bytes)
}
