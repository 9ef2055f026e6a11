//! Proves a sum, number by number, each run by the proof of the one before:
//! `cargo run --release -p running-sum-host [numbers]`.

use aver_sdk::{Aggregator, Compressor, Input, Program, Prover};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|n| n.parse()).collect::<Result<_, _>>()?;
    let numbers = if numbers.is_empty() { vec![20, 22] } else { numbers };
    let program = Program::build(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"))?;
    let (prover, compressor) = (Prover::new(&program)?, Compressor::new().to_aggregate());
    let vk = prover.vk()?;

    let (mut before, mut roots) = (None, Vec::new());
    for number in numbers {
        let mut input = Input::new();
        input.write(&(vk.0, before, number))?;
        let proof = prover.prove(&input)?;
        let ([..], count, sum): ([u8; 32], u64, u64) = proof.read()?;
        before = Some((count, sum));
        // Of the last run first: it assumes the others.
        roots.insert(0, compressor.compress(&proof)?);
    }
    let [root] = &roots[..] else {
        let (aggregator, trees) = (Aggregator::new(), roots.iter().map(|root| root.claimed_tree()));
        let proof = aggregator.aggregate(&roots)?;
        // The circuits were made here; who gets the file makes them, or knows their keys.
        let shown = proof.verify(&[vk], 0, &trees.collect::<Vec<_>>(), &aggregator.key(&proof)?)?;
        return report(&vk.0, shown[0].read()?);
    };
    report(&vk.0, root.verify(&vk, &root.claimed_tree())?.read()?)
}

fn report(vk: &[u8; 32], (key, count, sum): ([u8; 32], u64, u64)) -> Result<(), Box<dyn Error>> {
    if key != *vk {
        return Err("the sums before are those of another program".into());
    }
    println!("proved: there are {count} numbers whose sum is {sum} modulo 2^64");
    Ok(())
}
