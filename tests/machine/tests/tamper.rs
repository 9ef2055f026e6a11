//! Proof files, changed, cut, extended and mixed: refused, without a panic, and at no great cost.
//! What is inside a proof, field by field, is in `tests/protocol`.

use std::sync::OnceLock;

use aver_exec::{Input, Silent};
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, Rng, reg};
use aver_machine_tests::allocated::{Counting, allocated};
use aver_machine_tests::{options, prove, setup};
use aver_prover::{Options, verify};
use aver_stark::hash::Digest;
use aver_stark::params::Profile;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header, VERSION, Verified};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A proof file of a program that exits with the input's first word, its header's length, and the program's
/// name.
struct File {
    bytes: Vec<u8>,
    header: usize,
    /// Where each proof starts, behind its length.
    proofs: Vec<std::ops::Range<usize>>,
    vk: Digest,
    code: u32,
    /// Bytes that verifying it allocates.
    taken: u64,
}

/// Outputs something, loops a little, exits with the input's first word: in three shards.
fn program() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T1, 20).addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -4);
    asm.li(reg::T0, INPUT_BASE.into()).ld(reg::A0, reg::T0, 8).call(93);
    asm.elf(&[], 0)
}

fn make(profile: Profile, code: u32) -> File {
    // With more bits there is work in the header, too.
    let setup = setup(&program(), Options { profile, ..options(10, Some(17)) });
    let (shards, bytes) = prove(&setup, &u64::from(code).to_le_bytes());
    assert_eq!(shards, 3);
    let mut fields = Fields::new(&bytes);
    let header = Header::decode(&mut fields).unwrap();
    assert_eq!(header.work.is_empty(), profile == Profile::Bits100);
    let header = header.encode().len();
    let (mut at, mut proofs) = (header, Vec::new());
    for _ in 0..4 {
        let len = fields.bytes("proof").unwrap().len();
        proofs.push(at + 4..at + 4 + len);
        at += 4 + len;
    }
    assert_eq!(at, bytes.len());
    let mut file = File { bytes, header, proofs, vk: setup.vk().unwrap().digest(), code, taken: 0 };
    let (verified, taken) = allocated(|| file.verify(&file.bytes));
    assert_eq!(verified.unwrap().claim.exit_code, code);
    file.taken = taken;
    file
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| make(Profile::Bits128, 5))
}

impl File {
    fn verify(&self, bytes: &[u8]) -> Result<Verified, Error> {
        verify(bytes, &self.vk, self.code, &[])
    }

    /// Refused, with no more work than it takes to accept.
    #[track_caller]
    fn refuses(&self, bytes: &[u8], what: &str) -> Error {
        let (verified, taken) = allocated(|| self.verify(bytes));
        let error = verified.expect_err(what);
        assert!(taken <= self.taken, "{what}: {error} took {taken} bytes, and an honest file {}", self.taken);
        error
    }

    fn with(&self, at: usize, change: impl Fn(&mut u8)) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        change(&mut bytes[at]);
        bytes
    }

    fn with_number(&self, at: usize, value: u32) -> Option<Vec<u8>> {
        let mut bytes = self.bytes.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        (bytes != self.bytes).then_some(bytes)
    }
}

#[test]
fn as_it_is_made_it_is_accepted() {
    for profile in [Profile::Bits128, Profile::Bits100] {
        let file = make(profile, 9);
        let verified = file.verify(&file.bytes).unwrap();
        assert_eq!((verified.claim.exit_code, verified.claim.vk, verified.shards), (9, file.vk, 3));
    }
}

#[test]
fn every_byte_of_the_header() {
    let file = file();
    for at in 0..file.header {
        for bit in [1, 0x80] {
            file.refuses(&file.with(at, |b| *b ^= bit), &format!("byte {at} ^ {bit:#x}"));
        }
    }
    // Numbers, lengths and counts among them: as large as can be, and none.
    for at in 0..file.header - 4 {
        for value in [0, 1, u32::MAX, i32::MAX as u32, 1 << 16] {
            if let Some(bytes) = file.with_number(at, value) {
                file.refuses(&bytes, &format!("number at {at}: {value:#x}"));
            }
        }
    }
}

