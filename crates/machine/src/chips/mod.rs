//! The chips. Each module says what a row means, which columns it has, and numbers its constraints;
//! `cpu/…` are those of [`crate::cpu`].
//!
//! Conventions: values are four 16-bit limbs, lowest first; a row of zeros is padding and satisfies
//! everything; `is_real`, or the flags it is the sum of, are booleans that multiply every message.
// Indices are limbs: they go with several arrays at once.
#![allow(clippy::needless_range_loop)]

pub mod add_sub;
pub mod bitwise;
pub mod bitwise_imm;
pub mod boundary;
pub mod branch;
pub mod compare;
pub mod div;
pub mod ecall;
pub mod jump;
pub mod load;
pub mod memory;
pub mod misaligned_load;
pub mod misaligned_store;
pub mod mul;
pub mod program;
pub mod shift;
pub mod store;
pub mod tables;
pub mod touch;
