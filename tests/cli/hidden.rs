//! `aver prove --zk-shards`: what is sent to a machine that is not trusted.

use crate::common::*;
use aver_sdk::{AtomicFile, Compressor, Error, HiddenProof, Proof};
use aver_verifier::bytes::Fields;
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

    // Each time another salt and other masks: what is the same is the claim. (Of proofs, what is opened of fixed columns is public.)
    aver_in(&dir, prove.iter().map(|&arg| if arg == "p" { "q" } else { arg })).json();
    let [p, q] = ["p", "q"].map(|name| fs::read(dir.join(name)).unwrap());
    let (one, other) = (says(&p), says(&q));
    assert_eq!((one.0, one.1.len()), (other.0, 5));
    assert!(one.1.iter().all(|value| !other.1.contains(value)));

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

/// What a hidden run of two parts says beside its proofs: in clear, and of parts: last link, what is hidden of the last place, the place
/// between both parts, and their sums.
fn says(file: &[u8]) -> (Vec<&[u8]>, Vec<&[u8]>) {
    let mut fields = Fields::new(file);
    let mut take = |len| fields.take("", len).unwrap();
    let (start, vk) = (take(12), take(4));
    let clear = vec![start, vk, take(u32::from_le_bytes(vk.try_into().unwrap()) as usize), take(4)];
    let clear = [clear, vec![fields.bytes("output").unwrap(), fields.take("", 32 + 4 + 8).unwrap()]].concat();
    fields.bytes("work").unwrap();
    let mut take = |len| fields.take("", len).unwrap();
    let (link, hidden, shapes, place) = (take(36), take(36), take(4), take(36));
    assert_eq!(shapes, [0; 4]);
    let sums = [(); 2].map(|()| &fields.bytes("veil").unwrap()[1..21]);
    fields.finish("file").unwrap();
    (clear, vec![link, hidden, place, sums[0], sums[1]])
}
