//! A made-up state of some accounts, one of which has some slots.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, KECCAK_EMPTY, Nibbles, TrieAccount, proof::ProofRetainer};
use std::error::Error;
use storage_proof_types::StorageProof;

const ACCOUNTS: u8 = 200;
const SLOTS: u8 = 100;

/// The proof of one of the slots.
pub fn proof() -> Result<StorageProof, Box<dyn Error>> {
    let address = Address::repeat_byte(7);
    let (slot, value) = (B256::with_last_byte(3), U256::from(0x1234_5678));
    let slots = (0..SLOTS).map(B256::with_last_byte).map(|other| {
        let held = if other == slot { value } else { U256::from_be_bytes(other.0) + U256::from(1) };
        (keccak256(other), alloy_rlp::encode(held))
    });
    let (storage_hash, storage_proof) = trie(slots.collect(), keccak256(slot));

    let account = TrieAccount {
        nonce: 1,
        balance: U256::from(5),
        storage_root: storage_hash,
        code_hash: keccak256("code"),
    };
    let plain = TrieAccount { storage_root: EMPTY_ROOT_HASH, code_hash: KECCAK_EMPTY, ..account };
    let accounts = (0..ACCOUNTS).map(Address::repeat_byte).map(|other| {
        let held = if other == address { account } else { plain };
        (keccak256(other), alloy_rlp::encode(held))
    });
    let (state_root, account_proof) = trie(accounts.collect(), keccak256(address));
    Ok(StorageProof {
        state_root,
        address,
        nonce: account.nonce,
        balance: account.balance,
        storage_hash,
        code_hash: account.code_hash,
        account_proof,
        slot,
        value,
        storage_proof,
    })
}

/// The root of a trie with these leaves, and the nodes from it down to the leaf `key`.
fn trie(mut leaves: Vec<(B256, Vec<u8>)>, key: B256) -> (B256, Vec<Bytes>) {
    leaves.sort();
    let retained = ProofRetainer::new(vec![Nibbles::unpack(key)]);
    let mut builder = HashBuilder::default().with_proof_retainer(retained);
    for (key, value) in &leaves {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().into_nodes_sorted();
    (root, nodes.into_iter().map(|(_, node)| node).collect())
}
