//! `aver compress`: one proof of a run's, and what it is verified with.

use crate::common::*;
use aver_sdk::{Compressing, Compressor, Proof, RootProof};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::sleep,
    time::Duration,
};

/// Starts the command, and kills it when that file is there.
fn killed_at(dir: &Path, args: &[&str], file: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aver-under-test"));
    let mut child = command.args(args).current_dir(dir).stdout(Stdio::null()).spawn().unwrap();
    for _ in 0..60_000 {
        if dir.join(file).exists() {
            break;
        }
        assert_eq!(child.try_wait().unwrap(), None, "{file} is not there");
        sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn one_proof_of_a_run() {
    let dir = folder("compress");
    fs::write(dir.join("hello.elf"), hello()).unwrap();
    let prove = ["prove", "hello.elf", "--out", "p", "--profile", "100", "--json"];
    aver_in(&dir, prove.iter().chain(&["--shards"])).done();
    let said = aver_in(&dir, ["compress", "p", "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    let (vk, tree) = (json["vk"].as_str().unwrap(), json["tree"].as_str().unwrap());
    assert_eq!((json["proofs"].as_u64(), json["shards"].as_u64()), (Some(2), Some(1)));
    assert_eq!(json["hides_input"], true);
    assert_eq!(json["proof_bytes"], fs::metadata(dir.join("p.root")).unwrap().len());
    assert_eq!(files(&dir), ["hello.elf", "p", "p.root"]);

    // What `prove` makes of itself; killed, with nodes of its own and one that is none.
    let mut prove: Vec<&str> = prove.iter().map(|&arg| if arg == "p" { "q" } else { arg }).collect();
    prove.push("--to-aggregate");
    killed_at(&dir, &prove, "q.nodes/0-1.node");
    assert_eq!(files(&dir), ["hello.elf", "p", "p.root", "q.nodes", "q.partial"]);
    fs::copy(dir.join("q.nodes/0-1.node"), dir.join("q.nodes/0-2.node")).unwrap();
    let again = aver_in(&dir, &prove).json();
    assert_eq!((again["proofs_reused"].as_u64(), again["nodes_reused"].as_u64()), (Some(2), Some(1)));
    assert_eq!(files(&dir), ["hello.elf", "p", "p.root", "q"]);
    let of_q = again["tree"].as_str().unwrap();
    assert!(again["vk"] == vk && of_q != tree, "{again}");
    let json = aver_in(&dir, ["verify", "q", "--vk", vk, "--json"]).json();
    assert_eq!((json["accepted"].as_bool(), json["tree"].as_str()), (Some(true), Some(of_q)));

    // With the tree's key, as `compress` said, and with circuits made again.
    let verify = ["verify", "p.root", "--vk", vk, "--json"];
    let pinned = aver_in(&dir, verify.iter().chain(&["--tree", tree])).json();
    let made = aver_in(&dir, verify).json();
    for json in [pinned, made] {
        assert_eq!((json["accepted"].as_bool(), json["tree"].as_str()), (Some(true), Some(tree)));
        assert_eq!((json["vk"].as_str(), json["exit_code"].as_u64()), (Some(vk), Some(0)));
        assert_eq!(json["output"], hex(output_of_hello()));
    }
    let elf = ["verify", "p.root", "--elf", "hello.elf", "--tree", tree, "--json"];
    aver_in(&dir, elf.iter().chain(&["--profile", "100"])).done();
    assert!(aver_in(&dir, elf).error(1).1.contains("--profile 100"));

    // Another tree, another program, another end; a file that is cut or changed.
    let other = "0".repeat(64);
    let code = |file: &str, vk: &str, more: &[&str]| {
        let args = ["verify", file, "--vk", vk, "--json"];
        aver_in(&dir, args.iter().chain(more)).error(1).0
    };
    let with_tree = ["--tree", tree];
    assert_eq!(code("p.root", vk, &["--tree", &other]), "other_tree");
    assert_eq!(code("p.root", &other, &with_tree), "other_program");
    assert_eq!(code("p.root", &other, &[]), "other_program");
    assert_eq!(code("p.root", vk, &["--tree", tree, "--exit-code", "1"]), "exit_code");
    let good = fs::read(dir.join("p.root")).unwrap();
    fs::write(dir.join("cut.root"), &good[..good.len() - 1]).unwrap();
    assert_eq!(code("cut.root", vk, &with_tree), "malformed_proof");
    let mut changed = good;
    *changed.last_mut().unwrap() ^= 1;
    fs::write(dir.join("changed.root"), changed).unwrap();
    assert_eq!(code("changed.root", vk, &with_tree), "invalid_proof");
    assert_eq!(code("changed.root", vk, &[]), "invalid_proof");

    // Each kind of proof where the other is expected.
    let shards = ["verify", "p", "--vk", vk, "--tree", tree, "--json"];
    assert!(aver_in(&dir, shards).error(2).1.contains("--tree is for compressed proofs"));
    let again = aver_in(&dir, ["compress", "p.root", "--json"]);
    assert!(again.error(2).1.contains("compressed already"));

    // From Rust: the circuits are made once, for a proof and for what it becomes.
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let compressor = Compressor::new().on_progress(move |progress| {
        count.fetch_add(usize::from(progress == Compressing::Circuits), Ordering::Relaxed);
    });
    let proof = Proof::open(dir.join("p")).unwrap();
    let root = RootProof::open(dir.join("p.root")).unwrap();
    let keys = [compressor.tree_key_of(&proof).unwrap(), compressor.tree_key(&root).unwrap()];
    assert_eq!(keys.map(|key| key.to_string()), [tree, tree]);
    assert_eq!(made.load(Ordering::Relaxed), 1);
    assert_eq!(root.encode(), fs::read(dir.join("p.root")).unwrap());
    assert_eq!(root.verify(&vk.parse().unwrap(), &keys[0]).unwrap().output, output_of_hello());

    // A root does not say how many proofs it was made of.
    let json = aver_in(&dir, ["security", "--proof", "p.root", "--proofs", "2", "--json"]).json();
    assert_eq!((json["profile_bits"].as_u64(), json["run"]["proofs"].as_u64()), (Some(100), Some(2)));
    let json = aver_in(&dir, ["security", "--proof", "p.root", "--json"]).json();
    assert_eq!(json["run"], json["largest_run"]);
    assert_eq!(aver_in(&dir, ["security", "--proof", "p", "--proofs", "9", "--json"]).error(2).0, "usage");
    let json = aver_in(&dir, ["inspect", "p.root", "--json"]).json();
    assert_eq!((json["tree"].as_str(), json["vk"].as_str()), (Some(tree), Some(vk)));
    assert_eq!((json["compressed"].as_bool(), json["hides_input"].as_bool()), (Some(true), Some(true)));
    aggregate(&dir, vk, of_q);
}

/// Of `q`, twice.
fn aggregate(dir: &Path, vk: &str, tree: &str) {
    let said = aver_in(dir, ["aggregate", "q", "p", "--out", "all", "--json"]);
    assert!(said.error(2).1.contains("no compressed proof"));
    let said = aver_in(dir, ["aggregate", "q", "p.root", "--out", "all", "--json"]);
    assert!(said.error(2).1.contains("--to-aggregate"));
    let said = aver_in(dir, ["aggregate", "q", "q", "--out", "all", "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    let key = json["aggregate"].as_str().unwrap();
    assert_eq!((&json["vks"], &json["trees"]), (&vec![vk].into(), &vec![tree].into()));
    let made = aver_in(dir, ["tree-key", "all", "--json"]).json();
    assert_eq!(made["aggregate"], key);
    let said = aver_in(dir, ["inspect", "all", "--json"]).json();
    assert_eq!((&said["claims"][1]["vk"], &said["hides_input"]), (&vk.into(), &true.into()));
    for file in ["q", "all"] {
        assert_eq!(aver_in(dir, ["tree-key", file, "--to-aggregate", "--json"]).error(2).0, "usage");
    }

    let verify = |file: &str, vks: &[&str], tree: &str, key: &str, more: &[&str]| {
        let mut args = vec!["verify", file, "--tree", tree, "--aggregate", key, "--json"];
        vks.iter().for_each(|vk| args.extend(["--vk", vk]));
        aver_in(dir, args.iter().chain(more))
    };
    let json = verify("all", &[vk], tree, key, &[]).json();
    assert_eq!(json["claims"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!(json["claims"][1]["output"], hex(output_of_hello()));
    let other = "0".repeat(64);
    assert_eq!(verify("all", &[&other], tree, key, &[]).error(1).0, "other_program");
    assert_eq!(verify("all", &[vk, &other], tree, key, &[]).error(1).0, "missing_claim");
    assert_eq!(verify("all", &[vk], &other, key, &[]).error(1).0, "other_tree");
    assert_eq!(verify("all", &[vk], tree, &other, &[]).error(1).0, "other_aggregate");
    assert_eq!(verify("all", &[vk], tree, key, &["--exit-code", "3"]).error(1).0, "exit_code");
    assert_eq!(verify("q", &[vk], tree, key, &[]).error(2).0, "usage");
    // The second verifier.
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/verify.py");
    let python = |file: &str, vk: &str, tree: &str, key: &str| {
        let args = [file, "--vk", vk, "--tree", tree, "--aggregate", key];
        let status = Command::new("python3").arg(&script).args(args).current_dir(dir).output().ok();
        status.map(|output| String::from_utf8(output.stdout).unwrap())
    };
    match python("all", vk, tree, key) {
        None => println!("NOTE: no python3: aggregates are not verified by tools/verify.py"),
        Some(said) => {
            let output = hex(output_of_hello());
            assert_eq!(said, format!("accepted; output {output} {output}\n"));
            for (vk, tree, key) in [(&*other, tree, key), (vk, &*other, key), (vk, tree, &*other)] {
                assert!(python("all", vk, tree, key).unwrap().starts_with("refused"));
            }
        }
    }
    let mut changed = fs::read(dir.join("all")).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(dir.join("changed"), changed).unwrap();
    assert_eq!(verify("changed", &[vk], tree, key, &[]).error(1).0, "invalid_proof");
}

#[test]
fn nothing_to_compress() {
    let dir = folder("compress-nothing");
    fs::write(dir.join("hello.elf"), hello()).unwrap();
    aver_in(&dir, ["prove", "hello.elf", "--out", "mock", "--mock"]).done();
    let mut cut = fs::read(ready().join("hello.proof")).unwrap();
    cut.truncate(cut.len() - 1);
    fs::write(dir.join("cut"), cut).unwrap();
    for (file, code) in [("mock", "mock_proof"), ("cut", "malformed_proof"), ("hello.elf", "not_a_proof")] {
        for command in ["compress", "tree-key"] {
            let said = aver_in(&dir, [command, file, "--json"]);
            assert_eq!(said.error(1).0, code, "{command} {file}");
        }
    }
    assert_eq!(files(&dir), ["cut", "hello.elf", "mock"]);
    assert_eq!(
        aver(["verify", "hello.proof", "--vk", "hello.vk", "--tree", "0x12", "--json"]).error(2).0,
        "usage"
    );
}
