//! What the host API promises, on tiny programs and without proving; `tests/cli` proves.

mod keys;
mod names;

use aver_isa::{
    calls::HALT,
    testing::{Asm, reg::*},
};
use aver_sdk::{AtomicFile, Error, Input, Program, Proof, Prover, Stream, Verifier, Vk};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// SHA-256 of `[7, 2, b'h', b'i']`.
const DIGEST: &str = "18d814db892dcdf9b8f453cae3c12f727db9b19b64a97a56e8cd5baa84de691e";

/// Prints "one" and "two" and commits `(7u64, "hi")`.
fn commits() -> Program {
    let mut asm = Asm::new();
    let data = Asm::DATA;
    asm.write(1, data + 40, 3).write(2, data + 43, 3).write(3, data + 32, 4);
    asm.li(A0, 0).li(A1, data.into()).call(HALT);
    let digest = DIGEST.parse::<Vk>().unwrap().0;
    let text = [&digest[..], &[7, 2, b'h', b'i', 0, 0, 0, 0], b"onetwo"].concat();
    Program::from_elf(asm.elf(&text, 64)).unwrap()
}

/// Halts with its input's first byte as exit code.
fn exits() -> Program {
    let mut asm = Asm::new();
    asm.li(S0, 0x8000_0000).lbu(A0, S0, 8).call(93);
    Program::from_elf(asm.elf(&[], 0)).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Point {
    x: i32,
    y: Option<u8>,
}

#[test]
fn input_has_the_guests_encoding() {
    let mut input = Input::new();
    let point = Point { x: -2, y: Some(7) };
    input.write(&300u64).unwrap().write("hello").unwrap().write(&point).unwrap().bytes(&[0xff]);
    // As in the runtime's own test: crates/build/tests/guests.rs.
    assert_eq!(input.as_bytes(), b"\xac\x02\x05hello\x03\x01\x07\xff");
    assert_eq!(Input::from(input.as_bytes()), input);
    assert_eq!(Input::read(input.as_bytes()).unwrap(), input);
}

#[test]
fn output_is_read_as_what_was_committed() {
    let proof = Prover::new(&commits()).unwrap().mock(&Input::new()).unwrap();
    assert_eq!(proof.output(), [7, 2, b'h', b'i']);
    assert_eq!(proof.read::<(u64, String)>().unwrap(), (7, "hi".into()));
    let trailing = proof.read::<u64>().unwrap_err().to_string();
    assert!(trailing.contains("u64") && trailing.contains("3 bytes follow"), "{trailing}");
    assert!(matches!(proof.read::<(u64, String, u64)>(), Err(Error::Decode { .. })));
    assert_eq!(aver_sdk::Vk(proof.claim().output_digest).to_string(), DIGEST);
}

#[test]
fn console_and_output_are_apart() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = lines.clone();
    let prover = Prover::builder()
        .on_console(move |stream, bytes| heard.lock().unwrap().push((stream, bytes.to_vec())))
        .build(&commits())
        .unwrap();
    let execution = prover.execute(&Input::new()).unwrap();
    assert_eq!(execution.output, [7, 2, b'h', b'i']);
    assert_eq!(
        *lines.lock().unwrap(),
        [(Stream::Stdout, b"one".to_vec()), (Stream::Stderr, b"two".to_vec())]
    );
}

#[test]
fn a_mock_is_refused_unless_asked_for() {
    let program = exits();
    let prover = Prover::new(&program).unwrap();
    let vk = prover.vk().unwrap();
    assert_eq!(program.vk().unwrap(), vk);
    let mock = prover.mock(&Input::from(&[5][..])).unwrap();
    assert!(mock.is_mock() && mock.report().is_none());
    let rejected = |verifier: Verifier| verifier.verify(&mock).unwrap_err().code();
    assert_eq!(rejected(Verifier::new(vk)), "mock_proof");
    assert_eq!(rejected(Verifier::new(vk).exit_code(5)), "mock_proof");
    assert_eq!(rejected(Verifier::new(vk).allow_mock(true)), "exit_code");
    assert_eq!(rejected(Verifier::new(Vk([0; 32])).allow_mock(true).exit_code(5)), "other_program");
    let accepted = Verifier::new(vk).allow_mock(true).exit_code(5).verify(&mock).unwrap();
    assert!(accepted.is_mock && accepted.output.is_empty());
    assert_eq!((accepted.claim.vk, accepted.claim.exit_code), (vk, 5));
}

