//! What the root refuses.

use aver_machine::public::PC_HALT;
use aver_recursion::cell::Cell;
use aver_recursion_prover::run;
use aver_stark::field::{EF, F};
use aver_stark_prover::stages::Stages;
use aver_tree::keys::Kind;
use aver_tree_prover::{Error, Node};
use p3_field::PrimeCharacteristicRing;

use super::toy::{Toy, ToyRun};
use super::{TREE, assert_refused};

/// The hints of the root of a run, and what it says.
fn root(toy: &ToyRun) -> (Vec<Cell>, Vec<Cell>) {
    let node = toy.fold(&TREE);
    let mut hints = toy.root_hints();
    hints.extend(TREE.node_hints(&node).unwrap());
    (toy.publics(&TREE), hints)
}

#[test]
fn runs_that_are_none() {
    let circuit = &TREE.root_prover().unwrap().circuit;
    let own = ToyRun::new(1, 1, 0);
    let (publics, hints) = root(&own);
    run(circuit, &publics, &hints).unwrap();
    for at in 0..publics.len() {
        let mut others = publics.clone();
        others[at][1] += F::ONE;
        assert_refused(circuit, &others, &hints, &format!("another claim: cell {at}"));
    }
    // Counts, the last link, and where the run ends.
    for at in 0..6 {
        for element in 0..5 {
            let mut others = hints.clone();
            others[at][element] += F::ONE;
            assert_refused(circuit, &publics, &others, &format!("hint {at}, element {element}"));
        }
    }
    assert_refused(circuit, &root(&ToyRun::new(1, 1, 1)).0, &hints, "the proof of another run");

    let mut unfinished = own.clone();
    unfinished.toys[1].pc = PC_HALT - 1;
    unfinished.chain();
    let mut uneven = own.clone();
    uneven.toys[1].sum += EF::ONE;
    let mut drawn = own.clone();
    drawn.context.shared[0][0] += F::ONE;
    let mut left = own.clone();
    left.places[0].link[0][0] += F::ONE;
    left.rechain();
    left.draw();
    for (what, toy) in [
        ("the last shard does not halt", &unfinished),
        ("sums do not cancel", &uneven),
        ("another shared challenge", &drawn),
        ("parts before the first", &left),
    ] {
        let (publics, hints) = root(toy);
        assert_refused(circuit, &publics, &hints, what);
    }
}

/// A node that other parts may follow, of the class of joins, is not what a root is of; nor is it under the key of one that is.
#[test]
fn a_join_is_not_over_all_parts() {
    let toy = ToyRun::new(1, 1, 0);
    let stages = &mut Stages::default();
    let [first, second] = [0, 1].map(|i| toy.prove(&TREE, i));
    let join = TREE.join(&first, &second, false, stages).unwrap();
    let refused = TREE.root(&toy.publics(&TREE), toy.root_hints(), &join, stages);
    assert!(matches!(refused, Err(Error::Few)));
    let place = TREE.join(&first, &second, true, stages).unwrap().place;
    assert!(TREE.verify(&Node { kind: Kind::Top, place, ..join }).is_err());
}

/// One part has no join.
#[test]
fn a_leaf_is_no_run() {
    let toy = ToyRun::new(1, 0, 0);
    let Toy { part, .. } = toy.toys[0].clone();
    let (statement, hints) = toy.leaf(&TREE, 0);
    let stages = &mut Stages::default();
    let leaf = TREE.make(super::toy::kind(part), 0, statement, &hints, stages).unwrap();
    let root = TREE.root(&toy.publics(&TREE), toy.root_hints(), &leaf, stages);
    assert!(matches!(root, Err(Error::Few)));
}
