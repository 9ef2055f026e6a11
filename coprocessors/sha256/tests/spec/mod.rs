//! What the chip means: SHA-256's compression function, written from the standard, in the words of its row.

pub mod call;
pub mod compression;
pub mod fips;
