//! Every cell of rows, changed: the oracle refuses it.

use std::collections::BTreeSet;
use std::sync::Arc;

use aver_recursion_prover::{prove, verify};
use aver_stark::field::F;
use aver_stark_prover::check::Violation;
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

use super::{element, example, kinds, rng};

/// Rows of each chip that are changed.
const ROWS: usize = 3;

#[test]
fn honest_rows_pass() {
    for seed in 0..8 {
        let example = example(seed);
        let (prover, tables) = example.prover();
        example.check(&prover, &tables).unwrap();
        for kind in kinds() {
            assert!(tables[kind as usize].rows >= 2, "{kind:?} has too few rows");
        }
    }
    let example = example(1);
    let (prover, tables) = example.prover();
    let transcript = || prover.transcript("test");
    let proof = prove(&prover, &tables, &example.publics, transcript(), &mut Stages::default()).unwrap();
    verify(&prover, &example.publics, transcript(), &proof).unwrap();
}

/// Whatever cell changes, a constraint or a bus notices it; and every constraint notices some.
#[test]
fn every_cell_is_bound() {
    let example = example(2);
    let (prover, mut tables) = example.prover();
    let rng = &mut rng(3);
    let mut met = BTreeSet::new();
    for kind in kinds() {
        let chip = kind as usize;
        for row in 0..tables[chip].rows.min(ROWS) {
            for column in 0..tables[chip].witness.len() {
                let honest = tables[chip].witness[column][row];
                for value in [honest + F::ONE, element(rng)] {
                    tables[chip].witness[column][row] = value;
                    match example.check(&prover, &tables) {
                        Err(Violation::Constraint { label, .. }) => _ = met.insert(label),
                        Err(Violation::Bus { .. }) => {}
                        other => panic!("{kind:?}, row {row}, column {column}: {other:?}"),
                    }
                }
                tables[chip].witness[column][row] = honest;
            }
        }
    }
    let described = kinds().into_iter().map(|kind| &prover.system.described[kind as usize].description);
    let all = described.flat_map(|d| &d.constraints).map(|c| c.label).collect();
    assert_eq!(met, all);
}

/// Fixed columns are the circuit: with any other value its run does not fit.
#[test]
fn every_fixed_cell_matters() {
    let example = example(4);
    let (prover, tables) = example.prover();
    for kind in kinds() {
        let chip = kind as usize;
        for column in 0..tables[chip].fixed.len() {
            let mut changed = tables.clone();
            Arc::make_mut(&mut changed[chip].fixed)[column][1] += F::ONE;
            assert!(example.check(&prover, &changed).is_err(), "{kind:?}, column {column}");
        }
    }
}
