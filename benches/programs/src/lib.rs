//! The programs of `aver bench`: each is a function from input to output that a guest and a host both
//! run, so that results and times are of the same source.
//!
//! `guest/` makes a program for the machine of each, and `elf/` keeps what came out: figures of
//! different commits are of the same machine code. With the feature `host` there is the table of them.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod b_tree;
pub mod big_integer;
pub mod ecdsa;
pub mod hash_map;
#[cfg(feature = "host")]
pub mod host;
pub mod integer_loops;
pub mod json;
pub mod keccak_chain;
pub mod matrix;
pub mod misaligned;
pub mod random;
pub mod sha256_chain;
pub mod sort;
pub mod storage_proof;

/// An input that is a number: how much is to be done.
fn count(input: &[u8]) -> u64 {
    u64::from_le_bytes(input.try_into().expect("the input is 8 bytes"))
}
