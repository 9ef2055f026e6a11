//! Executes an Ethereum block from its witness.
//!
//! Input: a `BlockWitness` (postcard). Output: `Executed` (postcard). A block that is not valid, or a
//! witness that lacks something, is a panic that says so.
#![no_std]
#![no_main]

#[cfg(feature = "coprocessor")]
extern crate alloc;

#[cfg(feature = "coprocessor")]
mod crypto;

use block_stateless::execute;

aver_guest::entry!(main);

fn main() {
    #[cfg(feature = "coprocessor")]
    crypto::install();
    match execute(&aver_guest::read()) {
        Ok(executed) => aver_guest::commit(&executed),
        Err(error) => panic!("{error}"),
    }
}
