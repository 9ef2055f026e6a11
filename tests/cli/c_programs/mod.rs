//! Programs in C: `aver c-library`, and what GCC and GNU ld make with it. Skips, and says so, where there is no guest
//! toolchain or no such compiler.

mod vectors;

use crate::common::*;
use aver_build::Toolchain;
use aver_isa::Program;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use vectors::{Call, NAMES};

/// The library's folder.
fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        if let Err(error) = Toolchain::find() {
            eprintln!("skipped: {error}");
            return None;
        }
        if Command::new("riscv64-unknown-elf-gcc").arg("--version").output().is_err() {
            eprintln!("skipped: no riscv64-unknown-elf-gcc");
            return None;
        }
        let dir = folder("c");
        let target = guest_target();
        aver_in(&dir, ["c-library", "--out", "lib", "--target-dir", target.to_str().unwrap()]).done();
        assert_eq!(files(&dir.join("lib")), ["aver.h", "libzkvm.a", "link.ld", "zkvm_accelerators.h"]);
        Some(dir)
    };
    LIBRARY.get_or_init(build).as_deref()
}

/// Compiles a program into the folder, with the library unless `more` has another runtime.
fn compile(dir: &Path, source: &str, name: &str, more: &[&str]) -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let elf = dir.join(name);
    let mut command = Command::new("riscv64-unknown-elf-gcc");
    command.current_dir(repository).args(["-march=rv64im", "-mabi=lp64", "-mcmodel=medany", "-O2"]);
    command.args([
        "-Wall",
        "-Wextra",
        "-Werror",
        "-ffreestanding",
        "-nostdlib",
        "-static",
        "-Wl,--gc-sections",
    ]);
    command
        .arg("-I")
        .arg(dir.join("lib"))
        .arg("-T")
        .arg(dir.join("lib/link.ld"))
        .arg("-L")
        .arg(dir.join("lib"));
    command.arg(source).args(more).arg("-o").arg(&elf);
    if !more.iter().any(|argument| argument.ends_with("aver.c")) {
        command.arg("-lzkvm");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    elf
}

fn run(dir: &Path, elf: &Path, input: &[u8]) -> serde_json::Value {
    let path = elf.with_extension("input");
    fs::write(&path, input).unwrap();
    let said = aver_in(dir, ["run", elf.to_str().unwrap(), "--input", path.to_str().unwrap(), "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    said.json()
}

const ACCELERATORS: &str = "tests/cli/guests/accelerators.c";

#[test]
fn every_accelerator() {
    let Some(dir) = library() else { return };
    let elf = compile(dir, ACCELERATORS, "all.elf", &[]);
    let calls = vectors::all();
    for function in 0..NAMES.len() {
        assert!(calls.iter().any(|call| call.function == function), "{}", NAMES[function]);
    }
    let input: Vec<u8> = calls.iter().flat_map(|call| &call.input).copied().collect();
    let json = run(dir, &elf, &input);
    assert_eq!(json["exit_code"], 0, "{json}");
    let output = vectors::bytes(json["output"].as_str().unwrap());
    let mut rest = &output[..];
    for (i, Call { function, output, .. }) in calls.iter().enumerate() {
        let (got, after) = rest.split_at(output.len().min(rest.len()));
        assert_eq!(hex(got), hex(output), "call {i}, {}", NAMES[*function]);
        rest = after;
    }
    assert!(rest.is_empty());

    // No function, and a null pointer.
    assert_eq!(run(dir, &elf, &99u64.to_le_bytes())["exit_code"], 101);
}

/// A program needs the coprocessors of what it calls, and that of the output's digest.
#[test]
fn notes() {
    let Some(dir) = library() else { return };
    for (i, name) in NAMES.into_iter().enumerate() {
        let elf = compile(dir, ACCELERATORS, &format!("{name}.elf"), &[&format!("-DONLY={i}")]);
        let program = Program::from_elf(&fs::read(elf).unwrap()).unwrap();
        let mut found: Vec<_> =
            program.coprocessors.iter().map(|used| used.name.split('@').next().unwrap()).collect();
        found.sort_unstable();
        let expected: &[&str] = match name {
            "keccak256" => &["keccak", "sha256"],
            "ripemd160" => &["ripemd160", "sha256"],
            "blake2f" => &["blake2b", "sha256"],
            "secp256k1_verify" | "secp256k1_ecrecover" => &["secp256k1", "sha256"],
            "secp256r1_verify" => &["secp256r1", "sha256"],
            "modexp" => &["modular", "sha256"],
            "bn254_g1_add" | "bn254_g1_mul" => &["bn254", "modular", "sha256"],
            "bls12_g1_add" | "bls12_g1_msm" => &["bls12-381", "sha256"],
            "bls12_pairing" | "kzg_point_eval" => &["bls12-381", "bls12-381-fp12", "sha256"],
            "bn254_pairing" => &["bn254-fp12", "modular", "sha256"],
            _ => &["sha256"],
        };
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn proved() {
    let Some(dir) = library() else { return };
    let elf = compile(dir, ACCELERATORS, "proved.elf", &["-DONLY=0"]);
    let calls: Vec<Call> =
        vectors::hashes().into_iter().filter(|call| NAMES[call.function] == "keccak256").collect();
    let input: Vec<u8> = calls.iter().flat_map(|call| &call.input).copied().collect();
    fs::write(dir.join("proved.input"), input).unwrap();
    let elf = elf.to_str().unwrap();
    aver_in(dir, ["prove", "--shards", elf, "--input", "proved.input", "--out", "p", "--threads", "2"])
        .done();
    let said = aver_in(dir, ["verify", "p", "--elf", elf, "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    let expected: Vec<u8> = calls.iter().flat_map(|call| &call.output).copied().collect();
    assert_eq!(said.json()["output"], hex(&expected));
}

/// The runtime in C, and that of the library.
#[test]
fn runtimes() {
    let Some(dir) = library() else { return };
    let input = 90u64.to_le_bytes();
    let own = ["guest/c/aver.c", "guest/aver-guest/src/mem.s"];
    for (name, more) in [("fibonacci-c.elf", &own[..]), ("fibonacci.elf", &[])] {
        let elf = compile(dir, "guest/c/fibonacci.c", name, more);
        let json = run(dir, &elf, &input);
        assert_eq!(json["exit_code"], 0, "{json}");
        assert_eq!(json["output"], hex(&2880067194370816120u64.to_le_bytes()));
        assert_eq!(run(dir, &elf, b"short")["exit_code"], 1);
    }

    let json = run(dir, &compile(dir, "tests/cli/guests/runtime.cpp", "runtime.elf", &[]), b"abc");
    assert_eq!((&json["exit_code"], &json["output"]), (&7.into(), &hex(b"abcabc").into()), "{json}");
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(json["assumptions"][0]["output_digest"], digest, "{json}");
}
