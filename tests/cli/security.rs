//! `aver security`, against the script that knows only the specification.

use crate::common::*;
use serde_json::Value;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Runs `tools/security.py` on what the command printed; `None` without Python.
fn recomputed(claims: &str, all: bool) -> Option<(bool, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/security.py");
    let child = Command::new("python3")
        .arg(script)
        .args(all.then_some("--all"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        println!("NOTE: no python3: security terms are not compared with tools/security.py");
        return None;
    };
    child.stdin.take().unwrap().write_all(claims.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.success(), String::from_utf8(output.stdout).unwrap()))
}

fn of_profile(profile: &str, more: &[&str]) -> Value {
    aver(["security", "--json", "--profile", profile].iter().chain(more)).json()
}

#[test]
fn parameters_and_terms_are_those_of_the_specification() {
    let mut claims = String::new();
    for profile in ["128", "100"] {
        for h in 1..=21u32 {
            let (h, proofs) = (h.to_string(), (h * h).to_string());
            let json = of_profile(profile, &["--log-height", &h, "--proofs", &proofs]);
            claims += &format!("{json}\n");
        }
        claims += &format!("{}\n", of_profile(profile, &["--tree", "--proofs", "20"]));
    }
    let Some((same, said)) = recomputed(&claims, true) else { return };
    assert!(same && said.contains("44 compared"), "{said}");
    let small = ["128", "100"].map(|profile| of_profile(profile, &["--tree", "--small"]).to_string());
    assert!(small.iter().all(|small| small.contains("\"log_inverse_rate\":5")));
    let (same, said) = recomputed(&small.join("\n"), false).unwrap();
    assert!(same, "{said}");
    // The script sees a difference.
    let altered = claims.replacen("\"positions\":277", "\"positions\":276", 1);
    assert_ne!(altered, claims);
    assert!(!recomputed(&altered, true).unwrap().0);
    assert!(!recomputed(&claims[..claims.trim_end().rfind('\n').unwrap()], true).unwrap().0);
}

#[test]
fn a_proof_file_has_its_own_count_of_proofs_and_messages() {
    let json = aver(["security", "--proof", "counts.proof", "--json"]).json();
    let inspected = aver(["inspect", "counts.proof", "--json"]).json();
    let count = |key: &str| inspected[key].as_u64().unwrap();
    assert_eq!(json["run"]["proofs"], count("shards") + count("memory_proofs"));
    assert_eq!(json["profile_bits"], inspected["security_bits"]);
    let largest = of_profile("128", &[]);
    assert!(json["shape"]["run_messages"].as_u64() < largest["shape"]["run_messages"].as_u64());
    assert!(json["shape"]["run_messages"].as_u64() > Some(0));
    if let Some((same, said)) = recomputed(&format!("{json}\n"), false) {
        assert!(same, "{said}");
    }
    let text = aver(["security", "--proof", "counts.proof"]).done();
    assert!(text.contains("this run") && text.contains("the largest run"), "{text}");
    assert_eq!(aver(["security", "--proof", "hello.elf", "--json"]).status, 1);
}

#[test]
fn a_tree_has_the_errors_of_all_its_proofs() {
    let tree = of_profile("128", &["--tree", "--proofs", "8"]);
    let layers = tree["layers"].as_array().unwrap();
    let counts: Vec<_> = layers.iter().map(|layer| layer["proofs"].as_u64().unwrap()).collect();
    assert_eq!(counts, [8, 8, 8, 6, 1, 1]);
    let lowest = layers.iter().map(|layer| layer["bits"].as_f64().unwrap()).fold(f64::INFINITY, f64::min);
    assert!(lowest >= 128.0 && tree["bits"].as_f64() == Some(lowest), "{tree}");
    let run = of_profile("128", &["--proofs", "8"]);
    let sum = |json: &Value| json["run"]["sum_of_errors_bits"].as_f64().unwrap();
    // 32 proofs rather than 8.
    assert!(sum(&tree) < sum(&run) - 1.0 && sum(&tree) > sum(&run) - 2.5, "{} {}", sum(&tree), sum(&run));
    let text = aver(["security", "--tree"]).done();
    assert!(text.contains("join") && text.contains("the largest run"), "{text}");
    // The script sees what is said of a layer, and how often it is there.
    let tree = tree.to_string();
    for (said, other) in [
        (r#""proofs":6"#, r#""proofs":7"#),
        (r#""hash":"Poseidon2""#, r#""hash":"Blake3""#),
        (r#""log_height":18"#, r#""log_height":17"#),
        (r#""multiplicity":5"#, r#""multiplicity":4"#),
        (r#""work":17"#, r#""work":16"#),
        (r#""layer":"leaf""#, r#""layer":"root""#),
    ] {
        let altered = tree.replacen(said, other, 1);
        assert_ne!(altered, tree, "{said}");
        let Some((same, _)) = recomputed(&altered, false) else { return };
        assert!(!same, "{said}");
    }
}

#[test]
fn the_lowest_term_is_marked_and_reaches_the_profile() {
    for (profile, bits) in [("128", 128.0), ("100", 100.0)] {
        let json = of_profile(profile, &[]);
        let terms = json["terms"].as_array().unwrap();
        let lowest = terms.iter().map(|term| term["bits"].as_f64().unwrap()).fold(f64::INFINITY, f64::min);
        assert!(lowest >= bits && json["sum_of_errors_bits"].as_f64() >= Some(bits), "{json}");
        assert_eq!(json["bits"].as_f64(), Some(lowest));
        assert!(terms.iter().all(|term| (term["lowest"] == true) == (term["bits"] == lowest)), "{json}");
    }
    let text = aver(["security"]).done();
    assert!(text.contains("profile 128") && text.contains("<- lowest"), "{text}");
    for wrong in [["--profile", "80"], ["--log-height", "22"], ["--log-height", "0"], ["--proofs", "131072"]]
    {
        assert_eq!(aver(["security", "--json"].iter().chain(&wrong)).error(2).0, "usage");
    }
}
