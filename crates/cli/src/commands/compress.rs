//! `aver compress`.

use crate::{
    args,
    failure::Failure,
    interrupt::{Keep, on_interrupt},
    memory::peak_rss,
    outcome::{self, Outcome, ROOT_NOT_HIDING, Table, plural},
    terminal::Bar,
};
use aver_sdk::{AtomicFile, Compressor, Proof, RootProof, Verifier};
use serde_json::{Map, Value, json};
use std::{io::Write, path::PathBuf, time::Instant};

pub fn run(args: &args::Compress) -> Result<Outcome, Failure> {
    if RootProof::is_at(&args.proof)? {
        let path = outcome::path(&args.proof);
        return Err(Failure::usage(format!("{path}: this proof is compressed already")));
    }
    let proof = Proof::open(&args.proof)?;
    let out = args.out.clone().unwrap_or_else(|| {
        let mut name = args.proof.clone().into_os_string();
        name.push(".root");
        PathBuf::from(name)
    });
    let mut file = AtomicFile::create(&out)?;
    on_interrupt(file.temporary(), Keep::No);
    let bar = Bar::new();
    let compressor = bar.watch_compressor(compressor(args.threads)?);
    let (root, took) = compressor.compress_with_report(&proof)?;
    drop(bar);
    let (tree, claim) = (root.claimed_tree(), root.claim());
    let start = Instant::now();
    // The tree is of circuits made just now.
    Verifier::new(claim.vk).exit_code(claim.exit_code).verify_root(&root, &tree)?;
    let verify_seconds = start.elapsed().as_secs_f64();
    let bytes = root.encode();
    file.write_all(&bytes).map_err(|error| Failure::io(&out, &error))?;
    file.commit()?;
    on_interrupt(None, Keep::No);

    let shards = proof.header().shards.len();
    let stages: Vec<String> =
        took.stages.iter().map(|(name, time)| format!("{name} {}", outcome::seconds(*time))).collect();
    let mut table = Table::default();
    table
        .line("proofs", format!("{} of {}", took.proofs, plural(shards, "shard")))
        .line("time", outcome::seconds(took.seconds))
        .line("", format!("circuits {}", outcome::seconds(took.circuits_seconds)))
        .line("", stages.join(", "));
    if let Some(bytes) = peak_rss() {
        table.line("peak memory", outcome::size(bytes));
    }
    table
        .line("size", format!("{}, was {}", outcome::size(bytes.len() as u64), outcome::size(proof.size())))
        .line("verified in", outcome::seconds(verify_seconds))
        .line("file", outcome::path(&out))
        .line("vk", claim.vk)
        .line("tree", tree)
        .note(ROOT_NOT_HIDING);
    let stages: Map<String, Value> =
        took.stages.iter().map(|(name, time)| ((*name).to_owned(), json!(time))).collect();
    let json = json!({
        "vk": claim.vk.to_string(),
        "tree": tree.to_string(),
        "exit_code": claim.exit_code,
        "proofs": took.proofs,
        "shards": shards,
        "compress_seconds": took.seconds,
        "circuits_seconds": took.circuits_seconds,
        "stages": stages,
        "verify_seconds": verify_seconds,
        "proof_bytes": bytes.len(),
        "peak_rss_bytes": peak_rss(),
        "hides_input": false,
        "proof": out.display().to_string(),
    });
    Ok(Outcome::new(json, table.finish()))
}

/// With so many threads.
pub fn compressor(threads: args::Threads) -> Result<Compressor, Failure> {
    let compressor = Compressor::new();
    match threads.threads {
        None => Ok(compressor),
        Some(threads) => Ok(compressor.threads(threads as usize)?),
    }
}
