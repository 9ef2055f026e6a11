//! `aver verify`.

use crate::{
    args,
    failure::Failure,
    outcome::{self, Outcome, Table},
    terminal::Bar,
};
use aver_sdk::{
    AggregateProof, Claim, Compressor, HiddenProof, Profile, Program, Proof, RootProof, Verified, Verifier,
    Vk,
};
use serde_json::{Map, Value, json};
use std::{fs, path::Path, time::Instant};

const ACCEPTED: &str = "Accepted: there is an input for which this program ran to this end.";

pub fn run(args: &args::Verify) -> Result<Outcome, Failure> {
    if AggregateProof::is_at(&args.proof)? {
        return super::aggregate::verify(args);
    }
    let refuse = |what| Err(Failure::usage(format!("{}: {what}", outcome::path(&args.proof))));
    if args.program.vk.len() > 1 || args.tree.len() > 1 || args.aggregate.is_some() {
        return refuse("several keys, and --aggregate, are for aggregates, and this is none");
    }
    if RootProof::is_at(&args.proof)? {
        return root(args);
    }
    if HiddenProof::is_at(&args.proof)? {
        return refuse(
            "these are hidden proofs of shards: `aver compress` makes of them the one that is verified",
        );
    }
    if !args.tree.is_empty() {
        return refuse("--tree is for compressed proofs, and this is none");
    }
    let proof = Proof::open(&args.proof)?;
    let vk = expected(args)?;
    let start = Instant::now();
    let verifier = Verifier::new(vk).exit_code(args.exit_code).allow_mock(args.allow_mock);
    let verified = verifier.verify(&proof);
    let verified = verified.map_err(|error| match proof.is_mock() && !args.allow_mock {
        true => error.into(),
        false => {
            explain(error.into(), args, &proof.claim(), (proof.profile(), proof.header().vk.log_height), &vk)
        }
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let mut json = verified_json(&verified);
    json.insert("verify_seconds".into(), json!(seconds));
    let mut table = Table::default();
    table.note(match verified.is_mock {
        true => "Accepted, but it is a mock: nothing is proved.",
        false => ACCEPTED,
    });
    describe(&mut table, &verified);
    table.line("time", outcome::seconds(seconds));
    Ok(Outcome::new(json.into(), table.finish()))
}

/// Of a compressed proof. What is below it is known by its tree's key: the user's, or that of circuits made here.
fn root(args: &args::Verify) -> Result<Outcome, Failure> {
    let root = RootProof::open(&args.proof)?;
    let vk = expected(args)?;
    let verifier = Verifier::new(vk).exit_code(args.exit_code);
    let verify = |tree| {
        let verified = verifier.verify_root(&root, &tree);
        verified.map_err(|error| {
            explain(error.into(), args, &root.claim(), (root.profile(), root.file().vk.log_height), &vk)
        })
    };
    let tree = match args.tree.first() {
        Some(tree) => *tree,
        None => {
            // What is wrong anyway is refused at once. The file's own tree shows nothing.
            verify(root.claimed_tree())?;
            let bar = Bar::new();
            bar.watch_compressor(Compressor::new()).tree_key(&root)?
        }
    };
    let start = Instant::now();
    let verified = verify(tree)?;
    let seconds = start.elapsed().as_secs_f64();
    let mut json = claim_json(&verified.claim, &verified.output);
    json.insert("tree".into(), json!(tree.to_string()));
    json.insert("verify_seconds".into(), json!(seconds));
    let mut table = Table::default();
    table.note(ACCEPTED);
    describe_claim(&mut table, &verified.claim, &verified.output);
    table.line("tree", tree).line("time", outcome::seconds(seconds));
    if args.tree.is_empty() {
        table.note(&format!(
            "The tree is that of circuits made on this machine, now or earlier; --tree {tree} names it anywhere."
        ));
    }
    Ok(Outcome::new(json.into(), table.finish()))
}

/// The claim of a proof of shards.
pub fn describe(table: &mut Table, verified: &Verified) {
    describe_claim(table, &verified.claim, &verified.output);
    table.line("shards", verified.shards);
}

pub fn describe_claim(table: &mut Table, claim: &Claim, output: &[u8]) {
    table
        .line("vk", claim.vk)
        .line("exit code", claim.exit_code)
        .line("output", outcome::output(output))
        .line("its digest", outcome::hex(&claim.output_digest));
}

pub fn verified_json(verified: &Verified) -> Map<String, Value> {
    let mut json = claim_json(&verified.claim, &verified.output);
    json.insert("mock".into(), json!(verified.is_mock));
    json.insert("shards".into(), json!(verified.shards));
    json
}

pub fn claim_json(claim: &Claim, output: &[u8]) -> Map<String, Value> {
    outcome::fields(json!({
        "accepted": true,
        "vk": claim.vk.to_string(),
        "exit_code": claim.exit_code,
        "output": outcome::hex(output),
        "output_digest": outcome::hex(&claim.output_digest),
    }))
}

/// The key the proof must be for.
fn expected(args: &args::Verify) -> Result<Vk, Failure> {
    if let Some(elf) = &args.program.elf {
        let program = Program::open(elf)?;
        return Ok(args.security.prover().build(&program)?.vk()?);
    }
    given(args.program.vk.first().map(String::as_str).unwrap_or_default())
}

/// A key, or a file with one.
pub fn given(given: &str) -> Result<Vk, Failure> {
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

/// A rejection may mean no more than other parameters, or another exit code.
fn explain(
    failure: Failure,
    args: &args::Verify,
    claim: &Claim,
    (profile, height): (Profile, usize),
    vk: &Vk,
) -> Failure {
    let (is_other, bits) = (claim.vk != *vk, profile.bits());
    if is_other && args.program.elf.is_some() {
        let own = args.security.prover().params();
        if profile != args.security.profile() {
            return failure
                .hint(&format!("it is for {bits} bits of security: --profile {bits}, if that is enough"));
        }
        if own.is_ok_and(|own| own.log_height != height) {
            return failure.hint(&format!("its stacks have another height: --log-height {height}"));
        }
    }
    let code = claim.exit_code;
    match !is_other && code != args.exit_code {
        true => failure.hint(&format!("--exit-code {code}, if that is right")),
        false => failure,
    }
}
