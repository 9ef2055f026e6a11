//! Messages that are not what the masks make of them.

use aver_stark::error::Error;
use aver_stark::field::{D, EF, F, f};
use aver_stark::gather::StackClaim;
use aver_stark::hash::Node;
use aver_stark::masks::{MASK_STACKS, PadClaim, log_pads};
use aver_stark::transcript::Reader;
use aver_stark::value::Element;
use aver_stark::whir::{self, GroupCommitment};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use crate::fixed::Fixed;
use crate::toy::{LOG_HEIGHT, Toy};

/// Challenges are the same whatever is sent: so each message matters by the equations that it occurs in, and not
/// because others come of it.
#[test]
fn each_message_counts() {
    let toy = Toy::quick();
    let claim = toy.claim(f(7));
    let transcript = Fixed::new(2);
    let proof = toy.prove_in(transcript.clone(), None, &claim, &toy.tables(f(7))).unwrap();
    assert!(toy.verify_in(Fixed::new(2), &claim, &proof).is_ok());
    // Numbers of stacks and rows, the root, the sum; then all up to the openings.
    let start = 5 * u32::BYTES + Node::BYTES + EF::BYTES;
    let sent = transcript.sent();
    let messages = sent.iter().filter(|(label, _)| !label.contains("whir") && !label.contains("rows"));
    let count = messages.map(|(_, elements)| elements.len() / D).sum::<usize>() - 1;
    assert!(count > 1000);
    (0..count).into_par_iter().for_each(|i| {
        let mut changed = proof.clone();
        changed[start + i * EF::BYTES] ^= 1;
        let result = toy.verify_in(Fixed::new(2), &claim, &changed);
        assert!(matches!(result, Err(Error::Equation { .. })), "message {i}: {result:?}");
    });
}

/// What each challenge of masks must come after: pads are committed to before any; ζ after all that equations are about; the
/// others each after what it is drawn for.
#[test]
fn challenges_come_after_what_they_are_drawn_for() {
    let toy = Toy::quick();
    let claim = toy.claim(f(7));
    let transcript = Fixed::new(3);
    toy.prove_in(transcript.clone(), None, &claim, &toy.tables(f(7))).unwrap();
    let order = transcript.order();
    let first = order.iter().position(|label| label.starts_with("masks/")).unwrap();
    let masks = [
        "masks/zeta",
        "masks/products",
        "masks/delta",
        "masks/factors",
        "masks/eta",
        "masks/value",
        "masks/rho",
        "masks/cross",
        "masks/x",
    ];
    assert_eq!(order[first..][..masks.len()], masks);
    let is_whir = |label: &&str| label.starts_with("whir/");
    assert!(order[first + masks.len()..].iter().all(is_whir) && !order[..first].iter().any(is_whir));
    let at = |label| order.iter().position(|other| *other == label).unwrap();
    assert!(at("witness") < at("logup") && at("logup") < at("gkr/root") && at("zerocheck/last") < first);
}

/// More pads than their stack has room for are not weighed at all; nor any, or none, where that is not asked for.
#[test]
fn pads_are_those_of_their_stack() {
    let toy = Toy::new(LOG_HEIGHT);
    let room = 1 << log_pads(LOG_HEIGHT);
    let claim = StackClaim { stack: vec![], element: vec![EF::ZERO; LOG_HEIGHT - 1], value: EF::ZERO };
    let groups = [GroupCommitment { root: Some(Node([F::ZERO; 9])), width: 1 }];
    let verify = |params, pads: Option<usize>| {
        let pads = pads.map(|count| PadClaim { coefficients: vec![EF::ONE; count], value: EF::ZERO });
        let mut reader = Reader::new(Fixed::new(1), &[]);
        whir::verify(params, &mut reader, &groups, &claim, pads.as_ref()).unwrap_err()
    };
    let limit = Error::Limit { what: "number of pads", value: room as u64 + 1, limit: room as u64 };
    assert_eq!(verify(&toy.params, Some(room + 1)), limit);
    assert_eq!(verify(&toy.params, Some(room)), Error::Truncated { label: "masks/value" });
    let shape = Error::Equation { label: "whir/shape" };
    // Without stacks nothing is opened: no pads either, so nothing would bind what was masked.
    let mut reader = Reader::new(Fixed::new(1), &[]);
    let pad_claim = PadClaim { coefficients: vec![], value: EF::ONE };
    let nothing = StackClaim { element: vec![EF::ZERO; LOG_HEIGHT - 1], ..claim.clone() };
    let opened = whir::verify(&toy.params, &mut reader, &[], &nothing, Some(&pad_claim));
    assert_eq!(opened, Err(shape.clone()));
    assert_eq!(verify(&toy.params, None), shape);
    let mut plain = toy.params.clone();
    (plain.masked, plain.log_height) = (false, LOG_HEIGHT - 1);
    assert_eq!(verify(&plain, Some(room)), shape);
    assert_eq!(MASK_STACKS, 1 + D);
}
