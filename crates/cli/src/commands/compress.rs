//! `aver compress`.

use crate::{
    args,
    failure::Failure,
    interrupt::{Keep, on_interrupt},
    memory::peak_rss,
    outcome::{self, CONDITIONAL, Outcome, Table, plural},
    terminal::Bar,
};
use aver_sdk::{AtomicFile, Compression, Compressor, HiddenProof, Proof, RootProof, Verifier};
use serde_json::{Map, Value, json};
use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

pub fn run(args: &args::Compress) -> Result<Outcome, Failure> {
    if RootProof::is_at(&args.proof)? {
        let path = outcome::path(&args.proof);
        return Err(Failure::usage(format!("{path}: this proof is compressed already")));
    }
    let proof = match HiddenProof::is_at(&args.proof)? {
        true => Shards::Hidden(HiddenProof::open(&args.proof)?),
        false => Shards::Shown(Proof::open(&args.proof)?),
    };
    let out = args.out.clone().unwrap_or_else(|| {
        let mut name = args.proof.clone().into_os_string();
        name.push(".root");
        PathBuf::from(name)
    });
    let compressor = compressor(args.threads, args.root)?;
    let (made, shards, size) = match &proof {
        Shards::Shown(proof) => {
            on_interrupt(folder(&out).as_deref(), Keep::No);
            let made = compress(proof, &out, compressor)?;
            on_interrupt(None, Keep::No);
            (made, proof.header().shards.len(), proof.size())
        }
        Shards::Hidden(hidden) => {
            let bar = Bar::new();
            let made = bar.watch_compressor(compressor).compress_hidden(hidden)?;
            drop(bar);
            (write(made, &out)?, hidden.counts()[1] as usize, hidden.size())
        }
    };
    let mut table = Table::default();
    table.line("proofs", format!("{} of {}", made.took.proofs, plural(shards, "shard")));
    made.describe(&mut table);
    if let Some(bytes) = peak_rss() {
        table.line("peak memory", outcome::size(bytes));
    }
    table
        .line("size", format!("{}, was {}", outcome::size(made.bytes), outcome::size(size)))
        .line("file", outcome::path(&out))
        .line("vk", made.root.claim().vk)
        .line("tree", made.root.claimed_tree())
        .note(outcome::hiding(made.root.hides_input()));
    if !made.root.assumptions().is_empty() {
        table.note(CONDITIONAL);
    }
    let stages: Map<String, Value> =
        made.took.stages.iter().map(|(name, time)| ((*name).to_owned(), json!(time))).collect();
    let mut json = made.json();
    json.extend(outcome::fields(json!({
        "vk": made.root.claim().vk.to_string(),
        "exit_code": made.root.claim().exit_code,
        "proofs": made.took.proofs,
        "shards": shards,
        "stages": stages,
        "peak_rss_bytes": peak_rss(),
        "proof": out.display().to_string(),
    })));
    Ok(Outcome::new(json.into(), table.finish()))
}

/// What one proof is made of.
enum Shards {
    Shown(Proof),
    Hidden(HiddenProof),
}

/// A compressed proof that was made and written.
pub struct Made {
    pub root: RootProof,
    took: Compression,
    verify_seconds: f64,
    pub bytes: u64,
}

/// Makes one proof of a proof's, and writes it; verified, since a processor may err. What an interrupted command left is
/// gone on from.
pub fn compress(proof: &Proof, out: &Path, compressor: Compressor) -> Result<Made, Failure> {
    let folder = folder(out);
    let bar = Bar::new();
    let compressor = bar.watch_compressor(compressor);
    let made = match &folder {
        Some(folder) => compressor.resume(proof, folder)?,
        None => compressor.compress_with_report(proof)?,
    };
    drop(bar);
    let made = write(made, out)?;
    folder.iter().for_each(Compressor::remove_nodes);
    Ok(made)
}

/// Writes a proof that was made, and verifies it before.
fn write((root, took): (RootProof, Compression), out: &Path) -> Result<Made, Failure> {
    let claim = root.claim();
    let start = Instant::now();
    // The tree is of circuits made just now.
    Verifier::new(claim.vk).exit_code(claim.exit_code).verify_conditional(&root, &root.claimed_tree())?;
    let verify_seconds = start.elapsed().as_secs_f64();
    let bytes = root.encode();
    let mut file = AtomicFile::create(out)?;
    file.write_all(&bytes).map_err(|error| Failure::io(out, &error))?;
    file.commit()?;
    Ok(Made { root, took, verify_seconds, bytes: bytes.len() as u64 })
}

/// Where finished nodes of the tree below the proof `out` are kept. A device has no folder beside it.
pub fn folder(out: &Path) -> Option<PathBuf> {
    let is_file = |about: std::fs::Metadata| about.is_file();
    out.metadata().map_or(true, is_file).then(|| {
        let mut name = out.to_owned().into_os_string();
        name.push(".nodes");
        name.into()
    })
}

impl Made {
    /// What it took.
    pub fn describe(&self, table: &mut Table) {
        describe_took(table, "compressed in", &self.took);
        let Compression { proofs, reused, .. } = &self.took;
        if *reused > 0 {
            table.line("", format!("{reused} of {proofs} proofs were joined earlier"));
        }
        table.line("verified in", outcome::seconds(self.verify_seconds));
    }

    /// What it took, and what it is verified by.
    pub fn json(&self) -> Map<String, Value> {
        outcome::fields(json!({
            "compressed": true,
            "hides_input": self.root.hides_input(),
            "tree": self.root.claimed_tree().to_string(),
            "compress_seconds": self.took.seconds,
            "circuits_seconds": self.took.circuits_seconds,
            "nodes_reused": self.took.reused,
            "verify_seconds": self.verify_seconds,
            "proof_bytes": self.bytes,
        }))
    }
}

/// How long it took to compress, or to hide.
pub fn describe_took(table: &mut Table, what: &str, took: &Compression) {
    let stages = took.stages.iter().map(|(name, time)| format!("{name} {}", outcome::seconds(*time)));
    table
        .line(what, outcome::seconds(took.seconds))
        .line("", format!("circuits {}", outcome::seconds(took.circuits_seconds)))
        .line("", stages.collect::<Vec<String>>().join(", "));
}

/// With so many threads.
pub fn compressor(threads: args::Threads, root: args::Root) -> Result<Compressor, Failure> {
    let compressor = match root {
        args::Root { to_aggregate: true, .. } => Compressor::new().to_aggregate(),
        args::Root { small: true, .. } => Compressor::new().small(),
        _ => Compressor::new(),
    };
    match threads.threads {
        None => Ok(compressor),
        Some(threads) => Ok(compressor.threads(threads as usize)?),
    }
}
