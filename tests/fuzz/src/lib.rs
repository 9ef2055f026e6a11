//! What the fuzzer calls: one function a target, which panics where something is wrong.
//!
//! | target | outside input | must hold |
//! |---|---|---|
//! | [`elf`] | an ELF file | what is loaded is a program within its limits |
//! | [`note`] | the note of coprocessors | sorted, printable, and read again the same |
//! | [`decode`] | instruction words | the ISA's table says the same; encoded again, it is the same word |
//! | [`execute`] | programs of instructions that decode | passes, cuts and limits agree, faults too |
//! | [`input`] | the host's input and a program's output | values and words are those that were written |
//! | [`key`] | a verifying key, and its digits | what is read is what would be written |
//! | [`proof`] | a proof file | likewise; verification refuses, and says so without a panic |
//! | [`root`], [`aggregate`] | a compressed proof's file, and an aggregate's | what is read is what would be written; refused, whoever asks |
//! | [`verify`] | honest proofs with anything changed | a changed proof is refused |
//!
//! `fuzz/` has the fuzzer's side and the seeds; `tests/seeds.rs` runs the seeds without it. `docs/fuzzing.md`.

mod decode;
mod elf;
mod encodings;
mod execute;
mod isa;
pub mod seeds;
mod tree;
mod verify;

pub use decode::decode;
pub use elf::{elf, note};
pub use encodings::{input, key, proof};
pub use execute::execute;
pub use tree::{aggregate, root};
pub use verify::verify;

/// A target.
pub type Target = fn(&[u8]);

/// All of them, by the names of their folders.
pub const TARGETS: &[(&str, Target)] = &[
    ("aggregate", aggregate),
    ("decode", decode),
    ("elf", elf),
    ("execute", execute),
    ("input", input),
    ("key", key),
    ("note", note),
    ("proof", proof),
    ("root", root),
    ("verify", verify),
];
