//! `aver bench`: its programs, and what it says of one.

use crate::common::*;
use aver_bench::{PROGRAMS, STAGES, Size};
use aver_build::{Options, Toolchain, build_with};
use aver_sdk::{Input, Program, Prover};
use std::{fs, path::Path};

fn programs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/programs")
}

#[test]
fn guests_give_what_their_functions_give() {
    for program in PROGRAMS {
        let (input, what) = program.input(Size::Quick).unwrap();
        let prover = Prover::new(&Program::from_elf(program.elf).unwrap()).unwrap();
        let execution = prover.execute(&Input::from(input.as_slice())).unwrap();
        assert_eq!(execution.exit_code, 0, "{}", program.name);
        assert_eq!(execution.output, (program.run)(&input), "{}", program.name);
        let cycles = execution.cycles;
        assert!((90_000..2_000_000).contains(&cycles), "{}, {what}: {cycles} cycles", program.name);
    }
}

/// Made-up data stands in where there is no real one beside the repository.
#[test]
fn known_results() {
    let run = |name: &str| {
        let program = PROGRAMS.iter().find(|program| program.name == name).unwrap();
        (program.run)(&program.input(Size::Quick).unwrap().0)
    };
    // All signatures are valid.
    assert_eq!(run("ecdsa"), 1u64.to_le_bytes());
    // Fermat's theorem for the prime 2^127 − 1; 127! ends in 31 zeros.
    let big = run("big-integer");
    assert_eq!(big[0], 1);
    assert!(big.starts_with(b"\x013012660018") && big.ends_with(&[b'0'; 31]));
    // An address, a slot, a value, a state root.
    assert_eq!(run("storage-proof").len(), 20 + 3 * 32);
}

#[test]
fn one_program() {
    let said = aver(["bench", "--quick", "--threads", "1", "--json", "--only", "misaligned"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    assert_eq!((json["threads"].as_u64(), json["security_bits"].as_u64()), (Some(1), Some(128)));
    assert!(json["machine"]["cores"].as_u64() > Some(0));
    assert!(json["ceilings"].as_object().unwrap().values().all(|ns| ns.as_f64() > Some(0.0)));
    let [program] = json["programs"].as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!(program["name"], "misaligned");
    for figure in ["cycles", "khz_1", "slowdown", "peak_bytes", "proof_bytes", "verify_ms"] {
        assert!(program[figure].as_f64() > Some(0.0), "{figure} of {program}");
    }
    assert_eq!(program["khz_1"], json["median_khz_1"]);
    let compressed = &program["compressed"];
    assert!(compressed["seconds"].as_f64() > compressed["circuits_seconds"].as_f64(), "{compressed}");
    assert!(compressed["proof_bytes"].as_u64() < program["proof_bytes"].as_u64(), "{program}");
    assert!(program["khz_compressed"].as_f64() < program["khz_1"].as_f64(), "{program}");
    assert_eq!(program["khz_compressed"], json["median_khz_compressed"]);
    // Padding and lookup tables come on top of rows.
    for (all, rows) in [
        ("cells_per_cycle", "row_cells_per_instruction"),
        ("interactions_per_cycle", "row_interactions_per_instruction"),
    ] {
        assert!(program[all].as_f64() > program[rows].as_f64() && program[rows].as_f64() > Some(5.0));
    }
    let stages = program["stages"].as_object().unwrap();
    let shares: f64 = STAGES.iter().map(|name| stages[*name]["share"].as_f64().unwrap()).sum();
    assert!((0.99..1.01).contains(&shares), "{stages:?}");
    assert!(stages["gkr"]["floor_seconds"].as_f64() > Some(0.0));
}

#[test]
fn no_such_program() {
    let (code, message) = aver(["bench", "--json", "--only", "nothing"]).error(2);
    assert_eq!(code, "usage");
    assert!(message.contains("sha256-chain"), "{message}");
}

/// Figures of different commits are of the same machine code, until somebody means to change it.
#[test]
fn programs_are_built_from_their_source() {
    let built_by = fs::read_to_string(programs().join("elf/toolchain")).unwrap();
    let toolchain = match Toolchain::find() {
        Ok(toolchain) if toolchain.version == built_by.trim() => toolchain,
        Ok(other) => {
            return eprintln!("not compared: built by rustc {built_by}, and here is {}", other.version);
        }
        Err(error) => return eprintln!("not compared: {error}"),
    };
    for program in PROGRAMS {
        let options = Options {
            bin: Some(program.name.into()),
            locked: true,
            target_dir: Some(guest_target()),
            ..Options::default()
        };
        let built = build_with(&toolchain, &programs().join("guest"), &options).unwrap();
        let same = fs::read(built.elf).unwrap() == program.elf;
        assert!(same, "{} has changed: benches/programs/build makes all of them again", program.name);
    }
}
