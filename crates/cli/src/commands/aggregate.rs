//! `aver aggregate`, and `aver verify` of what it made.

use super::{
    compress::folder,
    verify::{claim_json, describe_claim, given},
};
use crate::{
    args,
    failure::Failure,
    interrupt::{Keep, on_interrupt},
    memory::peak_rss,
    outcome::{self, Outcome, Table, plural},
    terminal::Bar,
};
use aver_sdk::{AggregateProof, Aggregator, AtomicFile, Claim, Compressor, RootProof, TreeKey, Vk};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io::Write, time::Instant};

pub fn run(args: &args::Aggregate) -> Result<Outcome, Failure> {
    let mut roots = Vec::new();
    for path in &args.proofs {
        if !RootProof::is_at(path)? {
            let path = outcome::path(path);
            let error = Failure::usage(format!("{path} is no compressed proof"));
            return Err(
                error.hint("`aver prove` makes one, and `aver compress` of what `prove --shards` made")
            );
        }
        roots.push(RootProof::open(path)?);
    }
    exit_code(&not_assumed(&roots))?;
    let folder = folder(&args.out);
    on_interrupt(folder.as_deref(), Keep::Yes);
    let start = Instant::now();
    let bar = Bar::new();
    let aggregator = aggregator(args.threads)?;
    let (proof, reused) = match &folder {
        Some(folder) => aggregator.resume(&roots, folder)?,
        None => (aggregator.aggregate(&roots)?, 0),
    };
    drop(bar);
    let seconds = start.elapsed().as_secs_f64();
    let (vks, trees) = (programs(&not_assumed(&roots)), trees(&roots));
    // By circuits made just now; a processor may err.
    let start = Instant::now();
    verify_own(&proof)?;
    let verify_seconds = start.elapsed().as_secs_f64();
    let bytes = proof.encode();
    let mut file = AtomicFile::create(&args.out)?;
    file.write_all(&bytes).map_err(|error| Failure::io(&args.out, &error))?;
    file.commit()?;
    folder.iter().for_each(Aggregator::remove_nodes);
    on_interrupt(None, Keep::No);

    let mut table = Table::default();
    table
        .line("proofs", format!("{} of {}", roots.len(), plural(vks.len(), "program")))
        .line("time", outcome::seconds(seconds));
    if reused > 0 {
        table.line("", format!("{reused} of {} proofs were joined earlier", roots.len()));
    }
    table
        .line("verified in", outcome::seconds(verify_seconds))
        .line("size", outcome::size(bytes.len() as u64))
        .line("file", outcome::path(&args.out))
        .line("aggregate", proof.claimed_key());
    trees.iter().for_each(|tree| _ = table.line("tree", tree));
    vks.iter().for_each(|vk| _ = table.line("vk", vk));
    table.note(outcome::hiding_inputs(proof.hides_inputs()));
    let json = json!({
        "proofs": roots.len(),
        "aggregate": proof.claimed_key().to_string(),
        "trees": texts(&trees),
        "vks": texts(&vks),
        "aggregate_seconds": seconds,
        "nodes_reused": reused,
        "verify_seconds": verify_seconds,
        "hides_input": proof.hides_inputs(),
        "proof_bytes": bytes.len(),
        "peak_rss_bytes": peak_rss(),
        "proof": args.out.display().to_string(),
    });
    Ok(Outcome::new(json, table.finish()))
}

