//! `aver compress`: one proof of a run's, and what it is verified with.

use crate::common::*;
use aver_isa::{
    calls::HALT,
    testing::{
        Asm,
        reg::{A0, A1},
    },
};
use aver_sdk::{Compressing, Compressor, Proof, RootProof};
use aver_tree::{AggregateFile, RootFile, leaf::Kind, part::Shape};
use aver_verifier::claim::{Claim, End};
use serde_json::Value;
use sha2::{Digest, Sha256};
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
    let mut command = command();
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
    // Two shards: a smaller run has no leaves.
    prove.extend(["--to-aggregate", "--max-shard-cycles", "10"]);
    killed_at(&dir, &prove, "q.nodes/0-1.node");
    assert_eq!(files(&dir), ["hello.elf", "p", "p.root", "q.nodes", "q.partial"]);
    fs::copy(dir.join("q.nodes/0-1.node"), dir.join("q.nodes/0-2.node")).unwrap();
    let again = aver_in(&dir, &prove).json();
    // The leaf of the first proof is made while the second one is, which may or may not be in the file by then; so the second's may be
    // made ahead when the command goes on.
    assert!(
        again["proofs_reused"].as_u64() > Some(0) && matches!(again["nodes_reused"].as_u64(), Some(1 | 2))
    );
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

    // For any program, with nothing but it.
    let of_program = ["tree-key", "hello.elf", "--profile", "100", "--json"];
    assert_eq!(aver_in(&dir, of_program).json()["tree"], tree);
    assert_eq!(aver_in(&dir, of_program.iter().chain(&["--to-aggregate"])).json()["tree"], of_q);

    // From Rust: circuits are not made again, for a proof or for what it becomes.
    let made = Arc::new(AtomicUsize::new(0));
    let count = made.clone();
    let keys = caches().join("aver").join("trees");
    let is_kept = |file: fs::DirEntry| file.file_name().to_string_lossy().ends_with(".groups");
    assert!(fs::read_dir(&keys).unwrap().any(|file| is_kept(file.unwrap())), "nothing is kept of circuits");
    let compressor = Compressor::new().keys_in(Some(&keys)).on_progress(move |progress| {
        count.fetch_add(usize::from(progress == Compressing::Circuits), Ordering::Relaxed);
    });
    let proof = Proof::open(dir.join("p")).unwrap();
    let root = RootProof::open(dir.join("p.root")).unwrap();
    let keys = [compressor.tree_key_of(&proof).unwrap(), compressor.tree_key(&root).unwrap()];
    assert_eq!(keys.map(|key| key.to_string()), [tree, tree]);
    assert_eq!(made.load(Ordering::Relaxed), 0);
    assert!(root.file().shapes.is_empty());
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
    hostile_root(&dir, vk, tree);
    small(&dir, vk, [tree, of_q], root.encode().len() as u64);
    aggregate(&dir, vk, of_q);
}

/// A good proof in a file that asks for circuits without measure, and proofs that are none, for which no circuit is made.
fn hostile_root(dir: &Path, vk: &str, tree: &str) {
    let good = RootFile::decode(&fs::read(dir.join("p.root")).unwrap()).unwrap();
    let write = |change: &dyn Fn(&mut RootFile)| {
        let mut file = good.clone();
        change(&mut file);
        fs::write(dir.join("hostile.root"), file.encode()).unwrap();
    };
    let verify = |more: &[&str], status| {
        aver_in(dir, ["verify", "hostile.root", "--vk", vk, "--json"].iter().chain(more)).error(status)
    };
    let tree_key = |status| aver_in(dir, ["tree-key", "hostile.root", "--json"]).error(status);
    let shape = |log_chunk, stacks| Shape { kind: Kind::Last, log_chunk, stacks };
    let shapes = |each: usize| {
        let of_chunk = |log_chunk| (0..each).map(move |witness| shape(log_chunk, [8, 1, witness]));
        (0..13).flat_map(of_chunk).collect::<Vec<_>>()
    };
    // Shapes are no part of the tree's key: they say how to make it again.
    write(&|file| file.shapes = shapes(5));
    let with_tree = ["verify", "hostile.root", "--vk", vk, "--tree", tree, "--json"];
    assert_eq!(aver_in(dir, with_tree).json()["accepted"], true);
    for (code, message) in [verify(&[], 2), tree_key(2)] {
        assert_eq!(code, "compress");
        assert!(message.contains("different shapes of small proofs, and a tree is for 64"), "{message}");
    }
    write(&|file| file.shapes = shapes(10));
    for (code, message) in [verify(&[], 1), verify(&["--tree", tree], 1), tree_key(1)] {
        assert_eq!(code, "invalid_proof");
        assert!(message.contains("number of shapes is 130, above the limit of 128"), "{message}");
    }
    // No more stacks than a file may say, but with the usual shapes.
    let large = [shape(8, [1 << 12; 3]), shape(9, [1 << 12; 3]), shape(10, [2400; 3])];
    write(&|file| file.shapes = large.to_vec());
    for (code, message) in [verify(&[], 2), tree_key(2)] {
        assert_eq!(code, "compress");
        assert!(message.contains("stacks in all its shapes, and a tree is for 32768"), "{message}");
    }
    // The largest that a tree is for, and a proof of something else; the largest tables.
    write(&|file| (file.shapes, file.exit_code) = (large[..1].to_vec(), 1));
    assert_eq!(tree_key(1).0, "invalid_proof");
    write(&|file| file.tree.class.rows.iter_mut().for_each(|rows| *rows = u32::MAX as usize));
    let (code, message) = tree_key(1);
    assert_eq!((code.as_str(), verify(&[], 1).0.as_str()), ("invalid_proof", "invalid_proof"));
    assert!(message.contains("rows"), "{message}");
}

