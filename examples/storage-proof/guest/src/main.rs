//! Checks a storage slot of an Ethereum account against a state root, with the crates that Ethereum
//! clients use.
//!
//! Input: a `StorageProof` (postcard). Output: the `Fact`. A wrong proof is a panic.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use alloy_primitives::keccak256;
use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};
use storage_proof_types::{Fact, StorageProof};

aver_guest::entry!(main);

fn main() {
    let proof: StorageProof = aver_guest::read();
    let account = TrieAccount {
        nonce: proof.nonce,
        balance: proof.balance,
        storage_root: proof.storage_hash,
        code_hash: proof.code_hash,
    };
    let leaf = Nibbles::unpack(keccak256(proof.address));
    verify_proof(proof.state_root, leaf, Some(alloy_rlp::encode(account)), &proof.account_proof)
        .expect("the account is in the state");

    let value: Option<Vec<u8>> = (!proof.value.is_zero()).then(|| alloy_rlp::encode(proof.value));
    let leaf = Nibbles::unpack(keccak256(proof.slot));
    verify_proof(proof.storage_hash, leaf, value, &proof.storage_proof).expect("the slot holds this value");

    let fact =
        Fact { address: proof.address, slot: proof.slot, value: proof.value, state_root: proof.state_root };
    aver_guest::write_output(&fact.to_bytes());
}
