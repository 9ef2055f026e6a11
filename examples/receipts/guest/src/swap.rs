//! Swaps, as the pools of Uniswap log them.

use alloy_primitives::{Address, B256, I256, Log, U256, address, b256};
use receipts_types::Pool;

/// keccak256("Swap(address,uint256,uint256,uint256,uint256,address)")
const V2: B256 = b256!("d78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822");
/// keccak256("Swap(address,address,int256,int256,uint160,uint128,int24)")
const V3: B256 = b256!("c42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67");
/// keccak256("Swap(bytes32,address,int128,int128,uint160,uint128,int24,uint24)")
const V4: B256 = b256!("40e9cecb9f5f1f1c5b9c97dec2917b7ee92e57ba5563708daca94dd84ad7112f");
/// The one contract of version 4.
const POOL_MANAGER: Address = address!("000000000004444c5dc75cb358380d2e3de08a90");

/// A swap: how much of either token went in or out.
pub struct Swap {
    pub pool: Pool,
    /// Who called the pool.
    pub trader: Address,
    pub amount0: U256,
    pub amount1: U256,
}

impl Swap {
    /// The swap a log tells of. The other logs have another event, or are not of its form.
    pub fn of(log: &Log) -> Option<Self> {
        let &[event, first, second] = log.topics() else { return None };
        let (words, []) = log.data.data.as_chunks::<32>() else { return None };
        let unsigned = |word: usize| U256::from_be_bytes(words[word]);
        let size = |word: usize| I256::from_be_bytes(words[word]).unsigned_abs();
        match (event, words.len()) {
            // In and out, which both may be there.
            (V2, 4) => Some(Self {
                pool: Pool::V2(log.address),
                trader: Address::from_word(first),
                amount0: unsigned(0).saturating_add(unsigned(2)),
                amount1: unsigned(1).saturating_add(unsigned(3)),
            }),
            (V3, 5) => Some(Self {
                pool: Pool::V3(log.address),
                trader: Address::from_word(first),
                amount0: size(0),
                amount1: size(1),
            }),
            (V4, 6) if log.address == POOL_MANAGER => Some(Self {
                pool: Pool::V4(first),
                trader: Address::from_word(second),
                amount0: size(0),
                amount1: size(1),
            }),
            _ => None,
        }
    }
}
