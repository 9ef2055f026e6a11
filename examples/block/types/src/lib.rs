//! What the host hands to the guest, and what the guest hands back.
#![no_std]

extern crate alloc;

use alloc::vec::Vec;
use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// The input: a block, and what executing it reads. All of it is checked by hashes.
#[derive(Debug, Serialize, Deserialize)]
pub struct BlockWitness<'a> {
    /// RLP.
    #[serde(borrow)]
    pub block: &'a [u8],
    /// RLP of the parent's header, and of those before it as far back as the block asks for hashes.
    #[serde(borrow)]
    pub headers: Vec<&'a [u8]>,
    /// Nodes of the state's tries.
    #[serde(borrow)]
    pub state: Vec<&'a [u8]>,
    /// Codes of contracts.
    #[serde(borrow)]
    pub codes: Vec<&'a [u8]>,
}

/// The public output: the block with this hash is valid after its parent, if the parent is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Executed {
    pub number: u64,
    pub hash: B256,
    pub parent_hash: B256,
    pub parent_state_root: B256,
    pub state_root: B256,
    pub receipts_root: B256,
    pub transactions: u64,
    pub gas_used: u64,
}