/// Verifies an aggregate. Trees and circuits are known by their keys: the user's, or those of circuits made here.
pub fn verify(args: &args::Verify) -> Result<Outcome, Failure> {
    if args.program.elf.is_some() {
        return Err(Failure::usage("an aggregate is verified with --vk, once for each program"));
    }
    let proof = AggregateProof::open(&args.proof)?;
    let claims = proof.claims();
    let vks = args.program.vk.iter().map(|vk| given(vk)).collect::<Result<Vec<Vk>, _>>()?;
    // What is wrong anyway is refused at once. The file's own keys show nothing.
    let of_file: Vec<TreeKey> = trees(&claims).into_iter().collect();
    proof.verify(&vks, args.exit_code, &of_file, &proof.claimed_key())?;
    let mut made = args.tree.clone();
    if args.tree.is_empty() {
        let bar = Bar::new();
        let compressor = bar.watch_compressor(Compressor::new());
        for root in &claims {
            if !made.contains(&root.claimed_tree()) {
                made.push(compressor.tree_key(root)?);
            }
        }
    }
    // Circuits are made for claims of trees that are right, and no others.
    proof.verify(&vks, args.exit_code, &made, &proof.claimed_key())?;
    let key = match args.aggregate {
        Some(key) => key,
        None => Aggregator::new().key(&proof)?,
    };
    let start = Instant::now();
    let shown = proof.verify(&vks, args.exit_code, &made, &key)?;
    let seconds = start.elapsed().as_secs_f64();

    let mut table = Table::default();
    table.note("Accepted: for each there is an input for which the program ran to this end.");
    for (verified, root) in shown.iter().zip(&claims) {
        describe_claim(&mut table, &verified.claim, &verified.output);
        table.assumptions(&root.assumptions());
    }
    if claims.iter().any(|root| !root.assumptions().is_empty()) {
        table.note("What they assume is among them.");
    }
    made.iter().for_each(|tree| _ = table.line("tree", tree));
    table.line("aggregate", key).line("time", outcome::seconds(seconds));
    let claims = shown.iter().zip(&claims).map(|(verified, root)| {
        let mut json = claim_json(&verified.claim, &verified.output);
        json.insert("assumptions".into(), outcome::assumptions(&root.assumptions()).into());
        Value::from(json)
    });
    let json = json!({
        "accepted": true,
        "claims": claims.collect::<Vec<Value>>(),
        "trees": texts(&made),
        "aggregate": key.to_string(),
        "verify_seconds": seconds,
    });
    Ok(Outcome::new(json, table.finish()))
}

/// With so many threads.
pub fn aggregator(threads: args::Threads) -> Result<Aggregator, Failure> {
    match threads.threads {
        None => Ok(Aggregator::new()),
        Some(threads) => Ok(Aggregator::new().threads(threads as usize)?),
    }
}

/// Verifies what an aggregate says of itself, by the circuits that it names: of a stranger's that shows nothing, but that it
/// is worth making circuits for.
pub fn verify_own(proof: &AggregateProof) -> Result<(), Failure> {
    let claims = proof.claims();
    let asked = not_assumed(&claims);
    let vks: Vec<Vk> = programs(&asked).into_iter().collect();
    let trees: Vec<TreeKey> = trees(&claims).into_iter().collect();
    proof.verify(&vks, exit_code(&asked)?, &trees, &proof.claimed_key())?;
    Ok(())
}

/// What is claimed beside what others assume: who verifies names the programs of these.
fn not_assumed(roots: &[RootProof]) -> Vec<&RootProof> {
    let assumed: BTreeSet<Claim> = roots.iter().flat_map(RootProof::assumptions).collect();
    roots.iter().filter(|root| !assumed.contains(&root.claim())).collect()
}

/// That of all.
fn exit_code(roots: &[&RootProof]) -> Result<u32, Failure> {
    let codes: BTreeSet<u32> = roots.iter().map(|root| root.claim().exit_code).collect();
    match codes.len() {
        0 | 1 => Ok(codes.first().copied().unwrap_or_default()),
        _ => Err(Failure::usage("an aggregate is of runs that ended with the same exit code")),
    }
}

fn programs(roots: &[&RootProof]) -> BTreeSet<Vk> {
    roots.iter().map(|root| root.claim().vk).collect()
}

fn trees(roots: &[RootProof]) -> BTreeSet<TreeKey> {
    roots.iter().map(RootProof::claimed_tree).collect()
}

fn texts<T: ToString>(keys: impl IntoIterator<Item = T>) -> Vec<String> {
    keys.into_iter().map(|key| key.to_string()).collect()
}
