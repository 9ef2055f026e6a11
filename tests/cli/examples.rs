//! The examples' guests: proved in one shard with one thread and in several with two, verified, and
//! compared with what the same source gives under qemu. Skips, and says so, where no guest toolchain
//! is installed, or no qemu.

use crate::common::*;
use aver_build::{Options, Toolchain, build_with};
use aver_sdk::Input;
use receipts_data::{Answers, made_up, plain};
use receipts_types::Volumes;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};
use storage_proof_data::{file, synthetic};

/// Builds an example's guest into `to`; `None` if there is nothing to build it with.
fn build(example: &str, features: &[&str], linux: bool, to: &Path) -> Option<()> {
    let toolchain = match Toolchain::find() {
        Ok(toolchain) => toolchain,
        Err(error) => {
            eprintln!("skipped: {error}");
            return None;
        }
    };
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example).join("guest");
    let options = Options {
        features: features.iter().map(ToString::to_string).collect(),
        linux,
        locked: true,
        target_dir: Some(guest_target()),
        ..Options::default()
    };
    // The ELF file of a guest stands in one place, whatever its features.
    static BUILDING: Mutex<()> = Mutex::new(());
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let built = build_with(&toolchain, &guest, &options).unwrap();
    fs::copy(built.elf, to).unwrap();
    Some(())
}

/// What the program for Linux outputs under qemu.
fn qemu(dir: &Path) -> Option<Vec<u8>> {
    let script = "exec qemu-riscv64 linux.elf <input 3>expected";
    let status = Command::new("sh").args(["-c", script]).current_dir(dir).status();
    match status.ok().and_then(|status| status.code()) {
        Some(0) => Some(fs::read(dir.join("expected")).unwrap()),
        Some(127) | None => {
            eprintln!("not compared: no qemu-riscv64");
            None
        }
        Some(code) => panic!("under qemu it ended with {code}"),
    }
}

/// Runs it without proving: what `aver run` says.
fn run(name: &str, example: &str, features: &[&str], input: &[u8]) -> Option<serde_json::Value> {
    let dir = folder(name);
    fs::write(dir.join("input"), input).unwrap();
    build(example, features, false, &dir.join("guest.elf"))?;
    let said = aver_in(&dir, ["run", "guest.elf", "--input", "input", "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    Some(said.json())
}

/// Does all of it in a folder of that name, and returns the output.
fn prove(name: &str, example: &str, features: &[&str], input: &[u8], shard_cycles: &str) -> Option<Vec<u8>> {
    let dir = folder(name);
    fs::write(dir.join("input"), input).unwrap();
    build(example, features, false, &dir.join("guest.elf"))?;
    let mut outputs = Vec::new();
    for (threads, cycles) in [("1", "10000000"), ("2", shard_cycles)] {
        let job = ["prove", "guest.elf", "--input", "input", "--out", "p", "--shards", "--json"];
        let said = aver_in(&dir, job.iter().chain(&["--threads", threads, "--max-shard-cycles", cycles]));
        assert_eq!(said.status, 0, "{said:?}");
        assert_eq!(said.json()["exit_code"], 0, "{said:?}");
        assert_eq!(said.json()["shards"].as_u64() > Some(2), threads == "2", "{said:?}");
        let said = aver_in(&dir, ["verify", "p", "--elf", "guest.elf", "--json"]);
        assert_eq!(said.status, 0, "{said:?}");
        outputs.push(said.json()["output"].as_str().unwrap().to_owned());
    }
    assert_eq!(outputs[0], outputs[1]);
    // Without the coprocessor, which Linux does not have.
    let software: Vec<_> = features.iter().copied().filter(|&feature| feature != "coprocessor").collect();
    build(example, &software, true, &dir.join("linux.elf"))?;
    if let Some(expected) = qemu(&dir) {
        assert_eq!(outputs[0], hex(&expected));
    }
    Some(
        (0..outputs[0].len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&outputs[0][i..i + 2], 16).unwrap())
            .collect(),
    )
}

#[test]
fn fibonacci() {
    if let Some(output) = prove("fibonacci", "fibonacci", &[], &90u64.to_le_bytes(), "2000") {
        assert_eq!(output, 2880067194370816120u64.to_le_bytes());
    }
}

#[test]
fn sha256_chain() {
    let software = prove("sha256", "sha256-chain", &[], &3u64.to_le_bytes(), "6000");
    let coprocessor =
        prove("sha256-coprocessor", "sha256-chain", &["coprocessor"], &40u64.to_le_bytes(), "3000");
    let hash = |times| {
        let sha256 = |bytes: [u8; 32]| <sha2::Sha256 as sha2::Digest>::digest(bytes).into();
        Some((0..times).fold([0; 32], |hash, _| sha256(hash)).to_vec())
    };
    assert!(software.is_none() || software == hash(3));
    assert!(coprocessor.is_none() || coprocessor == hash(40));
}

#[test]
fn keccak_chain() {
    let times = 9u64.to_le_bytes();
    let software = prove("keccak", "hash-chain", &["keccak256"], &times, "50000");
    let coprocessor =
        prove("keccak-coprocessor", "hash-chain", &["keccak256", "coprocessor"], &times, "1000");
    assert_eq!(software, coprocessor);
    if software.is_some() {
        let hints = |name: &str| {
            let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
            aver_in(&dir, ["run", "guest.elf", "--input", "input", "--json"]).json()["hints"].clone()
        };
        // The digest of the output. Software's Keccak has one caller, and is inlined into it.
        for name in ["keccak", "keccak-coprocessor"] {
            let hint = &hints(name)[0];
            assert_eq!((&hint["coprocessor"], &hint["crate"]), (&"sha256".into(), &"sha2".into()), "{hint}");
        }
    }
}

/// The other coprocessors' software is compared under qemu.
#[test]
fn hash_chains() {
    for (what, times, cycles) in [("ripemd160", 9u64, "1000"), ("blake2b", 9, "2000"), ("copy", 1, "40000")] {
        prove(what, "hash-chain", &[what, "coprocessor"], &times.to_le_bytes(), cycles);
    }
}

#[test]
fn signatures() {
    // A key and a hash that nobody should use, and their signature; then another hash.
    let key = k256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, _) = key.sign_prehash_recoverable(&[9; 32]).unwrap();
    let point = key.verifying_key().to_encoded_point(false);
    let signed = |hash: [u8; 32]| [point.as_bytes(), &hash, &signature.to_bytes()].concat();
    let input = [signed([9; 32]), signed([8; 32])].concat();
    let output = prove("signatures", "signatures", &["coprocessor"], &input, "20000");
    let Some(output) = output else { return };
    assert_eq!((output[0], output[1], output.len()), (1, 0, 66));
    let other = k256::ecdsa::VerifyingKey::recover_from_prehash(
        &[8; 32],
        &signature,
        k256::ecdsa::RecoveryId::from_byte(0).unwrap(),
    );
    assert_eq!(output[2..], other.unwrap().to_encoded_point(false).as_bytes()[1..]);
}

