//! Proofs whose words are decoded to lists: there is work before each challenge that combines words, and no column that
//! proofs share.

use std::cell::RefCell;
use std::rc::Rc;

use aver_stark::eq::log2_ceil;
use aver_stark::error::Error;
use aver_stark::field::{F, f};
use aver_stark::hash::{Cell, Hash, Node};
use aver_stark::masks::MIN_STACKS;
use aver_stark::params::{Params, Profile};
use aver_stark::transcript::{Kind, Step, Transcript};
use aver_stark::verify::BoundaryCommitment;
use p3_field::PrimeCharacteristicRing;

use crate::fixed::Fixed;
use crate::toy::{LOG_HEIGHT, Toy};

/// With hardly any positions.
fn toy() -> Toy {
    let params = Params::at_rate(Profile::Bits128, LOG_HEIGHT, 3).unwrap().with_hash(Hash::Blake3);
    let mut toy = Toy::with(params.with_masks().unwrap().with_lists(3).unwrap());
    toy.params.query_work = 9;
    toy.params.base.queries = 4;
    toy.params.rounds.iter_mut().for_each(|oracle| oracle.queries = 4);
    toy
}

/// A transcript whose challenges do not depend on what is sent, with another seed for one work.
#[derive(Clone)]
struct Seeds {
    inner: Fixed,
    other: Option<usize>,
    works: Rc<RefCell<Vec<&'static str>>>,
}

impl Seeds {
    fn new(other: Option<usize>) -> Self {
        Self { inner: Fixed::new(4), other, works: Rc::default() }
    }
}

impl Transcript for Seeds {
    fn absorb(&mut self, step: Step, cells: &[Cell]) {
        self.inner.absorb(step, cells);
    }
    fn squeeze(&mut self, step: Step, out: &mut [Cell]) {
        self.inner.squeeze(step, out);
        if step.kind == Kind::Work {
            let mut works = self.works.borrow_mut();
            if self.other == Some(works.len()) {
                out[0][0] += F::ONE;
            }
            works.push(step.label);
        }
    }
}

#[test]
fn each_work_is_asked_for() {
    let toy = toy();
    let claim = toy.claim(f(7));
    let proof = toy.prove_in(Seeds::new(None), None, &claim, &toy.tables(f(7))).unwrap();
    let honest = Seeds::new(None);
    toy.verify_in(honest.clone(), &claim, &proof).unwrap();
    let works = honest.works.borrow().clone();
    let mut expected = vec!["logup/work"];
    // The stacks of witness columns, and one of fixed columns.
    expected.extend(vec!["gather/work"; log2_ceil(MIN_STACKS + 1)]);
    expected.extend(["masks/work"; 2]);
    for oracle in &toy.params.rounds {
        expected.push("whir/work");
        expected.extend(vec!["whir/fold work"; oracle.fold]);
    }
    expected.push("whir/work");
    assert_eq!(works, expected);
    // Less than all of them do not have bits enough.
    let oracles = [&toy.params.base].into_iter().chain(&toy.params.rounds);
    assert_eq!(oracles.map(|oracle| oracle.work).collect::<Vec<_>>(), [12, 13, 14]);
    for (i, &label) in works.iter().enumerate() {
        let result = toy.verify_in(Seeds::new(Some(i)), &claim, &proof);
        assert_eq!(result.unwrap_err(), Error::Work { label }, "{i}");
    }
}

#[test]
fn proofs_are_accepted_for_their_claim_alone() {
    let toy = toy();
    let claim = toy.claim(f(7));
    let proof = toy.prove(f(7));
    toy.verify(&claim, &proof).unwrap();
    let mut other = claim;
    other[1] += F::ONE;
    assert!(toy.verify(&other, &proof).is_err());
    let mut unique = toy.params.clone();
    unique.decoding = Default::default();
    unique.base.work = 0;
    unique.rounds.iter_mut().for_each(|oracle| oracle.work = 0);
    assert!(Toy::with(unique).verify(&claim, &proof).is_err());
}

/// What proofs of a run share is one word for all of them.
#[test]
fn there_are_no_boundary_columns() {
    let toy = toy();
    let claim = toy.claim(f(7));
    let boundary = BoundaryCommitment { root: Some(Node::default()), rows: vec![] };
    let result = toy.verify_beside(&boundary, toy.transcript(), &claim, &toy.prove(f(7)));
    let what = "stacks of boundary columns that are decoded to lists";
    assert_eq!(result.unwrap_err(), Error::Limit { what, value: 0, limit: 0 });
}
