//! What is seen of a witness: nothing, unless a mask is missing.
//!
//! Challenges are the same in all proofs, so that what is sent differs by masks and witness alone.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::{F, P, f};
use aver_stark::masks::{LOG_PARTS, MIN_STACKS};
use aver_stark_prover::masks::{Fresh, Masks};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use crate::fixed::{Fixed, Sent};
use crate::toy::{LOG_HEIGHT, Toy};

/// Messages with values that are masked, by what masks them.
const PADS: &[&str] = &[
    "columns at r",
    "gather/round",
    "gkr/children",
    "gkr/inverse",
    "gkr/root",
    "gkr/round",
    "masks/products",
    "zerocheck/last",
    "zerocheck/round",
];
/// Those that do not depend on the witness; the sum is zero.
const PUBLIC: &[&str] = &["fixed rows", "gather/weight", "sum", "windows/round"];

/// What of the masks is not there, or is other than in another proof: for each element, by stack and place.
type Part = fn(stack: usize, place: usize) -> bool;

/// Stacks with columns, and others; then that of pads.
const OF_PADS: usize = MIN_STACKS;
/// Pads there is room for, and half of a stack.
const ROOM: usize = 1 << (LOG_HEIGHT - 1 - LOG_PARTS);
const HALF: usize = 1 << (LOG_HEIGHT - 1);
/// Elements of columns, which stand in the first stack.
const DATA: usize = 6 << 7;

/// A part of the masks is zero, or taken from others.
struct Without<M> {
    masks: M,
    part: Part,
    instead: Option<M>,
}

impl<M: Masks> Masks for Without<M> {
    fn fill(&self, stack: usize, out: &mut [F]) {
        self.masks.fill(stack, out);
        let mut other = vec![F::ZERO; out.len()];
        self.instead.iter().for_each(|masks| masks.fill(stack, &mut other));
        for (place, (out, other)) in out.iter_mut().zip(other).enumerate() {
            if (self.part)(stack, place) {
                *out = other;
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

fn toy() -> Toy {
    let mut toy = Toy::new(LOG_HEIGHT);
    toy.params.query_work = 0;
    toy
}

/// Labels whose values, of all proofs together, are not spread evenly: χ² over 8 buckets, at a level that even values
/// exceed one time in 10^7.
fn uneven(proofs: &[Sent]) -> BTreeSet<&'static str> {
    const LIMIT: f64 = 46.0;
    let mut buckets: BTreeMap<&'static str, [usize; 8]> = BTreeMap::new();
    for (label, values) in proofs.iter().flatten() {
        let own = buckets.entry(label).or_default();
        values.iter().for_each(|v| own[(u64::from(v.as_canonical_u32()) * 8 / u64::from(P)) as usize] += 1);
    }
    let is_uneven = |counts: &[usize; 8]| {
        let even = counts.iter().sum::<usize>() as f64 / 8.0;
        counts.iter().map(|&n| (n as f64 - even).powi(2) / even).sum::<f64>() > LIMIT
    };
    buckets.into_iter().filter(|(_, counts)| is_uneven(counts)).map(|(label, _)| label).collect()
}

/// Whatever the witness, all that is seen of it is spread evenly.
#[test]
fn two_witnesses_look_alike() {
    let toy = toy();
    let roots = [f(7), -f(7)];
    assert_eq!(toy.claim(roots[0]), toy.claim(roots[1]));
    for root in roots {
        let proofs: Vec<Sent> =
            (0..24).into_par_iter().map(|_| seen(&toy, root, Fresh::new().unwrap())).collect();
        assert!(uneven(&proofs).iter().all(|label| PUBLIC.contains(label)), "{:?}", uneven(&proofs));
    }
}

/// No two proofs have an element in common that is not public.
#[test]
fn masks_are_fresh() {
    let toy = toy();
    let proofs = [(); 2].map(|()| {
        let transcript = Fixed::new(1);
        toy.prove_in(transcript.clone(), None, &toy.claim(f(7)), &toy.tables(f(7))).unwrap();
        transcript.sent()
    });
    let labels: BTreeSet<_> = proofs[0].keys().filter(|label| !PUBLIC.contains(label)).collect();
    assert_eq!(labels.len(), PADS.len() + 12, "{labels:?}");
    for label in labels {
        let [a, b] = proofs.each_ref().map(|sent| &sent[label]);
        assert_eq!(a.len(), b.len());
        // One in 2^31 is the same by chance.
        assert!(a.iter().zip(b).filter(|(a, b)| a == b).count() < 2, "{label}");
    }
}
