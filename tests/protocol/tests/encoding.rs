//! Every field of proof files and keys, changed in every way: refused, without a panic, and without memory
//! the file has no bytes for.

use std::collections::BTreeMap;

use aver_isa::testing::Rng;
use aver_protocol_tests::committed::is_committed;
use aver_protocol_tests::fields::{Field, of_file, of_key, of_proof, replaced};
use aver_protocol_tests::listing::listing;
use aver_protocol_tests::recorder::{Log, Recorder};
use aver_protocol_tests::run::Run;
use aver_protocol_tests::toy::{Claim, DOMAIN, Toy};
use aver_stark::error::Error as ProofError;
use aver_stark::field::{EF, P, f};
use aver_stark::params::Profile;
use aver_stark::verify::FixedKey;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header, VERSION, VerifyingKey};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

fn fields(run: &Run) -> Vec<Field> {
    let (verified, logs) = run.recorded(&run.file);
    verified.expect("an honest proof");
    let skip = logs[0].len();
    let proofs: Vec<Log> = logs[1..].iter().map(|log| log[skip..].to_vec()).collect();
    of_file(&run.file, &proofs)
}

fn manifest(fields: &[Field]) -> String {
    listing(fields.iter().map(Field::line))
}

#[test]
fn the_manifest_is_as_committed() {
    let run = Run::new(Profile::Bits128, 5);
    let text = format!(
        "Every field of a proof file, in order, and what its elements are: version {VERSION}.\n\n{}\n\
         # A verifying key\n\n{}",
        manifest(&fields(&run)),
        manifest(&of_key(&with_coprocessors().encode())),
    );
    is_committed("manifest.txt", text.as_bytes());
}

/// A changed field: how, and its new bytes.
fn changes(field: &Field, old: &[u8], other: Option<&[u8]>) -> Vec<(&'static str, Vec<u8>)> {
    let element = field.element();
    let len = old.len();
    let mut out: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut at = |what, at: usize, change: &dyn Fn(u8) -> u8| {
        let mut bytes = old.to_vec();
        bytes[at] = change(bytes[at]);
        out.push((what, bytes));
    };
    // Of the first element, one in the middle and the last: in the lowest and the highest bit, and by one.
    let mut starts = vec![0, len / element / 2 * element, len - element];
    starts.dedup();
    for start in starts {
        at("lowest bit", start, &|b| b ^ 1);
        at("highest bit", start + element - 1, &|b| b ^ 0x80);
        at("plus one", start, &|b| b.wrapping_add(1));
        at("minus one", start, &|b| b.wrapping_sub(1));
    }
    if matches!(field.unit, "F" | "E") {
        for start in [0, len / 8 * 4, len - 4] {
            let mut bytes = old.to_vec();
            let value = u32::from_le_bytes(bytes[start..start + 4].try_into().expect("four bytes"));
            bytes[start..start + 4].copy_from_slice(&(value + P).to_le_bytes());
            out.push(("plus p", bytes));
        }
    }
    out.push(("zero", vec![0; len]));
    out.push(("all ones", vec![0xFF; len]));
    out.push(("shorter", old[..len - element].to_vec()));
    out.push(("longer by a zero", [old, &vec![0; element]].concat()));
    out.push(("longer by its last", [old, &old[len - element..]].concat()));
    out.push(("a byte shorter", old[1..].to_vec()));
    out.push(("twice", [old, old].concat()));
    out.push(("of another proof", other.unwrap_or(old).to_vec()));
    out.retain(|(_, bytes)| bytes != old);
    out
}

/// Fields by name and how often the name came before.
fn numbered(fields: &[Field]) -> BTreeMap<(&str, usize), &Field> {
    let mut counts = BTreeMap::new();
    let number = |field: &'_ Field| {
        let count = counts.entry(field.name.clone()).or_insert(0);
        *count += 1;
        *count - 1
    };
    let numbers: Vec<usize> = fields.iter().map(number).collect();
    fields.iter().zip(numbers).map(|(f, n)| ((f.name.as_str(), n), f)).collect()
}

/// A field, behind its name and how often the name came before.
type Numbered<'a> = ((&'a str, usize), &'a Field);

/// Some of the fields: all of those that are rare, the first and the last of the others and samples between.
fn sample(fields: &[Field], each: usize) -> Vec<Numbered<'_>> {
    let mut rng = Rng(3);
    let mut names: BTreeMap<&str, Vec<Numbered<'_>>> = BTreeMap::new();
    for (key, field) in numbered(fields) {
        names.entry(key.0).or_default().push((key, field));
    }
    let mut out = Vec::new();
    for all in names.into_values() {
        let mut chosen: Vec<usize> = (0..each).map(|_| rng.below(all.len() as u32) as usize).collect();
        chosen.extend([0, 1, all.len() - 1]);
        chosen.sort_unstable();
        chosen.dedup();
        out.extend(chosen.into_iter().filter_map(|i| all.get(i).copied()));
    }
    out
}

