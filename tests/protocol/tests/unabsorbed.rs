//! What absorbing is for: a prover of a false claim who may choose one message after the challenges that
//! should depend on it solves the verifier's equations for it.
//!
//! For each message of a proof there is a doctored verifier, whose transcript leaves that message out: the
//! attack must succeed against it, which shows that the attack is one; and fail against the real one.

use aver_protocol_tests::fields::of_proof;
use aver_protocol_tests::liar::{Equation, Liar, at_point, vanishing};
use aver_protocol_tests::recorder::{Deaf, Event, Recorder, What};
use aver_protocol_tests::toy::{Claim, SMALL, Toy};
use aver_stark::eq::eq_table;
use aver_stark::error::Error;
use aver_stark::field::{D, EF, F, coefficients, f, from_coefficients};
use aver_stark::params::Profile;
use aver_stark::protocol::WHIR_POSITIONS;
use aver_stark::verify::Challenge;
use p3_field::{Field, PrimeCharacteristicRing};
use rayon::prelude::*;

/// The claim that the run ends in another x than it does.
fn false_claim(toy: &Toy) -> (Claim, Vec<aver_stark_prover::table::Table>) {
    let (claim, tables) = toy.run(1, f(2));
    (toy.claim(1, f(2), claim.publics[2] + F::ONE), tables)
}

/// Whether the doctored verifier accepts a proof made for it, and what the real one says of one made alike.
fn attack(toy: &Toy, target: Deaf) -> (bool, Result<EF, Error>) {
    let (claim, tables) = false_claim(toy);
    let lie = |is_deaf| {
        let mut liar = Liar::new(toy, &claim, target, is_deaf);
        toy.prove_in(&mut liar, &claim, &tables);
        liar.proof().unwrap_or_else(|| panic!("{target:?}: there is no solution"))
    };
    let doctored = toy.verify_in(&mut Recorder::new(toy.transcript(), Some(target)), &claim, &lie(true));
    (doctored.is_ok(), toy.verify_in(&mut toy.transcript(), &claim, &lie(false)))
}

/// How often each message is absorbed.
fn count(toy: &Toy, label: &str) -> usize {
    let (claim, proof) = toy.prove(1, f(2));
    let mut recorder = Recorder::new(toy.transcript(), None);
    assert_eq!(toy.verify_in(&mut recorder, &claim, &proof), Ok(EF::ZERO));
    let is = |e: &&Event| e.what == What::Absorbed && e.step.label == label;
    recorder.logs().first().iter().filter(is).count()
}

#[track_caller]
fn succeeds_only_where_it_is_not_heard(
    toy: &Toy,
    label: &'static str,
    which: impl IntoIterator<Item = usize>,
) {
    let which: Vec<usize> = which.into_iter().collect();
    assert!(!which.is_empty());
    which.into_par_iter().for_each(|nth| {
        let (doctored, real) = attack(toy, Deaf { label, nth });
        assert!(doctored, "{label} {nth}: the attack does not work even where it should");
        // Work was done for another transcript, too.
        let is_refused = matches!(real, Err(Error::Equation { .. } | Error::Work { .. }));
        assert!(is_refused, "{label} {nth}: {real:?}");
    });
}

#[test]
fn every_message_can_be_solved_for_where_it_is_not_absorbed() {
    let toy = Toy::new(Profile::Bits100, 10);
    let all = |label| 0..count(&toy, label);
    succeeds_only_where_it_is_not_heard(&toy, "sum", [0]);
    succeeds_only_where_it_is_not_heard(&toy, "gkr/root", [0]);
    succeeds_only_where_it_is_not_heard(&toy, "gkr/children", all("gkr/children"));
    // The first round of each layer, and the last.
    let rounds = (1..count(&toy, "gkr/children")).flat_map(|n| [n * (n - 1) / 2, n * (n + 1) / 2 - 1]);
    succeeds_only_where_it_is_not_heard(&toy, "gkr/round", rounds);
    succeeds_only_where_it_is_not_heard(&toy, "columns at r", [0]);
    succeeds_only_where_it_is_not_heard(&toy, "zerocheck/round", all("zerocheck/round"));
    succeeds_only_where_it_is_not_heard(&toy, "zerocheck/columns", [0]);
    // The value these end in follows from what is heard before it.
    succeeds_only_where_it_is_not_heard(&toy, "gather/round", all("gather/round"));
    succeeds_only_where_it_is_not_heard(&toy, "windows/round", all("windows/round"));
    succeeds_only_where_it_is_not_heard(&toy, "whir/final", [0]);
    // Higher stacks have an oracle before the last polynomial.
    let toy = Toy::new(Profile::Bits100, 11);
    assert_eq!(count(&toy, "whir/round"), 11);
    succeeds_only_where_it_is_not_heard(&toy, "whir/round", 0..11);
}

