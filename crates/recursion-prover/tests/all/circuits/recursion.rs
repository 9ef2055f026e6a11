//! A circuit that verifies proofs of another.

use aver_recursion::channel::Proof;
use aver_recursion::count::Count;
use aver_recursion::{Builder, Circuit, Wire};
use aver_recursion_prover::witness::Witness;
use aver_recursion_prover::{Prover, RunError, prove, run, verify};
use aver_stark::field::{EF, F, from_coefficients};
use aver_stark::hash::Hash;
use aver_stark::layout::Layout;
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::Reader;
use aver_stark::verify::{BoundaryCommitment, Challenge, Facts, Statement, read_layout, verify_facts};
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

use super::{cell, cell_of, powers, rng};

const DOMAIN: &str = "a proof of powers";

/// Proofs of `powers`, hashed in one way.
struct Inner {
    prover: Prover,
    hash: Hash,
}

impl Inner {
    fn new(hash: Hash) -> Self {
        Self::with(Params::new(Profile::Bits100, 8).unwrap().with_hash(hash))
    }

    fn with(params: Params) -> Self {
        let hash = params.hash;
        Self { prover: Prover::hashed(powers(), params).unwrap(), hash }
    }

    fn prove(&self, seed: u64) -> (EF, Vec<u8>) {
        let hint = cell(&mut rng(seed));
        let value = from_coefficients(hint).exp_power_of_2(8) + EF::from(F::new(3));
        let publics = [cell_of(value)];
        let tables = self.prover.tables(&publics, &[hint]).unwrap();
        let transcript = self.hash.transcript(DOMAIN);
        (value, prove(&self.prover, &tables, &publics, transcript, &mut Stages::default()).unwrap())
    }

    fn rows(&self) -> Vec<usize> {
        self.prover.key().rows.iter().map(|rows| rows.unwrap_or(0)).collect()
    }

    fn log_chunk(&self) -> usize {
        self.prover.params.log_data().min(aver_stark::layout::MAX_LOG_FIXED_CHUNK)
    }

    /// The hints for a proof, if it is one.
    fn witness(&self, value: EF, proof: &[u8]) -> Result<Vec<[F; 5]>, aver_stark::error::Error> {
        let publics = cell_of(value);
        let messages = self.prover.circuit.messages(&[publics]);
        let shared = Challenge::new(Vec::new());
        let statement = Statement {
            system: &self.prover.system,
            params: &self.prover.params,
            log_chunk: self.log_chunk(),
            fixed: self.prover.key(),
            boundary: &BoundaryCommitment::default(),
            publics: &publics,
            messages: &messages,
            shared: &shared,
        };
        let mut reader = Reader::new(self.hash.transcript(DOMAIN), proof);
        let (_, layout) = read_layout(&mut reader, &statement)?;
        let mut witness = Witness::new(reader);
        let facts = Facts {
            system: statement.system,
            params: statement.params,
            layout: &layout,
            fixed: statement.fixed.root.as_ref(),
            boundary: None,
            publics: &publics,
            messages: &messages,
            shared: &shared,
        };
        assert_eq!(verify_facts(&mut witness, &facts)?, EF::ZERO);
        witness.reader.finish()?;
        Ok(witness.hints)
    }

    /// The circuit that verifies them, the value being public.
    fn verifier(&self) -> Circuit {
        let b = Builder::new();
        let value = b.public();
        let Prover { system, params, .. } = &self.prover;
        let (rows, log_chunk) = (self.rows(), self.log_chunk());
        let stacks = |needed| params.stacks(needed);
        let layout =
            Layout::with_stacks(&system.described, &rows, params.log_data(), log_chunk, stacks).unwrap();
        let mut proof = Proof::new(&b, DOMAIN);
        proof.absorb_layout(log_chunk, &layout.widths, &rows);
        let layout = layout.map(|&count| Count::known(count));
        let elements = b.unpack(value);
        let messages: Vec<_> = (self.prover.circuit.messages(&[[F::ZERO; 5]]).into_iter())
            .map(|(bus, multiplicity, values)| {
                let address = Wire::from(values[0]);
                (bus, multiplicity, [address].into_iter().chain(elements).collect())
            })
            .collect();
        let root = self.prover.key().root.unwrap().0;
        let root = [0, 5].map(|first| {
            let at = |i: usize| root.get(first + i).copied().unwrap_or(F::ZERO);
            Wire::Constant(from_coefficients(std::array::from_fn(at)))
        });
        let facts = Facts {
            system,
            params,
            layout: &layout,
            fixed: Some(&root),
            boundary: None,
            publics: &elements,
            messages: &messages,
            shared: &Challenge::new(Vec::new()),
        };
        let sum = verify_facts(&mut proof, &facts).unwrap();
        b.assert_zero(sum);
        b.finish()
    }
}

fn agrees(inner: &Inner) {
    let circuit = inner.verifier();
    let mut counts = std::collections::BTreeMap::new();
    circuit.ops.iter().for_each(|op| *counts.entry(format!("{:?}", op.kind)).or_insert(0) += 1);
    println!("{:?}: {counts:?}", inner.hash);
    let (value, proof) = inner.prove(1);
    let hints = inner.witness(value, &proof).unwrap();
    run(&circuit, &[cell_of(value)], &hints).unwrap();
    // Of another value neither says that it is proved.
    let other = value + EF::ONE;
    assert!(inner.witness(other, &proof).is_err());
    assert!(matches!(run(&circuit, &[cell_of(other)], &hints), Err(RunError::Failed { .. })));
    // Nor with any hint changed, of those that something depends on.
    for i in (0..hints.len()).step_by(hints.len() / 50) {
        let mut changed = hints.clone();
        changed[i][i % 4] += F::ONE;
        assert!(run(&circuit, &[cell_of(value)], &changed).is_err(), "hint {i}");
    }
}

#[test]
fn verifiers_agree_with_poseidon2() {
    agrees(&Inner::new(Hash::Poseidon2));
}

#[test]
fn verifiers_agree_with_blake3_leaves() {
    agrees(&Inner::new(Hash::Mixed));
}

#[test]
fn verifiers_agree_on_proofs_that_hide_their_witness() {
    let params = Params::new(Profile::Bits100, 15).unwrap().with_hash(Hash::Poseidon2);
    agrees(&Inner::with(params.with_masks().unwrap()));
}

/// A proof of a proof.
#[test]
fn a_verifier_is_proved() {
    let inner = Inner::new(Hash::Poseidon2);
    let (value, proof) = inner.prove(2);
    let hints = inner.witness(value, &proof).unwrap();
    let publics = [cell_of(value)];
    let params = Params::new(Profile::Bits100, 14).unwrap().with_hash(Hash::Poseidon2);
    let outer = Prover::new(inner.verifier(), params).unwrap();
    let tables = outer.tables(&publics, &hints).unwrap();
    let transcript = || Hash::Poseidon2.transcript("outer");
    let proof = prove(&outer, &tables, &publics, transcript(), &mut Stages::default()).unwrap();
    verify(&outer, &publics, transcript(), &proof).unwrap();
    let other = [cell_of(value + EF::ONE)];
    assert!(verify(&outer, &other, transcript(), &proof).is_err());
}
