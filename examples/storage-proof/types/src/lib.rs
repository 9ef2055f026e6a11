//! What the host hands to the guest, and what the guest hands back.
#![no_std]

extern crate alloc;

use alloc::vec::Vec;
use alloy_primitives::{Address, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

/// An answer to `eth_getProof` for one slot, and the state root it is checked against.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StorageProof {
    pub state_root: B256,
    pub address: Address,
    pub nonce: u64,
    pub balance: U256,
    pub storage_hash: B256,
    pub code_hash: B256,
    /// Trie nodes from the state root down to the account.
    pub account_proof: Vec<Bytes>,
    pub slot: B256,
    /// Zero where the trie has no such slot.
    pub value: U256,
    /// Trie nodes from the account's storage root down to the slot.
    pub storage_proof: Vec<Bytes>,
}

/// The public output: under `state_root`, `slot` of the account at `address` holds `value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    pub address: Address,
    pub slot: B256,
    pub value: U256,
    pub state_root: B256,
}

impl Fact {
    pub const BYTES: usize = 20 + 3 * 32;

    /// Address, slot, value (big-endian), state root: what Solidity's `abi.encodePacked` gives.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..20].copy_from_slice(self.address.as_slice());
        bytes[20..52].copy_from_slice(self.slot.as_slice());
        bytes[52..84].copy_from_slice(&self.value.to_be_bytes::<32>());
        bytes[84..].copy_from_slice(self.state_root.as_slice());
        bytes
    }

    /// `None` if there are not exactly [`BYTES`](Self::BYTES) bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        Some(Self {
            address: Address::from_slice(&bytes[..20]),
            slot: B256::from_slice(&bytes[20..52]),
            value: U256::from_be_slice(&bytes[52..84]),
            state_root: B256::from_slice(&bytes[84..]),
        })
    }
}
