//! A proof of hashes.

use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::params::{Params, Profile};
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

use super::system::{LOG_HEIGHT, leaves, random_row, rng};

#[test]
fn hashes_are_proved() {
    let mut rng = rng(7);
    let leaf = leaves(&[4, 149, 260].map(|width| random_row(width, &mut rng)));
    let prover = Prover::new(leaf.circuit, Params::new(Profile::Bits100, LOG_HEIGHT).unwrap()).unwrap();
    let tables = prover.tables(&leaf.publics, &leaf.hints).unwrap();
    let transcript = || prover.transcript("test");
    let proof = prove(&prover, &tables, &leaf.publics, transcript(), &mut Stages::default()).unwrap();
    verify(&prover, &leaf.publics, transcript(), &proof).unwrap();
    let mut others = leaf.publics.clone();
    others[3][2] += aver_stark::field::F::ONE;
    assert!(verify(&prover, &others, transcript(), &proof).is_err());
}
