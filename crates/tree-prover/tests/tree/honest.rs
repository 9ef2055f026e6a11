//! Trees of different sizes.

use aver_recursion_prover::run;
use aver_stark_prover::stages::Stages;
use aver_tree::keys::Kind;

use super::toy::{ToyRun, tree};

#[test]
fn trees_of_any_size() {
    let tree = tree();
    let start = std::time::Instant::now();
    let run_2 = ToyRun::new(1, 1, 0);
    let (statement, hints) = run_2.leaf(&tree, 0);
    run(&tree.provers(Kind::Leaf)[0].circuit, &statement.cells(), &hints).unwrap();
    for shards in [1, 2, 4] {
        let run = ToyRun::new(1, shards, 0);
        let node = run.fold(&tree);
        println!("{shards} {:?}", start.elapsed());
        tree.verify(&node).unwrap();
        let publics = run.publics(&tree);
        let proof = tree.root(&publics, run.root_hints(), &node, &mut Stages::default()).unwrap();
        let key = tree.key();
        println!("{shards} {:?} {} bytes", start.elapsed(), proof.len());
        key.class.verify(tree.system(), &key.root, &publics, &proof).unwrap();
        // Of nothing else.
        let mut others = publics.clone();
        others[4][0] += aver_stark::field::F::new(1);
        key.class.verify(tree.system(), &key.root, &others, &proof).unwrap_err();
    }
}
