//! Every message of a proof changed, and whatever follows bent to fit: so each check is the only one between
//! some lie and its acceptance.

use aver_stark::hash::Hash;
use aver_stark::params::{Oracle, Params, Profile};

use crate::plain::{Check, Lies};
use crate::toy::{HASHES, LOG_CHUNK, Part, PartProof, Toy, honest};

/// Stacks of 2^6, two oracles after the base one, every position opened, work everywhere.
pub fn params() -> Params {
    let oracle = |fold, log_rows, log_domain| Oracle { fold, log_rows, log_domain, queries: 2000, work: 0 };
    Params {
        base: oracle(0, 6, 7),
        rounds: vec![oracle(1, 5, 7), oracle(1, 4, 6)],
        log_final: 4,
        query_work: 3,
        logup_work: 3,
        ..Params::new(Profile::Bits100, 6).unwrap()
    }
}

#[test]
fn told_no_lies_the_plain_prover_is_the_real_one() {
    let standard = |h| Params::new(Profile::Bits128, h).unwrap();
    let cases = [
        (standard(4), 4, &[5, 0, 33][..]),
        (standard(5), 4, &[100]),
        (standard(11), 4, &[9]),
        (standard(11), 9, &[130]),
        (params(), 5, &[70, 1]),
        (params(), 6, &[65]),
    ];
    for ((params, log_chunk, shards), hash) in cases.into_iter().zip(HASHES.into_iter().cycle()) {
        let toy = Toy::with(params.with_hash(hash), log_chunk);
        let parts = toy.run(shards);
        let proofs = toy.prove(&parts, &parts, honest);
        assert_eq!(toy.verify(&proofs), Ok(()));
        for (i, real) in proofs.iter().enumerate() {
            for until in [Check::Sum, Check::Positions] {
                let plain = toy.lie(&parts, i, &Lies::bent(until));
                assert!(plain.proof == real.proof, "{:?}, {log_chunk}, proof {i}, {until:?}", toy.params);
            }
        }
    }
}

/// A verifier that hashes otherwise, the transcript included or not, refuses.
#[test]
fn proofs_with_another_hash_are_refused() {
    // Leaves of Poseidon2 are shorter: other numbers of narrow stacks fill them. One stack fills all, and nine or more share none.
    let standard = |log_height| Params::new(Profile::Bits100, log_height).unwrap();
    for (params, fills_all) in [(params(), false), (standard(8), true), (standard(4), true)] {
        // Without work, which is hashed too, trees are what refuses.
        for (query_work, logup_work) in [(0, 0), (3, 12)] {
            refuses_other_hashes(&Params { query_work, logup_work, ..params.clone() }, fills_all);
        }
    }
}

/// `fills_all` says whether as many stacks as there are fill leaves of all hashes.
fn refuses_other_hashes(params: &Params, fills_all: bool) {
    for hash in HASHES {
        let mut toy = Toy::with(params.clone().with_hash(hash), LOG_CHUNK);
        let parts = toy.run(&[40]);
        let proofs = toy.prove(&parts, &parts, honest);
        assert_eq!(toy.verify(&proofs), Ok(()));
        for other in HASHES.into_iter().filter(|&other| other != hash) {
            (toy.params.hash, toy.encoder.hash) = (other, hash);
            let is_one_of = |one| hash == one || other == one;
            // Mixed hashes rows with BLAKE3, and all else with Poseidon2.
            let expected = if is_one_of(Hash::Poseidon2) && !fills_all {
                let [value, limit] = if hash == Hash::Poseidon2 { [7, 8] } else { [4, 7] };
                format!("proof 0: stacks of rows that share leaves is {value}, the limit is {limit}")
            } else if is_one_of(Hash::Blake3) && params.logup_work > 0 {
                "proof 0: logup/work: proof of work does not hold".into()
            } else {
                "proof 0: whir/rows: opened rows do not lead to the root".into()
            };
            assert_eq!(toy.verify(&proofs), Err(expected), "{hash:?} is no {other:?}");
            toy.encoder.hash = other;
            assert!(toy.verify(&proofs).is_err(), "{hash:?} is no {other:?}");
        }
    }
}

/// Chunks may have any size, one row even, and others than this prover has.
#[test]
fn the_verifier_accepts_chunks_of_all_sizes() {
    for log_chunk in 0..=6 {
        let toy = Toy::with(params(), log_chunk);
        let parts = toy.run(&[30]);
        for i in 0..parts.len() {
            let proof = toy.lie(&parts, i, &Lies::default());
            assert!(toy.verify_part(&toy.pass_1(&parts), i, &proof).is_ok(), "{log_chunk}, proof {i}");
        }
    }
}

/// What the verifier says of proof `i` of `parts`.
pub fn refusal(toy: &Toy, parts: &[Part], i: usize, proof: &PartProof) -> String {
    toy.verify_part(&toy.pass_1(parts), i, proof).expect_err("a lie was accepted")
}

