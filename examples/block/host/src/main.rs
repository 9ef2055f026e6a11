//! Proves the execution of an Ethereum block: `cargo run --release -p block-host [FILE]`, or says what that
//! would take: `… run FILE…`.
//!
//! A file is JSON, or gzipped JSON: an answer to `debug_executionWitness`, with the block as `block_rlp`.

use aver_sdk::{Input, Program, Prover, TableSize, build};
use block_data::{Encoded, made_up};
use block_types::Executed;
use std::{error::Error, io::Write, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let options = build::Options { features: vec!["coprocessor".into()], ..build::Options::default() };
    let program = Program::build_with(concat!(env!("CARGO_MANIFEST_DIR"), "/../guest"), &options)?;
    let console = |_, text: &[u8]| drop(std::io::stderr().write_all(text));
    let prover = Prover::builder().on_console(console).build(&program)?;
    match &args[..] {
        [] => {
            println!("no file named: a made-up block");
            let (block, expected) = made_up::block()?;
            if prove(&prover, &block)? != expected {
                return Err("this is not what was counted by hand".into());
            }
            Ok(())
        }
        [run, files @ ..] if run == "run" && !files.is_empty() => {
            files.iter().try_for_each(|file| estimate(&prover, &Encoded::read(Path::new(file))?))
        }
        [file] => prove(&prover, &Encoded::read(Path::new(file))?).map(drop),
        _ => Err("one file is wanted, or none, or `run` and files".into()),
    }
}

fn prove(prover: &Prover, block: &Encoded) -> Result<Executed, Box<dyn Error>> {
    let mut input = Input::new();
    input.write(&block.input())?;
    let proof = prover.prove(&input)?;
    let executed: Executed = proof.verify(&prover.vk()?)?.read()?;
    print("proved", &executed);
    if let Some(report) = proof.report() {
        let work = report.sizes.tables.iter().filter(|table| table.fixed_columns == 0);
        let cells: u64 = work.map(|table: &TableSize| table.rows * table.columns).sum();
        println!("  {} cycles, {cells} cells, {:.1} s", report.execution.cycles, report.seconds);
    }
    Ok(executed)
}

fn estimate(prover: &Prover, block: &Encoded) -> Result<(), Box<dyn Error>> {
    let mut input = Input::new();
    input.write(&block.input())?;
    let execution = prover.execute(&input)?;
    if execution.exit_code != 0 {
        return Err(format!("the guest ended with {}", execution.exit_code).into());
    }
    print("executed", &postcard::from_bytes(&execution.output)?);
    let keccak = execution.rows.iter().filter(|(chip, _)| chip.starts_with("keccak@"));
    println!(
        "  {} cycles, {} Keccak permutations",
        execution.cycles,
        keccak.map(|(_, rows)| rows).sum::<u64>()
    );
    println!("  to prove: {} shards, about {:.0} s", execution.shards, execution.estimated_seconds);
    Ok(())
}

fn print(what: &str, executed: &Executed) {
    let Executed {
        number,
        hash,
        parent_hash,
        parent_state_root,
        state_root,
        receipts_root,
        transactions,
        gas_used,
    } = executed;
    println!("{what}: block {number}, {hash}, is valid after {parent_hash}, if that is");
    println!("  {transactions} transactions, {gas_used} gas");
    println!(
        "  state before    {parent_state_root}\n  state after     {state_root}\n  receipts        {receipts_root}"
    );
}