/// Aggregates likewise.
fn hostile_aggregate(dir: &Path, vk: &str, trees: &[&str], key: &str) {
    let bytes = fs::read(dir.join("all")).unwrap();
    let good = AggregateFile::decode(&bytes).unwrap();
    let write = |change: &dyn Fn(&mut AggregateFile)| {
        let mut file = good.clone();
        change(&mut file);
        fs::write(dir.join("hostile"), file.encode()).unwrap();
    };
    let refused = || {
        let mut args = vec!["verify", "hostile", "--aggregate", key, "--vk", vk, "--json"];
        trees.iter().for_each(|tree| args.extend(["--tree", tree]));
        let of_key = aver_in(dir, ["tree-key", "hostile", "--json"]).error(1);
        [
            of_key,
            aver_in(dir, args).error(1),
            aver_in(dir, ["verify", "hostile", "--vk", vk, "--json"]).error(1),
        ]
    };
    let all_say = |expected: &str, part: &str| {
        for (code, message) in refused() {
            assert_eq!(code, expected, "{message}");
            assert!(message.contains(part), "{message}");
        }
    };
    // More claims than there are bytes, and than there may be.
    let at = 12 + 4 + good.key.encode().len();
    for (count, code, part) in [
        (u32::MAX, "malformed_proof", "claims"),
        ((1 << 16) + 1, "invalid_proof", "number of claims is 65537, above the limit of 65536"),
    ] {
        let mut file = bytes.clone();
        file.resize(1 << 20, 0);
        file[at..at + 4].copy_from_slice(&count.to_le_bytes());
        fs::write(dir.join("hostile"), file).unwrap();
        all_say(code, part);
    }
    write(&|file| file.claims[1].proof = vec![0; 100]);
    all_say("malformed_proof", "claim");
    write(&|file| file.claims.truncate(1));
    all_say("invalid_proof", "an aggregate is of two proofs or more");
    let codes = || refused().map(|(code, _)| code);
    write(&|file| (file.claims, file.proof) = (vec![file.claims[1].clone(); 200], Vec::new()));
    assert_eq!(codes(), ["invalid_proof", "other_program", "other_program"]);
    // Circuits for tables without measure, of the aggregate and of a tree: by their own keys there is no proof.
    write(&|file| file.key.class.rows.iter_mut().for_each(|rows| *rows = u32::MAX as usize));
    assert_eq!(codes(), ["invalid_proof"; 3]);
    write(&|file| file.claims[1].tree.class.rows[0] = 1 << 20);
    assert_eq!(codes(), ["invalid_proof"; 3]);
}