/// Its error is that of the check.
#[track_caller]
pub fn is_refused_by(error: &str, check: Check) {
    let label = match check {
        Check::Sum => "sum",
        Check::Layer(_) => "gkr/children",
        Check::Leaves => "leaves",
        Check::Zerocheck => "zerocheck/end",
        Check::Gather => "gather/value",
        Check::Windows => "windows",
        Check::FinalSum | Check::Positions => "whir/final",
    };
    assert_eq!(error, format!("{label}: equation does not hold"), "{check:?}");
}

/// The first check that a lie about a message violates.
fn first_check(label: &str, number: usize) -> Check {
    match label {
        "sum" => Check::Sum,
        "gkr/root" => Check::Layer(0),
        "gkr/children" => Check::Layer(number),
        // The layer of number n has n rounds.
        "gkr/round" => Check::Layer((1..).find(|n| number < n * (n + 1) / 2).unwrap()),
        "columns at r" => Check::Leaves,
        "zerocheck/round" | "zerocheck/columns" => Check::Zerocheck,
        "gather/round" | "gather/value" | "gather/weight" => Check::Gather,
        "windows/round" => Check::Windows,
        "whir/round" => Check::FinalSum,
        "whir/final" => Check::Positions,
        _ => panic!("a message of another kind: {label}"),
    }
}

/// Whether a round of the tree is the first or the last of its layer.
fn is_at_an_end(number: usize) -> bool {
    let starts =
        |number: usize| (1..).map(|n| n * (n - 1) / 2).take_while(|&s| s <= number).last() == Some(number);
    starts(number) || starts(number + 1)
}

/// Messages of an honest proof: label, how many, and elements of the shortest of them.
const MESSAGES: [(&str, usize); 13] = [
    ("sum", 1),
    ("gkr/root", 2),
    ("gkr/round", 2),
    ("gkr/children", 4),
    ("columns at r", 2),
    ("zerocheck/round", 3),
    ("zerocheck/columns", 2),
    ("gather/round", 2),
    ("gather/value", 1),
    ("gather/weight", 1),
    ("windows/round", 2),
    ("whir/round", 2),
    ("whir/final", 16),
];

/// From `first` on, one of each kind.
fn checks_from(first: Check) -> Vec<Check> {
    let mut checks = vec![
        Check::Sum,
        Check::Layer(0),
        Check::Layer(3),
        Check::Leaves,
        Check::Zerocheck,
        Check::Gather,
        Check::Windows,
        Check::FinalSum,
        Check::Positions,
    ];
    checks.retain(|&check| check > first);
    checks.insert(0, first);
    checks
}

#[test]
fn whatever_message_is_a_lie_the_next_check_that_does_not_fit_refuses_it() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[70]);
    let honest = Lies::default();
    let proof = toy.lie(&parts, 0, &honest);
    assert!(toy.verify_part(&toy.pass_1(&parts), 0, &proof).is_ok());
    let sent = honest.sent.into_inner();
    for (label, elements) in MESSAGES {
        for number in (0..sent[label]).filter(|&n| label != "gkr/round" || is_at_an_end(n)) {
            let first = first_check(label, number);
            let element = |until| match (label, until) {
                // The element that is bent.
                ("gkr/root" | "whir/final", _) => 1,
                ("gkr/children", until) if until > first => 1 + number % (elements - 1),
                _ => number % elements,
            };
            // All checks for the first and last message of a kind; otherwise the first and the last.
            let ends = number == 0 || number + 1 == sent[label];
            let untils = match label {
                // Bending would undo it.
                "gather/value" => vec![first],
                // What is said of weights is not bent but by the weight.
                "gather/weight" => vec![first, Check::Windows],
                "windows/round" => vec![first],
                _ if ends => checks_from(first),
                _ => vec![first, Check::Positions],
            };
            for until in untils {
                let lies = Lies::about(label, number, element(until), until);
                let error = refusal(&toy, &parts, 0, &toy.lie(&parts, 0, &lies));
                is_refused_by(&error, until);
            }
        }
    }
}

/// With nothing on the bus, any sum would do: numerator 0 = sum · 0.
#[test]
fn a_denominator_of_zero_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[20]);
    for until in [Check::Sum, Check::Positions] {
        let lies = Lies { no_denominator: true, ..Lies::bent(until) };
        let error = refusal(&toy, &parts, 0, &toy.lie(&parts, 0, &lies));
        assert_eq!(error, "gkr/root: equation does not hold");
    }
}

#[test]
fn work_that_is_not_done_is_refused() {
    let toy = Toy::with(params(), LOG_CHUNK);
    let parts = toy.run(&[20]);
    for (label, count) in [("logup/work", 1), ("whir/work", 3)] {
        for number in 0..count {
            let lies = Lies { idle: Some((label, number)), ..Lies::default() };
            let error = refusal(&toy, &parts, 0, &toy.lie(&parts, 0, &lies));
            assert_eq!(error, format!("{label}: proof of work does not hold"));
        }
    }
}
