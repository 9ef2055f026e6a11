//! Aggregates of roots of toy runs.

use aver_recursion::circuit::Machine;
use aver_stark::field::{EF, F};
use aver_stark::hash::Hash;
use aver_stark::hash::Node;
use aver_stark::params::Profile;
use aver_stark_prover::stages::Stages;
use aver_tree::aggregate::{AggregateKey, Roots, Set, claims_root, says};
use aver_tree::cells::{Cell, of_node};
use aver_tree::{Code, Error, TreeKey};
use aver_tree_prover::{Aggregator, Fold, Lifted};
use p3_field::PrimeCharacteristicRing;

use super::toy::ToyRun;
use super::{TREE, assert_refused};

/// A root's public cells, and its proof.
fn root(exit_code: u32) -> (Vec<Cell>, Vec<u8>) {
    let run = ToyRun::new(1, 1, exit_code);
    let (node, publics) = (run.fold(&TREE), run.publics(&TREE));
    let proof = TREE.root(&publics, run.root_hints(), &node, &mut Stages::default()).unwrap();
    (publics, proof)
}

#[test]
fn roots_are_one_proof() {
    let (key, stages) = (TREE.key(), &mut Stages::default());
    let kinds = [Roots::of(key)];
    let aggregator = Aggregator::new(&kinds, Profile::Bits100, Code::new(15, 1)).unwrap();
    let roots = [root(0), root(9)];
    let [one, two] = roots.each_ref().map(|(publics, _)| kinds[0].claim(&key.root, publics));

    // The same run may be there twice.
    let mut fold = Fold::new(&aggregator, 3);
    let mut lifts = Vec::new();
    for (publics, proof) in [&roots[0], &roots[1], &roots[0]] {
        let lift = aggregator.lift(key, publics, proof, stages).unwrap();
        lifts.push(lift.clone());
        fold.push(lift, stages).unwrap();
    }
    let node = fold.finish(stages).unwrap();

    let system = Machine::Plain.system().unwrap();
    let verify =
        |key: &AggregateKey, claims: &[Node], node: &Lifted| key.verify(&system, claims, &node.proof);
    let of = aggregator.key();
    verify(of, &[one, two, one], &node).unwrap();
    let other = kinds[0].claim(&key.keys, &roots[0].0);
    for claims in [
        &[one, two][..],
        &[two, one, one],
        &[one, one, two],
        &[one, two, two],
        &[one, two, other],
        &[one, two, one, one],
        &[node.claims, one],
    ] {
        assert!(matches!(verify(of, claims, &node), Err(Error::Proof(_))), "{claims:?}");
    }
    assert_eq!(verify(of, &[node.claims], &node), Err(Error::Claims));
    assert_eq!(verify(of, &[], &node), Err(Error::Claims));
    let other_keys = AggregateKey { keys: of.join, ..of.clone() };
    assert!(matches!(verify(&other_keys, &[one, two, one], &node), Err(Error::Proof(_))));
    // What a proof says of shared buses counts, though there are none.
    let public = says(&claims_root(&[one, two, one]), &of.keys);
    for (sum, expected) in [(EF::ZERO, Ok(())), (EF::ONE, Err(Error::Sum))] {
        assert_eq!(of.class.verify_by(&system, &of.join, &public, &node.proof, |_, _| Ok(sum)), expected);
    }
    // A lift is no aggregate, even of its own digest.
    verify(of, &[one, two], &lifts[0]).unwrap_err();
    of.class.verify(&system, &of.join, &says(&one, &of.keys), &lifts[0].proof).unwrap_err();

    circuits_refuse(&aggregator, key, &roots[0], &lifts);
}

