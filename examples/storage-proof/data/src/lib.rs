//! Where proofs of storage slots come from.

pub mod file;
pub mod synthetic;

use std::path::{Path, PathBuf};

/// Mainnet's, where there is a copy beside the repository.
pub const BESIDE: &str = "../shared/data/mainnet/mainnet_24628606_eth_getProof.json.gz";

/// Where that copy is, if it is there.
pub fn beside() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(BESIDE);
    path.exists().then_some(path)
}
