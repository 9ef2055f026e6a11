//! The library that C programs link, `libzkvm.a`: the runtime of `guest/c/aver.h`, and every function of
//! `guest/c/zkvm_accelerators.h`, the C interface of the Ethereum zkVM standards
//! (<https://github.com/eth-act/zkvm-standards>, `standards/c-interface-accelerators`, commit `d5f1813`).
//!
//! By coprocessors where there are some, else in software. Linked with `--gc-sections`, a program has, and names in its
//! note, only the coprocessors that what it calls uses.
//!
//! | module | |
//! |---|---|
//! | `memory` | what C hands over, and status codes |
//! | `runtime` | input, output, heap, end |
//! | `hash`, `ecdsa`, `modexp`, `bn254`, `bls12`, `kzg` | the accelerators, and what they are made of |
//!
//! Operands that are not what their names say (points off the curve or out of the subgroup, numbers that are not below
//! the modulus, another `f` than 0 and 1) give `ZKVM_EFAIL`, and leave results alone; `verified` is false then.
//! Results may lie where operands do, and neither need be aligned. A null pointer panics: exit code 101.
//!
//! # Safety
//! Of all functions: pointers are valid for what the header says lies there. Every `unsafe` here rests on that.
#![cfg_attr(target_arch = "riscv64", no_std)]

extern crate alloc;

mod bls12;
mod bn254;
mod ecdsa;
mod hash;
mod kzg;
mod memory;
mod modexp;
#[cfg(target_arch = "riscv64")]
mod runtime;
