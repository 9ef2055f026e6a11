//! What the benchmarks share.

pub mod loops;
pub mod proving;
pub mod synthetic;