/// Two runs with the same claim, from different inputs.
fn two_runs(profile: Profile) -> [Run; 2] {
    [5, 1 << 40 | 5].map(|word| Run::new(profile, word))
}

#[test]
fn every_field_of_a_file_counts() {
    let [run, other] = two_runs(Profile::Bits128);
    assert!(run.vk == other.vk && run.code == other.code && run.file != other.file);
    assert!(run.verify(&other.file).is_ok());
    let (fields, others) = (fields(&run), fields(&other));
    let others = numbered(&others);
    let cases: Vec<_> = sample(&fields, 1);
    cases.par_iter().for_each(|(key, field)| {
        let old = &run.file[field.bytes.clone()];
        let other = others.get(key).map(|f| &other.file[f.bytes.clone()]);
        for (what, bytes) in changes(field, old, other) {
            let file = replaced(&run.file, field, &bytes);
            let Err(error) = run.verify(&file) else { panic!("{key:?} {what}: accepted") };
            if what == "plus p" {
                let Error::Proof { error: ProofError::NotCanonical { label }, .. } = error else {
                    panic!("{key:?} {what}: {error}")
                };
                assert_eq!(label, key.0);
            }
        }
        let error = run.verify(&run.file[..field.bytes.start]).expect_err("cut off");
        let is_cut = matches!(error, Error::Truncated { .. } | Error::Magic);
        assert!(is_cut, "cut before {key:?}: {error}");
    });
    for tail in [&[0][..], &[0; 4], &run.file] {
        let error = run.verify(&[&run.file, tail].concat()).expect_err("extended");
        assert_eq!(error, Error::TrailingBytes { field: "proof file" });
    }
}

/// The same for all fields there are, of a machine small enough.
#[test]
fn every_field_of_a_proof_counts() {
    for (profile, height) in [(Profile::Bits100, 4), (Profile::Bits128, 11)] {
        let toy = Toy::new(profile, height);
        let (claim, proof) = toy.prove(1, f(2));
        let (other_claim, other) = toy.prove(2, f(3));
        assert!(toy.accepts(&claim, &proof));
        let log = |claim: &Claim, proof: &[u8]| {
            let mut recorder = Recorder::new(DOMAIN, None);
            assert_eq!(toy.verify_in(&mut recorder, claim, proof), Ok(EF::ZERO));
            recorder.logs().first()
        };
        let fields = of_proof(&proof, &log(&claim, &proof));
        let others = of_proof(&other, &log(&other_claim, &other));
        let others = numbered(&others);
        let cases: Vec<_> =
            if height < 6 { numbered(&fields).into_iter().collect() } else { sample(&fields, 3) };
        cases.par_iter().for_each(|(key, field)| {
            let old = &proof[field.bytes.clone()];
            let other = others.get(key).map(|f| &other[f.bytes.clone()]);
            for (what, bytes) in changes(field, old, other) {
                let mut proof = proof.clone();
                proof.splice(field.bytes.clone(), bytes);
                let mut recorder = Recorder::new(DOMAIN, None);
                let Err(error) = toy.verify_in(&mut recorder, &claim, &proof) else {
                    panic!("{key:?} {what}: accepted")
                };
                if what == "plus p" {
                    let ProofError::NotCanonical { label } = error else { panic!("{key:?} {what}: {error}") };
                    assert_eq!(label, key.0);
                }
            }
            let cut = &proof[..field.bytes.start];
            let error = toy.verify_in(&mut Recorder::new(DOMAIN, None), &claim, cut).expect_err("cut");
            assert!(matches!(error, ProofError::Truncated { label } if label == key.0), "{key:?}: {error}");
        });
        let error = toy.verify_in(&mut Recorder::new(DOMAIN, None), &claim, &[&proof[..], &[0]].concat());
        assert_eq!(error, Err::<EF, _>(ProofError::TrailingBytes { count: 1 }));
    }
}

fn with_coprocessors() -> VerifyingKey {
    let fixed = |seed: u8| FixedKey {
        root: Some([seed; 32]),
        rows: vec![None, Some(1 << 16), Some(100 + usize::from(seed)), None],
    };
    VerifyingKey {
        profile: Profile::Bits128,
        log_height: 17,
        entry: 7,
        coprocessors: vec![(0x4156_1000, "sha256".into()), (0x4156_1001, "other".into())],
        machine: [9; 32],
        shard: fixed(1),
        memory: fixed(2),
    }
}

