//! What the tests of the protocol share. The tests are in `tests/`:
//!
//! | | |
//! |---|---|
//! | `sponge` | the framing of transcripts; challenges are independent |
//! | `inventory` | every absorb and every challenge of a run, in order, and what each must come after |
//! | `unabsorbed` | a prover that solves for a message the transcript leaves out |
//! | `encoding` | every field of a proof file and of a key, changed in every way |
//! | `fixtures` | proofs made once are accepted for ever, and made again are the same |
//!
//! `transcript.txt`, `manifest.txt` and `fixtures/` are made by these tests when `UPDATE_FIXTURES=1` is set:
//! a change in them is a change of the protocol or the format.

pub mod committed;
pub mod fields;
pub mod liar;
pub mod listing;
pub mod recorder;
pub mod run;
pub mod toy;
