//! Who may depend on whom. A new edge, or a new crate under the verifier, is a decision: it is made
//! here, in the open.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};
use common::{TRUSTED, root, trusted_graph};

/// The workspace, bottom up: a package, and what it may depend on (tests and build scripts aside).
/// A crate that is further down than its neighbours is no reason to reach for it.
const LAYERS: &[(&str, &[&str])] = &[
    // Trusted.
    ("aver-isa", &[]),
    ("aver-stark", &[]),
    ("aver-machine", &["aver-isa", "aver-stark"]),
    ("aver-verifier", &["aver-isa", "aver-machine", "aver-stark"]),
    // The prover's side.
    ("aver-build", &[]),
    ("aver-cpu", &[]),
    ("aver-exec", &["aver-isa"]),
    ("aver-stark-prover", &["aver-stark"]),
    // Circuits: the first is trusted too, by whoever trusts a circuit's key.
    ("aver-recursion", &["aver-stark"]),
    ("aver-recursion-prover", &["aver-recursion", "aver-stark", "aver-stark-prover"]),
    ("aver-tree", &["aver-machine", "aver-recursion", "aver-stark", "aver-verifier"]),
    (
        "aver-tree-prover",
        &[
            "aver-machine",
            "aver-recursion",
            "aver-recursion-prover",
            "aver-stark",
            "aver-stark-prover",
            "aver-tree",
            "aver-verifier",
        ],
    ),
    ("aver-trace", &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover"]),
    (
        "aver-prover",
        &[
            "aver-exec",
            "aver-isa",
            "aver-machine",
            "aver-stark",
            "aver-stark-prover",
            "aver-trace",
            "aver-verifier",
        ],
    ),
    // Coprocessors: constraints by default, fillers with the feature `prove`.
    (
        "aver-sha256",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    (
        "aver-blake2b",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    (
        "aver-copy",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    (
        "aver-keccak",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    // What several coprocessors are made of.
    (
        "aver-arithmetic",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    ("aver-bn254", &["aver-arithmetic"]),
    ("aver-bn254-fp12", &["aver-arithmetic", "aver-bn254"]),
    ("aver-bls12-381", &["aver-arithmetic"]),
    ("aver-bls12-381-fp12", &["aver-arithmetic", "aver-bls12-381"]),
    ("aver-secp256k1", &["aver-arithmetic"]),
    ("aver-secp256r1", &["aver-arithmetic"]),
    (
        "aver-modular",
        &[
            "aver-arithmetic",
            "aver-exec",
            "aver-isa",
            "aver-machine",
            "aver-stark",
            "aver-stark-prover",
            "aver-trace",
        ],
    ),
    (
        "aver-ripemd160",
        &["aver-exec", "aver-isa", "aver-machine", "aver-stark", "aver-stark-prover", "aver-trace"],
    ),
    // The verifier for C and browsers.
    (
        "aver-c",
        &[
            "aver-blake2b",
            "aver-bls12-381",
            "aver-bls12-381-fp12",
            "aver-bn254",
            "aver-bn254-fp12",
            "aver-copy",
            "aver-keccak",
            "aver-machine",
            "aver-modular",
            "aver-ripemd160",
            "aver-secp256k1",
            "aver-secp256r1",
            "aver-sha256",
            "aver-stark",
            "aver-tree",
            "aver-verifier",
        ],
    ),
    // What people use. The SDK mounts the coprocessors, and looks below for that only.
    (
        "aver-sdk",
        &[
            "aver-blake2b",
            "aver-bls12-381",
            "aver-bls12-381-fp12",
            "aver-bn254",
            "aver-bn254-fp12",
            "aver-build",
            "aver-copy",
            "aver-cpu",
            "aver-exec",
            "aver-isa",
            "aver-keccak",
            "aver-machine",
            "aver-modular",
            "aver-prover",
            "aver-ripemd160",
            "aver-secp256k1",
            "aver-secp256r1",
            "aver-sha256",
            "aver-stark",
            "aver-tree",
            "aver-tree-prover",
            "aver-verifier",
        ],
    ),
    // What `aver bench` runs and measures.
    ("storage-proof-data", &[]),
    ("receipts-data", &[]),
    ("block-trie", &[]),
    ("block-data", &[]),
    ("aver-bench-programs", &["storage-proof-data"]),
    ("aver-bench", &["aver-bench-programs", "aver-sdk", "aver-stark", "aver-stark-prover"]),
    ("aver-cli", &["aver-bench", "aver-cpu", "aver-sdk"]),
    // Measured, and held together.
    (
        "aver-audit",
        &[
            "aver-exec",
            "aver-isa",
            "aver-machine",
            "aver-prover",
            "aver-stark",
            "aver-stark-prover",
            "aver-trace",
        ],
    ),
    (
        "aver-benches",
        &[
            "aver-bench",
            "aver-exec",
            "aver-isa",
            "aver-prover",
            "aver-sdk",
            "aver-stark",
            "aver-stark-prover",
            "aver-verifier",
        ],
    ),
    ("aver-layering", &[]),
];

/// Packages of tests: they may look into every crate, and nothing may depend on them.
const TESTS: &[&str] =
    &["aver-audit-tests", "aver-fuzz-targets", "aver-machine-tests", "aver-protocol-tests", "aver-tests"];

/// Hosts of examples, `<name>-host`: they have what users have, and data to prove things about.
const HOSTS: &[&str] = &["aver-sdk", "block-data", "receipts-data", "storage-proof-data"];

/// Everything outside the workspace that verifying a proof rests on.
const TRUSTED_EXTERNAL: &[&str] = &[
    // Fields and their extensions.
    "either",
    "itertools",
    "lock_api",
    "num-bigint",
    "num-integer",
    "num-traits",
    "p3-dft",
    "p3-field",
    "p3-koala-bear",
    "p3-matrix",
    "p3-maybe-rayon",
    "p3-mds",
    "p3-monty-31",
    "p3-poseidon1",
    "p3-poseidon2",
    "p3-symmetric",
    "p3-util",
    "pin-project-lite",
    "rand",
    "rand_core",
    "scopeguard",
    "serde",
    "serde_core",
    "spin",
    "tracing",
    "tracing-core",
    // Hashes.
    "arrayvec",
    "blake3",
    "block-buffer",
    "cfg-if",
    "constant_time_eq",
    "cpufeatures",
    "crypto-common",
    "digest",
    "generic-array",
    "sha2",
    "typenum",
    // ELF files, numbers, errors.
    "elf",
    "libm",
    "thiserror",
];

/// Never under the verifier: execution, threads, an operating system.
const NEVER: &[&str] =
    &["aver-exec", "aver-stark-prover", "aver-trace", "libc", "rayon", "rayon-core", "tokio"];

#[test]
fn no_edge_but_those_allowed() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let members: BTreeMap<_, _> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.to_string(), package))
        .collect();
    let layers: BTreeMap<_, _> = LAYERS.iter().copied().collect();
    for (name, package) in &members {
        let edges = package.dependencies.iter().filter(|edge| edge.kind != DependencyKind::Development);
        let edges: BTreeSet<_> =
            edges.map(|edge| edge.name.as_str()).filter(|to| members.contains_key(*to)).collect();
        if TESTS.contains(&name.as_str()) {
            continue;
        }
        let layer = if name.ends_with("-host") { Some(HOSTS) } else { layers.get(name.as_str()).copied() };
        let allowed = layer.unwrap_or_else(|| panic!("{name} has no place in LAYERS"));
        for to in edges {
            assert!(
                allowed.contains(&to),
                "{name} -> {to} is a new edge; if it is meant, allow it in LAYERS"
            );
        }
    }
}

#[test]
fn layers_only_point_down() {
    let mut below = BTreeSet::new();
    for (name, edges) in LAYERS {
        for to in *edges {
            assert!(below.contains(to), "{to} does not stand before {name}");
        }
        assert!(below.insert(name), "{name} stands twice");
    }
}

#[test]
fn what_must_be_trusted() {
    let metadata = trusted_graph();
    let names: BTreeSet<_> =
        metadata.packages.iter().map(|package| (package.id.clone(), package.name.to_string())).collect();
    let names: BTreeMap<_, _> = names.into_iter().collect();
    let resolve = metadata.resolve.as_ref().unwrap();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    // Follow normal dependencies; what runs only at compile time is no part of the verifier.
    let mut open: Vec<_> = resolve.root.iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let normal = nodes[id]
            .deps
            .iter()
            .filter(|dep| dep.dep_kinds.iter().any(|k| k.kind == DependencyKind::Normal));
        open.extend(normal.map(|dep| &dep.pkg).filter(|id| !is_macro(&metadata, id)));
    }
    let mut found: BTreeSet<&str> = seen.into_iter().map(|id| names[id].as_str()).collect();
    found.remove(common::CONSUMER);
    for name in TRUSTED {
        assert!(found.remove(name), "{name} is not under the verifier");
    }
    for name in NEVER {
        assert!(!found.contains(name), "the verifier depends on {name}");
    }
    let expected: BTreeSet<_> = TRUSTED_EXTERNAL.iter().copied().collect();
    assert_eq!(found, expected, "what the verifier rests on has changed");
}

#[test]
fn what_verifies_elsewhere_is_no_more_than_a_verifier() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-p", "aver-c", "-e", "normal", "--prefix", "none", "--format", "{lib}"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let found: BTreeSet<String> = tree.lines().map(|name| name.trim().replace('_', "-")).collect();
    assert!(found.contains("aver-verifier") && found.contains("blake3"), "{found:?}");
    for name in NEVER {
        assert!(!found.contains(*name), "aver-c depends on {name}");
    }
}

fn is_macro(metadata: &cargo_metadata::Metadata, id: &cargo_metadata::PackageId) -> bool {
    metadata[id].targets.iter().any(|target| target.is_proc_macro())
}
