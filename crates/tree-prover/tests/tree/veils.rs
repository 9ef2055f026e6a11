//! What veils hide, and what they and those above them refuse.

use aver_recursion::cell::Cell;
use aver_recursion_prover::run;
use aver_stark::field::{D, EF, F, from_coefficients};
use aver_stark_prover::stages::Stages;
use aver_tree::keys::Kind;
use aver_tree::root::root_hints;
use aver_tree::statement::split_hints;
use aver_tree::veil::veil_hints;
use aver_tree::{Place, Statement};
use aver_tree_prover::{Error, Fold, Node};
use p3_field::PrimeCharacteristicRing;

use super::toy::{ToyRun, cell_of};
use super::{TREE, assert_refused};

/// A cell of its own for each number.
fn cell(number: usize) -> Cell {
    std::array::from_fn(|i| F::from_usize(1000 * number + i + 1).cube())
}

/// The places of a run, hidden: the first has nothing to hide, and the masks at both ends are zero.
fn hidden(toy: &ToyRun, seed: usize) -> Vec<Place> {
    let mut places = toy.places.clone();
    let last = places.len() - 1;
    for (i, place) in places.iter_mut().enumerate().skip(1) {
        let cell = |j| cell(seed + 10 * i + j);
        place.salt = [cell(0), cell(1)];
        if i < last {
            place.mask = cell(2);
        }
    }
    places
}

fn veil(leaf: &Node, places: &[Place], i: usize) -> Node {
    TREE.veil(leaf, &places[i], &places[i + 1], &mut Stages::default()).unwrap()
}

fn fold(veils: &[Node]) -> Node {
    let (mut fold, mut stages) = (Fold::new(&*TREE, veils.len()), Stages::default());
    veils.iter().for_each(|veil| fold.push(veil.clone(), &mut stages).unwrap());
    fold.finish(&mut stages).unwrap()
}

/// The hints of the root of a run that is hidden so.
fn hints_of_root(toy: &ToyRun, last: &Place, node: &Node) -> Vec<Cell> {
    let mut hints = root_hints(toy.counts(), last.link, last.hidden(), None);
    hints.extend(TREE.node_hints(node).unwrap());
    hints
}

/// Of each size of leaves, of other masks and salts each time.
#[test]
fn runs_that_are_hidden() {
    let toy = ToyRun::new(1, 2, 0);
    let leaves: Vec<Node> = (0..3).map(|i| toy.prove(&TREE, i)).collect();
    let places = [1, 2].map(|seed| hidden(&toy, 1000 * seed));
    let veils = places
        .each_ref()
        .map(|places| (leaves.iter().enumerate()).map(|(i, leaf)| veil(leaf, places, i)).collect::<Vec<_>>());
    for (places, veils) in places.iter().zip(&veils) {
        veils.iter().for_each(|veil| TREE.verify(veil).unwrap());
        let node = fold(veils);
        assert_eq!(node.statement.sum, Cell::default());
        let circuit = &TREE.root_prover().unwrap().circuit;
        let hints = |last: &Place| hints_of_root(&toy, last, &node);
        run(circuit, &toy.publics(&TREE), &hints(&places[3])).unwrap();
        // What is not hidden is another place.
        assert_refused(
            circuit,
            &toy.publics(&TREE),
            &hints(&toy.places[3]),
            "the last place without its salt",
        );
    }
    // Two veils of a leaf say nothing that is the same, but of what the run is, and where it starts.
    for i in 0..3 {
        let [a, b] = veils.each_ref().map(|veils| veils[i].statement);
        let leaf = leaves[i].statement;
        for (x, y) in [(a, b), (a, leaf), (b, leaf)] {
            assert_eq!((x.context, x.keys, x.before == y.before), (y.context, y.keys, i == 0));
            assert!(x.after != y.after && x.sum != y.sum);
        }
    }
    // Of two ways to hide one run, and of what is hidden and what is not.
    let (a, [_, b, c]) = (&veils[0][0], &veils[1][..]) else { panic!("three veils") };
    for (first, second) in [(a, b), (a, &leaves[1]), (&leaves[0], b)] {
        assert!(matches!(TREE.join(first, second, false, &mut Stages::default()), Err(Error::Apart)));
    }
    // Whatever is claimed of them together.
    let circuit = &TREE.prover(Kind::Join, 7).unwrap().circuit;
    let mut hints = split_hints(&a.statement);
    [a, b].iter().for_each(|node| hints.extend(TREE.node_hints(node).unwrap()));
    let [x, y]: [EF; 2] = [a, b].map(|node| from_coefficients(node.statement.sum));
    let said = Statement { after: b.statement.after, sum: cell_of(x + y), ..a.statement };
    assert_refused(circuit, &said.cells(), &hints, "veils of one run, hidden in two ways");
    assert!(matches!(TREE.veil(c, &places[0][2], &places[0][3], &mut Stages::default()), Err(Error::Order)));
}

/// Another statement, or a place that is opened as another one.
#[test]
fn veils_of_something_else() {
    let toy = ToyRun::new(1, 1, 0);
    let leaf = toy.prove(&TREE, 0);
    // Not the first places, which have no masks.
    let [before, after] =
        [1, 2].map(|i| Place { mask: cell(i), salt: [cell(3 * i), cell(7 * i)], ..toy.places[i - 1] });
    let statement = leaf.statement.veiled(&before, &after);
    let hints = [veil_hints(&before, &after), TREE.node_hints(&leaf).unwrap()].concat();
    let circuit = &TREE.prover(Kind::Veil, 0).unwrap().circuit;
    run(circuit, &statement.cells(), &hints).unwrap();
    for at in 0..statement.cells().len() {
        for element in 0..D {
            let mut others = statement.cells();
            others[at][element] += F::ONE;
            assert_refused(circuit, &others, &hints, &format!("cell {at}, element {element}"));
        }
    }
    // Link, where it is, mask and salt of both.
    for at in 0..14 {
        let mut others = hints.clone();
        others[at][0] += F::ONE;
        assert_refused(circuit, &statement.cells(), &others, &format!("hint {at}"));
    }
    // A place with another mask, which the sum does not have.
    let other = Place { mask: cell(9), ..after };
    let said = Statement { sum: statement.sum, ..leaf.statement.veiled(&before, &other) };
    let hints = [veil_hints(&before, &other), TREE.node_hints(&leaf).unwrap()].concat();
    assert_refused(circuit, &said.cells(), &hints, "a sum without its mask");
}

/// Masks at the ends, which would stand for sums that do not cancel.
#[test]
fn masks_at_the_ends() {
    let circuit = &TREE.root_prover().unwrap().circuit;
    for at in [0, 2] {
        let mut toy = ToyRun::new(1, 1, 0);
        let mut places = hidden(&toy, 3000);
        let mask = cell(5);
        places[at].mask = mask;
        let mask: EF = from_coefficients(mask);
        toy.toys[0].sum += if at == 0 { mask } else { -mask };
        let veils: Vec<Node> = (0..2).map(|i| veil(&toy.prove(&TREE, i), &places, i)).collect();
        let node = fold(&veils);
        assert_eq!(node.statement.sum, Cell::default());
        let hints = hints_of_root(&toy, &places[2], &node);
        assert_refused(circuit, &toy.publics(&TREE), &hints, &format!("a mask at place {at}"));
    }
}
