//! A proof, and files that must be refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use aver_exec::{Input, Silent};
use aver_isa::calls::HALT;
use aver_isa::testing::{Asm, ElfBuilder, SegmentBytes, reg};
use aver_prover::{Options, Setup};
use aver_sha256::{CALL, NAME, Sha256};
use aver_verifier::Header;
use aver_verifier::bytes::Fields;
use sha2::{Digest as _, Sha256 as Hash};

/// What the program says: text that is no markup, and a zero.
pub const OUTPUT: &[u8; 24] = b"It is <b>so</b>, \xe2\x9c\x93.\0\n\n";
/// What it exits with.
pub const CODE: u32 = 7;
/// How many shards it is cut in.
pub const SHARDS: usize = 3;

/// `aver_status` of `aver.h`.
pub const VERIFIED: u32 = 0;
const NOT_A_PROOF: u32 = 3;
pub const TRUNCATED: u32 = 5;
pub const MALFORMED: u32 = 6;
const MOCK: u32 = 7;
pub const OTHER_PROGRAM: u32 = 8;
pub const EXIT_CODE: u32 = 9;
pub const OUTPUT_DIGEST: u32 = 10;
pub const INVALID: u32 = 13;
pub const OTHER_TREE: u32 = 15;

/// A file.
pub struct File {
    /// Its name in the folder.
    pub name: &'static str,
    /// What is said of it.
    pub status: u32,
    /// And part of the words.
    pub words: &'static str,
}

/// All files.
pub const FILES: &[File] = &[
    File { name: "good", status: VERIFIED, words: "" },
    File { name: "changed", status: INVALID, words: "proof " },
    File { name: "truncated", status: TRUNCATED, words: "cut off" },
    File { name: "extended", status: MALFORMED, words: "bytes after the end" },
    File { name: "other-output", status: OUTPUT_DIGEST, words: "output does not match" },
    File { name: "mock", status: MOCK, words: "mock proof" },
    File { name: "text", status: NOT_A_PROOF, words: "not an Aver proof" },
    File { name: "empty", status: NOT_A_PROOF, words: "not an Aver proof" },
];

/// Where the files are, and the digest of the key, as digits.
pub struct Files {
    pub folder: PathBuf,
    pub vk: String,
}

/// Writes the output, calls the coprocessor, loops, and halts with the input's first byte.
pub fn program() -> Vec<u8> {
    let at = |offset: usize| u64::from(Asm::DATA) + offset as u64;
    let mut asm = Asm::new();
    asm.write(3, Asm::DATA, OUTPUT.len() as u64);
    // Any memory is a hash value and a block.
    asm.li(reg::A0, at(56)).li(reg::A1, at(88)).call(CALL);
    asm.li(reg::T1, 20).addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -4);
    asm.li(reg::A0, CODE.into()).li(reg::A1, at(24)).call(HALT);
    let data = [&OUTPUT[..], &Hash::digest(OUTPUT)].concat();
    let segments = vec![SegmentBytes::text(asm.start, asm.bytes()), SegmentBytes::data(Asm::DATA, data, 256)];
    let note = Some(ElfBuilder::note(&[NAME]));
    ElfBuilder { segments, note, ..ElfBuilder::default() }.build()
}

/// Proves the program, once, and writes all files.
pub fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let options = Options { log_height: 12, max_shard_cycles: Some(25), ..Options::default() };
        let setup = Setup::new(&program(), &[Arc::new(Sha256)], options).unwrap();
        let mut good = Vec::new();
        let report = setup.prove(&Input::default(), &mut Silent, &mut good, &mut |_| {}).unwrap();
        assert_eq!((report.execution.exit_code, report.execution.shards), (CODE, SHARDS));
        let folder = folder();
        for (name, bytes) in variants(&good) {
            fs::write(folder.join(name), bytes).unwrap();
        }
        Files { folder, vk: digits(&setup.vk().unwrap().digest()) }
    })
}

/// Where all files go.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere");
    fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn digits(digest: &[u8; 32]) -> String {
    digest.map(|byte| format!("{byte:02x}")).concat()
}

fn variants(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut fields = Fields::new(good);
    let header = Header::decode(&mut fields).unwrap();
    let proofs = &good[good.len() - fields.left()..];
    let with = |change: fn(&mut Header)| {
        let mut header = header.clone();
        change(&mut header);
        [&header.encode(), proofs].concat()
    };
    let mut changed = good.to_vec();
    changed[good.len() * 3 / 4] ^= 1;
    vec![
        ("good", good.to_vec()),
        ("changed", changed),
        ("truncated", good[..good.len() / 2].to_vec()),
        ("extended", [good, &[0]].concat()),
        ("other-output", with(|header| header.output[0] ^= 1)),
        ("mock", with(|header| header.is_mock = true)),
        ("text", b"Dear reader, this is no proof of anything. ".repeat(1000)),
        ("empty", Vec::new()),
    ]
}

/// The repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Where Cargo puts what it builds.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().into()
}

/// Runs a command, which must do well, and what it printed.
pub fn run(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&done.stderr));
    said
}