/// Columns, if their root is not absorbed: multiplicities of lookups are chosen so that a sum that should
/// not cancel does.
#[test]
fn columns_can_be_solved_for_where_their_root_is_not_absorbed() {
    let toy = Toy::new(Profile::Bits100, 10);
    let (claim, tables) = false_claim(&toy);
    for is_deaf in [true, false] {
        let recorder =
            || Recorder::new(toy.transcript(), is_deaf.then_some(Deaf { label: "witness", nth: 0 }));
        let mut first = recorder();
        toy.prove_in(&mut first, &claim, &tables);
        let drawn = first.logs().first();
        let local = drawn.iter().filter(|e| e.step.label == "logup" && e.what == What::Drawn);
        let local = local.map(|e| from_coefficients(e.cells[0])).collect();
        let local = Challenge::new(local);
        // Too much was taken by the verifier: (end, false last) in place of (end, last).
        let (bus, m, values) = &claim.messages[1];
        let fraction = |bus, values: &[F]| {
            let values: Vec<EF> = values.iter().map(|&v| EF::from(v)).collect();
            local.compress(bus, &values).inverse()
        };
        let truth = [values[0], values[1] - F::ONE];
        let error = (fraction(*bus, values) - fraction(*bus, &truth)) * *m;
        // Lookups are taken: five coefficients, five unknown counts.
        let units: [EF; D] = std::array::from_fn(|i| -fraction(SMALL, &[f(i as u32)]));
        let by = solve(units, -error);
        let mut tables = tables.clone();
        tables[1].witness[0].iter_mut().zip(by).for_each(|(count, by)| *count += by);
        let proof = toy.prove_in(&mut recorder(), &claim, &tables);
        assert_eq!(toy.verify_in(&mut recorder(), &claim, &proof).is_ok(), is_deaf);
        assert!(!toy.accepts(&claim, &proof));
    }
}

/// An oracle, if its root is not absorbed: a polynomial that agrees with the honest one wherever it is opened
/// has the inner product that is claimed.
#[test]
fn an_oracle_can_be_solved_for_where_its_root_is_not_absorbed() {
    let toy = Toy::new(Profile::Bits100, 11);
    let (claim, tables) = false_claim(&toy);
    let target = Deaf { label: "whir/root", nth: 0 };
    let nothing = Deaf { label: "whir/root", nth: usize::MAX };
    for is_deaf in [true, false] {
        // Up to the opening there is nothing to solve for: the error goes into the columns' values.
        let mut liar = Liar::new(&toy, &claim, nothing, false);
        toy.prove_in(&mut liar, &claim, &tables);
        let before = liar.before_whir().expect("it came so far");
        let recorder = || Recorder::new(before.sponge.clone(), is_deaf.then_some(target));
        let honest = toy.stacks(&tables);
        let mut first = recorder();
        toy.open_in(&mut first, &honest, &honest, &before.claim);
        let log = first.logs().first();
        let positions = log.iter().find(|e| e.step == WHIR_POSITIONS.step()).expect("positions");
        let vanishing = vanishing(&positions.cells, &toy.params.base);
        assert!(vanishing.len() < 1 << 11);
        let by = before.error * at_point(&vanishing, &before.claim.element).inverse();
        // The stacks' combination is changed by changing five of them in F.
        let width = honest.each_ref().map(Vec::len);
        let weights = eq_table(&before.claim.stack);
        let units = std::array::from_fn(|i| weights[width[0] + width[1] + i]);
        let mut stacks = honest.clone();
        for (stack, a) in stacks[2].iter_mut().zip(solve(units, by)) {
            stack.iter_mut().zip(&vanishing).for_each(|(s, &v)| *s += a * v);
        }
        let opening = toy.open_in(&mut recorder(), &honest, &stacks, &before.claim);
        let proof = [before.proof, opening].concat();
        let doctored = &mut Recorder::new(toy.transcript(), is_deaf.then_some(target));
        assert_eq!(toy.verify_in(doctored, &claim, &proof).is_ok(), is_deaf);
        assert!(!toy.accepts(&claim, &proof));
    }
}

