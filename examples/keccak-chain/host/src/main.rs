//! Proves a chain of hashes: `cargo run --release -p keccak-chain-host [n]`.

use aver_sdk::{Input, Program, Prover, build};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let n: u64 = std::env::args().nth(1).map_or(Ok(20), |n| n.parse())?;
    let guest = concat!(env!("CARGO_MANIFEST_DIR"), "/../guest");
    prove(n, "in software", &Program::build(guest)?)?;
    let features = vec!["coprocessor".into()];
    let options = build::Options { features, ..build::Options::default() };
    prove(n, "by the coprocessor", &Program::build_with(guest, &options)?)
}

fn prove(n: u64, how: &str, program: &Program) -> Result<(), Box<dyn Error>> {
    let prover = Prover::new(program)?;
    let proof = prover.prove(&Input::from(&n.to_le_bytes()[..]))?;

    let verified = proof.verify(&prover.vk()?)?;
    let hash: String = verified.output.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("proved: 32 zero bytes, hashed {n} times over {how}, give {hash}");
    if let Some(report) = proof.report() {
        println!("  {} cycles, {:.2} s", report.execution.cycles, report.seconds);
    }
    Ok(())
}
