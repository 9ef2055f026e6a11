//! Where blocks and their witnesses come from.

pub mod made_up;

use alloy_primitives::Bytes;
use block_types::BlockWitness;
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::{
    error::Error,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Mainnet's, where there are copies beside the repository.
pub const BESIDE: &str = "../shared/data/mainnet";
/// Blocks with a witness there, the smallest first.
pub const BLOCKS: [u64; 5] = [20_526_624, 21_740_136, 24_628_607, 24_647_140, 17_106_222];

/// Where the copy of a block is, if it is there.
pub fn beside(block: u64) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(BESIDE);
    let path = folder.join(format!("mainnet_{block}_witness.json.gz"));
    path.exists().then_some(path)
}

/// A block and its witness, each item encoded as it is hashed.
#[derive(Debug, Deserialize)]
pub struct Encoded {
    #[serde(rename = "block_rlp")]
    block: Bytes,
    headers: Vec<Bytes>,
    state: Vec<Bytes>,
    codes: Vec<Bytes>,
}

impl Encoded {
    /// From JSON, which may be gzipped: an answer to `debug_executionWitness`, and the block as `block_rlp`.
    pub fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let named = |error: &dyn Error| format!("{}: {error}", path.display());
        let mut bytes = fs::read(path).map_err(|error| named(&error))?;
        if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut unpacked = Vec::new();
            GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).map_err(|error| named(&error))?;
            bytes = unpacked;
        }
        Ok(serde_json::from_slice(&bytes).map_err(|error| named(&error))?)
    }

    /// What the guest reads.
    pub fn input(&self) -> BlockWitness<'_> {
        BlockWitness {
            block: &self.block,
            headers: self.headers.iter().map(AsRef::as_ref).collect(),
            state: self.state.iter().map(AsRef::as_ref).collect(),
            codes: self.codes.iter().map(AsRef::as_ref).collect(),
        }
    }
}
