//! A made-up block: what executing it comes to was counted by hand, and nothing of it can be left out or changed.

use alloy_consensus::{Block, Header, TxEnvelope};
use alloy_primitives::B256;
use alloy_rlp::Decodable;
use block_data::made_up;
use block_stateless::{BlockWitness, Error, execute};

#[test]
fn comes_to_what_was_counted() {
    let (block, expected) = made_up::block().unwrap();
    assert_eq!(execute(&block.input()).unwrap(), expected);
}

#[test]
fn lacks_nothing() {
    let (block, _) = made_up::block().unwrap();
    let full = block.input();
    assert!(matches!(
        execute(&BlockWitness { headers: vec![], ..block.input() }),
        Err(Error::HeaderMissing(_))
    ));
    assert!(execute(&BlockWitness { codes: vec![], ..block.input() }).is_err());
    assert!(execute(&BlockWitness { state: vec![], ..block.input() }).is_err());
    // The witness has all nodes of the state, so many can go: those that nothing asks for.
    let needed = (0..full.state.len()).step_by(7).filter(|&index| {
        let mut state = full.state.clone();
        state.remove(index);
        execute(&BlockWitness { state, ..block.input() }).is_err()
    });
    assert!(needed.count() > 0);
}

/// The block with another header, which no longer has the hash that was expected.
fn with_header(change: impl FnOnce(&mut Header)) -> Result<(), Error> {
    let (encoded, _) = made_up::block().unwrap();
    let mut block = Block::<TxEnvelope>::decode(&mut encoded.input().block).unwrap();
    change(&mut block.header);
    let block = alloy_rlp::encode(block);
    execute(&BlockWitness { block: &block, ..encoded.input() }).map(drop)
}

#[test]
fn every_rule_is_one() {
    let rule = |change: fn(&mut Header)| match with_header(change) {
        Err(Error::Rule(rule)) => rule,
        other => panic!("{other:?}"),
    };
    assert_eq!(rule(|h| h.number += 1), "number");
    assert_eq!(rule(|h| h.timestamp -= 12), "timestamp");
    assert_eq!(rule(|h| h.gas_limit += h.gas_limit / 1024), "gas limit");
    assert_eq!(rule(|h| h.gas_used = h.gas_limit + 1), "gas used");
    assert_eq!(rule(|h| h.base_fee_per_gas = Some(11)), "base fee");
    assert_eq!(rule(|h| h.extra_data = vec![0; 33].into()), "extra data");
    assert_eq!(rule(|h| h.difficulty = alloy_primitives::U256::from(1)), "difficulty");
    assert_eq!(rule(|h| h.nonce.0[7] = 1), "nonce");
    assert_eq!(rule(|h| h.ommers_hash = B256::ZERO), "ommers");
    assert_eq!(rule(|h| h.transactions_root.0[0] ^= 1), "transactions root");
    assert_eq!(rule(|h| h.withdrawals_root = Some(B256::ZERO)), "withdrawals root");
    let blobs = |h: &mut Header| {
        (h.blob_gas_used, h.excess_blob_gas, h.parent_beacon_block_root) =
            (Some(0), Some(0), Some(B256::ZERO));
    };
    assert_eq!(rule(blobs), "beacon root");
    assert_eq!(rule(|h| h.gas_used -= 1), "gas used");
    assert_eq!(rule(|h| h.receipts_root.0[0] ^= 1), "receipts root");
    assert_eq!(rule(|h| h.logs_bloom.0[0] ^= 1), "logs bloom");
    assert_eq!(rule(|h| h.state_root.0[0] ^= 1), "state root");
    assert!(matches!(with_header(|h| h.parent_hash = B256::ZERO), Err(Error::HeaderMissing(_))));
}
