//! `aver demo`.

use super::{
    prove::{describe, report_json},
    verify,
};
use crate::{
    args,
    failure::Failure,
    outcome::{self, NOT_HIDING, Outcome, Table},
    terminal::Bar,
};
use aver_sdk::{Input, Program};
use serde_json::json;
use std::time::Instant;

/// See `demo/README.md`.
const ELF: &[u8] = include_bytes!("../../demo/sha256-chain.elf");
/// How often 32 zero bytes are hashed: the program's input.
const TIMES: u64 = 100;

pub fn run(args: &args::Demo) -> Result<Outcome, Failure> {
    let program = Program::from_elf(ELF)?;
    let bar = Bar::new();
    let prover = bar.watch(args.resources.prover(args.security)).build(&program)?;
    let mut input = Input::new();
    input.bytes(&TIMES.to_le_bytes());
    let proof = prover.prove(&input)?;
    drop(bar);
    let start = Instant::now();
    let verified = proof.verify(&prover.vk()?)?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(path) = &args.out {
        proof.save(path)?;
    }

    let mut table = Table::default();
    let mut json = serde_json::Map::new();
    if let Some(report) = proof.report() {
        describe(&mut table, report);
        json = report_json(&prover.vk()?, report);
    }
    json.extend(verify::verified_json(&verified));
    json.insert("times".into(), json!(TIMES));
    json.insert("verify_seconds".into(), json!(seconds));
    table
        .line("verified in", outcome::seconds(seconds))
        .line("vk", prover.vk()?)
        .note(&format!(
            "Proved and verified: 32 zero bytes, hashed {TIMES} times over by a Rust program, give {}.",
            outcome::hex(&verified.output)
        ))
        .note(NOT_HIDING);
    Ok(Outcome::new(json.into(), table.finish()))
}
