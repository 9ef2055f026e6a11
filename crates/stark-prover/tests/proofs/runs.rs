//! Runs whose proofs are each right about what they show, and wrong together; sums, shards and words.

use aver_stark::field::{EF, F};
use aver_stark::params::Profile;
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::check::Violation;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::machine::BOUNDARY as BOUNDARY_BUS;
use crate::tables::{BOUNDARY, RANGE, STEP};
use crate::toy::{Part, Toy, f, honest};

#[test]
fn a_word_with_two_births_is_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let mut parts = toy.run(&[50, 40]);
    let table = &mut parts[2].tables[0];
    let rows = table.rows;
    let mut columns: Vec<&mut Buffer> = table.boundary.iter_mut().chain(&mut table.witness).collect();
    for c in &mut columns {
        let value = c[rows - 1];
        c[rows] = value;
    }
    table.rows += 1;
    assert!(matches!(toy.oracle(&parts), Err(Violation::Bus { .. })));
    assert!(toy.verify(&toy.prove(&parts, &parts, honest)).is_err());
}

#[test]
fn shards_dropped_doubled_and_swapped_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40, 30]);
    let proofs = toy.prove(&parts, &parts, honest);
    assert_eq!(toy.verify(&proofs), Ok(()));
    let mut swapped = proofs.clone();
    swapped.swap(0, 1);
    assert!(toy.verify(&swapped).is_err());
    // Provers for which everything is consistent but the sums: the shards have the numbers they must have.
    let of = |shards: &[usize]| {
        let shards = shards.iter().enumerate().map(|(i, &from)| {
            let mut part = parts[from].clone();
            part.publics = vec![f(i + 1)];
            let rows = part.tables[STEP].rows;
            part.tables[STEP].witness[7][..rows].fill(f(i + 1));
            // Whose number is looked up in the boundary table: counted again.
            let last = part.tables[BOUNDARY].boundary[3].clone();
            for last in &last[..part.tables[BOUNDARY].rows] {
                let count = |shard: usize, change: F, table: &mut Table| {
                    let at = (0..256).find(|&v| f(v) == f(shard) - *last - F::ONE);
                    at.into_iter().for_each(|at| table.witness[0][at] += change);
                };
                count(from + 1, F::NEG_ONE, &mut part.tables[RANGE]);
                count(i + 1, F::ONE, &mut part.tables[RANGE]);
            }
            part
        });
        shards.chain([parts[3].clone()]).collect::<Vec<Part>>()
    };
    assert_eq!(toy.verify(&toy.prove(&of(&[0, 1, 2]), &of(&[0, 1, 2]), honest)), Ok(()));
    for shards in [&[0, 1][..], &[0, 1, 1, 2], &[0, 1, 2, 2], &[0, 0, 1, 2]] {
        let lie = of(shards);
        assert_eq!(toy.verify(&toy.prove(&lie, &lie, honest)), Err("sums".into()), "{shards:?}");
    }
}

/// Memory goes by the shards' numbers. Were they not those of their places, what a shard leaves could be what
/// one before it finds.
#[test]
fn shards_with_numbers_of_other_places_are_refused() {
    let toy = Toy::new(Profile::Bits100, 5);
    let parts = toy.run(&[50, 40, 30]);
    let lie = [0, 2, 1, 3].map(|i| parts[i].clone());
    let proofs = toy.prove(&lie, &lie, honest);
    assert_eq!(toy.verify_in_any_order(&proofs), Ok(()));
    assert_eq!(toy.verify(&proofs), Err("order".into()));
    let number = |(i, part): (usize, &Part)| Part {
        publics: if part.is_memory { vec![] } else { vec![f(i + 1)] },
        ..part.clone()
    };
    let numbered: Vec<Part> = lie.iter().enumerate().map(number).collect();
    assert!(toy.verify(&toy.prove(&numbered, &numbered, honest)).is_err());
}

/// Each proof as it is, but of another run: there the shared challenge is another.
#[test]
fn proofs_of_another_run_are_refused() {
    let toy = Toy::new(Profile::Bits100, 5);
    let (mine, other) = (toy.run(&[50, 40]), toy.run(&[50, 41]));
    let (proofs, others) = (toy.prove(&mine, &mine, honest), toy.prove(&other, &other, honest));
    assert_eq!(toy.verify(&proofs), Ok(()));
    // Shard 1 is the same in both.
    assert_eq!(proofs[0].boundary, others[0].boundary);
    for i in 0..3 {
        let mut mixed = proofs.clone();
        mixed[i] = others[i].clone();
        assert!(toy.verify(&mixed).is_err(), "proof {i}");
        mixed[i].boundary = proofs[i].boundary.clone();
        assert!(toy.verify(&mixed).is_err(), "proof {i}, its commitment as it was");
    }
}

#[test]
fn sums_moved_between_proofs_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        let forged = toy.prove(&parts, &parts, |i, sum| match i {
            i if i == from => sum - EF::ONE,
            i if i == to => sum + EF::ONE,
            _ => sum,
        });
        let first = from.min(to);
        assert_eq!(toy.verify(&forged), Err(format!("proof {first}: sum: equation does not hold")));
    }
}

/// Messages of the verifier's own on a shared bus are part of the sums.
#[test]
fn shared_messages_of_the_verifier_count() {
    let toy = Toy::new(Profile::Bits100, 5);
    let mut parts = toy.run(&[50, 40]);
    let word = |v: usize| vec![f(30), f(v), f(0)];
    parts[0].messages.push((BOUNDARY_BUS, f(3), word(1)));
    assert_eq!(toy.verify(&toy.prove(&parts, &parts, honest)), Err("sums".into()));
    parts[1].messages.extend([(BOUNDARY_BUS, -F::TWO, word(1)), (BOUNDARY_BUS, F::NEG_ONE, word(1))]);
    assert_eq!(toy.verify(&toy.prove(&parts, &parts, honest)), Ok(()));
    parts[1].messages[3].2 = word(2);
    assert_eq!(toy.verify(&toy.prove(&parts, &parts, honest)), Err("sums".into()));
}
