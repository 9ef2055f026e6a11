//! Proves what a storage slot of an Ethereum account holds:
//! `cargo run --release -p storage-proof-host [FILE [ADDRESS SLOT]]`.
//!
//! FILE is JSON, or gzipped JSON, with a `state_root` and `proofs`, a list of answers to
//! `eth_getProof`.

use alloy_primitives::{Address, B256, address};
use aver_sdk::{Input, Program, Prover, build};
use std::{error::Error, io::Write, path::Path};
use storage_proof_data::{BESIDE, beside, file, synthetic};
use storage_proof_types::{Fact, StorageProof};

/// Uniswap v3's pool of USDC and WETH, whose slot 0 is the price.
const POOL: Address = address!("88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");

fn main() -> Result<(), Box<dyn Error>> {
    let question = question()?;
    let options = build::Options { features: vec!["coprocessor".into()], ..build::Options::default() };
    let program = Program::build_with(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"), &options)?;
    let console = |_, text: &[u8]| drop(std::io::stderr().write_all(text));
    let prover = Prover::builder().on_console(console).build(&program)?;
    let mut input = Input::new();
    input.write(&question)?;
    let proof = prover.prove(&input)?;

    let verified = proof.verify(&prover.vk()?)?;
    let fact = Fact::from_bytes(&verified.output).ok_or("the output is no fact")?;
    let Fact { address, slot, value, state_root } = fact;
    println!("proved: under the state root {state_root}\n  slot {slot}\n  of {address}\n  holds {value:#x}");
    Ok(())
}

/// What to prove: from the file named, from real data beside the repository, or made up.
fn question() -> Result<StorageProof, Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next();
    let wanted = match (args.next(), args.next()) {
        (Some(address), Some(slot)) => (address.parse()?, slot.parse::<B256>()?),
        _ => (POOL, B256::ZERO),
    };
    match (file, beside()) {
        (Some(file), _) => file::read(Path::new(&file), wanted),
        (None, Some(beside)) => file::read(&beside, wanted),
        (None, None) => {
            println!("no {BESIDE} beside the repository: a made-up trie");
            synthetic::proof()
        }
    }
}
