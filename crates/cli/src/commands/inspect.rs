//! `aver inspect`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, NOT_HIDING, Outcome, Table, plural},
};
use aver_sdk::{Proof, VERSION};
use serde_json::json;

pub fn run(args: &args::Inspect) -> Result<Outcome, Failure> {
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
        .line("its digest", outcome::hex(&claim.output_digest));
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
