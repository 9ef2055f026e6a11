//! Parameters and security terms: pinned, and held to what they promise.

use aver_stark::chip::MAX_DEGREE;
use aver_stark::field::P;
use aver_stark::layout::{LOG_BUNDLE, LOG_MAX_ROWS, MAX_STACKS, MAX_WEIGHTS};
use aver_stark::params::{
    Decoding, LOG_MAX_BUNDLES, LOG_MAX_CHUNKS, LOG_MAX_COLUMNS, MAX_LIST_RATE, MAX_LOG_DOMAIN,
    MAX_LOG_HEIGHT, MAX_MULTIPLICITY, MAX_RUN_MESSAGES, MIN_MULTIPLICITY, Params, Profile,
};
use aver_stark::security::{Regime, Scope, Shape, Term};
use aver_stark::verify::MAX_MESSAGES;

const PROFILES: [Profile; 2] = [Profile::Bits128, Profile::Bits100];

fn lowest_rate(h: usize) -> usize {
    if h < 4 { 1 } else { MAX_LOG_DOMAIN - h }
}

fn all() -> impl Iterator<Item = Params> {
    let rates = |h| (1..=lowest_rate(h)).map(move |log_inv_rate| (h, log_inv_rate));
    let of = |profile| move |(h, log_inv_rate)| Params::at_rate(profile, h, log_inv_rate).unwrap();
    let plain = move |profile| (1..=MAX_LOG_HEIGHT).flat_map(rates).map(of(profile));
    let with_masks = |params: Params| [params.clone().with_masks().ok(), Some(params)];
    let with_lists = |params: Params| {
        let lists = [MIN_MULTIPLICITY, 6, MAX_MULTIPLICITY].map(|m| params.clone().with_lists(m).ok());
        lists.into_iter().flatten().chain([params])
    };
    PROFILES.into_iter().flat_map(plain).flat_map(with_masks).flatten().flat_map(with_lists)
}

/// "positions: base, then rounds; inverse rates, log2; coefficients sent, log2; work: positions, α, α'; with lists, before
/// what combines words of each oracle"
fn line(p: &Params) -> String {
    let oracles: Vec<_> = [&p.base].into_iter().chain(&p.rounds).collect();
    let queries: Vec<_> = oracles.iter().map(|o| o.queries).collect();
    let rates: Vec<_> = oracles.iter().map(|o| o.log_inv_rate()).collect();
    let folds: Vec<_> = oracles.iter().map(|o| o.fold).collect();
    let mut work = vec![p.query_work, p.logup_work, p.boundary_work];
    if p.decoding != Decoding::Unique {
        work.extend(oracles.iter().map(|o| o.work));
    }
    format!("{} {} {queries:?} {rates:?} {folds:?} {} {work:?}", p.profile.bits(), p.log_height, p.log_final)
}

