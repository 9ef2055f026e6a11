//! ECDSA over secp256k1: how many signatures are valid, and whose the others are.
//!
//! Input: public keys (SEC 1, uncompressed, 65 bytes), hashes (32) and signatures (64), one behind the other. Output: for
//! each, 1 if it is valid, or else 0, and the 64 bytes of the key that it is valid for, or zeros.
//!
//! In software, by `k256`; with the feature `coprocessor` points are added by the coprocessor.
#![no_std]
#![no_main]

use aver_guest::secp256k1::{recover, verify};

aver_guest::entry!(main);

/// Bytes of a public key, a hash and a signature.
const BYTES: usize = 65 + 32 + 64;

fn main() {
    for signed in aver_guest::read_input().as_chunks::<BYTES>().0 {
        let (key, rest) = signed.split_at(65);
        let (hash, signature) = rest.split_at(32);
        let (hash, signature) = (hash.try_into().expect("32 bytes"), signature.try_into().expect("64 bytes"));
        if verify(key, hash, signature) {
            aver_guest::write_output(&[1]);
        } else {
            aver_guest::write_output(&[0]);
            aver_guest::write_output(&recover(hash, signature, 0).unwrap_or([0; 64]));
        }
    }
}
