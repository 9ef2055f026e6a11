//! Proves that a number is one of Fibonacci's: `cargo run --release -p fibonacci-host [n]`.

use aver_sdk::{Input, Program, Prover};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let n: u64 = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let program = Program::build(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"))?;
    let prover = Prover::new(&program)?;
    let proof = prover.prove(&Input::from(&n.to_le_bytes()[..]))?;

    let verified = proof.verify(&prover.vk()?)?;
    let number = u64::from_le_bytes(verified.output.as_slice().try_into()?);
    println!("proved: {number} is a Fibonacci number modulo 2^64 (the one with index {n})");
    Ok(())
}
