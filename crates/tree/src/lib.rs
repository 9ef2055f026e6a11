//! One proof of a run: circuits that verify its proofs, two by two, and the verifier of what is left at the end.
//!
//! A *leaf* verifies one proof of the run, a *join* two proofs of leaves or joins, the *root* one of a join. What nodes
//! say is a [`statement`]: the parts from one place of the run to another are proved, in the context that all
//! share. `spec/tree.md` has the argument.
//!
//! - [`cells`]: values in cells;
//! - [`class`](mod@class): circuits of one size, so that one circuit verifies the proofs of all;
//! - [`statement`]: what nodes say, in public cells;
//! - [`context`]: what all proofs of a run have in common;
//! - [`keys`]: the set of circuits that nodes may be of;
//! - [`circuits`]: all of them;
//! - [`part`](mod@part), [`said`](mod@said): what leaves demand of proofs;
//! - [`leaf`](mod@leaf), [`veil`](mod@veil), [`join`](mod@join), [`root`](mod@root): the circuits;
//! - [`verify`](mod@verify): the verifier of a root's proof;
//! - [`aggregate`](mod@aggregate): one proof of many roots; [`aggregate_file`]: its file;
//! - [`file`](mod@file): root proofs in files, and how a tree is named.
//!
//! Everything here is trusted.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

pub mod aggregate;
pub mod aggregate_file;
pub mod assumptions;
pub mod cells;
pub mod circuits;
pub mod class;
pub mod context;
pub mod error;
pub mod file;
pub mod join;
pub mod keys;
pub mod leaf;
pub mod part;
pub mod root;
pub mod said;
pub mod statement;
pub mod veil;
pub mod verify;

pub use aggregate::AggregateKey;
pub use aggregate_file::AggregateFile;
pub use circuits::Circuits;
pub use class::{Class, Classes, Code};
pub use context::Context;
pub use error::Error;
pub use file::RootFile;
pub use keys::Keys;
pub use statement::{At, Place, Statement};
pub use verify::{TreeKey, verify};