/// One that is smaller than `bytes`, and of another tree than those.
fn small(dir: &Path, vk: &str, trees: [&str; 2], bytes: u64) {
    let json = aver_in(dir, ["compress", "p", "--small", "--out", "small", "--json"]).json();
    let tree = json["tree"].as_str().unwrap();
    assert!(json["proof_bytes"].as_u64() < Some(bytes) && !trees.contains(&tree), "{json}");
    assert_eq!((&json["vk"], &json["hides_input"]), (&vk.into(), &true.into()));
    let verify = |more: &[&str]| {
        aver_in(dir, ["verify", "small", "--vk", vk, "--json"].iter().chain(more)).json()["tree"].clone()
    };
    assert_eq!([verify(&["--tree", tree]), verify(&[])], [tree, tree]);
    let of_program = ["tree-key", "hello.elf", "--profile", "100", "--small", "--json"];
    assert_eq!(aver_in(dir, of_program).json()["tree"], tree);
    assert_eq!(aver_in(dir, ["tree-key", "small", "--small", "--json"]).error(2).0, "usage");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/verify.py");
    let args = ["small", "--vk", vk, "--tree", tree];
    match Command::new("python3").arg(script).args(args).current_dir(dir).output() {
        Err(_) => println!("NOTE: no python3: a small root is not verified by tools/verify.py"),
        Ok(said) => {
            let accepted = format!("accepted; output {}\n", hex(output_of_hello()));
            assert_eq!(String::from_utf8(said.stdout).unwrap(), accepted);
        }
    }
}

/// Takes for granted that the program of this key halted with 0 and said what [`hello`] says, and says so.
fn believes(vk: &str) -> Vec<u8> {
    let (vk, said) = (vk.parse::<aver_sdk::Vk>().unwrap().0, b"it said hello");
    let claim = Claim { vk, exit_code: 0, output_digest: Sha256::digest(output_of_hello()).into() };
    let End { status, digest } = End::new(0, &Sha256::digest(said).into(), &[claim]);
    let at = Asm::DATA + 32;
    let mut asm = Asm::new();
    asm.write(4, at, 68).write(3, at + 68, said.len() as u64);
    asm.li(A0, status).li(A1, Asm::DATA.into()).call(HALT);
    asm.elf(&[&digest[..], &claim.to_bytes(), said].concat(), 128)
}