#[test]
fn keys_differ_by_program_and_profile() {
    let vk =
        |program: &Program, profile| Prover::builder().profile(profile).build(program).unwrap().vk().unwrap();
    let (a, b) = (commits(), exits());
    let (high, low) = (aver_sdk::Profile::Bits128, aver_sdk::Profile::Bits100);
    assert_eq!(vk(&a, high), a.vk().unwrap());
    assert_ne!(vk(&a, high), vk(&b, high));
    assert_ne!(vk(&a, high), vk(&a, low));
}

#[test]
fn errors_say_what_happened() {
    let code = |error: Error| (error.code(), error.to_string());
    let (name, text) = code(Program::from_elf(*b"\x7fELF").unwrap_err());
    assert_eq!(name, "program", "{text}");
    let (name, text) = code(Program::open("no/such/file").unwrap_err());
    assert!(name == "io" && text.contains("no/such/file"), "{text}");
    let (name, text) = code(Proof::from_bytes(b"nothing".to_vec()).unwrap_err());
    assert!(name == "not_a_proof" && text.contains("magic"), "{text}");
    let (name, text) = code(Input::from(vec![0; 10]).write(&Endless).unwrap_err());
    assert!(name == "encode" && text.contains("Endless"), "{text}");

    let mut asm = Asm::new();
    asm.li(A0, 8).ld(A0, A0, 0);
    let faulty = Program::from_elf(asm.elf(&[], 0)).unwrap();
    let (name, text) = code(Prover::new(&faulty).unwrap().execute(&Input::new()).unwrap_err());
    assert!(name == "fault" && text.contains("0x8") && text.contains("pc 0x10004"), "{text}");

    let mut asm = Asm::new();
    asm.jal(0, 0);
    let endless = Program::from_elf(asm.elf(&[], 0)).unwrap();
    let prover = Prover::builder().max_cycles(1000).build(&endless).unwrap();
    assert_eq!(prover.execute(&Input::new()).unwrap_err().code(), "execute");
}

/// A sequence that does not say how long it is.
struct Endless;

impl Serialize for Endless {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        serializer.serialize_seq(None)?.end()
    }
}

#[test]
fn proofs_are_saved_whole() {
    let folder = folder("saved");
    let path = folder.join("p");
    let proof = Prover::new(&commits()).unwrap().mock(&Input::new()).unwrap();
    proof.save(&path).unwrap();
    proof.save(&path).unwrap();
    let opened = Proof::open(&path).unwrap();
    assert_eq!(opened.to_bytes().unwrap(), proof.to_bytes().unwrap());
    assert_eq!(opened.size(), proof.size());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(proof.save(&folder).unwrap_err().code(), "io");
    assert_eq!(proof.save(folder.join("none/p")).unwrap_err().code(), "io");
    assert_eq!(Proof::open(&folder).unwrap_err().code(), "io");
}

#[test]
fn files_are_there_whole_or_not_at_all() {
    let folder = folder("atomic");
    let path = folder.join("file");
    fs::write(&path, "old").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new, but never finished").unwrap();
    assert!(file.temporary().unwrap().exists());
    drop(file);
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);

    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new").unwrap();
    file.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert!(AtomicFile::create(folder.join("..")).is_err());
    #[cfg(unix)]
    {
        let mut null = AtomicFile::create("/dev/null").unwrap();
        assert!(null.temporary().is_none());
        null.write_all(b"x").unwrap();
        null.commit().unwrap();
    }
}
