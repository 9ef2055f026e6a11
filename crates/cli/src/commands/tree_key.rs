//! `aver tree-key`.

use super::{
    aggregate::{aggregator, verify_own},
    compress::compressor,
};
use crate::{args, failure::Failure, outcome::Outcome, terminal::Bar};
use aver_sdk::{AggregateProof, Program, Proof, RootProof, Verifier};
use serde_json::json;

pub fn run(args: &args::TreeKey) -> Result<Outcome, Failure> {
    let is_aggregate = AggregateProof::is_at(&args.file)?;
    let is_root = !is_aggregate && RootProof::is_at(&args.file)?;
    if (args.root.to_aggregate || args.root.small) && (is_aggregate || is_root) {
        return Err(Failure::usage(
            "--to-aggregate and --small are for proofs of shards; this one says itself what it is",
        ));
    }
    let bar = Bar::new();
    if is_aggregate {
        let proof = AggregateProof::open(&args.file)?;
        verify_own(&proof)?;
        let key = aggregator(args.threads)?.key(&proof)?.to_string();
        return Ok(Outcome::new(json!({ "aggregate": key }), key));
    }
    let compressor = bar.watch_compressor(compressor(args.threads, args.root)?);
    let tree = if is_root {
        let root = RootProof::open(&args.file)?;
        let claim = root.claim();
        // Of a stranger's that shows nothing, but that it is worth making circuits for.
        Verifier::new(claim.vk).exit_code(claim.exit_code).verify_conditional(&root, &root.claimed_tree())?;
        compressor.tree_key(&root)?
    } else if Program::is_at(&args.file)? {
        let program = Program::open(&args.file)?;
        compressor.tree_key_for(&args.security.prover().build(&program)?)?
    } else {
        compressor.tree_key_of(&Proof::open(&args.file)?)?
    };
    drop(bar);
    let tree = tree.to_string();
    Ok(Outcome::new(json!({ "tree": tree }), tree))
}
