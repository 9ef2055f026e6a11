//! What joins refuse, asked nicely and by whoever makes up hints.

use aver_recursion_prover::{Prover, prove, run};
use aver_stark::field::F;
use aver_stark_prover::stages::Stages;
use aver_tree::class::DOMAIN;
use aver_tree::keys::{Kind, LOG_PLACES, index};
use aver_tree::statement::split_hints;
use aver_tree::{Keys, Statement};
use aver_tree_prover::{Error, Node};

use p3_field::PrimeCharacteristicRing;

use super::toy::{ToyRun, free};
use super::{TREE, assert_refused};

/// The hints of a join of two nodes.
fn hints(first: &Node, second: &Node) -> Vec<[F; 5]> {
    let mut hints = split_hints(&first.statement);
    [first, second].iter().for_each(|node| hints.extend(TREE.node_hints(node).unwrap()));
    hints
}

/// Two shards that do not follow each other in one run: one between them left out, one doubled, in another order, of
/// another run or program.
#[test]
fn parts_that_do_not_follow() {
    let tree = &*TREE;
    let own = ToyRun::new(1, 3, 0);
    let of_another_run = ToyRun::new(1, 3, 1);
    let mut of_another_program = ToyRun::new(1, 3, 0);
    of_another_program.run.fixed[0].rows[0][0] += F::ONE;
    of_another_program.chain();
    let [first, second, third] = [1, 2, 3].map(|i| own.prove(tree, i));
    let others = [of_another_run, of_another_program].map(|run| run.prove(tree, 2));
    let circuit = &tree.prover(Kind::Join, 3).unwrap().circuit;
    let said = first.statement.join(&second.statement).unwrap();
    let honest = hints(&first, &second);
    run(circuit, &said.cells(), &honest).unwrap();
    let pairs = [
        ("one is left out", &first, &third),
        ("one is doubled", &first, &first),
        ("another order", &second, &first),
        ("another run", &first, &others[0]),
        ("another program", &first, &others[1]),
    ];
    for (what, a, b) in pairs {
        assert!(matches!(tree.join(a, b, false, &mut Stages::default()), Err(Error::Apart)), "{what}");
        // Whatever is claimed of them together.
        for (before, after) in [(a, b), (a, a), (b, b), (&first, &second)] {
            let (before, after) = (before.statement.before, after.statement.after);
            let said = Statement { before, after, ..said };
            assert_refused(circuit, &said.cells(), &hints(a, b), what);
        }
    }
    // Of a context and keys that neither has, another sum, other ends.
    for at in 0..said.cells().len() {
        let mut cells = said.cells();
        cells[at][0] += cells[2 + 5][0];
        assert_refused(circuit, &cells, &honest, &format!("cell {at}"));
    }
}

/// A leaf that nothing is demanded of, of the class of leaves but not of the set: neither under its own key nor under
/// another's.
#[test]
fn keys_that_are_not_in_the_set() {
    let tree = &*TREE;
    let own = ToyRun::new(1, 1, 0);
    let honest = own.prove(tree, 0);
    let prover = tree.prover(Kind::Large, 0).unwrap();
    let mut circuit = free();
    circuit.pad(prover.circuit.rows());
    let forger = Prover::new(circuit, prover.params.clone()).unwrap();
    let statement = own.leaf(tree, 1).0;
    let tables = forger.tables(&statement.cells(), &[]).unwrap();
    let proof =
        prove(&forger, &tables, &statement.cells(), forger.transcript(DOMAIN), &mut Stages::default());
    let forged = Node { statement, kind: Kind::Large, place: 0, proof: proof.unwrap() };
    // It is a proof, but of its own key.
    let key = forger.key().root.unwrap();
    let classes = tree.classes();
    classes.large.verify(&tree.machines().leaf, &key, &statement.cells(), &forged.proof).unwrap();
    tree.verify(&forged).unwrap_err();
    assert!(matches!(tree.node_hints(&forged), Err(Error::Tree(_))));
    let with_key = |key: &aver_stark::hash::Node, kind: Kind| {
        let keys = Keys::new([&[*key]; 5].map(|keys| &keys[..])).unwrap();
        let mut hints = split_hints(&honest.statement);
        hints.extend(tree.node_hints(&honest).unwrap());
        hints.extend(keys.path(index(kind, 0), LOG_PLACES));
        hints.extend(tree.witness(key, &forged).unwrap());
        hints
    };
    let said = honest.statement.join(&forged.statement).unwrap();
    let circuit = &tree.prover(Kind::Join, 1).unwrap().circuit;
    for kind in Kind::ALL {
        assert_refused(circuit, &said.cells(), &with_key(&key, kind), "the forger's key");
    }
}
