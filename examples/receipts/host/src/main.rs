//! Proves what was swapped on Uniswap in a block: `cargo run --release -p receipts-host [BLOCK RECEIPTS]`.
//!
//! The files hold a node's answers to `eth_getBlockByNumber` and `eth_getBlockReceipts`, as JSON or
//! gzipped JSON.

use aver_sdk::{Input, Program, Prover, build};
use receipts_data::{Answers, BESIDE, beside, made_up, plain};
use receipts_types::{Pool, Volumes};
use std::{error::Error, io::Write, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let answers = answers()?;
    let options = build::Options { features: vec!["coprocessor".into()], ..build::Options::default() };
    let program = Program::build_with(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"), &options)?;
    let console = |_, text: &[u8]| drop(std::io::stderr().write_all(text));
    let prover = Prover::builder().on_console(console).build(&program)?;
    let mut input = Input::new();
    input.write(&answers.encode()?.input())?;
    let proof = prover.prove(&input)?;

    let volumes: Volumes = proof.verify(&prover.vk()?)?.read()?;
    print(&volumes);
    if volumes != plain::volumes(&answers)? {
        return Err("this is not what the node's answer adds up to".into());
    }
    Ok(())
}

/// A node's answers: from the files named, from real data beside the repository, or made up.
fn answers() -> Result<Answers, Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    match (&files[..], beside()) {
        ([block, receipts], _) => Answers::read([Path::new(block), Path::new(receipts)]),
        ([], Some([block, receipts])) => Answers::read([&block, &receipts]),
        ([], None) => {
            println!("no {} beside the repository: a made-up block", BESIDE.join(", "));
            made_up::answers()
        }
        _ => Err("two files are wanted, a block and its receipts, or none".into()),
    }
}

fn print(volumes: &Volumes) {
    let Volumes { block_hash, number, receipts, pools, traders } = volumes;
    println!("proved: of block {number}, {block_hash}, all {receipts} receipts have");
    let swaps: u64 = pools.values().map(|volume| volume.swaps).sum();
    println!("  {swaps} swaps in {} pools by {} callers", pools.len(), callers(volumes));
    println!("  {:<46} {:>5}  amounts of either token", "pool", "swaps");
    for (pool, volume) in pools {
        let (version, name) = name(pool);
        println!("  {version} {name:<43} {:>5}  {} {}", volume.swaps, volume.amount0, volume.amount1);
    }
    println!("  by caller: {} sums", traders.len());
}

fn callers(volumes: &Volumes) -> usize {
    let mut callers: Vec<_> = volumes.traders.keys().map(|(caller, _)| caller).collect();
    callers.dedup();
    callers.len()
}

fn name(pool: &Pool) -> (&'static str, String) {
    match pool {
        Pool::V2(address) => ("v2", address.to_string()),
        Pool::V3(address) => ("v3", address.to_string()),
        Pool::V4(id) => ("v4", id.to_string()),
    }
}
