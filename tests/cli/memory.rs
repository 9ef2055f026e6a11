//! That a memory budget is kept.

use crate::common::*;
use aver_isa::testing::{Asm, reg::*};
use std::{fs, path::Path};

const MIB: u64 = 1 << 20;

/// What proving came to.
struct Figures {
    shards: u64,
    /// Resident at most, without the program's own memory.
    peak: u64,
    own: u64,
    khz: f64,
}

fn prove(dir: &Path, program: &str, input: &str, memory: &str, threads: &str) -> Figures {
    let job = [
        "prove",
        "--shards",
        program,
        "--input",
        input,
        "--out",
        "p",
        "--memory",
        memory,
        "--threads",
        threads,
    ];
    let said = aver_in(dir, job.iter().chain(&["--json"]));
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    let number = |key: &str| json[key].as_u64().unwrap_or_else(|| panic!("{key} in {json}"));
    let own = number("guest_memory_bytes");
    Figures {
        shards: number("shards"),
        peak: number("peak_rss_bytes") - own,
        own,
        khz: number("cycles") as f64 / json["prove_seconds"].as_f64().unwrap() / 1e3,
    }
}

/// Writes to word after word of 64 MiB, as many as its input says.
fn scatters() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(S0, 0x8000_0000).ld(S1, S0, 8).li(T0, Asm::DATA.into());
    let start = asm.pc() as i32;
    asm.sd(S1, T0, 0).addi(T0, T0, 24).addi(S1, S1, -1);
    let back = start - asm.pc() as i32;
    asm.bne(S1, 0, back).exit(0);
    asm.elf(&[1], 64 << 20)
}

#[test]
fn the_smallest_budget_is_kept() {
    let dir = folder("memory");
    fs::write(dir.join("n"), 40_000u32.to_le_bytes()).unwrap();
    fs::write(dir.join("counts.elf"), counts()).unwrap();
    let Figures { shards, peak, .. } = prove(&dir, "counts.elf", "n", "200M", "2");
    assert!(shards > 1, "not cut");
    assert!(peak <= 220 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn a_budget_too_small_says_what_is_needed() {
    let dir = folder("memory-least");
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    let said = aver_in(&dir, ["prove", "exits.elf", "--out", "p", "--memory", "50M", "--json"]);
    let (code, message) = said.error(2);
    assert_eq!(code, "memory");
    assert!(message.contains("--shards"), "{message}");
    let said = aver_in(&dir, ["prove", "--shards", "exits.elf", "--out", "p", "--memory", "50M", "--json"]);
    let (code, message) = said.error(2);
    assert_eq!(code, "memory");
    let needed = message.split(' ').rev().nth(3).unwrap().parse::<u64>().unwrap();
    assert!((51..=200).contains(&needed), "{message}");
    aver_in(&dir, ["prove", "--shards", "exits.elf", "--out", "p", "--memory", &format!("{needed}M")]).done();
}

/// Measured beside the model, for `docs/performance.md`.
#[test]
#[ignore = "takes minutes: cargo test --release -p aver-tests --test cli -- --ignored --nocapture budgets"]
fn budgets() {
    let dir = folder("budgets");
    fs::write(dir.join("sha256-chain.elf"), include_bytes!("../../crates/cli/demo/sha256-chain.elf"))
        .unwrap();
    fs::write(dir.join("counts.elf"), counts()).unwrap();
    fs::write(dir.join("scatters.elf"), scatters()).unwrap();
    println!(
        "| program | budget, MiB | threads | peak, MiB | of the budget | modelled | own, MiB | shards | kHz |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    // For each program, what makes about a million cycles.
    let programs = [("sha256-chain", 235u64, 8), ("counts", 166_000, 4), ("scatters", 250_000, 8)];
    for (budget, millions, threads) in
        [(200u64, 1u64, "1"), (200, 6, "2"), (500, 2, "2"), (1536, 5, "1"), (1536, 5, "2"), (4096, 12, "2")]
    {
        for (program, size, bytes) in programs {
            let elf = format!("{program}.elf");
            fs::write(dir.join("n"), &(size * millions).to_le_bytes()[..bytes]).unwrap();
            let memory = format!("{budget}M");
            let run = aver_in(&dir, ["run", &elf, "--input", "n", "--memory", &memory, "--json"]).json();
            let modelled = run["estimated_memory_bytes"].as_u64().unwrap();
            let Figures { shards, peak, own, khz } = prove(&dir, &elf, "n", &memory, threads);
            let percent = 100 * peak / MIB / budget;
            println!(
                "| `{program}` | {budget} | {threads} | {} | {percent} % | {} | {} | {shards} | {khz:.0} |",
                peak / MIB,
                modelled / MIB,
                own / MIB
            );
            assert!(percent <= 110);
        }
    }
}
