//! What pass 1 commits to, and the sums that follow.

use aver_stark::field::f;
use aver_verifier::Error;
use p3_field::PrimeCharacteristicRing;

use crate::relay::*;

#[test]
fn other_boundary_columns_in_pass_2() {
    let shop = relay_shop(false);
    let (first, second) = (relay_forge(&shop, 5), relay_forge(&shop, 7));
    // All of another run; one proof of it; and one cell that two shards agree on.
    let mut all = second.clone();
    all.header = first.header.clone();
    let mut one = first.clone();
    one.parts[1] = second.parts[1].clone();
    let mut cell = first.clone();
    for (part, chip, column) in [(0, "memory", "first1"), (0, "memory", "final1")] {
        let row = cell.row(part, chip, &[("input", 1)]);
        cell.set(part, chip, row, column, f(9));
    }
    cell.recount();
    for forge in [all, one, cell] {
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn commitments_of_other_shards() {
    let shop = relay_shop(false);
    let honest = relay_forge(&shop, 5);
    let mut swapped = honest.clone();
    let other = swapped.header.shards[2].boundary.clone();
    swapped.header.shards[1].boundary = other;
    let mut none = honest.clone();
    none.header.shards[1].boundary.root = None;
    let mut short = honest.clone();
    short.header.shards[1].boundary.rows[0] -= 1;
    let mut more = honest.clone();
    more.header.shards[1].boundary.rows.push(1);
    let mut less = honest.clone();
    less.header.memory[0].boundary.rows.clear();
    for forge in [swapped, none, short, more, less] {
        let error = forge.verify(&forge.prove()).unwrap_err();
        assert!(matches!(error, Error::Proof { .. }), "{error}");
    }
}

#[test]
fn sums_moved_between_proofs() {
    let shop = relay_shop(false);
    let forge = relay_forge(&shop, 5);
    let proof = forge.prove_claiming(|i, sum| match i {
        0 => sum + aver_stark::field::EF::ONE,
        3 => sum - aver_stark::field::EF::ONE,
        _ => sum,
    });
    let error = Error::Proof { index: 1, error: aver_stark::error::Error::Equation { label: "sum" } };
    assert_eq!(forge.verify(&proof), Err(error));
    // A lie whose sums do not cancel, claimed to cancel by the last proof.
    let run = relay_run(&shop, 5, before(3, |s| _ = s.words.insert(COUNT, 1)));
    let forge = shop.forge(&run, shop.setup.program(), std::slice::from_ref(&run.memory));
    assert_eq!(forge.faults(), ["boundary"]);
    assert_eq!(forge.verify(&forge.prove()), Err(Error::Sums));
    let sums = std::cell::RefCell::new(aver_stark::field::EF::ZERO);
    let proof = forge.prove_claiming(|i, sum| {
        let claimed = if i == 5 { -*sums.borrow() } else { sum };
        *sums.borrow_mut() += claimed;
        claimed
    });
    let error = Error::Proof { index: 6, error: aver_stark::error::Error::Equation { label: "sum" } };
    assert_eq!(forge.verify(&proof), Err(error));
}
