//! What is seen of a witness: nothing, unless a mask is missing.
//!
//! Challenges are the same in all proofs, so that what is sent differs by masks and witness alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aver_stark::field::{F, P, f};
use aver_stark::masks::{LOG_PARTS, MIN_STACKS};
use aver_stark_prover::masks::{Fresh, Masks};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use crate::fixed::{Fixed, Sent};
use crate::toy::{LOG_HEIGHT, Toy};

/// Those that do not depend on the witness; the sum is zero.
const PUBLIC: &[&str] = &["fixed rows", "gather/weight", "sum", "windows/round"];

/// Which elements of masks are meant, by stack and place.
type Part = fn(stack: usize, place: usize) -> bool;

/// The stack of pads, after those of columns and those that are only random.
const OF_PADS: usize = MIN_STACKS;
/// Pads there is room for, and half of a stack.
const ROOM: usize = 1 << (LOG_HEIGHT - 1 - LOG_PARTS);
const HALF: usize = 1 << (LOG_HEIGHT - 1);
/// Pads that mask columns, and those of factors.
const COLUMNS: Range<usize> = 1004..1011;
const FACTORS: Range<usize> = 1039..1157;

fn is_pad(stack: usize, place: usize, which: impl Fn(usize) -> bool) -> bool {
    stack == OF_PADS && place < HALF && which(place % ROOM)
}

/// Parts of the masks, and messages in which something is always the same without them.
const PARTS: &[(&str, Part, &[&str])] = &[
    (
        "pads",
        |stack, place| is_pad(stack, place, |pad| !COLUMNS.contains(&pad) && !FACTORS.contains(&pad)),
        &[
            "columns at r",
            "gather/round",
            "gkr/children",
            "gkr/inverse",
            "gkr/root",
            "gkr/round",
            "zerocheck/last",
            "zerocheck/round",
        ],
    ),
    (
        "masks of columns",
        |stack, place| is_pad(stack, place, |pad| COLUMNS.contains(&pad)),
        &["zerocheck/columns"],
    ),
    (
        "pads of factors",
        |stack, place| is_pad(stack, place, |pad| FACTORS.contains(&pad)),
        &["masks/factors"],
    ),
    ("what is beside columns", |stack, _| stack == 0, &["whir/rows"]),
    ("stacks of no column", |stack, place| stack < OF_PADS && place < HALF, &["gather/value"]),
    ("the hiding polynomial", |stack, _| stack > OF_PADS, &["masks/value", "whir/rows"]),
];

/// Masks of which a part is zero.
struct Without(Fresh, Part);

impl Masks for Without {
    fn fill(&self, stack: usize, out: &mut [F]) {
        self.0.fill(stack, out);
        for (place, element) in out.iter_mut().enumerate() {
            if (self.1)(stack, place) {
                *element = F::ZERO;
            }
        }
    }
}

/// What a proof with these masks shows, of a root.
fn seen(toy: &Toy, root: F, masks: impl Masks + 'static) -> Sent {
    let transcript = Fixed::new(1);
    let (claim, tables) = (toy.claim(root), toy.tables(root));
    let proof = toy.prove_in(transcript.clone(), Some(Box::new(masks)), &claim, &tables).unwrap();
    let sent = transcript.sent();
    toy.verify_in(Fixed::new(1), &claim, &proof).unwrap();
    sent
}

/// Labels of elements that are not as even as they should be over all proofs: how often two proofs have the same of 8
/// buckets, six standard deviations from what is to be expected.
fn uneven(proofs: &[Sent]) -> BTreeSet<&'static str> {
    let bucket = |v: F| (u64::from(v.as_canonical_u32()) * 8 / u64::from(P)) as usize;
    let pairs = (proofs.len() * (proofs.len() - 1) / 2) as f64;
    let z = |label: &str| {
        let count = proofs[0][label].len();
        let mut same = 0;
        for i in 0..count {
            let mut counts = [0; 8];
            proofs.iter().for_each(|sent| counts[bucket(sent[label][i])] += 1);
            same += counts.iter().map(|n| n * n).sum::<usize>() - proofs.len();
        }
        let pairs = pairs * count as f64;
        (same as f64 / 2.0 - pairs / 8.0) / (pairs * 7.0 / 64.0).sqrt()
    };
    proofs[0].keys().copied().filter(|label| z(label).abs() > 6.0).collect()
}

/// Elements that all proofs have in common, by label; those that are public aside.
fn common(proofs: &[Sent]) -> BTreeMap<&'static str, Vec<F>> {
    let same = |label: &&'static str| -> Vec<F> {
        let others = |i: usize| proofs.iter().map(move |sent| sent[label].get(i).copied());
        let all = proofs[0][label].iter().enumerate();
        all.filter(|&(i, &v)| others(i).all(|other| other == Some(v))).map(|(_, &v)| v).collect()
    };
    let labels = proofs[0].keys().filter(|label| !PUBLIC.contains(label));
    labels.map(|label| (*label, same(label))).filter(|(_, elements)| elements.len() > 1).collect()
}

const ROOTS: [F; 2] = [f(7), f(P - 7)];

/// Whatever the witness, all that is seen of it is spread evenly, and no two proofs have anything in common.
#[test]
fn two_witnesses_look_alike() {
    let toy = Toy::quick();
    assert_eq!(toy.claim(ROOTS[0]), toy.claim(ROOTS[1]));
    let proofs: Vec<Sent> =
        (0..24).into_par_iter().map(|i| seen(&toy, ROOTS[i % 2], Fresh::new().unwrap())).collect();
    assert_eq!(uneven(&proofs), PUBLIC.iter().copied().collect());
    for pair in [&proofs[..2], &[proofs[0].clone(), proofs[2].clone()]] {
        assert!(common(pair).is_empty(), "{:?}", common(pair).keys());
    }
}

/// Masks that nobody gave are fresh.
#[test]
fn no_two_proofs_have_anything_in_common() {
    let toy = Toy::quick();
    let proofs = [(); 2].map(|()| {
        let transcript = Fixed::new(1);
        toy.prove_in(transcript.clone(), None, &toy.claim(ROOTS[0]), &toy.tables(ROOTS[0])).unwrap();
        transcript.sent()
    });
    assert!(common(&proofs).is_empty());
    assert_eq!(proofs[0].len(), PUBLIC.len() + 18, "{:?}", proofs[0].keys());
}

/// Whatever part of the masks is missing, something is always the same; and but for what has no witness in it, it is
/// not the same for another witness.
#[test]
fn each_mask_is_missed() {
    let toy = Toy::quick();
    for &(name, part, labels) in PARTS {
        let [a, b] = ROOTS.map(|root| {
            let proof = |_| seen(&toy, root, Without(Fresh::new().unwrap(), part));
            common(&(0..3).into_par_iter().map(proof).collect::<Vec<_>>())
        });
        let found: Vec<&str> = a.keys().copied().collect();
        assert_eq!(found, labels, "{name}");
        assert_eq!(a == b, name == "the hiding polynomial", "{name}");
    }
}
