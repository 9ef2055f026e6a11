//! What a header must be like beside its parent's, and what it says of the block's body.

use crate::Error;
use alloy_consensus::{Block, EMPTY_OMMER_ROOT_HASH, Header, TxEnvelope, proofs};
use alloy_eips::{eip1559::BaseFeeParams, eip7840::BlobParams};
use alloy_evm::eth::spec::EthSpec;
use alloy_hardforks::{EthereumHardfork, EthereumHardforks};
use alloy_primitives::{B64, U256};

/// EIP-1559's limits of a block's gas: how much it may differ from its parent's, and the least.
const GAS_LIMIT_SHARE: u64 = 1024;
const GAS_LIMIT_LEAST: u64 = 5000;
const EXTRA_DATA_MOST: usize = 32;
/// EIP-7934: how long a block may be, since Osaka.
const BLOCK_BYTES_MOST: usize = 8 << 20;

/// The rules for blobs at a time, if there are blobs.
pub fn blobs(spec: &EthSpec, time: u64) -> Option<BlobParams> {
    let active = |fork| spec.ethereum_fork_activation(fork).active_at_timestamp(time);
    if active(EthereumHardfork::Bpo2) {
        Some(BlobParams::bpo2())
    } else if active(EthereumHardfork::Bpo1) {
        Some(BlobParams::bpo1())
    } else if active(EthereumHardfork::Osaka) {
        Some(BlobParams::osaka())
    } else if active(EthereumHardfork::Prague) {
        Some(BlobParams::prague())
    } else {
        active(EthereumHardfork::Cancun).then(BlobParams::cancun)
    }
}

/// Whether this is how a block may follow upon `parent`, whose hash it names.
pub fn check(header: &Header, parent: &Header, spec: &EthSpec) -> Result<(), Error> {
    let shanghai = spec.is_shanghai_active_at_timestamp(header.timestamp);
    let cancun = spec.is_cancun_active_at_timestamp(header.timestamp);
    let prague = spec.is_prague_active_at_timestamp(header.timestamp);
    let fork = |active: bool, there: bool| active == there;
    let excess = blobs(spec, header.timestamp).map(|params| {
        let parent = Header {
            // The first block with blobs follows upon one that has none.
            excess_blob_gas: Some(parent.excess_blob_gas.unwrap_or(0)),
            blob_gas_used: Some(parent.blob_gas_used.unwrap_or(0)),
            base_fee_per_gas: parent.base_fee_per_gas,
            ..Header::default()
        };
        parent.next_block_excess_blob_gas(params)
    });
    let most_blob_gas = blobs(spec, header.timestamp).map_or(0, |params| params.max_blob_gas_per_block());
    let rules = [
        ("number", header.number == parent.number + 1),
        ("timestamp", header.timestamp > parent.timestamp),
        ("gas limit", header.gas_limit.abs_diff(parent.gas_limit) < parent.gas_limit / GAS_LIMIT_SHARE),
        ("gas limit", header.gas_limit >= GAS_LIMIT_LEAST),
        ("gas used", header.gas_used <= header.gas_limit),
        ("base fee", header.base_fee_per_gas == parent.next_block_base_fee(BaseFeeParams::ethereum())),
        ("extra data", header.extra_data.len() <= EXTRA_DATA_MOST),
        ("difficulty", header.difficulty == U256::ZERO),
        ("nonce", header.nonce == B64::ZERO),
        ("ommers", header.ommers_hash == EMPTY_OMMER_ROOT_HASH),
        ("fork: since Shanghai only", shanghai),
        ("withdrawals root", fork(shanghai, header.withdrawals_root.is_some())),
        ("beacon root", fork(cancun, header.parent_beacon_block_root.is_some())),
        ("blob gas", fork(cancun, header.blob_gas_used.is_some())),
        ("blob gas", header.blob_gas_used.unwrap_or(0) <= most_blob_gas),
        ("excess blob gas", header.excess_blob_gas == excess.flatten()),
        ("requests hash", fork(prague, header.requests_hash.is_some())),
    ];
    first_broken(&rules)
}

/// Whether the body is the header's, and the block, of so many bytes, not too long.
pub fn check_body(block: &Block<TxEnvelope>, bytes: usize, spec: &EthSpec) -> Result<(), Error> {
    let (header, body) = (&block.header, &block.body);
    let withdrawals = body.withdrawals.as_ref().map(|all| proofs::calculate_withdrawals_root(all));
    first_broken(&[
        (
            "transactions root",
            header.transactions_root == proofs::calculate_transaction_root(&body.transactions),
        ),
        ("withdrawals root", header.withdrawals_root == withdrawals),
        ("ommers", body.ommers.is_empty()),
        ("size", bytes <= BLOCK_BYTES_MOST || !spec.is_osaka_active_at_timestamp(header.timestamp)),
    ])
}

/// The first that does not hold is the error.
pub fn first_broken(rules: &[(&'static str, bool)]) -> Result<(), Error> {
    match rules.iter().find(|(_, holds)| !holds) {
        Some((what, _)) => Err(Error::Rule(what)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::BlockBody;
    use alloy_eips::eip4895::Withdrawals;
    use alloy_hardforks::mainnet::MAINNET_OSAKA_TIMESTAMP;
    use alloy_trie::EMPTY_ROOT_HASH;

    #[test]
    fn blocks_are_not_too_long_since_osaka() {
        let block = |timestamp| {
            let header = Header { timestamp, withdrawals_root: Some(EMPTY_ROOT_HASH), ..Header::default() };
            Block {
                header,
                body: BlockBody { withdrawals: Some(Withdrawals::default()), ..BlockBody::default() },
            }
        };
        let spec = EthSpec::mainnet();
        let (before, since) = (block(MAINNET_OSAKA_TIMESTAMP - 1), block(MAINNET_OSAKA_TIMESTAMP));
        assert!(check_body(&before, BLOCK_BYTES_MOST + 1, &spec).is_ok());
        assert!(check_body(&since, BLOCK_BYTES_MOST, &spec).is_ok());
        assert!(matches!(check_body(&since, BLOCK_BYTES_MOST + 1, &spec), Err(Error::Rule("size"))));
    }

    #[test]
    fn blobs_by_fork() {
        let most = |time| blobs(&EthSpec::mainnet(), time).map(|params| params.max_blob_count);
        let cancun = 1_710_338_135;
        let (prague, bpo1, bpo2) = (1_746_612_311, 1_765_290_071, 1_767_747_671);
        assert_eq!(
            [cancun - 1, cancun, prague, MAINNET_OSAKA_TIMESTAMP, bpo1, bpo2].map(most),
            [None, Some(6), Some(9), Some(9), Some(15), Some(21)]
        );
    }
}
