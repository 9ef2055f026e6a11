//! Circuits and the recursion machine. One program, since each would have the same prover.
//!
//! | | |
//! |---|---|
//! | `chips`, `blake3` | chips accept what they should, and nothing else |
//! | `circuits` | circuits as a whole |
//! | `parts` | circuits that verify proofs of runs |
//! | `python` | another verifier says the same |

mod blake3;
mod chips;
mod circuits;
mod parts;
mod python;
