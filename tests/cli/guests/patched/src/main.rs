//! Hashes its input with crates that know nothing of Aver, in pieces: Keccak-256, SHA3-256 and SHA3-512 by three
//! crates, SHA-224 and SHA-256.
#![no_std]
#![no_main]

use aver_guest::write_output;
use sha2::{Digest, Sha224, Sha256};
use tiny_keccak::Hasher;

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    write_output(&digest::<sha3::Keccak256>(input));
    write_output(&digest::<sha3::Sha3_256>(input));
    write_output(&digest::<sha3::Sha3_512>(input));
    write_output(&older::<sha3_older::Keccak256>(input));
    write_output(&older::<sha3_older::Sha3_256>(input));
    write_output(&older::<sha3_older::Sha3_512>(input));
    write_output(&tiny::<32>(tiny_keccak::Keccak::v256(), input));
    write_output(&tiny::<32>(tiny_keccak::Sha3::v256(), input));
    write_output(&tiny::<64>(tiny_keccak::Sha3::v512(), input));
    write_output(&older::<Sha224>(input));
    write_output(&older::<Sha256>(input));
}

/// Pieces of all lengths.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (1..).map_while(move |len| {
        let (piece, rest) = bytes.split_at(len.min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn digest<D: sha3::Digest>(input: &[u8]) -> impl core::ops::Deref<Target = [u8]> {
    let mut hasher = D::new();
    pieces(input).for_each(|piece| hasher.update(piece));
    hasher.finalize()
}

fn older<D: Digest>(input: &[u8]) -> impl core::ops::Deref<Target = [u8]> {
    let mut hasher = D::new();
    pieces(input).for_each(|piece| hasher.update(piece));
    hasher.finalize()
}

fn tiny<const N: usize>(mut hasher: impl Hasher, input: &[u8]) -> [u8; N] {
    pieces(input).for_each(|piece| hasher.update(piece));
    let mut digest = [0; N];
    hasher.finalize(&mut digest);
    digest
}
