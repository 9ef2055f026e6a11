//! The same sums, straight from the JSON: what the guest's are compared with.

use crate::Answers;
use alloy_primitives::{Address, B256, U256, keccak256};
use receipts_types::{Pool, Volume, Volumes};
use serde_json::Value;
use std::{collections::BTreeMap, error::Error};

const POOL_MANAGER: &str = "0x000000000004444c5dc75cb358380d2e3de08a90";

/// What was swapped, by a node's word.
pub fn volumes(answers: &Answers) -> Result<Volumes, Box<dyn Error>> {
    let event = |signature: &str| format!("{:#x}", keccak256(signature));
    let v2 = event("Swap(address,uint256,uint256,uint256,uint256,address)");
    let v3 = event("Swap(address,address,int256,int256,uint160,uint128,int24)");
    let v4 = event("Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)");

    let mut volumes = Volumes {
        block_hash: text(&answers.block["hash"])?.parse()?,
        number: u64::from_str_radix(&text(&answers.block["number"])?[2..], 16)?,
        receipts: list(&answers.receipts)?.len() as u64,
        pools: BTreeMap::new(),
        traders: BTreeMap::new(),
    };
    for receipt in list(&answers.receipts)? {
        for log in list(&receipt["logs"])? {
            let topics: Vec<&str> = list(&log["topics"])?.iter().map(text).collect::<Result<_, _>>()?;
            let [event, first, second] = topics[..] else { continue };
            let contract = text(&log["address"])?;
            let data = words(text(&log["data"])?)?;
            let (pool, trader) = match data.len() {
                4 if event == v2 => (Pool::V2(contract.parse()?), first),
                5 if event == v3 => (Pool::V3(contract.parse()?), first),
                6 if event == v4 && contract == POOL_MANAGER => (Pool::V4(first.parse()?), second),
                _ => continue,
            };
            let amounts = match pool {
                Pool::V2(_) => [sum(data[0], data[2]), sum(data[1], data[3])],
                _ => [magnitude(data[0]), magnitude(data[1])],
            };
            let trader = Address::from_word(trader.parse::<B256>()?);
            for volume in
                [volumes.pools.entry(pool).or_default(), volumes.traders.entry((trader, pool)).or_default()]
            {
                *volume = Volume {
                    swaps: volume.swaps + 1,
                    amount0: sum(volume.amount0, amounts[0]),
                    amount1: sum(volume.amount1, amounts[1]),
                };
            }
        }
    }
    Ok(volumes)
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is no string"))
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("{value} is no list"))
}

/// Data of a log, 32 bytes each; none where they don't come out even.
fn words(data: &str) -> Result<Vec<U256>, Box<dyn Error>> {
    let digits = data.strip_prefix("0x").ok_or("data of a log that are no hexadecimal digits")?;
    let (words, rest) = digits.as_bytes().as_chunks::<64>();
    let words = words.iter().map(|word| Ok(str::from_utf8(word)?.parse::<B256>()?.into()));
    if rest.is_empty() { words.collect() } else { Ok(Vec::new()) }
}

fn sum(a: U256, b: U256) -> U256 {
    a.checked_add(b).unwrap_or(U256::MAX)
}

/// Of a number in two's complement.
fn magnitude(number: U256) -> U256 {
    if number.bit(255) { U256::ZERO.wrapping_sub(number) } else { number }
}
