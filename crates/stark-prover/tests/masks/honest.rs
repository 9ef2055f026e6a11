//! Honest proofs.

use aver_stark::field::{F, f};
use p3_field::PrimeCharacteristicRing;

use crate::toy::{LOG_HEIGHT, Toy};

#[test]
fn proofs_are_accepted_for_their_claim_alone() {
    for log_height in [LOG_HEIGHT, LOG_HEIGHT + 1] {
        let toy = Toy::new(log_height);
        let claim = toy.claim(f(7));
        let start = std::time::Instant::now();
        let proof = toy.prove(f(7));
        eprintln!("{} bytes {:?}", proof.len(), start.elapsed());
        toy.verify(&claim, &proof).unwrap();
        for i in 0..2 {
            let mut other = claim;
            other[i] += F::ONE;
            assert!(toy.verify(&other, &proof).is_err());
        }
    }
}
