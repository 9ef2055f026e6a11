//! The runtime of a program that Aver proves.
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//!
//! aver_guest::entry!(main);
//!
//! fn main() {
//!     let n: u64 = aver_guest::read();
//!     aver_guest::commit(&(n * n));
//! }
//! ```
//!
//! With the feature `std` the program is an ordinary one (`fn main()`, all of `std` that needs no
//! operating system), with `use aver_guest as _;` at least, so that the runtime is linked.
//!
//! | | |
//! |---|---|
//! | input (private) | [`read_input`]: all bytes, where they lie; [`read`]: the next value |
//! | output (public) | [`write_output`]: bytes; [`commit`]: a value |
//! | proofs of other runs | [`verify`]: takes a claim for granted that the proof is to come with a proof of |
//! | end | return from `main`: exit code 0; [`exit`]; a panic: exit code [`PANIC`] |
//!
//! What the program hands over as output is hashed as it goes; the halt hands the SHA-256 digest of
//! all of it to the machine, and the proof's claim holds that digest. Console output (`println!`) is
//! for whoever runs the program, and no part of the claim.
//!
//! Values are encoded with [postcard](https://postcard.jamesmunns.com/wire-format), one after
//! another: integers as LEB128 varints (signed ones zigzag first), `u8` and `bool` as a byte,
//! sequences and strings with a varint length, structs and tuples as their fields in order, enums as
//! the variant's number and its fields.
#![no_std]
#![warn(missing_docs)]
// On a host only what does not need the machine is used.
#![cfg_attr(not(target_arch = "riscv64"), allow(dead_code))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(feature = "blake2b")]
pub mod blake2b;
#[cfg(feature = "bls12-381")]
pub mod bls12_381;
#[cfg(feature = "bn254")]
pub mod bn254;
mod cell;
mod claims;
mod console;
#[cfg(any(feature = "secp256k1", feature = "secp256r1", feature = "bn254", feature = "bls12-381"))]
mod ecdsa;
mod heap;
mod input;
pub mod keccak;
#[cfg(feature = "modexp")]
mod modexp;
mod output;
#[cfg(any(test, feature = "bn254-fp12-coprocessor", feature = "bls12-381-fp12-coprocessor"))]
mod pairing;
#[cfg(all(target_arch = "riscv64", not(feature = "std")))]
mod panic;
#[cfg(feature = "ripemd160")]
pub mod ripemd160;
pub mod sha256;
mod start;
#[cfg(feature = "std")]
mod std_abi;
#[doc(hidden)]
pub mod sys;
#[cfg(feature = "u256")]
pub mod u256;

#[cfg(all(target_arch = "riscv64", not(feature = "copy-coprocessor")))]
core::arch::global_asm!(include_str!("mem.s"));
#[cfg(all(target_arch = "riscv64", feature = "copy-coprocessor"))]
core::arch::global_asm!(concat!(".equ COPY, 0x584604a2\n", include_str!("mem.s")));

#[cfg(all(feature = "library", any(feature = "std", feature = "linux", feature = "copy-coprocessor")))]
compile_error!("the C library's runtime has neither std, nor Linux, nor copies by coprocessor");

#[cfg(feature = "copy-coprocessor")]
coprocessor_note!(COPY, "copy@84604a2eeaef9a83720a7c32dcc0cfe3");
#[cfg(feature = "copy-coprocessor")]
const _: () = assert!(COPY == 0x5846_04a2);

pub use claims::{verify, verify_digest, verify_value};
#[cfg(feature = "secp256k1")]
pub use ecdsa::secp256k1;
#[cfg(feature = "secp256r1")]
pub use ecdsa::secp256r1;
pub use input::{read, read_input, remaining_input};
#[cfg(feature = "modexp")]
pub use modexp::modexp;
pub use output::{commit, exit, write_output};
pub use start::ExitCode;
pub use sys::coprocessor;

/// Exit code of a program that panicked.
pub const PANIC: i32 = 101;

#[doc(hidden)]
pub mod private {
    pub use crate::console::print;
    pub use crate::heap::{mark, release};
}
