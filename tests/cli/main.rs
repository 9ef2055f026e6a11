//! The `aver` command, from outside: what it prints, its exit status, the files it leaves.
//!
//! | | |
//! |---|---|
//! | `commands` | every command, as text and as JSON |
//! | `compress` | one proof of a run's |
//! | `hidden` | runs that are hidden from who compresses them |
//! | `security` | `aver security`, against `tools/security.py` |
//! | `shards` | proofs in one shard and in many, with one thread and two |
//! | `bad_programs`, `bad_proofs` | what is refused, and how |
//! | `memory` | that a budget is kept |
//! | `resume` | proving that was interrupted, and goes on |
//! | `files` | where proofs go, and that none is left half written |
//! | `hints` | what `run` and `doctor` say of coprocessors, and crates that stand in for others |
//! | `examples` | the examples' guests, in one shard and in many, against qemu |
//! | `bench` | `aver bench`, and its programs |
//! | `c_programs` | `aver c-library`, and programs in C that link it |
//! | `project` | `aver new`, `build`, and the project's own host |
//! | `processor` | the build for the processor, and one that lacks something |
//! | `arithmetic` | large numbers in guests, in software and by coprocessors |
//! | `stack` | that programs cannot leave their stack |

mod arithmetic;
mod bad_programs;
mod bad_proofs;
mod bench;
mod c_programs;
mod commands;
mod common;
mod compress;
mod examples;
mod files;
mod hidden;
mod hints;
mod memory;
mod processor;
mod project;
mod resume;
mod security;
mod shards;
mod stack;