/// Other claims than those of what is verified.
fn circuits_refuse(aggregator: &Aggregator, key: &TreeKey, root: &(Vec<Cell>, Vec<u8>), lifts: &[Lifted]) {
    let (publics, proof) = root;
    let lift = &aggregator.provers()[1].circuit;
    let hints = aggregator.lift_hints(key, publics, proof).unwrap();
    let own = says(&lifts[0].claims, &aggregator.key().keys);
    aver_recursion_prover::run(lift, &own, &hints).unwrap();
    for cell in 0..2 {
        let mut others = own;
        others[cell][0] += F::ONE;
        assert_refused(lift, &others, &hints, "claims of a lift");
    }
    // Another key or another claim, whether it is what is said or not.
    for at in [0, 1, 2, 1 + publics.len()] {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(lift, &own, &others, &format!("hint {at} of a lift"));
        let key = Node(std::array::from_fn(|i| others[..2].as_flattened()[i]));
        let claims = Roots::of(TREE.key()).claim(&key, &others[2..2 + publics.len()]);
        assert_refused(lift, &says(&claims, &aggregator.key().keys), &others, &format!("said hint {at}"));
    }
    let join = &aggregator.provers()[0].circuit;
    let hints = aggregator.join_hints(&lifts[0], &lifts[1]).unwrap();
    let claims = Hash::Poseidon2.compress(&lifts[0].claims, &lifts[1].claims);
    let own = says(&claims, &aggregator.key().keys);
    aver_recursion_prover::run(join, &own, &hints).unwrap();
    for cell in 0..4 {
        let mut others = own;
        others[cell][0] += F::ONE;
        assert_refused(join, &others, &hints, "a join");
    }
    // What nodes are said to say, with the node above it.
    let mut others = hints.clone();
    others[..2].copy_from_slice(&of_node(&lifts[1].claims));
    let claims = Hash::Poseidon2.compress(&lifts[1].claims, &lifts[1].claims);
    assert_refused(join, &says(&claims, &aggregator.key().keys), &others, "the claims of another node");
    // A key that is not in the set: the path, after what is said and the key.
    for at in 4..9 {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(join, &own, &others, &format!("hint {at} of a join"));
    }
    // Roots of another class, or another tree.
    let mut other = key.clone();
    other.class.rows[0] += 1;
    assert!(matches!(
        aggregator.lift(&other, publics, proof, &mut Stages::default()),
        Err(aver_tree_prover::Error::Roots)
    ));
    let other = TreeKey { root: key.keys, ..key.clone() };
    aggregator.lift(&other, publics, proof, &mut Stages::default()).unwrap_err();
}

#[test]
fn roots_that_no_circuit_verifies() {
    let key = TREE.key();
    let mut roots = Roots::of(key);
    roots.class.params.hash = Hash::Blake3;
    let refused = Aggregator::new(&[roots], Profile::Bits100, Code::new(15, 1));
    assert!(matches!(refused, Err(aver_tree_prover::Error::Tree(Error::Hash))));
    // Counted before any circuit is made.
    let many = vec![Roots::of(key); 128];
    let refused = Aggregator::new(&many, Profile::Bits100, Code::new(15, 1));
    assert!(matches!(refused, Err(aver_tree_prover::Error::Tree(Error::Keys { count: 129, limit: 128 }))));
    let keys = [key.root; 129];
    assert!(matches!(Set::new(&keys), Err(Error::Keys { count: 129, limit: 128 })));
    assert!(matches!(Set::new(&[]), Err(Error::Keys { .. })));
    // Each kind of roots once, in an order that does not depend on theirs.
    let mut other = key.clone();
    other.class.rows[0] += 1;
    let all = |keys: &[&TreeKey]| Roots::all(keys.iter().copied());
    assert_eq!(all(&[key, &other, key]), all(&[&other, key]));
    assert_eq!(all(&[key, &other]).0.len(), 2);
    // Claims of one kind are none of another.
    let cells = [[F::ONE; 5]; 3];
    let digest = Roots::of(key).claim(&key.root, &cells);
    assert_ne!(digest, Roots::of(&other).claim(&key.root, &cells));
    assert_ne!(digest, Roots::of(key).claim(&key.keys, &cells));
}
