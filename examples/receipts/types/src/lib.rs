//! What the host hands to the guest, and what the guest hands back.
#![no_std]

extern crate alloc;

use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};

/// The input: a block's header and all its receipts, encoded as in the trie whose root the header has.
#[derive(Debug, Serialize, Deserialize)]
pub struct BlockReceipts<'a> {
    /// RLP.
    #[serde(borrow)]
    pub header: &'a [u8],
    /// EIP-2718, with blooms, in the order of the transactions.
    #[serde(borrow)]
    pub receipts: Vec<&'a [u8]>,
}

/// Whose swaps are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pool {
    V2(Address),
    V3(Address),
    /// Pools of version 4 share a contract, and have an id.
    V4(B256),
}

/// What was swapped, in either direction, in the smallest units of a pool's two tokens.
///
/// Whatever contract may emit whatever amounts, so sums end at the greatest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    pub swaps: u64,
    pub amount0: U256,
    pub amount1: U256,
}

impl Volume {
    /// One swap.
    pub fn add(&mut self, amount0: U256, amount1: U256) {
        self.swaps += 1;
        self.amount0 = self.amount0.saturating_add(amount0);
        self.amount1 = self.amount1.saturating_add(amount1);
    }
}

/// The public output: what was swapped in the block, and nothing else was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volumes {
    pub block_hash: B256,
    pub number: u64,
    /// How many receipts the block has.
    pub receipts: u64,
    pub pools: BTreeMap<Pool, Volume>,
    /// By who called the pool (often a router), for each of the pools.
    pub traders: BTreeMap<(Address, Pool), Volume>,
}
