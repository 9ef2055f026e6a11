//! Proving that was interrupted, and goes on.

use crate::common::*;
use aver_verifier::{Header, bytes::Fields};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Proves `counts` in several shards.
fn job<'a>(out: &'a str, threads: &'a str) -> Vec<&'a str> {
    let dir = ready().to_str().unwrap();
    let (elf, n) = (format!("{dir}/counts.elf").leak(), format!("{dir}/n").leak());
    vec![
        "prove",
        "--shards",
        elf,
        "--input",
        n,
        "--out",
        out,
        "--max-shard-cycles",
        "400",
        "--threads",
        threads,
        "--json",
    ]
}

/// The proof that nothing interrupted.
fn whole() -> Vec<u8> {
    fs::read(ready().join("counts.proof")).unwrap()
}

/// Where header and proofs of a file end, as far as they are there.
fn ends(file: &[u8]) -> Vec<usize> {
    let mut fields = Fields::new(file);
    if Header::decode(&mut fields).is_err() {
        return Vec::new();
    }
    let mut ends = vec![file.len() - fields.left()];
    while fields.bytes("proof").is_ok() {
        ends.push(file.len() - fields.left());
    }
    ends
}

/// Starts proving, and waits for `proofs` finished proofs.
fn start(dir: &Path, threads: &str, proofs: usize) -> Child {
    let mut child = command()
        .args(job("p", threads))
        .current_dir(dir)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    for _ in 0..6000 {
        if fs::read(dir.join("p.partial")).is_ok_and(|file| ends(&file).len() > proofs) {
            return child;
        }
        sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("no proof is finished: {:?}", child.wait());
}

#[cfg(unix)]
#[test]
fn killed_and_interrupted() {
    let dir = folder("resume");
    let whole = whole();
    assert!(ends(&whole).len() > 5, "several proofs");

    let mut child = start(&dir, "1", 1);
    let (code, message) = aver_in(&dir, job("p", "1")).error(2);
    assert!(code == "io" && message.contains("another process"), "{message}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(files(&dir), ["p.partial"]);
    assert_eq!(aver_in(&dir, ["verify", "p.partial", "--vk", &"0".repeat(64)]).status, 1);
    let earlier = fs::read(dir.join("p.partial")).unwrap();
    let done = ends(&earlier).len() - 1;

    let child = start(&dir, "2", done + 1);
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("p.partial") && stderr.contains("goes on"), "{stderr}");

    let said = aver_in(&dir, job("p", "3"));
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.json()["proofs_reused"].as_u64() > Some(done as u64), "{said:?}");
    assert_eq!(files(&dir), ["p"]);
    assert!(fs::read(dir.join("p")).unwrap() == whole, "the same bytes");
}

#[test]
fn what_is_good_is_kept_and_the_rest_proved_again() {
    let dir = folder("resume-torn");
    let whole = whole();
    let ends = ends(&whole);
    let torn = &whole[..ends[3] + 1000];
    let mut altered = whole[..ends[4]].to_vec();
    altered[ends[2] + 5000] ^= 1;
    let with_more = [&whole[..], b"more"].concat();
    let all = ends.len() as u64 - 1;
    for (left, reused) in [(torn, 3), (&altered, 2), (&with_more, all), (&whole[..ends[0] - 9], 0)] {
        fs::write(dir.join("p.partial"), left).unwrap();
        let said = aver_in(&dir, job("p", "2"));
        assert_eq!(said.status, 0, "{said:?}");
        assert_eq!(said.json()["proofs_reused"].as_u64(), Some(reused));
        assert_eq!(files(&dir), ["p"]);
        assert!(fs::read(dir.join("p")).unwrap() == whole, "the same bytes");
    }
}

#[test]
fn proofs_of_another_run_are_not_lost_silently() {
    let dir = folder("resume-other");
    let whole = whole();
    let left = &whole[..ends(&whole)[2]];
    fs::write(dir.join("p.partial"), left).unwrap();
    fs::write(dir.join("faults.elf"), faults()).unwrap();
    let hello = ready().join("hello.elf");
    let other_program = ["prove", "--shards", hello.to_str().unwrap(), "--out", "p", "--json"];
    let other_cuts = [&job("p", "2")[..], &["--memory", "300M", "--max-cycles", "999999"]].concat();
    let other_cuts: Vec<&str> =
        other_cuts.iter().map(|&arg| if arg == "400" { "401" } else { arg }).collect();
    for job in [&other_program[..], &other_cuts] {
        let (code, message) = aver_in(&dir, job).error(2);
        assert_eq!(code, "other_run");
        assert!(message.contains("p.partial") && message.contains("--fresh"), "{message}");
    }
    aver_in(&dir, ["prove", "faults.elf", "--out", "p", "--json"]).error(3);
    assert!(fs::read(dir.join("p.partial")).unwrap() == left);
    aver_in(&dir, other_program.iter().chain(&["--fresh"])).done();
    assert_eq!(files(&dir), ["faults.elf", "p"]);
}
