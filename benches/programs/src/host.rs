//! The table of programs, with their inputs.

extern crate std;

use std::error::Error;
use std::string::{String, ToString};
use std::{format, vec::Vec};

use serde::{Deserialize, Serialize};
use storage_proof_data::{beside, file, synthetic};

use crate::*;

/// How much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// 100 to 300 thousand cycles.
    Quick,
    /// 1 to 5 million.
    #[default]
    Full,
    /// 6 to 9 million: about as many as a shard has at most.
    Large,
}

/// A program and what it runs on.
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Compiled for the machine.
    pub elf: &'static [u8],
    /// The function, compiled for this computer.
    pub run: fn(&[u8]) -> Vec<u8>,
    /// What stands for each size, in their order.
    amount: [u64; 3],
    make: fn(u64) -> Made,
}

/// An input and what it is.
type Made = Result<(Vec<u8>, String), Box<dyn Error>>;

use std::boxed::Box;

impl Program {
    /// Its input, and what that is in a few words.
    pub fn input(&self, size: Size) -> Made {
        (self.make)(self.amount[size as usize])
    }
}

macro_rules! programs {
    ($($name:literal $module:ident $amount:expr, $make:expr;)*) => {
        /// All programs.
        pub const PROGRAMS: &[Program] = &[$(Program {
            name: $name,
            elf: include_bytes!(concat!("../elf/", $name, ".elf")),
            run: $module::run,
            amount: $amount,
            make: $make,
        }),*];
    };
}

programs! {
    "integer-loops" integer_loops [450, 4000, 9900], |n| number(n, "numbers");
    "sha256-chain" sha256_chain [50, 400, 1950], |n| number(n, "hashes");
    "keccak-chain" keccak_chain [15, 130, 540], |n| number(n, "hashes");
    "b-tree" b_tree [450, 3500, 11000], |n| number(n, "keys");
    "hash-map" hash_map [800, 8000, 23000], |n| number(n, "keys");
    "json" json [20, 200, 680], |n| Ok((json::document(n), format!("{n} records")));
    "big-integer" big_integer [127, 521, 800], |n| number(n, "bits");
    "ecdsa" ecdsa [1, 2, 5], |n| Ok((ecdsa::signatures(n), format!("{n} signatures")));
    "storage-proof" storage_proof [1, 6, 11], storage;
    "matrix" matrix [22, 48, 78], |n| number(n, "rows");
    "sort" sort [800, 8000, 24500], |n| number(n, "numbers");
    "misaligned" misaligned [6000, 60000, 340000], |n| number(n, "rounds");
}

fn number(n: u64, of: &str) -> Made {
    Ok((n.to_le_bytes().into(), format!("{n} {of}")))
}

/// Real slots where there is data beside the repository, else a made-up one, several times.
fn storage(slots: u64) -> Made {
    let (proofs, origin) = match beside() {
        Some(path) => (file::first(&path, slots as usize)?, "of mainnet"),
        None => (std::vec![synthetic::proof()?; slots as usize], "made up"),
    };
    let bytes = postcard::to_allocvec(&proofs).map_err(|error| error.to_string())?;
    Ok((bytes, format!("{slots} slots, {origin}")))
}
