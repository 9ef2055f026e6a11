//! The prover of Aver's proof system. Files mirror those of `aver-stark`.
#![warn(missing_docs)]

pub mod arena;
pub mod check;
pub mod dft;
pub mod encode;
mod ext;
pub mod gather;
pub mod gkr;
pub mod leaves;
pub mod masks;
pub mod merkle;
mod poseidon2;
pub mod prove;
mod stacks;
pub mod stages;
pub mod table;
pub mod transcript;
pub mod whir;
pub mod windows;
pub mod zerocheck;
