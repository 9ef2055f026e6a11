//! A crate that does nothing but use the verifier, without `std`, on its own: beside other crates of
//! the workspace Cargo would give its dependencies the features those ask for.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};

/// The folders of what must be trusted, as in `crates/`.
pub const TRUSTED: &[&str] = &["aver-isa", "aver-machine", "aver-stark", "aver-verifier"];
/// Name of the crate.
pub const CONSUMER: &str = "aver-no-std-check";

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Writes the crate, with the workspace's locked versions, and returns its folder.
pub fn consumer(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let dependencies: String = TRUSTED
        .iter()
        .map(|name| {
            let path = root().join("crates").join(name.trim_start_matches("aver-"));
            format!("{name} = {{ path = {path:?} }}\n")
        })
        .collect();
    let manifest = include_str!("../no_std/Cargo.toml.in").replace("{{dependencies}}", &dependencies);
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), include_str!("../no_std/lib.rs")).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    folder
}

/// What the crate depends on, with the features it alone asks for.
pub fn trusted_graph() -> Metadata {
    MetadataCommand::new()
        .manifest_path(consumer("trusted_graph").join("Cargo.toml"))
        .other_options(["--filter-platform", "x86_64-unknown-linux-gnu"].map(String::from))
        .exec()
        .unwrap()
}