#[test]
fn parameters_change_on_purpose_only() {
    let at = [(Profile::Bits128, [1, 10, 11, 17, 21]), (Profile::Bits100, [1, 10, 11, 17, 21])];
    let lines: Vec<String> = at
        .iter()
        .flat_map(|&(profile, heights)| heights.map(|h| line(&Params::new(profile, h).unwrap())))
        .collect();
    let lower = [2, 3, 4].map(|rate| line(&Params::at_rate(Profile::Bits128, 17, rate).unwrap()));
    let expected = [
        "128 17 [169, 139, 126] [2, 3, 4] [0, 4, 4] 9 [16, 6, 9]",
        "128 17 [139, 126, 120] [3, 4, 5] [0, 4, 4] 9 [16, 6, 9]",
        "128 17 [126, 120, 118] [4, 5, 6] [0, 4, 4] 9 [16, 6, 9]",
    ];
    assert_eq!(lower, expected);
    let lists = [(16, 3, 3), (17, 4, 3), (17, 5, 4)].map(|(h, rate, multiplicity)| {
        line(&Params::at_rate(Profile::Bits128, h, rate).unwrap().with_lists(multiplicity).unwrap())
    });
    let expected = [
        "128 16 [105, 56, 36] [3, 5, 7] [0, 4, 4] 8 [20, 7, 9, 13, 14, 15]",
        "128 17 [73, 45, 31] [4, 6, 8] [0, 4, 4] 9 [20, 8, 9, 16, 17, 18]",
        "128 17 [53, 37, 27] [5, 7, 9] [0, 4, 4] 9 [20, 9, 9, 20, 21, 22]",
    ];
    assert_eq!(lists, expected);
    let expected = [
        "128 1 [273] [1] [0] 1 [16, 6, 9]",
        "128 10 [273] [1] [0] 10 [16, 6, 9]",
        "128 11 [275, 169] [1, 2] [0, 4] 7 [16, 6, 9]",
        "128 17 [277, 169, 139] [1, 2, 3] [0, 4, 4] 9 [16, 6, 9]",
        "128 21 [278, 170, 139, 127] [1, 2, 3, 4] [0, 4, 4, 4] 9 [16, 6, 9]",
        "100 1 [205] [1] [0] 1 [16, 0, 0]",
        "100 10 [205] [1] [0] 10 [16, 0, 0]",
        "100 11 [208, 127] [1, 2] [0, 4] 7 [16, 0, 0]",
        "100 17 [209, 128, 105] [1, 2, 3] [0, 4, 4] 9 [16, 0, 0]",
        "100 21 [210, 129, 105, 96] [1, 2, 3, 4] [0, 4, 4, 4] 9 [16, 0, 0]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn terms_change_on_purpose_only() {
    let params = Params::new(Profile::Bits128, 21).unwrap();
    let shape = Shape::default();
    let bits: Vec<String> = params.terms(&shape).iter().map(|t| format!("{:.2}", t.bits)).collect();
    let expected: [&[&str]; 4] = [
        &["132.94", "132.95", "143.70"],
        &["150.42", "134.94", "148.83", "134.94", "149.77"],
        &[
            "148.70", "129.36", "131.38", "146.82", "133.94", "131.27", "147.53", "136.94", "131.38",
            "147.82", "139.94",
        ],
        &["131.89", "147.95", "150.77", "128.00", "128.00", "128.00"],
    ];
    assert_eq!(bits, expected.concat());
    let unions = [1, 8, 131_071].map(|proofs| format!("{:.2}", params.run_union_bits(&shape, proofs)));
    assert_eq!(unions, ["128.23", "125.28", "111.29"]);
}

#[test]
fn all_heights_reach_their_target() {
    let shape = Shape::default();
    for params in all() {
        let (target, h) = (params.profile.bits() as f64, params.log_height);
        // Work of w bits is less by log2(1 + 2^w / p): 0 has one element more than other remainders.
        assert!(params.union_bits(&shape) >= target + 1e-4, "{h}");
        assert!(params.bits(&shape) >= target, "{h}");
        // Variables are bound once each, by folding or in clear; every oracle has a code to it.
        assert_eq!(params.log_final + params.rounds.iter().map(|o| o.fold).sum::<usize>(), h);
        assert!(
            params.base.log_rows == h
                && params.base.log_domain > h
                && params.rounds.iter().all(|o| o.log_domain > o.log_rows)
        );
        // A run adds up at most what its proofs do.
        for proofs in [1, 2, 1 << 17] {
            let run = params.run_union_bits(&shape, proofs);
            assert!(run <= params.union_bits(&shape) && run >= target - (proofs as f64).log2(), "{h} {run}");
        }
    }
    for profile in PROFILES {
        assert!(Params::new(profile, 0).is_err());
        assert!(Params::new(profile, MAX_LOG_HEIGHT + 1).is_err());
        for h in 1..=MAX_LOG_HEIGHT {
            assert!(Params::at_rate(profile, h, 0).is_err());
            assert!(Params::at_rate(profile, h, lowest_rate(h) + 1).is_err());
        }
    }
}

#[test]
fn every_step_has_its_term() {
    for params in all() {
        let mut expected: Vec<(&str, Option<usize>)> = [
            "logup",
            "logup, shared buses",
            "gkr",
            "zerocheck, point",
            "zerocheck, batching",
            "zerocheck, sumcheck",
            "gather, batching",
            "gather, sumcheck",
            "gather, windows",
        ]
        .map(|name| (name, None))
        .to_vec();
        if params.decoding != Decoding::Unique {
            expected.remove(1);
        }
        expected.push(("gather, combining stacks", Some(0)));
        if params.masked {
            let masks = ["masks, equations", "masks, products", "masks, factors", "masks, joining"];
            expected.extend(masks.map(|name| (name, None)));
        }
        for i in 0..=params.rounds.len() {
            expected.push(("whir, positions", Some(i)));
            expected.push(("whir, new constraints", Some(i + 1)));
            let is_last = i == params.rounds.len();
            expected.push(if is_last {
                ("whir, last sumcheck", None)
            } else {
                ("whir, folding", Some(i + 1))
            });
        }
        expected.extend(["hash, collisions", "hash, transcript", "hash, output"].map(|name| (name, None)));
        let terms = params.terms(&Shape::default());
        assert_eq!(terms.iter().map(|t| (t.name, t.oracle)).collect::<Vec<_>>(), expected);
        assert!(terms.iter().all(|t| !t.formula.is_empty() && !t.source.is_empty()));
    }
}

#[test]
fn terms_assume_no_more_than_the_verifier_enforces() {
    let shape = Shape::default();
    assert_eq!(shape.messages, MAX_MESSAGES);
    assert_eq!(shape.run_messages, MAX_RUN_MESSAGES);
    assert_eq!((shape.stacks, shape.weights), (MAX_STACKS, MAX_WEIGHTS));
    assert_eq!((shape.bundles, shape.columns), (1 << LOG_MAX_BUNDLES, 1 << LOG_MAX_COLUMNS));
    assert_eq!(MAX_DEGREE, 3);
}

#[test]
fn a_larger_shape_is_no_safer() {
    let params = Params::new(Profile::Bits128, 17).unwrap();
    let large = Shape::default();
    let bits = |shape: &Shape| params.terms(shape).iter().map(|t| t.bits).sum::<f64>();
    for small in [
        Shape { messages: large.messages / 2, ..large },
        Shape { run_messages: large.run_messages / 2, ..large },
        Shape { stacks: large.stacks / 2, ..large },
        Shape { bundles: large.bundles / 2, ..large },
        Shape { weights: large.weights / 2, ..large },
        Shape { columns: large.columns / 2, ..large },
    ] {
        assert!(bits(&small) > bits(&large), "{small:?}");
    }
    let hash = |t: &&Term| t.regime == Regime::Hash;
    assert!(params.terms(&large).iter().filter(hash).all(|t| t.bits == 128.0 && t.work == 0));
}

/// Terms of sumchecks and of the tree, from the rounds that there are.
#[test]
fn terms_are_of_as_many_rounds_as_there_are() {
    let field = 5.0 * f64::from(P).log2();
    let unique = |params: &Params| params.decoding == Decoding::Unique;
    let is = |term: &Term, roots: f64| (term.bits - (field - roots.log2())).abs() < 1e-9;
    for params in all().filter(unique) {
        for (bundles, log_bundles) in [(0, 0), (1, 0), (2, 1), (33, 6), (1 << 12, 12)] {
            let terms = params.terms(&Shape { bundles, columns: 77, ..Shape::default() });
            let term = |name: &str| terms.iter().find(|t| t.name == name).unwrap();
            // A layer has a round for each before it, of degree 3, a μ and a line.
            let layers = LOG_MAX_ROWS + LOG_BUNDLE + log_bundles;
            assert!(is(term("gkr"), (0..layers).map(|k| 3.0 * k as f64 + 2.0).sum()));
            assert!(is(term("zerocheck, point"), LOG_MAX_ROWS as f64));
            // With masks the last round is of twice the degree.
            let rounds = LOG_MAX_ROWS + usize::from(params.masked);
            assert!(is(term("zerocheck, sumcheck"), (MAX_DEGREE * rounds) as f64));
            if params.masked {
                // An equation and two products a layer; of the root, the leaves (two), zerocheck and gather, and that
                // of the inverse, which is a product.
                assert!(is(term("masks, equations"), (layers + 6 - 1) as f64));
                assert!(is(term("masks, factors"), (2 * (2 * layers + 1)) as f64));
            }
            assert!(is(term("gather, batching"), 77.0));
            assert!(is(term("gather, sumcheck"), (2 * LOG_MAX_CHUNKS) as f64));
            assert!(is(term("gather, windows"), (4 * LOG_MAX_CHUNKS + 4) as f64));
        }
    }
}

/// With lists, by hand: ρ = 1/16, m = 3, so that α = 1/4 · 4/3 = 1/3 and δ = 2/3.
#[test]
fn terms_count_what_words_may_be() {
    let plain = Params::at_rate(Profile::Bits128, 17, 4).unwrap().with_masks().unwrap();
    let lists = plain.clone().with_lists(3).unwrap();
    let shape = Shape { stacks: 100, ..Shape::default() };
    let (before, after) = (plain.terms(&shape), lists.terms(&shape));
    let field = 5.0 * f64::from(P).log2();
    let error = |name: &str, oracle: Option<usize>| {
        let term = after.iter().find(|t| t.name == name && t.oracle == oracle).unwrap();
        (field - term.bits + term.work as f64).exp2()
    };
    let is = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-6, "{found} {expected}");
    // (α − ρ) / (α² − ρ) words.
    let words = (1.0 / 3.0 - 1.0 / 16.0) / (1.0 / 9.0 - 1.0 / 16.0);
    for term in before.iter().filter(|t| t.oracle.is_none() && t.scope == Scope::Proof) {
        if term.name == "whir, last sumcheck" || term.regime == Regime::Hash {
            continue;
        }
        is(error(term.name, None), words * (field - term.bits + term.work as f64).exp2());
    }
    // (2 · 3.5^5 + 3 · 3.5 δ ρ) / (3 ρ^{3/2}) · n + 3.5 / √ρ, but that ρ is less by 1/n.
    let exceptions = (1050.4375 + 10.5 * 2.0 / 3.0 / 16.0) / (3.0 / 64.0) * f64::from(1 << 21) + 14.0;
    let combining = error("gather, combining stacks", Some(0)) / 9.0;
    assert!(combining > exceptions && combining < 1.0001 * exceptions, "{combining} {exceptions}");
    // The next oracle's rate is 1/64: α = 1/8 · 4/3.
    let next = (1.0 / 6.0 - 1.0 / 64.0) / (1.0 / 36.0 - 1.0 / 64.0);
    is(error("whir, new constraints", Some(1)), next * lists.base.queries as f64);
    let missed: f64 = 1.0 / 3.0 + 1.0 / f64::from(P);
    let positions = next * missed.powi(lists.base.queries as i32) * field.exp2();
    is(error("whir, positions", Some(0)), positions);
    // The polynomial in clear is one: α = 1/16 · 4/3.
    let missed: f64 = 1.0 / 12.0 + 1.0 / f64::from(P);
    is(error("whir, positions", Some(2)), missed.powi(lists.rounds[1].queries as i32) * field.exp2());
}

/// Where lists are long, or work would be more than a nonce can be, there are none.
#[test]
fn lists_are_short() {
    let at = |h, rate| Params::at_rate(Profile::Bits128, h, rate).unwrap();
    for multiplicity in [MIN_MULTIPLICITY - 1, MAX_MULTIPLICITY + 1] {
        assert!(at(17, 3).with_lists(multiplicity).is_err());
    }
    assert!(at(16, MAX_LIST_RATE).with_lists(3).is_ok() && at(16, MAX_LIST_RATE + 1).with_lists(3).is_err());
    assert!(at(17, 5).with_lists(4).is_ok() && at(17, 5).with_lists(6).is_err());
}
