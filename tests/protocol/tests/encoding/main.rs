//! Every field of proof files and keys, changed in every way: refused, without a panic, and without memory
//! the file has no bytes for.

mod changes;
mod keys;

use aver_isa::testing::Rng;
use aver_machine::Systems;
use aver_protocol_tests::committed::is_committed;
use aver_protocol_tests::fields::{Field, of_file, of_key, of_proof, replaced};
use aver_protocol_tests::listing::listing;
use aver_protocol_tests::recorder::{Log, Recorder};
use aver_protocol_tests::run::Run;
use aver_protocol_tests::toy::{Claim, DOMAIN, Toy};
use aver_stark::error::Error as ProofError;
use aver_stark::field::{EF, f};
use aver_stark::hash::Hash;
use aver_stark::params::Profile;
use aver_stark::protocol::{BASE_ROWS, WHIR_WORK};
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, Header, RunVerifier, VERSION};
use changes::{changes, numbered, sample};
use keys::with_coprocessors;
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
                let is_named = match error {
                    Error::Proof { error: ProofError::NotCanonical { label }, .. } => label == key.0,
                    Error::Malformed { field } => {
                        field == key.0 || field.starts_with("root of") && key.0.contains("root")
                    }
                    _ => false,
                };
                assert!(is_named, "{key:?} {what}: {error}");
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

/// Given proof by proof, a run ends with the last proof: neither before nor after it.
#[test]
fn a_run_has_all_its_proofs_and_no_more() {
    let run = Run::new(Profile::Bits100, 5);
    let (header, proofs) = run.parts();
    // A run of which so many are pushed.
    let pushed = |count: usize| {
        let machine = |_: &_| Systems::new(Vec::new()).map_err(|_| Error::Machine);
        let mut verifier = RunVerifier::new(header.clone(), &run.vk, run.code, machine)?;
        proofs.iter().cycle().take(count).try_for_each(|proof| verifier.push(proof))?;
        assert_eq!(verifier.proofs_left(), proofs.len() - count);
        verifier.finish()
    };
    // With none pushed the sums cancel.
    for count in 0..proofs.len() {
        assert_eq!(pushed(count), Err(Error::Truncated { field: "proof" }), "{count} proofs");
    }
    assert!(pushed(proofs.len()).is_ok());
    assert_eq!(pushed(proofs.len() + 1), Err(Error::TrailingBytes { field: "proof file" }));
}

/// As for files, for all fields there are, of a machine small enough.
#[test]
fn every_field_of_a_proof_counts() {
    for (profile, height) in [(Profile::Bits100, 4), (Profile::Bits128, 11)] {
        let toy = Toy::new(profile, height);
        let (claim, proof) = toy.prove(1, f(2));
        let (other_claim, other) = toy.prove(2, f(3));
        assert!(toy.accepts(&claim, &proof));
        let log = |claim: &Claim, proof: &[u8]| {
            let mut recorder = Recorder::new(toy.transcript(), None);
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
                let mut recorder = Recorder::new(toy.transcript(), None);
                let Err(error) = toy.verify_in(&mut recorder, &claim, &proof) else {
                    panic!("{key:?} {what}: accepted")
                };
                if what == "plus p" {
                    let ProofError::NotCanonical { label } = error else { panic!("{key:?} {what}: {error}") };
                    assert_eq!(label, key.0);
                }
            }
            let cut = &proof[..field.bytes.start];
            let error =
                toy.verify_in(&mut Recorder::new(toy.transcript(), None), &claim, cut).expect_err("cut");
            assert!(matches!(error, ProofError::Truncated { label } if label == key.0), "{key:?}: {error}");
        });
        let error =
            toy.verify_in(&mut Recorder::new(toy.transcript(), None), &claim, &[&proof[..], &[0]].concat());
        assert_eq!(error, Err::<EF, _>(ProofError::TrailingBytes { count: 1 }));
    }
}

/// Hashed with another hash than the parameters', the transcript aside, stacks do not fill leaves, work is none or rows are not the
/// root's.
#[test]
fn a_proof_is_of_one_hash() {
    const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];
    // Two stacks of fixed columns, and one, which fills leaves whatever their size; without work rows are what is not the root's.
    let cases = [(4, 21, false), (8, 200, true)].into_iter().flat_map(|case| [(case, false), (case, true)]);
    for (((log_height, steps, fills_all), has_work), hash) in cases.flat_map(|c| HASHES.map(|hash| (c, hash)))
    {
        let mut toy = Toy::with_steps(hash, Profile::Bits100, log_height, steps);
        assert!(toy.params.logup_work == 0 && toy.params.query_work > 0);
        if !has_work {
            toy.params.query_work = 0;
        }
        let (claim, proof) = toy.prove(1, f(2));
        for other in HASHES {
            toy.params.hash = other;
            let verified = toy.verify_in(&mut hash.transcript(DOMAIN), &claim, &proof);
            let is_one_of = |one| hash == one || other == one;
            // Mixed hashes rows with BLAKE3, and all else with Poseidon2.
            let expected = if other == hash {
                Ok(EF::ZERO)
            } else if is_one_of(Hash::Poseidon2) && !fills_all {
                let [value, limit] = if hash == Hash::Poseidon2 { [3, 4] } else { [2, 3] };
                Err(ProofError::Limit { what: "stacks of rows that share leaves", value, limit })
            } else if is_one_of(Hash::Blake3) && has_work {
                Err(ProofError::Work { label: WHIR_WORK.step().label })
            } else {
                Err(ProofError::Merkle { label: BASE_ROWS.step().label })
            };
            assert_eq!(verified, expected, "{hash:?} as {other:?}");
        }
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
