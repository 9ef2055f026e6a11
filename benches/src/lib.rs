//! What the benchmarks share.

pub mod synthetic;
