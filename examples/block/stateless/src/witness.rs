//! The state before a block, as far as a witness has it.

use crate::{BlockWitness, Error};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256, map::B256Map, map::HashMap};
use alloy_rlp::Decodable;
use alloy_trie::TrieAccount;
use block_trie::{Nodes, Trie};
use revm::{Database, bytecode::Bytecode, database::BundleState, state::AccountInfo};

/// State, codes and hashes of former blocks, all of which follow from the hash of the block's parent.
#[derive(Debug)]
pub struct Witness<'a> {
    nodes: Nodes<'a>,
    codes: B256Map<&'a [u8]>,
    hashes: BTreeMap<u64, B256>,
    accounts: Trie,
    storage: HashMap<Address, Trie>,
}

impl<'a> Witness<'a> {
    /// The state after the block with hash `parent`, and that block's header.
    pub fn new(witness: &BlockWitness<'a>, parent: B256) -> Result<(Self, Header), Error> {
        let mut hashes = BTreeMap::new();
        let mut first = None;
        let mut expected = parent;
        // The parent first, whatever their order.
        let headers: B256Map<&[u8]> = by_hash(&witness.headers);
        while let Some(mut bytes) = headers.get(&expected).copied() {
            let header = Header::decode(&mut bytes).map_err(Error::Header)?;
            hashes.insert(header.number, expected);
            expected = header.parent_hash;
            first.get_or_insert(header);
        }
        let parent = first.ok_or(Error::HeaderMissing(parent))?;
        let witness = Self {
            nodes: by_hash(&witness.state),
            codes: by_hash(&witness.codes),
            hashes,
            accounts: Trie::new(parent.state_root),
            storage: HashMap::default(),
        };
        Ok((witness, parent))
    }

    /// The state's root after these changes.
    pub fn root_after(&mut self, changes: &BundleState) -> Result<B256, Error> {
        let mut gone = Vec::new();
        for (address, account) in &changes.state {
            let storage = self.storage.entry(*address).or_default();
            if account.was_destroyed() {
                *storage = Trie::default();
            }
            let changed =
                account.storage.iter().filter(|(_, slot)| account.was_destroyed() || slot.is_changed());
            let (zero, set): (Vec<_>, Vec<_>) = changed.partition(|(_, slot)| slot.present_value.is_zero());
            // Removing may join nodes that the witness lacks, if nothing else had been inserted there.
            for (key, slot) in &set {
                storage.insert(hashed(key), alloy_rlp::encode(slot.present_value), &self.nodes)?;
            }
            for (key, _) in &zero {
                storage.remove(hashed(key), &self.nodes)?;
            }
            let key = keccak256(address);
            match &account.info {
                Some(info) => {
                    let account = TrieAccount {
                        nonce: info.nonce,
                        balance: info.balance,
                        storage_root: storage.root(),
                        code_hash: info.code_hash,
                    };
                    self.accounts.insert(key, alloy_rlp::encode(account), &self.nodes)?;
                }
                None => gone.push(key),
            }
        }
        for key in gone {
            self.accounts.remove(key, &self.nodes)?;
        }
        Ok(self.accounts.root())
    }
}

impl Database for Witness<'_> {
    type Error = Error;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Error> {
        let Some(mut bytes) = self.accounts.get(keccak256(address), &self.nodes)? else { return Ok(None) };
        let account = TrieAccount::decode(&mut bytes).map_err(Error::Value)?;
        self.storage.insert(address, Trie::new(account.storage_root));
        Ok(Some(AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            code: None,
            ..AccountInfo::default()
        }))
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, Error> {
        if hash == KECCAK256_EMPTY {
            return Ok(Bytecode::default());
        }
        let code = self.codes.get(&hash).ok_or(Error::CodeMissing(hash))?;
        Bytecode::new_raw_checked(Bytes::copy_from_slice(code)).map_err(|_| Error::Code(hash))
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Error> {
        // An account that is not there has none.
        let Some(storage) = self.storage.get_mut(&address) else { return Ok(U256::ZERO) };
        match storage.get(hashed(&slot), &self.nodes)? {
            Some(mut bytes) => U256::decode(&mut bytes).map_err(Error::Value),
            None => Ok(U256::ZERO),
        }
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Error> {
        self.hashes.get(&number).copied().ok_or(Error::AncestorMissing(number))
    }
}

fn by_hash<'a>(items: &[&'a [u8]]) -> B256Map<&'a [u8]> {
    items.iter().map(|bytes| (keccak256(bytes), *bytes)).collect()
}

fn hashed(slot: &U256) -> B256 {
    keccak256(slot.to_be_bytes::<32>())
}
