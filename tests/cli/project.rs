//! `aver new`, `aver build`, and the project's own host. Skips, and says so, where no guest toolchain
//! is installed.

use crate::common::*;
use aver_build::Toolchain;
use std::{fs, path::Path, process::Command};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Cargo for a project, with the profile and folder of these tests, so that fewer libraries are compiled again.
fn cargo(project: &Path, command: &str) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let profile = [
        ("INHERITS", "release"),
        ("LTO", "off"),
        ("CODEGEN_UNITS", "16"),
        ("DEBUG_ASSERTIONS", "true"),
        ("DEBUG", "0"),
    ];
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([command, "--profile", "fast"]).current_dir(project).env("CARGO_TARGET_DIR", target);
    cargo.envs(profile.map(|(setting, value)| (format!("CARGO_PROFILE_FAST_{setting}"), value)));
    cargo
}

#[test]
fn new_build_prove_verify() {
    let dir = folder("project");
    let json = aver_in(&dir, ["new", "hello-there", "--json"]).json();
    assert_eq!(json["name"], "hello-there");
    let project = dir.join("hello-there");
    for file in ["README.md", ".gitignore", "guest/Cargo.toml", "guest/src/main.rs", "host/src/main.rs"] {
        let text = fs::read_to_string(project.join(file)).unwrap();
        assert!(!text.contains("{{"), "{file}: {text}");
    }
    if let Err(error) = Toolchain::find() {
        return eprintln!("skipped: {error}");
    }
    // The versions that the workspace is tested with.
    fs::copy(repository().join("examples/fibonacci/guest/Cargo.lock"), project.join("guest/Cargo.lock"))
        .unwrap();
    fs::copy(repository().join("Cargo.lock"), project.join("host/Cargo.lock")).unwrap();
    // As in a coprocessor's project, whose tests use it: so libraries are compiled once for both.
    let manifest = project.join("host/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let isa = repository().join("crates/isa");
    let isa = format!("[dependencies]\naver-isa = {{ path = {isa:?}, features = [\"testing\"] }}\n");
    assert_eq!(text.matches("[dependencies]\n").count(), 1);
    fs::write(&manifest, text.replace("[dependencies]\n", &isa)).unwrap();

    let target = guest_target();
    let said = aver_in(&dir, ["build", "hello-there", "--json", "--target-dir", target.to_str().unwrap()]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    assert!(json["toolchain"].as_str().unwrap().starts_with("rustc"), "{json}");
    let elf = json["elf"].as_str().unwrap();
    assert!(elf.ends_with("hello-there-guest.elf"), "{elf}");
    assert_eq!(aver_in(&dir, ["vk", elf, "--json"]).json()["vk"], json["vk"]);

    // 1000, in the encoding of `read`.
    fs::write(dir.join("input"), [0xe8, 0x07]).unwrap();
    aver_in(&dir, ["prove", "--shards", elf, "--input", "input", "--out", "p"]).done();
    let said = aver_in(&dir, ["verify", "p", "--vk", json["vk"].as_str().unwrap(), "--json"]);
    // 1000, 500500.
    assert_eq!(said.json()["output"], hex(&[0xe8, 0x07, 0x94, 0xc6, 0x1e]));
    assert_eq!(aver_in(&dir, ["run", elf]).status, 0);
    assert!(aver_in(&dir, ["run", elf]).stderr.contains("the input holds no u64"));

    let output = cargo(&project.join("host"), "run").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text, "proved: the numbers up to 1000 add up to 500500\n");
}

/// What `aver new --coprocessor` makes passes its own tests as it is.
#[test]
fn new_coprocessor() {
    let dir = folder("coprocessor-project");
    let json = aver_in(&dir, ["new", "--coprocessor", "turn-round", "--json"]).json();
    assert_eq!(json["name"], "turn-round");
    let project = dir.join("turn-round");
    for file in
        ["README.md", "Cargo.toml", "src/lib.rs", "guest/src/lib.rs", "program/Cargo.toml", "tests/audit.rs"]
    {
        let text = fs::read_to_string(project.join(file)).unwrap();
        assert!(!text.contains("{{"), "{file}: {text}");
    }
    for folder in ["guest", "program"] {
        let lock = repository().join("examples/fibonacci/guest/Cargo.lock");
        fs::copy(lock, project.join(folder).join("Cargo.lock")).unwrap();
    }
    fs::copy(repository().join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let output = cargo(&project, "test").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for test in ["interface", "lint", "sizes", "calls", "cells", "a_run_is_proved"] {
        assert!(text.contains(&format!("test {test} ... ok")), "{test}: {text}");
    }
    assert!(project.join("coprocessor.snapshot.txt").exists());
    let long = "a".repeat(28);
    assert_eq!(aver_in(&dir, ["new", "--coprocessor", &long, "--json"]).error(2).0, "usage");
}

#[test]
fn names_that_cannot_be() {
    let dir = folder("names");
    fs::create_dir(dir.join("taken")).unwrap();
    fs::write(dir.join("file"), "").unwrap();
    for name in ["fn", "2fast", "a b", "test", ".", "..", "/", "", "taken", "file"] {
        let (code, _) = aver_in(&dir, ["new", name, "--json"]).error(2);
        assert_eq!(code, "usage", "{name}");
    }
    assert_eq!(aver_in(&dir, ["new", "file/inside", "--json"]).error(2).0, "io");
    assert_eq!(files(&dir), ["file", "taken"]);
}

#[test]
fn folders_without_a_guest() {
    let dir = folder("no-guest");
    let said = aver_in(&dir, ["build", "--json"]);
    let (code, message) = said.error(2);
    assert!(code == "build" || code == "toolchain", "{code}: {message}");
    let said = aver_in(&dir, ["build", "no/such/folder", "--json"]);
    assert_eq!(said.status, 2, "{said:?}");
    if Toolchain::find().is_err() {
        return eprintln!("skipped: no guest toolchain");
    }
    let broken = dir.join("broken/src");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("main.rs"), "fn main() { 1 + }").unwrap();
    let runtime = repository().join("guest/aver-guest");
    let manifest = format!(
        "[package]\nname = \"broken\"\nedition = \"2024\"\n[workspace]\n[dependencies]\naver-guest = {{ path = {runtime:?} }}\n"
    );
    fs::write(dir.join("broken/Cargo.toml"), manifest).unwrap();
    fs::copy(repository().join("examples/fibonacci/guest/Cargo.lock"), dir.join("broken/Cargo.lock"))
        .unwrap();
    let target = guest_target();
    let said = aver_in(&dir, ["build", "broken", "--json", "--target-dir", target.to_str().unwrap()]);
    let (code, message) = said.error(2);
    assert_eq!(code, "build");
    assert!(message.contains("does not build") && message.contains("src/main.rs"), "{message}");
}