fn decoded(bytes: &[u8]) -> Result<VerifyingKey, Error> {
    let mut fields = Fields::new(bytes);
    let key = VerifyingKey::decode(&mut fields)?;
    fields.finish("key")?;
    Ok(key)
}

/// A key in other bytes is another key, with another name, or none.
#[test]
fn every_field_of_a_key_is_in_its_name() {
    let none = FixedKey { root: None, rows: vec![None] };
    for key in
        [with_coprocessors(), VerifyingKey { shard: none.clone(), memory: none, ..with_coprocessors() }]
    {
        let bytes = key.encode();
        assert_eq!(decoded(&bytes).as_ref(), Ok(&key));
        let mut names = vec![key.digest()];
        for field in of_key(&bytes) {
            for (what, new) in changes(&field, &bytes[field.bytes.clone()], None) {
                let new = replaced(&bytes, &field, &new);
                if let Ok(other) = decoded(&new) {
                    assert_eq!(
                        other.encode(),
                        new,
                        "{} {what}: an encoding that is not canonical",
                        field.name
                    );
                    assert_ne!(other, key, "{} {what}", field.name);
                    assert_ne!(other.digest(), names[0], "{} {what}", field.name);
                    names.push(other.digest());
                }
            }
            assert!(decoded(&bytes[..field.bytes.start]).is_err(), "cut before {}", field.name);
        }
        // At least one change of each of the fields a name depends on can be decoded.
        assert!(names.len() > 45, "{}", names.len());
        assert!(decoded(&[&bytes[..], &[0]].concat()).is_err());
    }
    for log_height in [22, 255] {
        let bytes = VerifyingKey { log_height, ..with_coprocessors() }.encode();
        assert_eq!(decoded(&bytes), Err(Error::Malformed { field: "log_height" }));
    }
    let mut unsorted = with_coprocessors();
    unsorted.coprocessors.swap(0, 1);
    assert_eq!(decoded(&unsorted.encode()), Err(Error::Malformed { field: "coprocessors" }));
}

/// Each field of the key in turn, as the verifier's caller names it: by digest.
#[test]
fn no_other_key_has_this_name() {
    type Change = fn(&mut VerifyingKey);
    let changes: &[(&str, Change)] = &[
        ("profile", |k| k.profile = Profile::Bits100),
        ("log_height", |k| k.log_height -= 1),
        ("entry", |k| k.entry += 1),
        ("a coprocessor less", |k| _ = k.coprocessors.pop()),
        ("call", |k| k.coprocessors[1].0 += 1),
        ("name", |k| k.coprocessors[0].1 = "sha257".into()),
        ("letters of two names", |k| {
            k.coprocessors[0].1 = "sha256o".into();
            k.coprocessors[1].1 = "ther".into();
        }),
        ("machine", |k| k.machine[31] ^= 1),
        ("shard root", |k| k.shard.root = Some([3; 32])),
        ("no shard root", |k| k.shard.root = None),
        ("memory root", |k| k.memory.root = Some([3; 32])),
        ("no memory root", |k| k.memory.root = None),
        ("shard rows", |k| k.shard.rows[2] = Some(100)),
        ("memory rows", |k| k.memory.rows[1] = None),
        ("a row count more", |k| k.shard.rows.push(None)),
        ("systems swapped", |k| std::mem::swap(&mut k.shard, &mut k.memory)),
    ];
    let key = with_coprocessors();
    let mut names = vec![key.digest()];
    for (what, change) in changes {
        let mut other = key.clone();
        change(&mut other);
        let name = other.digest();
        assert!(!names.contains(&name), "{what}");
        names.push(name);
    }
}

/// A header that decodes is encoded in one way.
#[test]
fn headers_have_one_encoding() {
    let run = Run::new(Profile::Bits128, 5);
    let header = run.parts().0;
    let bytes = header.encode();
    assert!(run.file.starts_with(&bytes));
    let mut rng = Rng(5);
    let mut changed = 0;
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1 << rng.below(8);
        let mut fields = Fields::new(&other);
        if let Ok(decoded) = Header::decode(&mut fields)
            && fields.finish("header").is_ok()
        {
            assert_ne!(decoded, header, "byte {at} says nothing");
            assert_eq!(decoded.encode(), other, "byte {at}");
            changed += 1;
        }
    }
    assert!(changed > bytes.len() / 2);
}
