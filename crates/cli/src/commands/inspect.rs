//! `aver inspect`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, NOT_HIDING, Outcome, Table, plural},
};
use aver_sdk::{AggregateProof, HiddenProof, Proof, RootProof, VERSION};
use serde_json::json;

pub fn run(args: &args::Inspect) -> Result<Outcome, Failure> {
    if AggregateProof::is_at(&args.proof)? {
        return Ok(aggregate(&AggregateProof::open(&args.proof)?));
    }
    if RootProof::is_at(&args.proof)? {
        return root(&RootProof::open(&args.proof)?);
    }
    if HiddenProof::is_at(&args.proof)? {
        return Ok(hidden(&HiddenProof::open(&args.proof)?));
    }
    let proof = Proof::open(&args.proof)?;
    let (header, claim) = (proof.header(), proof.claim());
    let (vk, bytes) = (claim.vk.to_string(), proof.size());
    let coprocessors: Vec<&str> = header.vk.coprocessors.iter().map(|(_, name)| name.as_str()).collect();
    let matches = proof.output_matches();
    let mut table = Table::default();
    table
        .line("file", format!("{}, format version {VERSION}", outcome::size(bytes)))
        .line("kind", if proof.is_mock() { "mock: executed, not proved; it shows nothing" } else { "proof" })
        .line("security", format!("{} bits, provable", proof.profile().bits()))
        .line("vk", &vk)
        .line("exit code", claim.exit_code)
        .line("output", outcome::output(proof.output()))
        .line("its digest", outcome::hex(&claim.output_digest))
        .assumptions(&proof.assumptions());
    if !matches {
        table.note("The output does not have this digest: verify will refuse the proof.");
    }
    table
        .line("shards", plural(header.shards.len(), "proof"))
        .line("memory", plural(header.memory.len(), "proof"))
        .line("coprocessors", if coprocessors.is_empty() { "none".into() } else { coprocessors.join(", ") })
        .note(NOT_HIDING)
        .note("Nothing of this is checked; `aver verify` checks.");
    let json = json!({
        "vk": vk,
        "exit_code": claim.exit_code,
        "output": outcome::hex(proof.output()),
        "output_digest": outcome::hex(&claim.output_digest),
        "output_matches_digest": matches,
        "assumptions": outcome::assumptions(&proof.assumptions()),
        "format_version": VERSION,
        "mock": proof.is_mock(),
        "security_bits": proof.profile().bits(),
        "shards": header.shards.len(),
        "memory_proofs": header.memory.len(),
        "coprocessors": coprocessors,
        "proof_bytes": bytes,
        "hides_input": false,
    });
    Ok(Outcome::new(json, table.finish()))
}

fn root(root: &RootProof) -> Result<Outcome, Failure> {
    let (claim, tree, bytes) = (root.claim(), root.claimed_tree(), root.encode().len() as u64);
    let mut table = Table::default();
    table
        .line("file", format!("{}, format version {VERSION}", outcome::size(bytes)))
        .line("kind", "compressed proof")
        .line("security", format!("{} bits, provable", root.profile().bits()))
        .line("vk", claim.vk)
        .line("exit code", claim.exit_code)
        .line("output", outcome::output(root.output()))
        .line("its digest", outcome::hex(&claim.output_digest))
        .assumptions(&root.assumptions());
    if !root.output_matches() {
        table.note("The output does not have this digest: verify will refuse the proof.");
    }
    table
        .line("tree", tree)
        .note(outcome::hiding(root.hides_input()))
        .note("Nothing of this is checked; `aver verify` checks, and `aver tree-key` makes the tree.");
    let json = json!({
        "compressed": true,
        "vk": claim.vk.to_string(),
        "exit_code": claim.exit_code,
        "output": outcome::hex(root.output()),
        "output_digest": outcome::hex(&claim.output_digest),
        "output_matches_digest": root.output_matches(),
        "assumptions": outcome::assumptions(&root.assumptions()),
        "tree": tree.to_string(),
        "format_version": VERSION,
        "security_bits": root.profile().bits(),
        "proof_bytes": bytes,
        "hides_input": root.hides_input(),
    });
    Ok(Outcome::new(json, table.finish()))
}

fn hidden(hidden: &HiddenProof) -> Outcome {
    let (claim, [memory, shards], bytes) = (hidden.claim(), hidden.counts(), hidden.size());
    let mut table = Table::default();
    table
        .line("file", format!("{}, format version {VERSION}", outcome::size(bytes)))
        .line("kind", "hidden proofs of shards, to be compressed")
        .line("security", format!("{} bits, provable", hidden.profile().bits()))
        .line("vk", claim.vk)
        .line("exit code", claim.exit_code)
        .line("output", outcome::output(hidden.output()))
        .line("its digest", outcome::hex(&claim.output_digest))
        .assumptions(&hidden.assumptions())
        .line("shards", plural(shards as usize, "proof"))
        .line("memory", plural(memory as usize, "proof"))
        .note(outcome::HIDDEN)
        .note("Nothing of this is checked; `aver compress` checks.");
    let json = json!({
        "hidden": true,
        "vk": claim.vk.to_string(),
        "exit_code": claim.exit_code,
        "output": outcome::hex(hidden.output()),
        "output_digest": outcome::hex(&claim.output_digest),
        "assumptions": outcome::assumptions(&hidden.assumptions()),
        "format_version": VERSION,
        "security_bits": hidden.profile().bits(),
        "shards": shards,
        "memory_proofs": memory,
        "proof_bytes": bytes,
        "hides_input": true,
    });
    Outcome::new(json, table.finish())
}

fn aggregate(proof: &AggregateProof) -> Outcome {
    let (claims, bytes) = (proof.claims(), proof.encode().len() as u64);
    let mut table = Table::default();
    table
        .line("file", format!("{}, format version {VERSION}", outcome::size(bytes)))
        .line("kind", format!("aggregate of {}", plural(claims.len(), "proof")));
    for root in &claims {
        table
            .line("vk", root.claim().vk)
            .line("tree", root.claimed_tree())
            .line("exit code", root.claim().exit_code)
            .line("output", outcome::output(root.output()))
            .assumptions(&root.assumptions());
    }
    table
        .line("aggregate", proof.claimed_key())
        .note(outcome::hiding_inputs(proof.hides_inputs()))
        .note("Nothing of this is checked; `aver verify` checks, and `aver tree-key` makes the circuits.");
    let said = claims.iter().map(|root| {
        json!({
            "vk": root.claim().vk.to_string(),
            "tree": root.claimed_tree().to_string(),
            "exit_code": root.claim().exit_code,
            "output": outcome::hex(root.output()),
            "assumptions": outcome::assumptions(&root.assumptions()),
        })
    });
    let json = json!({
        "aggregate": proof.claimed_key().to_string(),
        "claims": said.collect::<Vec<_>>(),
        "hides_input": proof.hides_inputs(),
        "format_version": VERSION,
        "proof_bytes": bytes,
    });
    Outcome::new(json, table.finish())
}