/// x in F^5 with Σ x_i units_i = right.
fn solve(units: [EF; D], right: EF) -> [F; D] {
    let mut rows: [[F; D + 1]; D] = std::array::from_fn(|c| {
        std::array::from_fn(|i| coefficients(if i < D { &units[i] } else { &right })[c])
    });
    for i in 0..D {
        let pivot = (i..D).find(|&r| rows[r][i] != F::ZERO).expect("independent");
        rows.swap(i, pivot);
        let inverse = rows[i][i].inverse();
        rows[i].iter_mut().for_each(|v| *v *= inverse);
        let pivot = rows[i];
        for (_, row) in rows.iter_mut().enumerate().filter(|(r, _)| *r != i) {
            let by = row[i];
            row.iter_mut().zip(pivot).for_each(|(v, p)| *v -= by * p);
        }
    }
    rows.map(|row| row[D])
}

/// A false claim of which all equations hold but one is refused for that one.
#[test]
fn each_equation_is_needed() {
    let toy = Toy::new(Profile::Bits100, 10);
    let (claim, tables) = false_claim(&toy);
    let layers = count(&toy, "gkr/children");
    let mut cases = vec![
        (Equation::Sum, "sum"),
        (Equation::Numerators, "leaves"),
        (Equation::Denominators, "leaves"),
        (Equation::ZerocheckEnd, "zerocheck/end"),
        (Equation::Gather, "gather/value"),
        (Equation::Windows, "windows"),
        (Equation::Final, "whir/final"),
    ];
    cases.extend((0..layers).map(|layer| (Equation::Children(layer), "gkr/children")));
    cases.into_par_iter().for_each(|(broken, label)| {
        let mut liar = Liar::breaking(&toy, &claim, broken);
        assert_eq!(liar.layers(), layers);
        toy.prove_in(&mut liar, &claim, &tables);
        let proof = liar.proof().unwrap_or_else(|| panic!("{broken:?}: something else is wrong"));
        let refused = toy.verify_in(&mut toy.transcript(), &claim, &proof);
        assert_eq!(refused, Err(Error::Equation { label }), "{broken:?}");
    });
}

/// A fraction 0 / 0 is no sum.
#[test]
fn a_root_without_denominator_is_refused() {
    let toy = Toy::new(Profile::Bits100, 4);
    let (claim, mut proof) = toy.prove(1, f(2));
    let mut recorder = Recorder::new(toy.transcript(), None);
    assert_eq!(toy.verify_in(&mut recorder, &claim, &proof), Ok(EF::ZERO));
    let fields = of_proof(&proof, &recorder.logs().first());
    let root = fields.iter().find(|f| f.name == "gkr/root").expect("a root");
    proof[root.bytes.clone()].fill(0);
    let refused = toy.verify_in(&mut toy.transcript(), &claim, &proof);
    assert_eq!(refused, Err(Error::Equation { label: "gkr/root" }));
}

/// The attacker's machinery does nothing to an honest proof.
#[test]
fn an_honest_claim_needs_no_lie() {
    let toy = Toy::new(Profile::Bits100, 10);
    let (claim, tables) = toy.run(1, f(2));
    let labels =
        ["gkr/root", "gkr/round", "columns at r", "zerocheck/round", "gather/round", "windows/round"];
    for label in labels.into_iter().chain(["whir/final"]) {
        let mut liar = Liar::new(&toy, &claim, Deaf { label, nth: 0 }, false);
        let honest = toy.prove_in(&mut liar, &claim, &tables);
        assert_eq!(liar.proof(), Some(honest.clone()), "{label}");
        assert!(toy.accepts(&claim, &honest));
    }
}
