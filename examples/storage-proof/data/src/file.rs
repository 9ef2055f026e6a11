//! Answers to `eth_getProof`, from a file.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::{error::Error, fs, io::Read, path::Path};
use storage_proof_types::StorageProof;

#[derive(Deserialize)]
struct Proofs {
    state_root: B256,
    proofs: Vec<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    address: Address,
    account_proof: Vec<Bytes>,
    balance: U256,
    nonce: U64,
    storage_hash: B256,
    code_hash: B256,
    storage_proof: Vec<Slot>,
}

#[derive(Deserialize)]
struct Slot {
    key: U256,
    value: U256,
    proof: Vec<Bytes>,
}

/// The proof of a slot of an account.
pub fn read(path: &Path, (address, slot): (Address, B256)) -> Result<StorageProof, Box<dyn Error>> {
    let Proofs { state_root, proofs } = parse(path)?;
    let account = proofs.into_iter().find(|account| account.address == address);
    let account = account.ok_or_else(|| format!("{} has no account {address}", path.display()))?;
    let found = account.storage_proof.iter().find(|entry| B256::from(entry.key) == slot);
    let found = found.ok_or_else(|| format!("{} has no slot {slot} of {address}", path.display()))?;
    Ok(account.about(found, state_root))
}

/// The proof of the first slot of each of the first `accounts` accounts that have slots.
pub fn first(path: &Path, accounts: usize) -> Result<Vec<StorageProof>, Box<dyn Error>> {
    let Proofs { state_root, proofs } = parse(path)?;
    let first = |account: &Account| account.storage_proof.first().map(|slot| account.about(slot, state_root));
    Ok(proofs.iter().filter_map(first).take(accounts).collect())
}

fn parse(path: &Path) -> Result<Proofs, Box<dyn Error>> {
    let mut bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked)?;
        bytes = unpacked;
    }
    Ok(serde_json::from_slice(&bytes)?)
}

impl Account {
    fn about(&self, slot: &Slot, state_root: B256) -> StorageProof {
        StorageProof {
            state_root,
            address: self.address,
            nonce: self.nonce.to(),
            balance: self.balance,
            storage_hash: self.storage_hash,
            code_hash: self.code_hash,
            account_proof: self.account_proof.clone(),
            slot: slot.key.into(),
            value: slot.value,
            storage_proof: slot.proof.clone(),
        }
    }
}
