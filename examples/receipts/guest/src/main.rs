//! Adds up what was swapped on Uniswap in a block, from all its receipts.
//!
//! Input: `BlockReceipts` (postcard). Output: `Volumes` (postcard). Receipts that are not all those of
//! the header are a panic.
#![no_std]
#![no_main]

extern crate alloc;

mod swap;

use alloy_consensus::{Header, ReceiptEnvelope};
use alloy_eips::Decodable2718;
use alloy_primitives::keccak256;
use alloy_rlp::Decodable;
use alloy_trie::root::ordered_trie_root_encoded;
use receipts_types::{BlockReceipts, Volumes};
use swap::Swap;

aver_guest::entry!(main);

fn main() {
    let block: BlockReceipts = aver_guest::read();
    let header = Header::decode(&mut &*block.header).expect("the header is RLP");
    let root = ordered_trie_root_encoded(&block.receipts);
    assert_eq!(root, header.receipts_root, "the receipts are those of the header, and all of them");

    let mut volumes = Volumes {
        block_hash: keccak256(block.header),
        number: header.number,
        receipts: block.receipts.len() as u64,
        ..Volumes::default()
    };
    for mut bytes in block.receipts {
        let receipt = ReceiptEnvelope::decode_2718(&mut bytes).expect("a receipt is as EIP-2718 says");
        for swap in receipt.logs().iter().filter_map(Swap::of) {
            let Swap { pool, trader, amount0, amount1 } = swap;
            volumes.pools.entry(pool).or_default().add(amount0, amount1);
            volumes.traders.entry((trader, pool)).or_default().add(amount0, amount1);
        }
    }
    aver_guest::commit(&volumes);
}
