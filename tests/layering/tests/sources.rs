//! What the sources say of themselves.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{MetadataCommand, Target};
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
    ("tests/machine/src/allocated.rs", "an allocator that counts"),
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

/// What has no tests is not compiled for them once more, nor its documentation searched for some; and what has is.
#[test]
fn targets_are_tested_that_have_tests() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    for package in metadata.workspace_packages() {
        let src = |target: &Target| target.src_path.clone().into_std_path_buf();
        let bins: Vec<PathBuf> = package.targets.iter().filter(|t| t.is_bin()).map(src).collect();
        for target in package.targets.iter().filter(|t| !t.is_test() && !t.is_example()) {
            let (main, mut files) = (src(target), Vec::new());
            let is_folder = ["main.rs", "lib.rs"].iter().any(|name| main.ends_with(name));
            if is_folder && !(target.is_bin() && main.with_file_name("lib.rs").exists()) {
                collect(main.parent().unwrap(), &mut files);
                let of_others = |file: &PathBuf| *file != main && bins.contains(file);
                files.retain(|file| !of_others(file));
            } else {
                files.push(main);
            }
            let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
            let has = |is: fn(&str) -> bool| texts.iter().any(|text| text.lines().any(is));
            let name = format!("{}: {} {:?}", package.name, target.name, target.kind);
            assert_eq!(target.test, has(|line| line.trim() == "#[test]"), "{name}: `test` in its manifest");
            if target.is_lib() {
                let documented = texts.iter().any(|text| has_code(text));
                assert_eq!(target.doctest, documented, "{name}: `doctest` in its manifest");
            }
        }
    }
}

/// Whether there is code in the documentation that is compiled.
fn has_code(text: &str) -> bool {
    let docs = text
        .lines()
        .map(str::trim_start)
        .filter_map(|line| line.strip_prefix("//!").or_else(|| line.strip_prefix("///")));
    let fences = docs.filter_map(|doc| doc.trim().strip_prefix("```"));
    fences.step_by(2).any(|language| !["text", "ignore"].contains(&language))
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
