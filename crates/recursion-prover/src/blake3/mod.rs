//! BLAKE3's chips: what their operations compute, and their tables.
//!
//! | | |
//! |---|---|
//! | [`compression`] | one compression, and its row |
//! | [`digest`] | words as field elements |
//! | [`counts`] | how often lookups are made |
//! | [`ops`] | operations of a circuit |

pub mod compression;
pub mod counts;
pub mod digest;
pub mod ops;

pub use compression::Compression;
pub use counts::Counts;
