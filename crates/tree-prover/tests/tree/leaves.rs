//! What a leaf refuses.

use aver_recursion::cell::Cell;
use aver_recursion_prover::run;
use aver_stark::field::F;
use aver_tree::Statement;
use aver_tree::keys::Kind;
use p3_field::PrimeCharacteristicRing;

use super::toy::{ToyRun, base};
use super::{TREE, assert_refused};

/// With any cell of its statement changed, but the keys', which it hands on.
#[test]
fn statements_of_other_cells() {
    let run_of_three = ToyRun::new(1, 2, 0);
    for i in 0..3 {
        let (statement, hints) = run_of_three.leaf(&TREE, i);
        let circuit = &TREE.prover(Kind::ALL[i.min(1)], 0).unwrap().circuit;
        let cells = statement.cells();
        run(circuit, &cells, &hints).unwrap();
        for at in 0..cells.len() - 2 {
            for element in 0..5 {
                let mut others = cells;
                others[at][element] += F::ONE;
                assert_refused(circuit, &others, &hints, &format!("leaf {i}, cell {at}, element {element}"));
            }
        }
    }
}

/// Of both parts of a run: no other statement, none of parts that do not follow each other, and no other place where they meet.
#[test]
fn pairs_of_parts() {
    let circuit = &TREE.prover(Kind::Top, 0).unwrap().circuit;
    let toy = ToyRun::new(2, 2, 0);
    let (statement, hints) = toy.pair(&TREE, [1, 2]);
    let cells = statement.cells();
    run(circuit, &cells, &hints).unwrap();
    for (at, element) in (0..cells.len() - 2).flat_map(|at| (0..5).map(move |element| (at, element))) {
        let mut others = cells;
        others[at][element] += F::ONE;
        assert_refused(circuit, &others, &hints, &format!("cell {at}, element {element}"));
    }
    for at in 0..hints.len() {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(circuit, &cells, &others, &format!("hint {at}"));
    }
    // One is left out, doubled, of another kind; in another order.
    for parts in [[1, 3], [1, 1], [2, 2], [0, 1], [2, 3], [2, 1]] {
        let (statement, hints) = toy.pair(&TREE, parts);
        assert_refused(circuit, &statement.cells(), &hints, &format!("{parts:?}"));
    }
}

/// In another context, or from another place, than those of the statement.
#[test]
fn other_contexts_and_places() {
    let run_of_two = ToyRun::new(1, 1, 0);
    let (statement, hints) = run_of_two.leaf(&TREE, 0);
    // Link and numbers of the place stand behind the context.
    for at in 0..run_of_two.context.cells().len() + 6 {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(
            &TREE.prover(Kind::Small, 0).unwrap().circuit,
            &statement.cells(),
            &others,
            &format!("cell {at}"),
        );
    }
}

/// A memory proof among shards, a shard among memory proofs, more shards than have numbers.
#[test]
fn parts_in_other_places() {
    let cells = |toy: &ToyRun, i: usize| -> ([Cell; 9], Vec<Cell>) {
        let (statement, hints) = toy.leaf(&TREE, i);
        (Statement::cells(&statement), hints)
    };
    let circuits = [Kind::Small, Kind::Large].map(|kind| TREE.prover(kind, 0).unwrap());
    for (memory, index, place, is_one) in [
        (2, 1, 0, true),
        (2, 2, 0, false),
        (2, 2, 1, true),
        (2, 1, 1, false),
        (2, (1 << 16) + 2, 1, false),
        (2, (1 << 16) + 1, 1, false),
        (2, 1 << 16, 1, true),
        (1 << 16, (1 << 16) - 1, 0, true),
        (1 << 16, 1 << 16, 0, false),
    ] {
        let mut toy = ToyRun::new(1, 1, 0);
        toy.memory = memory;
        toy.context.memory = base(F::from_u32(memory));
        toy.places[0].at[0][0] = F::from_u32(index);
        toy.rechain();
        let (publics, hints) = cells(&toy, 0);
        let circuit = &circuits[place].circuit;
        match is_one {
            true => _ = run(circuit, &publics, &hints).unwrap(),
            false => assert_refused(circuit, &publics, &hints, &format!("part {index} of {memory}, {place}")),
        }
    }
}
