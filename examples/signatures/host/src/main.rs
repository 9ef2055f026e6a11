//! Proves that signatures are valid: `cargo run --release -p signatures-host [n]`.

use aver_sdk::{Input, Program, Prover, build};
use k256::ecdsa::signature::hazmat::PrehashSigner;
use k256::ecdsa::{Signature, SigningKey};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let n: u8 = std::env::args().nth(1).map_or(Ok(1), |n| n.parse())?;
    let mut input = Vec::new();
    for i in 0..n {
        // Keys and hashes that nobody should use.
        let (key, hash) = (SigningKey::from_slice(&[i + 1; 32])?, [i; 32]);
        let signature: Signature = key.sign_prehash(&hash)?;
        input.extend(key.verifying_key().to_encoded_point(false).as_bytes());
        input.extend(hash);
        input.extend(signature.to_bytes());
    }
    let guest = concat!(env!("CARGO_MANIFEST_DIR"), "/../guest");
    prove(&input, "in software", &Program::build(guest)?)?;
    let features = vec!["coprocessor".into()];
    let options = build::Options { features, ..build::Options::default() };
    prove(&input, "with the coprocessor", &Program::build_with(guest, &options)?)
}

fn prove(input: &[u8], how: &str, program: &Program) -> Result<(), Box<dyn Error>> {
    let prover = Prover::new(program)?;
    let proof = prover.prove(&Input::from(input))?;

    let verified = proof.verify(&prover.vk()?)?;
    let valid = verified.output.iter().filter(|&&byte| byte == 1).count();
    println!("proved: {valid} of {} signatures are valid, {how}", verified.output.len());
    if let Some(report) = proof.report() {
        println!("  {} cycles, {:.2} s", report.execution.cycles, report.seconds);
    }
    Ok(())
}
