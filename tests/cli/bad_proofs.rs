//! Proofs that are cut, extended, altered, or of something else.

use crate::common::*;
use aver_verifier::{Header, VERSION, bytes::Fields};
use std::{fs, path::Path};

/// Verifies `bytes` as a proof of a program; it must be rejected. Returns the error's code.
#[track_caller]
fn rejected(dir: &Path, bytes: &[u8], program: &str, what: &str) -> String {
    fs::write(dir.join("p"), bytes).unwrap();
    let vk = ready().join(format!("{program}.vk"));
    let said = aver_in(dir, ["verify", "p", "--vk", vk.to_str().unwrap(), "--json"]);
    assert_eq!(said.status, 1, "{what}: {said:?}");
    let (code, _) = said.error(1);
    assert_ne!(code, "bug", "{what}");
    code
}

fn proof(program: &str) -> Vec<u8> {
    fs::read(ready().join(format!("{program}.proof"))).unwrap()
}

/// Where the header of a proof file ends.
fn header_len(proof: &[u8]) -> usize {
    Header::decode(&mut Fields::new(proof)).unwrap().encode().len()
}

#[test]
fn cut() {
    let dir = folder("cut");
    for program in ["hello", "counts"] {
        let good = proof(program);
        let header = header_len(&good);
        let lengths =
            [0, 1, 7, 8, 9, 12, 13, 50, header - 1, header, header + 1, good.len() / 2, good.len() - 1];
        for len in lengths {
            let code = rejected(&dir, &good[..len], program, &format!("{len} bytes of {}", good.len()));
            assert!(
                ["not_a_proof", "malformed_proof", "invalid_proof"].contains(&code.as_str()),
                "{len}: {code}"
            );
        }
    }
}

#[test]
fn extended() {
    let dir = folder("extended");
    for program in ["hello", "counts"] {
        let good = proof(program);
        for more in [&[0][..], &[1; 100], &good] {
            rejected(&dir, &[&good, more].concat(), program, &format!("{} bytes more", more.len()));
        }
    }
}

#[test]
fn altered_anywhere() {
    let dir = folder("altered-proof");
    for program in ["hello", "counts"] {
        let good = proof(program);
        let header = header_len(&good);
        // The header at every few bytes, the proofs here and there.
        let places = (0..header).step_by(7).chain((header..good.len()).step_by(good.len() / 40));
        for at in places.chain([good.len() - 1]) {
            let mut altered = good.clone();
            altered[at] ^= 1 << (at % 8);
            rejected(&dir, &altered, program, &format!("byte {at} of {}", good.len()));
        }
    }
}

#[test]
fn altered_where_it_counts() {
    let dir = folder("altered-header");
    let good = proof("hello");
    let (header, rest) = good.split_at(header_len(&good));
    let header = Header::decode(&mut Fields::new(header)).unwrap();
    let with = |change: &dyn Fn(&mut Header)| {
        let mut changed = header.clone();
        change(&mut changed);
        [changed.encode().as_slice(), rest].concat()
    };
    let code = |change: &dyn Fn(&mut Header)| rejected(&dir, &with(change), "hello", "header");
    assert_eq!(with(&|_| ()), good);
    assert_eq!(code(&|h| h.output[0] ^= 1), "output_digest");
    assert_eq!(code(&|h| h.output.push(0)), "output_digest");
    assert_eq!(code(&|h| h.output.clear()), "output_digest");
    assert_eq!(code(&|h| h.output_digest[31] ^= 1), "output_digest");
    assert_eq!(code(&|h| h.exit_code = 1), "exit_code");
    assert_eq!(code(&|h| h.is_mock = true), "mock_proof");
    assert_eq!(code(&|h| h.vk.entry += 1), "other_program");
    assert_eq!(code(&|h| h.vk.log_height -= 1), "other_program");
    // Output and digest that fit each other, but not the proof.
    let forged = |h: &mut Header| {
        h.output = b"goodbye, all".to_vec();
        h.output_digest = <sha2::Sha256 as sha2::Digest>::digest(&h.output).into();
    };
    assert_eq!(code(&forged), "invalid_proof");
}

#[test]
fn of_another_version() {
    let dir = folder("version");
    let mut old = proof("hello");
    old[8..12].copy_from_slice(&(VERSION - 1).to_le_bytes());
    fs::write(dir.join("p"), &old).unwrap();
    for command in [&["inspect", "p"][..], &["verify", "p", "--vk", &"0".repeat(64)]] {
        let (code, message) = aver_in(&dir, command.iter().chain(&["--json"])).error(1);
        assert_eq!(code, "proof_version");
        assert!(message.contains(&format!("version {}", VERSION - 1)), "{message}");
    }
}

#[test]
fn of_another_program() {
    for (proof, program) in [("hello", "counts"), ("counts", "hello")] {
        let (proof, elf) = (format!("{proof}.proof"), format!("{program}.elf"));
        let (code, message) = aver(["verify", &proof, "--elf", &elf, "--json"]).error(1);
        assert_eq!(code, "other_program");
        let vk = fs::read_to_string(ready().join(format!("{program}.vk"))).unwrap();
        assert!(message.contains(vk.trim()), "{message}");
    }
    let said = aver(["verify", "hello.proof", "--vk", &"0".repeat(64)]);
    assert_eq!((said.status, said.stdout.as_str()), (1, ""));
    assert!(said.stderr.starts_with("error: the proof is of another program"), "{said:?}");
}

#[test]
fn shards_in_another_order() {
    let dir = folder("order");
    let good = proof("counts");
    let mut fields = Fields::new(&good);
    let header = Header::decode(&mut fields).unwrap();
    let count = header.memory.len() + header.shards.len();
    let proofs: Vec<&[u8]> = (0..count).map(|_| fields.bytes("proof").unwrap()).collect();
    let file = |header: &Header, proofs: &[&[u8]]| {
        let with_length = |proof: &&[u8]| [&(proof.len() as u32).to_le_bytes(), *proof].concat();
        [header.encode(), proofs.iter().flat_map(with_length).collect()].concat()
    };
    assert_eq!(file(&header, &proofs), good);
    let first = header.memory.len();

    let mut swapped = proofs.clone();
    swapped.swap(first + 1, first + 2);
    rejected(&dir, &file(&header, &swapped), "counts", "proofs swapped");
    let mut both = header.clone();
    both.shards.swap(1, 2);
    rejected(&dir, &file(&both, &swapped), "counts", "shards swapped");
    let mut dropped = header.clone();
    dropped.shards.remove(1);
    let fewer = [&proofs[..first + 1], &proofs[first + 2..]].concat();
    rejected(&dir, &file(&dropped, &fewer), "counts", "a shard dropped");
    let mut twice = header.clone();
    twice.shards.insert(2, twice.shards[1].clone());
    let more = [&proofs[..first + 2], &proofs[first + 1..]].concat();
    rejected(&dir, &file(&twice, &more), "counts", "a shard twice");
    let mut none = header.clone();
    (none.shards, none.memory) = (vec![], vec![]);
    rejected(&dir, &file(&none, &[]), "counts", "no shards");
    let mut without = header.clone();
    without.memory.clear();
    rejected(&dir, &file(&without, &proofs[first..]), "counts", "no memory proofs");
}

#[test]
fn things_that_are_no_proofs() {
    for file in ["hello.elf", "n", "hello.vk"] {
        for command in [&["inspect", file][..], &["verify", file, "--elf", "hello.elf"]] {
            assert_eq!(aver(command.iter().chain(&["--json"])).error(1).0, "not_a_proof", "{file}");
        }
    }
}
