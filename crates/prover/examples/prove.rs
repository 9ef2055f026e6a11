//! `prove ELF [COUNT]`: proves and verifies a program whose input is a count; prints times by stage.

use std::time::Instant;

use aver_exec::{Input, Silent};
use aver_prover::{Options, Setup, verify};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let elf = std::fs::read(arguments.next().ok_or("usage: prove ELF [COUNT]")?)?;
    let count: u64 = arguments.next().map_or(Ok(1000), |a| a.parse())?;
    let memory =
        std::env::var("MEMORY").ok().and_then(|m| m.parse().ok()).unwrap_or(Options::default().memory);
    let setup = Setup::new(&elf, &[], Options { memory, ..Options::default() })?;
    let vk = setup.vk()?.digest();
    let mut proof = Vec::new();
    let input = Input::new(count.to_le_bytes())?;
    let report = setup.prove(&input, &mut Silent, &mut proof, &mut |p| eprintln!("{p:?}"))?;
    let cycles = report.execution.cycles as f64;
    println!(
        "{cycles} cycles, {} shards, {:.2} s, {:.1} kHz",
        report.execution.shards,
        report.seconds,
        cycles / report.seconds / 1e3
    );
    for (stage, seconds) in &report.stages {
        println!("  {stage:<14} {seconds:7.2} s  {:6.0} ns a cycle", seconds * 1e9 / cycles);
    }
    for (chip, rows) in &report.execution.rows {
        println!("  {chip:<20} {rows}");
    }
    let start = Instant::now();
    verify(&proof, &vk, report.execution.exit_code, &[])?;
    println!("proof {} KB, verified in {:.1} ms", proof.len() / 1000, start.elapsed().as_secs_f64() * 1e3);
    let status = std::fs::read_to_string("/proc/self/status")?;
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or(""));
    Ok(())
}
