//! Proofs of a circuit.

use aver_recursion::{Builder, Wire};
use aver_recursion_prover::proof::Error;
use aver_recursion_prover::{Prover, RunError, prove, run, verify};
use aver_stark::field::{EF, F, from_coefficients};
use aver_stark::params::{Params, Profile};
use aver_stark_prover::check::check;
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

use super::{cell, cell_of, powers, rng};

fn value(x: EF) -> EF {
    x.exp_power_of_2(8) + EF::from(aver_stark::field::f(3))
}

#[test]
fn a_run_is_proved() {
    let prover = Prover::new(powers(), Params::new(Profile::Bits100, 8).unwrap()).unwrap();
    let hint = cell(&mut rng(1));
    let publics = [cell_of(value(from_coefficients(hint)))];
    let tables = prover.tables(&publics, &[hint]).unwrap();
    let messages = prover.circuit.messages(&publics);
    check(&prover.system, &tables, publics.as_flattened(), &messages).unwrap();
    let proof = prove(&prover, &tables, &publics, prover.transcript("test"), &mut Stages::default()).unwrap();
    verify(&prover, &publics, prover.transcript("test"), &proof).unwrap();
    // Of nothing else.
    let others = [cell_of(from_coefficients(publics[0]) + EF::ONE)];
    assert!(matches!(verify(&prover, &others, prover.transcript("test"), &proof), Err(Error::Verify(_))));
    assert!(matches!(verify(&prover, &[], prover.transcript("test"), &proof), Err(Error::Publics)));
    assert!(matches!(prover.tables(&others, &[hint]), Err(Error::Run(RunError::Failed { .. }))));
    let doubled = [publics[0], publics[0]];
    assert!(matches!(prover.tables(&doubled, &[hint]), Err(Error::Run(RunError::Publics { .. }))));
    assert!(matches!(prover.tables(&publics, &[]), Err(Error::Run(RunError::Hints { .. }))));
}

/// Tables that are not those of a run: in a cell that only its row has, and in one that others read.
#[test]
fn other_values_are_refused() {
    let prover = Prover::new(powers(), Params::new(Profile::Bits100, 8).unwrap()).unwrap();
    let hint = cell(&mut rng(2));
    let publics = [cell_of(value(from_coefficients(hint)))];
    let honest = prover.tables(&publics, &[hint]).unwrap();
    let mut refused = 0;
    for chip in 0..honest.len() {
        for column in (0..honest[chip].witness.len()).filter(|_| honest[chip].rows > 0) {
            let mut tables = honest.clone();
            tables[chip].witness[column][0] += F::ONE;
            let proof =
                prove(&prover, &tables, &publics, prover.transcript("test"), &mut Stages::default()).unwrap();
            assert!(
                verify(&prover, &publics, prover.transcript("test"), &proof).is_err(),
                "table {chip}, column {column}"
            );
            refused += 1;
        }
    }
    // Of a hint, a product, a product with a sum, and an assertion.
    assert_eq!(refused, 5 + 15 + 20 + 10);
}

/// Division by zero has no value.
#[test]
fn zero_has_no_inverse() {
    let b = Builder::new();
    let x = b.hint();
    let _ = b.inverse(x - 1);
    let circuit = b.finish();
    assert!(run(&circuit, &[], &[cell_of(EF::ONE)]).is_err());
    run(&circuit, &[], &[cell_of(EF::ZERO)]).unwrap();
    let b = Builder::new();
    b.inverse(Wire::ZERO);
    assert!(run(&b.finish(), &[], &[]).is_err());
}
