//! Every command, as text and as JSON.

use crate::common::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;

/// That the object has these keys, whatever else.
#[track_caller]
fn has(json: &Value, keys: &[&str]) {
    for key in keys {
        assert!(json.get(key).is_some(), "no {key} in {json}");
    }
}

fn vk_of(program: &str) -> String {
    fs::read_to_string(ready().join(format!("{program}.vk"))).unwrap().trim().to_owned()
}

fn digest() -> String {
    hex(&Sha256::digest(output_of_hello()))
}

#[test]
fn run() {
    let said = aver(["run", "hello.elf", "--json"]);
    let json = said.json();
    assert_eq!((json["exit_code"].as_u64(), json["shards"].as_u64()), (Some(0), Some(1)));
    assert_eq!(json["output"], hex(output_of_hello()));
    assert_eq!(json["output_digest"], digest());
    assert!(json["cycles"].as_u64() > Some(10));
    assert!(json["rows"].as_object().unwrap().values().all(Value::is_u64));
    has(&json, &["instructions", "misaligned", "estimated_seconds", "estimated_memory_bytes"]);
    assert_eq!(said.stderr, "this is no output\n");

    let text = aver(["run", "hello.elf"]).done();
    assert!(text.contains("12 bytes: hello, world") && text.contains("rows by chip"), "{text}");

    let json = aver(["run", "counts.elf", "--input", "n", "--json", "--max-shard-cycles", "400"]).json();
    assert_eq!(json["shards"], 5);
    assert_eq!(json["misaligned"], 0);
}

#[test]
fn run_reads_standard_input_and_counts_misaligned_accesses() {
    use std::{io::Write, process::*};
    let mut child = command()
        .args(["run", "exits.elf", "--input", "-", "--json"])
        .current_dir(ready())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&[77]).unwrap();
    let output = child.wait_with_output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["exit_code"], 77);
}

