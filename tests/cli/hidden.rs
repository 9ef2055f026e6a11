//! `aver prove --zk-shards`: what is sent to a machine that is not trusted.

use crate::common::*;
use aver_sdk::{AtomicFile, Compressor, Error, HiddenProof, Proof};
use std::fs;

#[test]
fn runs_are_hidden_from_who_compresses_them() {
    let dir = folder("hidden");
    fs::write(dir.join("hello.elf"), hello()).unwrap();
    let prove = ["prove", "hello.elf", "--out", "p", "--profile", "100", "--zk-shards", "--json"];
    let said = aver_in(&dir, prove).json();
    assert_eq!((said["hidden"].as_bool(), said["hides_input"].as_bool()), (Some(true), Some(true)));
    assert_eq!(files(&dir), ["hello.elf", "p"]);
    let vk = said["vk"].as_str().unwrap();
    let json = aver_in(&dir, ["inspect", "p", "--json"]).json();
    assert_eq!((json["shards"].as_u64(), json["memory_proofs"].as_u64()), (Some(1), Some(1)));
    assert_eq!((json["vk"].as_str(), json["output"].as_str()), (Some(vk), Some(&*hex(output_of_hello()))));
    let verify = aver_in(&dir, ["verify", "p", "--vk", vk, "--json"]);
    assert!(verify.error(2).1.contains("`aver compress`"));

    // Anywhere, with nothing but the file.
    let json = aver_in(&dir, ["compress", "p", "--json"]).json();
    let tree = aver_in(&dir, ["tree-key", "hello.elf", "--profile", "100", "--json"]).json();
    assert_eq!(json["tree"], tree["tree"]);
    let json = aver_in(&dir, ["verify", "p.root", "--vk", vk, "--json"]).json();
    assert_eq!(
        (json["accepted"].as_bool(), json["output"].as_str()),
        (Some(true), Some(&*hex(output_of_hello())))
    );

    // Each time another salt and other masks: what is the same is the claim.
    aver_in(&dir, prove.iter().map(|&arg| if arg == "p" { "q" } else { arg })).json();
    let [p, q] = ["p", "q"].map(|name| fs::read(dir.join(name)).unwrap());
    let same = p.iter().zip(&q).take_while(|(a, b)| a == b).count();
    let digest = |word: &[u8]| p[same..].windows(word.len()).filter(|window| *window == word).count();
    assert!(q[same..].chunks_exact(16).all(|word| word.iter().all(|&byte| byte == 0) || digest(word) == 0));

    // Cut, changed, continued; parts of another hiding of the same run.
    let compressor = Compressor::new().keys_in(Some(&caches().join("aver").join("trees")));
    let refused = |bytes: Vec<u8>| {
        let made = HiddenProof::from_bytes(bytes).and_then(|hidden| compressor.compress_hidden(&hidden));
        made.err().unwrap_or_else(|| panic!("it was accepted"))
    };
    let count = p.len();
    for len in (0..count).step_by(count / 40).chain([count - 1]) {
        let error = refused(p[..len].to_vec());
        assert!(
            matches!(error.code(), "malformed_proof" | "not_a_proof" | "output_digest"),
            "{len}: {error}"
        );
    }
    let mut longer = p.clone();
    longer.push(0);
    assert_eq!(refused(longer).code(), "malformed_proof");
    // All of the head, and some of the proofs.
    for at in (0..3000.min(count)).step_by(7).chain((3000..count).step_by(count / 40)).chain([count - 1]) {
        let mut changed = p.clone();
        changed[at] ^= 1;
        let error = refused(changed);
        assert!(!matches!(error, Error::Io { .. }), "{at}: {error}");
    }
    let mut mixed = p.clone();
    mixed[count / 2..].copy_from_slice(&q[q.len() - (count - count / 2)..]);
    refused(mixed);

    // Proofs without a salt.
    let shards = ["prove", "hello.elf", "--out", "s", "--profile", "100", "--shards"];
    aver_in(&dir, shards).done();
    let proof = Proof::open(dir.join("s")).unwrap();
    let mut file = AtomicFile::create(dir.join("t")).unwrap();
    let error = compressor.hide(&proof, &mut file).unwrap_err();
    assert_eq!(error.code(), "unsalted");
    assert!(error.to_string().contains("--zk-shards"));
}
