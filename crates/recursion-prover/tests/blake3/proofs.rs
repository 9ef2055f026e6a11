//! A proof of hashes.

use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::hash::Sponge;
use aver_stark::params::{Params, Profile};
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

use crate::system::{LOG_HEIGHT, leaves, random_row, rng};

#[test]
fn hashes_are_proved() {
    let mut rng = rng(7);
    let leaf = leaves(&[4, 149, 260].map(|width| random_row(width, &mut rng)));
    let prover = Prover::new(leaf.circuit, Params::new(Profile::Bits100, LOG_HEIGHT).unwrap()).unwrap();
    let tables = prover.tables(&leaf.publics, &leaf.hints).unwrap();
    let sponge = || Sponge::new("test");
    let proof = prove(&prover, &tables, &leaf.publics, sponge(), &mut Stages::default()).unwrap();
    verify(&prover, &leaf.publics, sponge(), &proof).unwrap();
    let mut others = leaf.publics.clone();
    others[3][2] += aver_stark::field::F::ONE;
    assert!(verify(&prover, &others, sponge(), &proof).is_err());
}
