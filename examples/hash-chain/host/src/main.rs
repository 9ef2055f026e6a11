//! Proves chains of hashes: `cargo run --release -p hash-chain-host [WHAT [n]]`.

use aver_sdk::{Input, Program, Prover, build};
use std::error::Error;

/// What there is, and how often it is done.
const CHAINS: [(&str, u64); 4] = [("keccak256", 20), ("ripemd160", 20), ("blake2b", 20), ("copy", 1)];

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let what = args.next();
    let times: Option<u64> = args.next().map(|n| n.parse()).transpose()?;
    for (name, n) in CHAINS.into_iter().filter(|chain| what.as_ref().is_none_or(|what| what == chain.0)) {
        for (how, features) in [("in software", &[name][..]), ("by the coprocessor", &[name, "coprocessor"])]
        {
            prove(name, how, features, times.unwrap_or(n))?;
        }
    }
    Ok(())
}

fn prove(name: &str, how: &str, features: &[&str], n: u64) -> Result<(), Box<dyn Error>> {
    let guest = concat!(env!("CARGO_MANIFEST_DIR"), "/../guest");
    let features = features.iter().map(ToString::to_string).collect();
    let program = Program::build_with(guest, &build::Options { features, ..build::Options::default() })?;
    let prover = Prover::new(&program)?;
    let proof = prover.prove(&Input::from(&n.to_le_bytes()[..]))?;

    let verified = proof.verify(&prover.vk()?)?;
    let bytes: String = verified.output.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("proved: {name}, {n} times over {how}, ends in {bytes}");
    if let Some(report) = proof.report() {
        println!("  {} cycles, {:.2} s", report.execution.cycles, report.seconds);
    }
    Ok(())
}
