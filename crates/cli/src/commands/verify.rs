//! `aver verify`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, Outcome, Table},
};
use aver_sdk::{Program, Proof, Prover, Verified, Verifier, Vk};
use serde_json::{Map, Value, json};
use std::{fs, path::Path, time::Instant};

pub fn run(args: &args::Verify) -> Result<Outcome, Failure> {
    let proof = Proof::open(&args.proof)?;
    let vk = expected(args)?;
    let start = Instant::now();
    let verifier = Verifier::new(vk).exit_code(args.exit_code).allow_mock(args.allow_mock);
    let verified = verifier.verify(&proof).map_err(|error| explain(error.into(), args, &proof, &vk))?;
    let seconds = start.elapsed().as_secs_f64();
    let mut json = verified_json(&verified);
    json.insert("verify_seconds".into(), json!(seconds));
    let mut table = Table::default();
    table.note(match verified.is_mock {
        true => "Accepted, but it is a mock: nothing is proved.",
        false => "Accepted: there is an input for which this program ran to this end.",
    });
    describe(&mut table, &verified);
    table.line("time", outcome::seconds(seconds));
    Ok(Outcome::new(json.into(), table.finish()))
}

/// The claim.
pub fn describe(table: &mut Table, verified: &Verified) {
    let claim = &verified.claim;
    table
        .line("vk", claim.vk)
        .line("exit code", claim.exit_code)
        .line("output", outcome::output(&verified.output))
        .line("its digest", outcome::hex(&claim.output_digest))
        .line("shards", verified.shards);
}

pub fn verified_json(verified: &Verified) -> Map<String, Value> {
    let claim = &verified.claim;
    let json = json!({
        "accepted": true,
        "mock": verified.is_mock,
        "vk": claim.vk.to_string(),
        "exit_code": claim.exit_code,
        "output": outcome::hex(&verified.output),
        "output_digest": outcome::hex(&claim.output_digest),
        "shards": verified.shards,
    });
    match json {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The key the proof must be for.
fn expected(args: &args::Verify) -> Result<Vk, Failure> {
    if let Some(elf) = &args.program.elf {
        let program = Program::open(elf)?;
        return Ok(Prover::builder().profile(args.security.profile()).build(&program)?.vk()?);
    }
    let given = args.program.vk.as_deref().unwrap_or_default();
    match given.parse() {
        Ok(vk) => Ok(vk),
        Err(_) if Path::new(given).exists() => from_file(Path::new(given)),
        Err(error) => Err(Failure::from(error).hint("nor is there a file of that name")),
    }
}

/// A key in a file: its digits, or what `aver vk --json` printed.
fn from_file(path: &Path) -> Result<Vk, Failure> {
    let io = |error| Failure::io(path, &error);
    const LARGE: u64 = 1 << 16;
    if fs::metadata(path).map_err(io)?.len() > LARGE {
        return Err(Failure::usage(format!("{}: too large for a verifying key", path.display())));
    }
    let text = String::from_utf8_lossy(&fs::read(path).map_err(io)?).trim().to_owned();
    let json = serde_json::from_str::<Value>(&text).ok();
    let digits = json.as_ref().and_then(|json| json["vk"].as_str()).unwrap_or(&text);
    digits.parse().map_err(|error| Failure::from(error).within(path))
}

/// A rejection may mean no more than another profile or exit code.
fn explain(failure: Failure, args: &args::Verify, proof: &Proof, vk: &Vk) -> Failure {
    let (claim, bits) = (proof.claim(), proof.profile().bits());
    let is_other = claim.vk != *vk;
    if is_other && args.program.elf.is_some() && proof.profile() != args.security.profile() {
        return failure
            .hint(&format!("it is for {bits} bits of security: --profile {bits}, if that is enough"));
    }
    let code = claim.exit_code;
    match !is_other && code != args.exit_code && !proof.is_mock() {
        true => failure.hint(&format!("--exit-code {code}, if that is right")),
        false => failure,
    }
}