/// Of `q`, and of a run that assumes what it shows.
fn aggregate(dir: &Path, inner: &str, tree: &str) {
    let said = aver_in(dir, ["aggregate", "q", "p", "--out", "all", "--json"]);
    assert!(said.error(2).1.contains("no compressed proof"));
    let said = aver_in(dir, ["aggregate", "q", "p.root", "--out", "all", "--json"]);
    assert!(said.error(2).1.contains("--to-aggregate"));

    fs::write(dir.join("believes.elf"), believes(inner)).unwrap();
    let assumptions = aver_in(dir, ["run", "believes.elf", "--json"]).json()["assumptions"].clone();
    assert_eq!(assumptions[0]["vk"], inner);
    assert_eq!(assumptions[0]["output_digest"], hex(&Sha256::digest(output_of_hello())));
    // It is made to be aggregated, and worth nothing else.
    let made = aver_in(dir, ["prove", "believes.elf", "--out", "b", "--profile", "100", "--json"]).json();
    assert_eq!(made["assumptions"], assumptions);
    // The budget is more than it needs, but the first proof waits for the second: both have one circuit.
    assert_eq!((&made["proofs_reused"], &made["nodes_reused"]), (&0.into(), &0.into()));
    let (vk, of_b) = (made["vk"].as_str().unwrap(), made["tree"].as_str().unwrap());
    assert_eq!(aver_in(dir, ["inspect", "b", "--json"]).json()["assumptions"], assumptions);
    let said = aver_in(dir, ["verify", "b", "--vk", vk, "--tree", of_b, "--json"]);
    assert_eq!(said.error(1).0, "conditional");
    assert_eq!(aver_in(dir, ["aggregate", "b", "b", "--out", "all", "--json"]).error(1).0, "assumption");

    // Killed, with a node of its own and two that are none: of the root beside it, and above both.
    let aggregate = ["aggregate", "q", "b", "--out", "all", "--json"];
    killed_at(dir, &aggregate, "all.nodes/0-1.node");
    for other in ["1-2", "0-2"] {
        fs::copy(dir.join("all.nodes/0-1.node"), dir.join(format!("all.nodes/{other}.node"))).unwrap();
    }
    let said = aver_in(dir, aggregate);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();
    assert_eq!(json["nodes_reused"], 1);
    assert!(!dir.join("all.nodes").exists());
    let key = json["aggregate"].as_str().unwrap();
    assert_eq!(json["vks"], Value::from(vec![vk]));
    let made = aver_in(dir, ["tree-key", "all", "--json"]).json();
    assert_eq!(made["aggregate"], key);
    // A lift of each root and a join, beside two trees of two parts each.
    let json = aver_in(dir, ["security", "--proof", "all", "--proofs", "2", "--json"]).json();
    let proofs = json["layers"].as_array().unwrap().iter().map(|layer| layer["proofs"].as_u64().unwrap());
    assert_eq!(proofs.collect::<Vec<_>>(), [4, 4, 4, 0, 2, 2, 3]);
    let said = aver_in(dir, ["inspect", "all", "--json"]).json();
    assert_eq!((&said["claims"][1]["vk"], &said["hides_input"]), (&inner.into(), &true.into()));
    for file in ["q", "all"] {
        assert_eq!(aver_in(dir, ["tree-key", file, "--to-aggregate", "--json"]).error(2).0, "usage");
    }

    let verify = |file: &str, vks: &[&str], trees: &[&str], key: &str, more: &[&str]| {
        let mut args = vec!["verify", file, "--aggregate", key, "--json"];
        vks.iter().for_each(|vk| args.extend(["--vk", vk]));
        trees.iter().for_each(|tree| args.extend(["--tree", tree]));
        aver_in(dir, args.iter().chain(more))
    };
    let trees = &[tree, of_b][..];
    for vks in [&[vk][..], &[inner, vk]] {
        let json = verify("all", vks, trees, key, &[]).json();
        assert_eq!(json["claims"].as_array().map(Vec::len), Some(2), "{json}");
        assert_eq!((&json["claims"][0]["vk"], &json["claims"][0]["assumptions"]), (&vk.into(), &assumptions));
        assert_eq!(json["claims"][1]["output"], hex(output_of_hello()));
    }
    let other = "0".repeat(64);
    assert_eq!(verify("all", &[&other], trees, key, &[]).error(1).0, "other_program");
    assert_eq!(verify("all", &[inner], trees, key, &[]).error(1).0, "other_program");
    assert_eq!(verify("all", &[vk, &other], trees, key, &[]).error(1).0, "missing_claim");
    assert_eq!(verify("all", &[vk], &[&other], key, &[]).error(1).0, "other_tree");
    assert_eq!(verify("all", &[vk], trees, &other, &[]).error(1).0, "other_aggregate");
    assert_eq!(verify("all", &[vk], trees, key, &["--exit-code", "3"]).error(1).0, "exit_code");
    assert_eq!(verify("q", &[inner], &[tree], key, &[]).error(2).0, "usage");
    // The second verifier.
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/verify.py");
    let python = |file: &str, vk: &str, tree: &str, key: &[&str]| {
        let args = [file, "--vk", vk, "--tree", tree, "--tree", of_b];
        let args = &args[..if key.is_empty() { 5 } else { 7 }];
        let status = Command::new("python3").arg(&script).args(args).args(key).current_dir(dir).output().ok();
        status.map(|output| String::from_utf8(output.stdout).unwrap())
    };
    match python("all", vk, tree, &["--aggregate", key]) {
        None => println!("NOTE: no python3: aggregates are not verified by tools/verify.py"),
        Some(said) => {
            let outputs = [hex(b"it said hello"), hex(output_of_hello())].join(" ");
            assert_eq!(said, format!("accepted; output {outputs}\n"));
            for (vk, key) in [(&*other, key), (inner, key), (vk, &*other)] {
                assert!(python("all", vk, tree, &["--aggregate", key]).unwrap().starts_with("refused"));
            }
            let said = python("b", vk, of_b, &[]).unwrap();
            assert_eq!(said, "refused: it holds only if what it assumes does\n");
        }
    }
    hostile_aggregate(dir, vk, trees, key);
    let mut changed = fs::read(dir.join("all")).unwrap();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(dir.join("changed"), changed).unwrap();
    assert_eq!(verify("changed", &[vk], trees, key, &[]).error(1).0, "invalid_proof");
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
            if (command, file) != ("tree-key", "hello.elf") {
                let said = aver_in(&dir, [command, file, "--json"]);
                assert_eq!(said.error(1).0, code, "{command} {file}");
            }
        }
    }
    assert_eq!(files(&dir), ["cut", "hello.elf", "mock"]);
    assert_eq!(
        aver(["verify", "hello.proof", "--vk", "hello.vk", "--tree", "0x12", "--json"]).error(2).0,
        "usage"
    );
}
