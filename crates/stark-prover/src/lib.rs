//! The prover of Aver's proof system. Files mirror those of `aver-stark`.
#![warn(missing_docs)]

pub mod check;
pub mod table;
pub mod transcript;
