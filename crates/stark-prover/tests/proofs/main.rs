//! Proofs of a toy machine: honest ones, and those of provers that lie and keep everything after the lie
//! consistent.
//!
//! | | |
//! |---|---|
//! | `machine` | two chips and a boundary table in each shard, a memory table in a proof of its own |
//! | `toy` | runs of it, proved and verified with one shared challenge |
//! | `plain` | a second prover, from the specification, which lies when told to |
//! | `shapes` | tables of all shapes, proved by both provers |
//! | `tables` | tables that are wrong, or another's |
//! | `runs` | proofs that are right, of runs that are wrong |
//! | `messages` | every message of a proof changed, and whatever follows bent to fit |
//! | `openings` | commitments that are not to what is proved |
//! | `limits` | what bounds keep out |
//! | `shared` | what a shared challenge must not be known to |

mod limits;
mod machine;
mod messages;
mod openings;
mod plain;
mod runs;
mod shapes;
mod shared;
mod tables;
mod toy;
