//! `aver tree-key`.

use super::compress::compressor;
use crate::{args, failure::Failure, outcome::Outcome, terminal::Bar};
use aver_sdk::{Proof, RootProof};
use serde_json::json;

pub fn run(args: &args::TreeKey) -> Result<Outcome, Failure> {
    let bar = Bar::new();
    let compressor = bar.watch_compressor(compressor(args.threads)?);
    let tree = match RootProof::is_at(&args.proof)? {
        true => compressor.tree_key(&RootProof::open(&args.proof)?)?,
        false => compressor.tree_key_of(&Proof::open(&args.proof)?)?,
    };
    drop(bar);
    let tree = tree.to_string();
    Ok(Outcome::new(json!({ "tree": tree }), tree))
}
