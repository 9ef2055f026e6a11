//! A made-up block after a made-up parent, and what executing it comes to, counted by hand.

use crate::Encoded;
use alloy_consensus::{
    Block, BlockBody, EMPTY_OMMER_ROOT_HASH, Header, Receipt, ReceiptEnvelope, SignableTransaction,
    TxEnvelope, TxLegacy, proofs, transaction::SignerRecoverable,
};
use alloy_eips::eip4895::{Withdrawal, Withdrawals};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, bytes, keccak256};
use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, Nibbles, TrieAccount, proof::ProofRetainer};
use block_types::Executed;
use std::{collections::BTreeMap, error::Error};

const MINER: Address = Address::repeat_byte(0x11);
const CONTRACT: Address = Address::repeat_byte(0x22);
const RECIPIENT: Address = Address::repeat_byte(0x33);
const VALIDATOR: Address = Address::repeat_byte(0x44);
/// PUSH1 7, PUSH1 200, SSTORE, PUSH1 0, PUSH1 3, SSTORE: sets a slot, and clears one.
const CODE: Bytes = bytes!("600760c855600060035500");

const GAS_PRICE: u64 = 100;
const BASE_FEE: u64 = 10;
const SENT: u64 = 1_000;
const GWEI: u64 = 1_000_000_000;
const TRANSFER_GAS: u64 = 21_000;
/// Four constants; a cold slot that is set; a cold slot that is cleared, less what is refunded for it.
const CALL_GAS: u64 = TRANSFER_GAS + 4 * 3 + (2_100 + 20_000) + (2_100 + 2_900 - 4_800);

#[derive(Clone, Default)]
struct Account {
    nonce: u64,
    balance: U256,
    code: Bytes,
    storage: BTreeMap<u64, u64>,
}

type State = BTreeMap<Address, Account>;

/// A block after Shanghai: money sent, a contract called, a withdrawal.
pub fn block() -> Result<(Encoded, Executed), Box<dyn Error>> {
    let transactions =
        [(RECIPIENT, SENT, TRANSFER_GAS), (CONTRACT, 0, 100_000)].map(|(to, value, gas_limit)| {
            let transaction = TxLegacy {
                chain_id: Some(1),
                gas_price: GAS_PRICE.into(),
                gas_limit,
                to: TxKind::Call(to),
                value: U256::from(value),
                ..TxLegacy::default()
            };
            // Whatever signature: it is that of some sender.
            let signature = Signature::new(U256::from(0x1234), U256::from(0x5678), false);
            TxEnvelope::from(transaction.into_signed(signature))
        });
    let senders = [transactions[0].recover_signer()?, transactions[1].recover_signer()?];

    let mut state: State = (100..250)
        .map(|byte| (Address::repeat_byte(byte), Account { nonce: 1, ..Account::default() }))
        .collect();
    state.extend(senders.map(|sender| (sender, Account { balance: U256::from(GWEI), ..Account::default() })));
    let storage = (1..40).map(|slot| (slot, slot * slot)).collect();
    state.insert(CONTRACT, Account { nonce: 1, code: CODE, storage, ..Account::default() });
    let (parent_state_root, nodes) = tries(&state);

    let used = [TRANSFER_GAS, CALL_GAS];
    for (sender, gas) in senders.into_iter().zip(used) {
        let account = state.entry(sender).or_default();
        account.nonce += 1;
        account.balance -= U256::from(gas * GAS_PRICE);
        state.entry(MINER).or_default().balance += U256::from(gas * (GAS_PRICE - BASE_FEE));
    }
    state.entry(senders[0]).or_default().balance -= U256::from(SENT);
    state.entry(RECIPIENT).or_default().balance += U256::from(SENT);
    state.entry(VALIDATOR).or_default().balance += U256::from(5 * GWEI);
    let contract = state.entry(CONTRACT).or_default();
    contract.storage.insert(200, 7);
    contract.storage.remove(&3);
    let (state_root, _) = tries(&state);

    let parent = Header {
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        state_root: parent_state_root,
        number: 17_999_999,
        timestamp: 1_690_000_000,
        gas_limit: 30_000_000,
        // Half the limit: the base fee stays.
        gas_used: 15_000_000,
        base_fee_per_gas: Some(BASE_FEE),
        withdrawals_root: Some(EMPTY_ROOT_HASH),
        ..Header::default()
    };
    let withdrawals = vec![Withdrawal { index: 9, validator_index: 9, address: VALIDATOR, amount: 5 }];
    let header = Header {
        parent_hash: parent.hash_slow(),
        beneficiary: MINER,
        state_root,
        transactions_root: proofs::calculate_transaction_root(&transactions),
        receipts_root: proofs::calculate_receipt_root(&receipts(used)),
        number: parent.number + 1,
        timestamp: parent.timestamp + 12,
        gas_used: used.iter().sum(),
        withdrawals_root: Some(proofs::calculate_withdrawals_root(&withdrawals)),
        ..parent.clone()
    };
    let executed = Executed {
        number: header.number,
        hash: header.hash_slow(),
        parent_hash: header.parent_hash,
        parent_state_root,
        state_root,
        receipts_root: header.receipts_root,
        transactions: 2,
        gas_used: header.gas_used,
    };
    let body = BlockBody {
        transactions: transactions.to_vec(),
        ommers: Vec::<Header>::new(),
        withdrawals: Some(Withdrawals::new(withdrawals)),
    };
    let encoded = Encoded {
        block: alloy_rlp::encode(Block { header, body }).into(),
        headers: vec![alloy_rlp::encode(parent).into()],
        state: nodes,
        codes: vec![CODE],
    };
    Ok((encoded, executed))
}

fn receipts(used: [u64; 2]) -> [ReceiptEnvelope; 2] {
    [used[0], used[0] + used[1]].map(|cumulative_gas_used| {
        ReceiptEnvelope::Legacy(Receipt { status: true.into(), cumulative_gas_used, logs: Vec::new() }.into())
    })
}

/// The state's root, and all nodes of all its tries.
fn tries(state: &State) -> (B256, Vec<Bytes>) {
    let mut nodes = Vec::new();
    let accounts = state.iter().map(|(address, account)| {
        let hashed = |slot: u64| keccak256(B256::from(U256::from(slot)));
        let slots = account.storage.iter().map(|(slot, value)| (hashed(*slot), alloy_rlp::encode(value)));
        let (storage_root, of_storage) = trie(slots.collect());
        nodes.extend(of_storage);
        let (nonce, balance) = (account.nonce, account.balance);
        let account = TrieAccount { nonce, balance, storage_root, code_hash: keccak256(&account.code) };
        (keccak256(address), alloy_rlp::encode(account))
    });
    let (root, of_accounts) = trie(accounts.collect());
    nodes.extend(of_accounts);
    (root, nodes)
}

fn trie(leaves: BTreeMap<B256, Vec<u8>>) -> (B256, Vec<Bytes>) {
    let retained = ProofRetainer::new(leaves.keys().map(Nibbles::unpack).collect());
    let mut builder = HashBuilder::default().with_proof_retainer(retained);
    for (key, value) in &leaves {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    (root, builder.take_proof_nodes().into_nodes_sorted().into_iter().map(|(_, node)| node).collect())
}
