//! Proofs made once are accepted for ever, and made again are the same, whatever the number of threads.
//!
//! A change of protocol, order, constraints, parameters or encoding turns these red. If it is meant: raise
//! `VERSION`, and run `UPDATE_FIXTURES=1 cargo test --profile fast -p aver-protocol-tests`.
//!
//! Proofs of the toy machine are kept whole. Those of the machine are half a megabyte each, so their header
//! and key are kept, and the digest of the file: since proving is deterministic, a file made now that has
//! the digest is the one that was accepted then.

use aver_protocol_tests::committed::{is_committed, is_updating, path};
use aver_protocol_tests::fields::of_key;
use aver_protocol_tests::run::{Run, setup};
use aver_protocol_tests::toy::Toy;
use aver_stark::field::{F, f};
use aver_stark::hash::Hash;
use aver_stark::params::Profile;
use aver_verifier::bytes::Fields;
use aver_verifier::{Error, VerifyingKey};
use p3_field::PrimeCharacteristicRing;

const PROFILES: [(Profile, &str); 2] = [(Profile::Bits128, "128"), (Profile::Bits100, "100")];

fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(run)
}

/// Of small stacks, and of stacks that have an oracle and work of every kind; with the other hashes.
fn toys() -> impl Iterator<Item = (String, Toy)> {
    let others = [(Hash::Poseidon2, "poseidon2"), (Hash::Blake3, "blake3")].map(|(hash, name)| {
        let mut toy = Toy::with_hash(hash, Profile::Bits100, 11);
        toy.params.logup_work = 5;
        (format!("fixtures/toy-11-100-{name}.proof"), toy)
    });
    let all = PROFILES.into_iter().flat_map(|(profile, name)| {
        let mut high = Toy::new(profile, 11);
        high.params.logup_work = 5;
        [
            (format!("fixtures/toy-4-{name}.proof"), Toy::new(profile, 4)),
            (format!("fixtures/toy-11-{name}.proof"), high),
        ]
    });
    all.chain(others)
}

#[test]
fn toy_proofs_are_as_ever() {
    for (name, toy) in toys() {
        let made = [1, 2].map(|threads| with_threads(threads, || toy.prove(3, f(7)).1));
        assert!(made[0] == made[1], "{name}: the number of threads matters");
        is_committed(&name, &made[0]);
    }
}

#[test]
fn toy_proofs_are_accepted_for_their_claim_alone() {
    for (name, toy) in toys().filter(|_| !is_updating()) {
        let proof = std::fs::read(path(&name)).expect("a fixture");
        let (claim, _) = toy.run(3, f(7));
        assert!(toy.accepts(&claim, &proof), "{name}");
        let [shard, first, last] = [0, 1, 2].map(|i| claim.publics[i]);
        for other in [
            toy.claim(4, first, last),
            toy.claim(3, first + F::ONE, last),
            toy.claim(3, first, last + F::ONE),
        ] {
            assert!(!toy.accepts(&other, &proof), "{name}: {:?}", other.publics);
        }
        // Public values that no message or constraint uses are bound as well.
        let mut other = claim.clone();
        other.publics[1] += F::ONE;
        assert!(!toy.accepts(&other, &proof), "{name}: a public value");
        assert_eq!(shard, f(3));
    }
}

/// The smallest files: one shard, and the memory proof.
fn run(profile: Profile) -> Run {
    Run::prove(setup(profile, 12, None), 6)
}

#[test]
fn files_are_as_ever() {
    for (profile, name) in PROFILES {
        let made = [1, 2].map(|threads| with_threads(threads, || run(profile).file));
        assert!(made[0] == made[1], "{name}: the number of threads matters");
        let run = run(profile);
        assert!(run.file == made[0]);
        let (header, proofs) = run.parts();
        assert_eq!((header.memory.len(), header.shards.len()), (1, 1));
        let key = header.vk.encode();
        is_committed(&format!("fixtures/run-{name}.vk"), &key);
        is_committed(&format!("fixtures/run-{name}.header"), &header.encode());
        let hex = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
        let mut text = format!("key     {}\n", aver_verifier::Hex(&run.vk));
        for (i, proof) in proofs.iter().enumerate() {
            text += &format!("proof {i} {} {} bytes\n", hex(proof), proof.len());
        }
        text += &format!("file    {} {} bytes\n", hex(&run.file), run.file.len());
        is_committed(&format!("fixtures/run-{name}.txt"), text.as_bytes());
    }
}

#[test]
fn files_are_accepted_for_their_claim_alone() {
    for (profile, name) in PROFILES.into_iter().filter(|_| !is_updating()) {
        let run = run(profile);
        let key = std::fs::read(path(&format!("fixtures/run-{name}.vk"))).expect("a fixture");
        let mut fields = Fields::new(&key);
        let vk = VerifyingKey::decode(&mut fields).expect("a key");
        assert_eq!((fields.finish("key"), of_key(&key).is_empty()), (Ok(()), false));
        assert_eq!(vk.digest(), run.vk);
        let verify = |vk, code| aver_prover::verify(&run.file, vk, code, &[]);
        let verified = verify(&run.vk, 6).expect("it is accepted");
        assert_eq!(
            (verified.claim.vk, verified.claim.exit_code, verified.output),
            (run.vk, 6, b"a proof!".to_vec())
        );
        let other = VerifyingKey { entry: vk.entry + 1, ..vk }.digest();
        assert_eq!(verify(&other, 6), Err(Error::Program { found: run.vk, expected: other }));
        assert_eq!(verify(&run.vk, 7), Err(Error::ExitCode { found: 6, expected: 7 }));
        // Another claim in the file itself: as the caller would accept it, but for the proofs.
        let (header, _) = run.parts();
        let at = header.encode().len();
        let with = |change: &dyn Fn(&mut aver_verifier::Header)| {
            let mut header = header.clone();
            change(&mut header);
            let file = [&header.encode(), &run.file[at..]].concat();
            aver_prover::verify(&file, &run.vk, header.exit_code, &[])
        };
        assert!(with(&|_| ()).is_ok());
        assert!(matches!(with(&|h| h.exit_code = 7), Err(Error::Proof { .. })));
        assert_eq!(with(&|h| h.output[0] ^= 1), Err(Error::Output));
        let forged = with(&|h| {
            h.output = Vec::new();
            h.output_digest = sha256(&[]);
        });
        assert!(matches!(forged, Err(Error::Proof { .. })));
    }
}

fn sha256(output: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(output).into()
}
