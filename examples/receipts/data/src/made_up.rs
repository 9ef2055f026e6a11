//! A made-up block: swaps of every version, and logs that only look like them.

use crate::Answers;
use alloy_consensus::{Header, Receipt, ReceiptEnvelope, ReceiptWithBloom, TxReceipt, TxType, proofs};
use alloy_primitives::{Address, B256, Bytes, I256, Log, U256, address, keccak256};
use serde_json::json;
use std::error::Error;

const POOL_MANAGER: Address = address!("000000000004444c5dc75cb358380d2e3de08a90");
const RECEIPTS: u8 = 20;

/// What a node would say of it.
pub fn answers() -> Result<Answers, Box<dyn Error>> {
    let types = [TxType::Legacy, TxType::Eip2930, TxType::Eip1559, TxType::Eip4844, TxType::Eip7702];
    let receipts: Vec<ReceiptEnvelope> = (0..RECEIPTS)
        .map(|index| {
            let logs = if index == 3 { Vec::new() } else { logs(index) };
            let cumulative_gas_used = 100_000 * (u64::from(index) + 1);
            let receipt = Receipt { status: (index != 3).into(), cumulative_gas_used, logs };
            let logs_bloom = receipt.bloom();
            ReceiptEnvelope::from_typed(types[index as usize % 5], ReceiptWithBloom { receipt, logs_bloom })
        })
        .collect();
    let header = Header {
        receipts_root: proofs::calculate_receipt_root(&receipts),
        number: 7,
        gas_used: 100_000 * u64::from(RECEIPTS),
        base_fee_per_gas: Some(1),
        ..Header::default()
    };
    let mut block = serde_json::to_value(&header)?;
    block["hash"] = json!(header.hash_slow());
    Ok(Answers { block, receipts: serde_json::to_value(receipts)? })
}

fn logs(index: u8) -> Vec<Log> {
    let pool = |version: u8| Address::repeat_byte(16 * version + index % 4);
    let trader = Address::repeat_byte(128 + index % 3).into_word();
    let (amount, less) = (I256::unchecked_from(1_000 + i32::from(index)), I256::unchecked_from(-997));
    let rest = I256::ONE;
    let v2 = "Swap(address,uint256,uint256,uint256,uint256,address)";
    let v3 = "Swap(address,address,int256,int256,uint160,uint128,int24)";
    let v4 = "Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)";
    let id = B256::repeat_byte(index % 2);
    vec![
        log(pool(2), v2, [trader, trader], &[amount, I256::ZERO, I256::ZERO, amount]),
        // Sums that end at the greatest number, as a contract may have it.
        log(pool(2), v2, [trader, trader], &[I256::MINUS_ONE, amount, amount, amount]),
        log(pool(3), v3, [trader, trader], &[amount, less, rest, rest, rest]),
        log(POOL_MANAGER, v4, [id, trader], &[less, I256::MIN, rest, rest, rest, rest]),
        // Not the one contract of version 4; not the words of such an event; another event.
        log(pool(4), v4, [id, trader], &[amount, less, rest, rest, rest, rest]),
        log(pool(3), v3, [trader, trader], &[amount, less]),
        log(pool(2), "Transfer(address,address,uint256)", [trader, trader], &[amount, less, rest, rest]),
    ]
}

fn log(address: Address, event: &str, topics: [B256; 2], words: &[I256]) -> Log {
    let data: Vec<u8> = words
        .iter()
        .flat_map(|word| U256::from_be_bytes(word.to_be_bytes::<32>()).to_be_bytes::<32>())
        .collect();
    Log::new_unchecked(address, vec![keccak256(event), topics[0], topics[1]], Bytes::from(data))
}
