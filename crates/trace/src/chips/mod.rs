//! The fillers, under the names of the chips.

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
pub mod shift;
pub mod store;
pub mod touch;