#[test]
fn prove_says_what_it_took() {
    let dir = folder("prove");
    fs::write(dir.join("hello.elf"), hello()).unwrap();
    let said = aver_in(&dir, ["prove", "--shards", "hello.elf", "--out", "p", "--json", "--memory", "1G"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    assert_eq!(json["vk"], vk_of("hello"));
    assert_eq!(json["exit_code"], 0);
    assert_eq!(json["output"], hex(output_of_hello()));
    assert_eq!(json["output_digest"], digest());
    assert_eq!(json["proof_bytes"], fs::metadata(dir.join("p")).unwrap().len());
    assert!(json["prove_seconds"].as_f64() > Some(0.0));
    assert!(json["peak_rss_bytes"].as_u64() > Some(1 << 20));
    assert_eq!(json["hides_input"], false);
    has(&json, &["cycles", "shards", "stages"]);
}

#[test]
fn verify_prints_the_claim() {
    let json = aver(["verify", "hello.proof", "--elf", "hello.elf", "--json"]).json();
    assert_eq!(json["vk"], vk_of("hello"));
    assert_eq!(json["exit_code"], 0);
    assert_eq!(json["output"], hex(output_of_hello()));
    assert_eq!(json["output_digest"], digest());
    assert!(json["verify_seconds"].as_f64() > Some(0.0));

    let text = aver(["verify", "hello.proof", "--elf", "hello.elf"]).done();
    assert!(text.starts_with("Accepted") && text.contains("hello, world"), "{text}");

    // The key: its digits, with or without 0x, or a file, of text or of JSON.
    let vk = vk_of("hello");
    let by_json = aver(["vk", "hello.elf", "--json"]).done();
    assert_eq!(serde_json::from_str::<Value>(&by_json).unwrap(), json!({ "vk": vk }));
    fs::write(ready().join("hello.vk.json"), by_json).unwrap();
    for key in [vk.clone(), format!("0x{}", vk.to_uppercase()), "hello.vk".into(), "hello.vk.json".into()] {
        aver(["verify", "hello.proof", "--vk", &key]).done();
    }
}

#[test]
fn a_halt_with_another_code_is_proved() {
    let dir = folder("exit-code");
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    fs::write(dir.join("seven"), [7]).unwrap();
    let said = aver_in(&dir, ["prove", "--shards", "exits.elf", "--input", "seven", "--out", "p", "--json"]);
    assert_eq!((said.status, said.json()["exit_code"].as_u64()), (0, Some(7)), "{said:?}");
    assert!(said.stderr.contains("warning") && said.stderr.contains("exit code 7"), "{said:?}");

    let said = aver_in(&dir, ["verify", "p", "--elf", "exits.elf", "--json"]);
    let (code, message) = said.error(1);
    assert_eq!(code, "exit_code");
    assert!(message.contains("--exit-code 7"), "{message}");
    aver_in(&dir, ["verify", "p", "--elf", "exits.elf", "--exit-code", "7"]).done();
    assert_eq!(aver_in(&dir, ["verify", "p", "--elf", "exits.elf", "--exit-code", "8"]).status, 1);
}

#[test]
fn a_mock_proof_is_refused_unless_asked_for() {
    let dir = folder("mock");
    fs::write(dir.join("hello.elf"), hello()).unwrap();
    let said = aver_in(&dir, ["prove", "hello.elf", "--out", "p", "--mock", "--json"]);
    assert_eq!(said.json()["output"], hex(output_of_hello()));
    assert!(said.stderr.contains("warning"), "{said:?}");
    assert_eq!(aver_in(&dir, ["verify", "p", "--elf", "hello.elf", "--json"]).error(1).0, "mock_proof");
    let said = aver_in(&dir, ["verify", "p", "--elf", "hello.elf", "--json", "--allow-mock"]);
    assert_eq!((said.status, said.json()["mock"].as_bool()), (0, Some(true)));
    assert_eq!(aver_in(&dir, ["inspect", "p", "--json"]).json()["mock"], true);
}

#[test]
fn inspect() {
    let json = aver(["inspect", "counts.proof", "--json"]).json();
    assert_eq!(json["vk"], vk_of("counts"));
    assert_eq!((json["exit_code"].as_u64(), json["output"].as_str()), (Some(0), Some("")));
    assert_eq!(json["output_digest"], hex(&Sha256::digest([])));
    assert_eq!((json["shards"].as_u64(), json["mock"].as_bool()), (Some(5), Some(false)));
    assert_eq!(json["hides_input"], false);
    assert_eq!(json["proof_bytes"], fs::metadata(ready().join("counts.proof")).unwrap().len());
    has(&json, &["format_version", "security_bits", "memory_proofs", "coprocessors"]);
    let text = aver(["inspect", "hello.proof"]).done();
    assert!(text.contains("does not hide the input"), "{text}");
}

#[test]
fn a_proof_with_other_parameters_says_so() {
    let dir = folder("profile");
    fs::write(dir.join("exits.elf"), exits()).unwrap();
    aver_in(&dir, ["prove", "exits.elf", "--out", "p", "--profile", "100", "--mock"]).done();
    let check = |more: &[&str]| {
        let args = ["verify", "p", "--elf", "exits.elf", "--allow-mock", "--json"];
        aver_in(&dir, args.iter().chain(more))
    };
    let (code, message) = check(&[]).error(1);
    assert_eq!(code, "other_program");
    assert!(message.contains("--profile 100"), "{message}");
    assert_eq!(check(&["--profile", "100"]).status, 0);
    let (code, message) = check(&["--profile", "100", "--log-height", "17"]).error(1);
    assert_eq!(code, "other_program");
    assert!(message.contains("--log-height 18"), "{message}");
    assert_eq!(check(&["--profile", "100", "--log-height", "18"]).status, 0);
}

#[test]
fn doctor() {
    let said = aver(["doctor", "--json"]);
    let json = said.json();
    let ok = json["ok"].as_bool().unwrap();
    assert_eq!(said.status, if ok { 0 } else { 1 });
    for check in json["checks"].as_array().unwrap() {
        assert_eq!(check["ok"].as_bool().unwrap(), check["fix"].is_null(), "{check}");
        has(check, &["what", "detail"]);
    }
}

#[test]
fn demo() {
    let dir = folder("demo");
    let said = aver_in(&dir, ["demo", "--json", "--out", "p"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    has(&json, &["vk", "output_digest", "cycles", "prove_seconds", "proof_bytes", "verify_seconds"]);
    assert_eq!(json["accepted"], true);
    let mut hash = [0u8; 32];
    for _ in 0..json["times"].as_u64().unwrap() {
        hash = Sha256::digest(hash).into();
    }
    assert_eq!(json["output"], hex(&hash));
    aver_in(&dir, ["verify", "p", "--vk", json["vk"].as_str().unwrap()]).done();
}

#[test]
fn help_and_usage() {
    for command in [
        "new",
        "build",
        "run",
        "prove",
        "compress",
        "tree-key",
        "aggregate",
        "verify",
        "vk",
        "inspect",
        "security",
        "doctor",
        "demo",
        "bench",
    ] {
        assert!(aver(["--help"]).done().contains(command));
        assert!(aver([command, "--help"]).done().contains("--json"), "{command}");
    }
    assert!(aver(["--version"]).done().starts_with("aver "));
    assert!(aver(["--version", "--json"]).json()["version"].is_string());
    for usage in [
        &["no-such-command"][..],
        &[],
        &["run"],
        &["verify", "hello.proof"],
        &["verify", "hello.proof", "--elf", "hello.elf", "--vk", "hello.vk"],
        &["prove", "hello.elf"],
        &["run", "hello.elf", "--threads", "0"],
        &["run", "hello.elf", "--memory", "lots"],
        &["verify", "hello.proof", "--elf", "hello.elf", "--exit-code", "x"],
    ] {
        let said = aver(usage);
        assert_eq!((said.status, said.stdout.as_str()), (2, ""), "{usage:?}");
        assert!(said.stderr.len() > 10, "{usage:?}");
        let said = aver(usage.iter().chain(&["--json"]));
        assert_eq!(said.error(2).0, "usage", "{usage:?}");
        assert_eq!(said.stderr, "", "{usage:?}");
    }
}

#[test]
fn cargo_aver_is_aver() {
    // What Cargo makes of `cargo aver security --json`.
    let said = aver(["security", "--json"]);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-aver-under-test"))
        .args(["aver", "security", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.stdout, said.stdout.into_bytes());
}
