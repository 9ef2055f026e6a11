//! BLAKE3's chips: they hash as `aver_stark::merkle` does, and accept nothing else.
//!
//! | | |
//! |---|---|
//! | `system` | circuits that hash, and their tables |
//! | `hashes` | rows of many lengths |
//! | `refused` | elements that are not canonical, padding that is not zero, other hashes |
//! | `lies` | rows with one lie each |
//! | `cells` | every cell of a row counts |
//! | `lint` | the rules for chips |
//! | `proofs` | a proof |

mod cells;
mod hashes;
mod lies;
mod lint;
mod proofs;
mod refused;
mod system;
