//! Where receipts of a block come from, and what is to be seen in them.

pub mod made_up;
pub mod plain;

use alloy_consensus::{Header, ReceiptEnvelope};
use alloy_eips::Encodable2718;
use alloy_primitives::keccak256;
use flate2::read::GzDecoder;
use receipts_types::BlockReceipts;
use serde_json::Value;
use std::{
    error::Error,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Mainnet's, where there is a copy beside the repository.
pub const BESIDE: [&str; 2] = [
    "../shared/data/mainnet/eth_24666352_block.json",
    "../shared/data/mainnet/eth_24666352_receipts.json.gz",
];

/// Where that copy is, if it is there.
pub fn beside() -> Option<[PathBuf; 2]> {
    let paths = BESIDE.map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path));
    paths.iter().all(|path| path.exists()).then_some(paths)
}

/// Answers of a node, as JSON.
pub struct Answers {
    /// To `eth_getBlockByNumber`.
    pub block: Value,
    /// To `eth_getBlockReceipts`.
    pub receipts: Value,
}

impl Answers {
    /// From files, which may be gzipped.
    pub fn read([block, receipts]: [&Path; 2]) -> Result<Self, Box<dyn Error>> {
        Ok(Self { block: json(block)?, receipts: json(receipts)? })
    }

    /// The same as the block has it, in bytes.
    pub fn encode(&self) -> Result<Encoded, Box<dyn Error>> {
        let header: Header = serde_json::from_value(self.block.clone())?;
        let header = alloy_rlp::encode(header);
        let hash = format!("{:#x}", keccak256(&header));
        if self.block.get("hash").is_some_and(|said| said.as_str() != Some(&hash)) {
            return Err(format!(
                "the block says it is {}, but its header hashes to {hash}",
                self.block["hash"]
            )
            .into());
        }
        let receipts: Vec<ReceiptEnvelope> = serde_json::from_value(self.receipts.clone())?;
        Ok(Encoded { header, receipts: receipts.iter().map(Encodable2718::encoded_2718).collect() })
    }
}

/// A header and receipts, encoded.
pub struct Encoded {
    header: Vec<u8>,
    receipts: Vec<Vec<u8>>,
}

impl Encoded {
    /// What the guest reads.
    pub fn input(&self) -> BlockReceipts<'_> {
        BlockReceipts { header: &self.header, receipts: self.receipts.iter().map(Vec::as_slice).collect() }
    }
}

fn json(path: &Path) -> Result<Value, Box<dyn Error>> {
    let named = |error: &dyn Error| format!("{}: {error}", path.display());
    let mut bytes = fs::read(path).map_err(|error| named(&error))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).map_err(|error| named(&error))?;
        bytes = unpacked;
    }
    Ok(serde_json::from_slice(&bytes).map_err(|error| named(&error))?)
}
