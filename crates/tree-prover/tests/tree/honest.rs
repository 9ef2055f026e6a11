//! Trees of different sizes.

use aver_stark::field::F;
use aver_stark_prover::stages::Stages;
use aver_tree::keys::Kind;
use p3_field::PrimeCharacteristicRing;

use super::TREE;
use super::toy::ToyRun;

#[test]
fn trees_of_any_size() {
    let tree = &*TREE;
    let key = tree.key();
    let mut sizes = Vec::new();
    for (memory, shards, both) in [(1, 1, true), (1, 1, false), (2, 1, false), (1, 4, false)] {
        let run = ToyRun::new(memory, shards, 0);
        let node = if both {
            let (statement, hints) = run.pair(tree, [0, 1]);
            tree.make(Kind::Top, 0, statement, &hints, &mut Stages::default()).unwrap()
        } else {
            run.fold(tree)
        };
        assert_eq!(node.kind, Kind::Top);
        tree.verify(&node).unwrap();
        let publics = run.publics(tree);
        let proof = tree.root(&publics, run.root_hints(), &node, &mut Stages::default()).unwrap();
        key.class.verify(&tree.machines().join, &key.root, &publics, &proof).unwrap();
        // Of nothing else: a claim of one with the proof of another.
        for i in 0..publics.len() {
            let mut others = publics.clone();
            others[i][0] += F::ONE;
            key.class.verify(&tree.machines().join, &key.root, &others, &proof).unwrap_err();
        }
        sizes.push(proof.len());
    }
    // Of one size but for siblings that paths share.
    let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
    assert!(most - least < most / 20, "{sizes:?}");
}
