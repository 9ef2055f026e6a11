//! Honest proofs.

use aver_stark::error::Error;
use aver_stark::field::{F, f};
use aver_stark::hash::Hash;
use aver_stark::params::{Params, Profile};
use aver_stark_prover::prove::ProveError;
use p3_field::PrimeCharacteristicRing;

use crate::toy::{LOG_HEIGHT, Toy};

#[test]
fn proofs_are_accepted_for_their_claim_alone() {
    for (hash, log_height) in [(Hash::Poseidon2, LOG_HEIGHT), (Hash::Mixed, LOG_HEIGHT + 1)] {
        let toy = Toy::with(Toy::new(log_height).params.with_hash(hash));
        let claim = toy.claim(f(7));
        let proof = toy.prove(f(7));
        toy.verify(&claim, &proof).unwrap();
        for i in 0..2 {
            let mut other = claim;
            other[i] += F::ONE;
            assert!(toy.verify(&other, &proof).is_err());
        }
    }
}

/// With masks or without is not the proof's to say.
#[test]
fn a_proof_is_of_one_kind() {
    let masked = Toy::new(LOG_HEIGHT);
    let plain = Toy::with(Params::new(Profile::Bits100, LOG_HEIGHT).unwrap());
    let claim = plain.claim(f(7));
    plain.verify(&claim, &plain.prove(f(7))).unwrap();
    assert!(masked.verify(&claim, &plain.prove(f(7))).is_err());
    assert!(plain.verify(&claim, &masked.prove(f(7))).is_err());
}

/// Tables that do not satisfy the chips are proved, and the proof is refused.
#[test]
fn wrong_tables_are_refused() {
    let toy = Toy::new(LOG_HEIGHT);
    let claim = toy.claim(f(7));
    for (column, row) in [(1, 3), (2, 99), (3, 0), (4, 50)] {
        let mut tables = toy.tables(f(7));
        tables[0].witness[column][row] += F::ONE;
        let proof = toy.prove_in(toy.transcript(), None, &claim, &tables).unwrap();
        assert!(toy.verify(&claim, &proof).is_err(), "{column} {row}");
    }
}

/// Below the least height there are no parameters; between it and one that has room for all pads, no proofs.
#[test]
fn heights_have_room_for_masks() {
    let low = Params::new(Profile::Bits100, 11).unwrap().with_masks();
    assert!(matches!(low, Err(Error::Limit { value: 11, limit: 12, .. })));
    let toy = Toy::new(LOG_HEIGHT - 1);
    let error = toy.prove_in(toy.transcript(), None, &toy.claim(f(7)), &toy.tables(f(7))).unwrap_err();
    let limit = Error::Limit { what: "number of pads", value: 1037, limit: 1024 };
    assert_eq!(error, ProveError::Limit(limit));
}
