//! Aver's recursion machine: straight-line circuits over the proof system's field, on tables made for them.
//!
//! A circuit is a list of operations on *cells*, each written once. It is recorded by a [`builder`], and fixed
//! columns follow from it: they are its verifying key. What a prover chooses are the cells' values, which
//! `aver-recursion-prover` computes from hints. `spec/recursion.md` has the argument.
//!
//! - [`cell`]: cells, and the bus that holds operations together;
//! - [`port`]: what is alike in all chips: where operations read and write;
//! - [`chips`]: a module for each, with what a row means and its numbered constraints;
//! - [`ops`], [`circuit`]: operations in order, their fixed columns, public cells;
//! - [`count`]: numbers of chunks and places, which may be the prover's;
//! - [`channel`], [`part`]: the verifier of proofs, recorded;
//! - [`blake3`]: rows of elements hashed as leaves of trees are;
//! - [`builder`]: circuits from expressions.
//!
//! Everything here is trusted: a constraint or a port that is missing makes false claims provable.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod blake3;
pub mod builder;
pub mod cell;
pub mod channel;
pub mod chips;
pub mod circuit;
pub mod count;
pub mod ops;
pub mod part;
pub mod port;

pub use builder::{Builder, Wire};
pub use circuit::Circuit;
