//! `aver tree-key`.

use super::{aggregate::aggregator, compress::compressor};
use crate::{args, failure::Failure, outcome::Outcome, terminal::Bar};
use aver_sdk::{AggregateProof, Proof, RootProof};
use serde_json::json;

pub fn run(args: &args::TreeKey) -> Result<Outcome, Failure> {
    let bar = Bar::new();
    if AggregateProof::is_at(&args.proof)? {
        let key = aggregator(args.threads)?.key(&AggregateProof::open(&args.proof)?)?.to_string();
        return Ok(Outcome::new(json!({ "aggregate": key }), key));
    }
    let compressor = bar.watch_compressor(compressor(args.threads, args.to_aggregate)?);
    let tree = match RootProof::is_at(&args.proof)? {
        true => compressor.tree_key(&RootProof::open(&args.proof)?)?,
        false => compressor.tree_key_of(&Proof::open(&args.proof)?)?,
    };
    drop(bar);
    let tree = tree.to_string();
    Ok(Outcome::new(json!({ "tree": tree }), tree))
}
