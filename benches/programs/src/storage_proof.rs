//! Storage slots of Ethereum accounts against a state root, with the crates that clients use; as the
//! example `storage-proof` does for one.

use alloc::vec::Vec;

use alloy_primitives::keccak256;
use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};
use storage_proof_types::{Fact, StorageProof};

/// Input: a list of `StorageProof` (postcard). Output: the `Fact` of each. A wrong proof is a panic.
pub fn run(input: &[u8]) -> Vec<u8> {
    let proofs: Vec<StorageProof> = postcard::from_bytes(input).expect("the input is a list of proofs");
    proofs.iter().flat_map(|proof| check(proof).to_bytes()).collect()
}

fn check(proof: &StorageProof) -> Fact {
    let &StorageProof { state_root, address, nonce, balance, storage_hash, code_hash, slot, value, .. } =
        proof;
    let account = TrieAccount { nonce, balance, storage_root: storage_hash, code_hash };
    let key = Nibbles::unpack(keccak256(address));
    verify_proof(state_root, key, Some(alloy_rlp::encode(account)), &proof.account_proof)
        .expect("the account is in the state");
    let held = (!value.is_zero()).then(|| alloy_rlp::encode(value));
    verify_proof(storage_hash, Nibbles::unpack(keccak256(slot)), held, &proof.storage_proof)
        .expect("the slot holds this value");
    Fact { address, slot, value, state_root }
}
