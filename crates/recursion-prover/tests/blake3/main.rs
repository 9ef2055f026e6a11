//! BLAKE3's chips: they hash as `aver_stark::merkle` does, and accept nothing else.
//!
//! | | |
//! |---|---|
//! | `system` | circuits that hash, and what is proved of them |
//! | `hashes` | rows of many lengths |

mod hashes;
mod system;