#[test]
fn cut_and_extended() {
    let file = file();
    for len in 0..file.header + 8 {
        file.refuses(&file.bytes[..len], &format!("cut at {len}"));
    }
    let mut rng = Rng(2);
    for proof in &file.proofs {
        let some = (0..12).map(|_| proof.start + rng.below(proof.len() as u32) as usize);
        for len in [proof.start - 1, proof.start, proof.start + 1, proof.end - 1].into_iter().chain(some) {
            file.refuses(&file.bytes[..len], &format!("cut at {len}"));
        }
        // The proof itself a byte shorter or longer, with a length that says so.
        for longer in [false, true] {
            let mut bytes = file.bytes.clone();
            if longer {
                bytes.insert(proof.end, 0);
            } else {
                bytes.remove(proof.end - 1);
            }
            let len = if longer { proof.len() + 1 } else { proof.len() - 1 } as u32;
            bytes[proof.start - 4..proof.start].copy_from_slice(&len.to_le_bytes());
            file.refuses(&bytes, "a proof of another length");
        }
    }
    for tail in [&[0][..], &[0; 4], &file.bytes] {
        let error = file.refuses(&[&file.bytes, tail].concat(), "extended");
        assert_eq!(error, Error::TrailingBytes { field: "proof file" });
    }
    file.refuses(&[&[0][..], &file.bytes].concat(), "extended in front");
    assert_eq!(file.refuses(&[], "nothing"), Error::Magic);
    for seed in 0..200 {
        let mut rng = Rng(seed);
        let mut bytes: Vec<u8> = (0..rng.below(2_000)).map(|_| rng.u64() as u8).collect();
        file.refuses(&bytes, "noise");
        // Behind an honest start.
        let start = rng.below(file.header as u32) as usize;
        bytes.splice(0..0, file.bytes[..start].iter().copied());
        file.refuses(&bytes, "noise behind a header");
    }
}

/// Two proofs of one program with the same claim, and of another claim, taken apart and put together.
#[test]
fn two_files_mixed() {
    let file = file();
    let setup = setup(&program(), Options { profile: Profile::Bits128, ..options(10, Some(17)) });
    // The same claim by another input: its first word has another high half.
    let (_, same) = prove(&setup, &(1 << 40 | u64::from(file.code)).to_le_bytes());
    let (_, other) = prove(&setup, &6u64.to_le_bytes());
    file.verify(&same).unwrap();
    assert_eq!(file.refuses(&other, "another claim"), Error::ExitCode { found: 6, expected: 5 });
    let proofs = |bytes: &[u8]| {
        let mut fields = Fields::new(bytes);
        Header::decode(&mut fields).unwrap();
        (0..4).map(|_| fields.bytes("proof").unwrap().to_vec()).collect::<Vec<_>>()
    };
    let assemble = |header: &[u8], proofs: &[Vec<u8>]| {
        let mut bytes = header.to_vec();
        proofs.iter().for_each(|p| aver_verifier::bytes::put_bytes(&mut bytes, p));
        bytes
    };
    let mine = proofs(&file.bytes);
    let header = &file.bytes[..file.header];
    assert_eq!(assemble(header, &mine), file.bytes);
    for another in [&same, &other] {
        let theirs = proofs(another);
        for i in 0..4 {
            let mut mixed = mine.clone();
            mixed[i] = theirs[i].clone();
            file.refuses(&assemble(header, &mixed), "one proof of another file");
            // With its commitment.
            let mut both = Header::decode(&mut Fields::new(header)).unwrap();
            let from = Header::decode(&mut Fields::new(another)).unwrap();
            match i.checked_sub(1) {
                None => both.memory = from.memory,
                Some(i) => both.shards[i] = from.shards[i].clone(),
            }
            file.refuses(&assemble(&both.encode(), &mixed), "one proof of another file, and its header");
        }
        file.refuses(&assemble(header, &theirs), "another's proofs");
    }
    for (i, j) in [(0, 1), (1, 2), (2, 3)] {
        let mut swapped = mine.clone();
        swapped.swap(i, j);
        file.refuses(&assemble(header, &swapped), "proofs swapped");
        let mut twice = mine.clone();
        twice[j] = mine[i].clone();
        file.refuses(&assemble(header, &twice), "a proof twice");
    }
    file.refuses(&assemble(header, &mine[..3]), "a proof less");
    file.refuses(&assemble(header, &[&mine[..], &mine[3..]].concat()), "a proof more");
}

#[test]
fn versions_and_kinds() {
    let file = file();
    assert_eq!(file.refuses(&file.with(0, |b| *b = b'a'), "magic"), Error::Magic);
    for version in [0, VERSION - 1, VERSION + 1, u32::MAX] {
        if let Some(bytes) = file.with_number(8, version) {
            let expected = Error::Version { found: version, expected: VERSION };
            assert_eq!(file.refuses(&bytes, "version"), expected);
        }
    }
    assert_eq!(file.refuses(&file.with(12, |b| *b = 1), "kind"), Error::Mock);
    assert_eq!(file.refuses(&file.with(12, |b| *b = 2), "kind"), Error::Malformed { field: "kind" });
    let setup = setup(&program(), Options { profile: Profile::Bits128, ..options(10, Some(17)) });
    let mut mock = Vec::new();
    setup.mock(&Input::new(5u64.to_le_bytes()).unwrap(), &mut Silent, &mut mock).unwrap();
    assert_eq!(file.refuses(&mock, "mock"), Error::Mock);
    mock[12] = 0;
    file.refuses(&mock, "a mock that says it is a proof");
    // Another program's name; another exit code.
    let mut vk = file.vk;
    vk[31] ^= 1;
    assert!(matches!(verify(&file.bytes, &vk, 5, &[]), Err(Error::Program { .. })));
    assert_eq!(verify(&file.bytes, &file.vk, 0, &[]), Err(Error::ExitCode { found: 5, expected: 0 }));
}
