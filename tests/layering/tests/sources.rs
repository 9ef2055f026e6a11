//! What the sources say of themselves.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{TRUSTED, root};

/// Where `unsafe` may stand, and why. A name that ends in `/` is a folder.
const UNSAFE: &[(&str, &str)] = &[
    ("crates/build/tests/runtime/src/main.rs", "a guest that checks the runtime's memory functions"),
    ("crates/c/src/lib.rs", "the boundary to C and to WebAssembly: pointers come in and go out"),
    ("crates/stark-prover/src/arena/", "places of buffers in mapped pages, which are given back"),
    ("crates/stark-prover/src/ext/lanes.rs", "vector instructions: products of field elements, not reduced"),
    ("crates/trace/src/monty.rs", "integers as field elements, many at a time"),
    ("guest/accelerators/src/", "the boundary to programs in C: pointers come in"),
    ("guest/aver-guest/src/", "the runtime of guests: entry point, calls, allocator"),
    ("guest/patches/", "calls of symbols that the runtime of guests has"),
    ("tests/layering/tests/no_std/lib.rs", "an allocator that has nothing"),
];

#[test]
fn unsafe_only_where_it_is_allowed() {
    let mut used = vec![false; UNSAFE.len()];
    for file in sources() {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        let Some(line) = text.lines().position(has_unsafe) else { continue };
        let name = file.to_str().unwrap();
        let allowed = UNSAFE
            .iter()
            .position(|(at, _)| if at.ends_with('/') { name.starts_with(at) } else { name == *at });
        match allowed {
            Some(i) => used[i] = true,
            None => panic!("{name}:{}: unsafe; if it must be, allow it in UNSAFE, with the reason", line + 1),
        }
    }
    for ((at, _), used) in UNSAFE.iter().zip(used) {
        assert!(used, "{at} needs no unsafe: take it off the list");
    }
}

#[test]
fn what_is_trusted_forbids_unsafe_and_std() {
    for name in TRUSTED {
        let file = format!("crates/{}/src/lib.rs", name.trim_start_matches("aver-"));
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            assert!(text.lines().any(|line| line == attribute), "{file} does not say {attribute}");
        }
        assert!(!text.contains("extern crate std"), "{file} links std");
    }
}

/// Whether a line has the keyword, comments and strings aside.
fn has_unsafe(line: &str) -> bool {
    let code: String = line.split("//").next().unwrap_or_default().split('"').step_by(2).collect();
    code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
}

/// All Rust sources, relative to the repository.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["benches", "coprocessors", "crates", "examples", "guest", "tests"] {
        collect(Path::new(folder), &mut files);
    }
    assert!(files.len() > 50, "found only {} sources", files.len());
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return };
    for entry in entries.flatten() {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            if entry.file_name() != "target" {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
