//! What `aver run` and `aver doctor` say of work that coprocessors could do, and the crates that do it by them without
//! a change to a program. Skips, and says so, where no guest toolchain is installed.

use crate::common::*;
use aver_build::{Options, Toolchain, build_with};
use sha2::{Digest, Sha224, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn guest(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn toolchain() -> Option<Toolchain> {
    Toolchain::find().inspect_err(|error| eprintln!("skipped: {error}")).ok()
}

#[test]
fn doctor_of_a_guest() {
    if toolchain().is_none() {
        return;
    }
    let hash_chain = guest("../examples/hash-chain/guest");
    let doctor = |features: &str| {
        let said = aver(["doctor", hash_chain.to_str().unwrap(), "--features", features, "--json"]);
        assert_eq!(said.status, 0, "{said:?}");
        let hints = said.json()["hints"].as_array().unwrap().clone();
        let named = |hint: &serde_json::Value| hint["crate"].as_str().unwrap().to_owned();
        hints.iter().map(named).collect::<Vec<_>>()
    };
    // Of aver-guest itself: the digest of the output.
    assert_eq!(doctor("keccak256"), ["keccak", "sha2"]);
    assert_eq!(doctor("keccak256,coprocessor"), ["sha2"]);
    assert_eq!(doctor("ripemd160"), ["sha2", "ripemd"]);
    assert_eq!(aver(["doctor", "no/such/folder", "--json"]).error(2).0, "build");
}

/// Crates of `guest/patches` hash as those they stand in for, and by coprocessors.
#[test]
fn patched_crates() {
    let Some(toolchain) = toolchain() else { return };
    let dir = folder("hints");
    let options = Options { locked: true, target_dir: Some(guest_target()), ..Options::default() };
    let elf = build_with(&toolchain, &guest("cli/guests/patched"), &options).unwrap().elf;
    let message = [0xA3; 200];
    fs::write(dir.join("input"), message).unwrap();
    let said =
        aver_in(&dir, ["run", elf.to_str().unwrap(), "--input", "input", "--functions", "5", "--json"]);
    assert_eq!(said.status, 0, "{said:?}");
    let json = said.json();

    // NIST's examples of 1600 bits; Keccak-256 by another implementation.
    let keccak256 = "3a57666b048777f2c953dc4456f45a2588e1cb6f2da760122d530ac2ce607d4a";
    let sha3_256 = "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787";
    let sha3_512 = "e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca8\
                    1b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00";
    let sha3 = [keccak256, sha3_256, sha3_512].concat();
    let sha2 = hex(&Sha224::digest(message)) + &hex(&Sha256::digest(message));
    // Of points and pairings, all that should hold does.
    assert_eq!(json["output"], sha3.repeat(3) + &sha2 + "ffff");

    let rows = |chip: &str| {
        let rows = json["rows"].as_object().unwrap();
        rows.iter().find(|(name, _)| name.starts_with(chip)).and_then(|(_, rows)| rows.as_u64()).unwrap_or(0)
    };
    // By each of three crates two permutations for a hash of 256 bits, three for one of 512.
    assert_eq!(rows("keccak@"), 3 * (2 + 2 + 3));
    // Four compressions for each hash, and those of the output's digest.
    assert_eq!(rows("sha256@"), 2 * 4 + (3 * 128 + 28 + 32 + 2_u64).div_ceil(64) + 1);
    assert!(rows("bn254@") > 0 && rows("bn254-fp12@") > 0);
    assert_eq!(json["hints"], serde_json::json!([]));
    let functions = json["functions"].as_array().unwrap();
    assert_eq!(functions.len(), 5);
    assert!(functions[0]["cycles"].as_u64() > functions[4]["cycles"].as_u64());
}