#[test]
fn word_count() {
    if let Some(output) = prove("word-count", "word-count", &[], "Öl, oil; öl".as_bytes(), "3000") {
        assert_eq!(String::from_utf8_lossy(&output), "3 words\n2 distinct\n2 öl\n1 oil\n");
    }
}

#[test]
fn storage_proof() {
    let mut made_up = Input::new();
    made_up.write(&synthetic::proof().unwrap()).unwrap();
    let software = prove("storage-proof", "storage-proof", &[], made_up.as_bytes(), "100000");
    let native = prove("storage-proof-native", "storage-proof", &["coprocessor"], made_up.as_bytes(), "8000");
    assert_eq!(software, native);
}

/// What the runtime says of what it took for granted is what provers and verifiers make of it.
#[test]
fn running_sum() {
    let dir = folder("running-sum");
    let Some(()) = build("running-sum", &[], false, &dir.join("guest.elf")) else { return };
    let mut input = Input::new();
    input.write(&([7u8; 32], Some((2u64, 5u64)), 9u64)).unwrap();
    fs::write(dir.join("input"), input.as_bytes()).unwrap();
    let json = aver_in(&dir, ["run", "guest.elf", "--input", "input", "--json"]).json();
    assert_eq!(json["output"], hex(&[&[7; 32][..], &[3, 14]].concat()));
    let before = <sha2::Sha256 as sha2::Digest>::digest([&[7; 32][..], &[2, 5]].concat());
    let assumed = [("vk", hex(&[7; 32])), ("output_digest", hex(&before))];
    assert_eq!(json["assumptions"].as_array().unwrap().len(), 1);
    assert!(assumed.iter().all(|(name, value)| json["assumptions"][0][name] == *value), "{json}");
}

#[test]
fn storage_proof_of_mainnet() {
    let data = mainnet().join("mainnet_24628606_eth_getProof.json.gz");
    if !data.exists() {
        return eprintln!("skipped: no {}", data.display());
    }
    let pool = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640".parse().unwrap();
    let mut input = Input::new();
    input.write(&file::read(&data, (pool, Default::default())).unwrap()).unwrap();
    let output = prove("storage-proof-mainnet", "storage-proof", &[], input.as_bytes(), "200000");
    let Some(output) = output else { return };
    let price = "14402d302d300a1030d550000000000005617358f5e0221770d0aed06402d";
    assert_eq!(hex(&output[52..84]), format!("{price:0>64}"));
}

/// What the guest reads of a node's answers, and what is to be seen in them.
fn receipts(answers: &Answers) -> (Input, Vec<u8>) {
    let mut input = Input::new();
    input.write(&answers.encode().unwrap().input()).unwrap();
    let volumes: Volumes = plain::volumes(answers).unwrap();
    (input, Input::new().write(&volumes).unwrap().as_bytes().to_vec())
}

#[test]
fn receipts_of_blocks() {
    let made_up = made_up::answers().unwrap();
    let (input, expected) = receipts(&made_up);
    let said = run("receipts", "receipts", &["coprocessor"], input.as_bytes());
    assert!(said.is_none_or(|said| said["exit_code"] == 0 && said["output"] == hex(&expected)));

    let encoded = made_up.encode().unwrap();
    let mut one_less = encoded.input();
    one_less.receipts.remove(5);
    let mut input = Input::new();
    input.write(&one_less).unwrap();
    let said = run("receipts-one-less", "receipts", &["coprocessor"], input.as_bytes());
    assert!(said.is_none_or(|said| said["exit_code"] == 101));

    let Some([block, all]) = receipts_data::beside() else {
        return eprintln!("skipped: no receipts in {}", mainnet().display());
    };
    let (input, expected) = receipts(&Answers::read([&block, &all]).unwrap());
    let said = run("receipts-mainnet", "receipts", &["coprocessor"], input.as_bytes());
    assert!(said.is_none_or(|said| said["exit_code"] == 0 && said["output"] == hex(&expected)));
}

/// Real data, where there is a copy beside the repository.
fn mainnet() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/mainnet")
}
