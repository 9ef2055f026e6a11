//! The chip means what it should, by two solvers.
//!
//! A row is too wide for one query. Its front, which all messages are of, is checked like any chip against
//! [`spec::call`]; the rest is cut into slices, a step of the compression function each
//! ([`spec::compression`]). What ties both together: the words that chains are given are those the call reads,
//! with limbs of 16 bits, and the words they end with are those the call writes.

mod common;
mod spec;

use std::time::Duration;

use aver_audit::smt::mutant::{Change, Mutant, mutants};
use aver_audit::smt::slice::{Asked, Cell, Chain, Sheet, Sum, front};
use aver_audit::smt::{Failure, Kind, Solver, Subject};
use aver_audit_tests::spec::{bus::TABLES, tools};
use aver_stark::chip::Described;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Description, Interaction};
use aver_stark_prover::check::Message;
use common::{is_answered, ledger, step, system, table};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

const LIMIT: Duration = Duration::from_secs(60);

/// A row, cut.
struct Cut {
    front: Description,
    /// Constraints that are in the front.
    numbers: Vec<usize>,
    chain: Chain,
    /// Bounds the front gives.
    bounds: Vec<(String, u32)>,
}

impl Cut {
    fn new(chip: &Described) -> Self {
        let width = chip.message_columns.iter().max().unwrap() + 1;
        let (front, numbers) = front(&chip.description, width).unwrap();
        let mut bounds = Vec::new();
        for cell in
            spec::compression::given().into_iter().chain(spec::compression::new()).flat_map(|word| word.1)
        {
            let Cell::Column(name, bound) = cell else { panic!("a limb without a column") };
            bounds.push((name, bound));
        }
        let is_elsewhere = |name: &&String| *name != KNOWN.0 && bounds.iter().all(|bound| bound.0 != **name);
        let elsewhere = front.columns.witness.iter().filter(is_elsewhere).cloned().collect();
        Self { front, numbers, chain: spec::compression::chain(elsewhere), bounds }
    }

    fn sheet<'d>(&self, description: &'d Description) -> Sheet<'d> {
        Sheet::new(description, &[KNOWN], &self.bounds).unwrap()
    }
}

/// Slices are of rows that are no padding.
const KNOWN: (&str, u32) = ("is_real", 1);

fn chip(system: &System) -> &Described {
    &system.described[0]
}

fn honest(seed: u64) -> Vec<F> {
    let mut rng = StdRng::seed_from_u64(seed);
    let step = step(rng.random(), std::array::from_fn(|_| rng.random()));
    table(&Default::default(), &[&step]).row(0)
}

fn both() -> Option<Vec<Solver>> {
    Some(tools::both(&tools::folder()?, LIMIT))
}

/// Each slice is its step of the compression function.
#[test]
fn slices_are_the_compression_function() {
    let Some(solvers) = both() else { return };
    let system = system();
    let cut = Cut::new(chip(&system));
    let sheet = cut.sheet(&chip(&system).description);
    let mut asked = Asked::new(solvers);
    let (facts, claims) = Sum::induction();
    asked.prove("sums", facts, claims).unwrap();
    cut.chain.check(&sheet, &mut asked).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{} lemmas, {} different queries", cut.chain.lemmas.len(), asked.count());
}

/// The row's messages are those of the call, and padding has none.
#[test]
fn messages_are_those_of_the_call() {
    let Some(mut solvers) = both() else { return };
    let system = system();
    let cut = Cut::new(chip(&system));
    let spec = spec::call::spec();
    let subject = Subject { description: &cut.front, tables: &TABLES, spec: &spec };
    subject.check(&mut solvers).unwrap_or_else(|failure| panic!("{failure}"));
    let row = &honest(7)[..cut.front.columns.width()];
    subject.is_possible(row, &[], &mut solvers).unwrap_or_else(|failure| panic!("{failure}"));
}

/// Every fact and claim about slices is true of rows as the filler makes them, whose results are another
/// implementation's.
#[test]
fn honest_rows_are_possible() {
    let system = system();
    let cut = Cut::new(chip(&system));
    let sheet = cut.sheet(&chip(&system).description);
    for seed in 0..3 {
        cut.chain.holds_of(&sheet, &honest(seed)).unwrap();
    }
}

/// Every constraint is in the front or used by a lemma.
#[test]
fn nothing_is_left_out() {
    let system = system();
    let cut = Cut::new(chip(&system));
    let sheet = cut.sheet(&chip(&system).description);
    let places = cut.chain.places(&sheet).unwrap();
    let unused: Vec<_> = (0..sheet.len()).filter(|&i| places.owners[i].is_none()).collect();
    assert_eq!(unused, cut.numbers);
}

/// Whichever constraint of a slice is left out, weakened or changed, its lemma fails.
#[test]
fn changed_constraints_are_noticed() {
    let Some(solvers) = both() else { return };
    let system = system();
    let cut = Cut::new(chip(&system));
    let mut sheet = cut.sheet(&chip(&system).description);
    let places = cut.chain.places(&sheet).unwrap();
    let mut asked = Asked::new(solvers);
    let mut noticed = Noticed::default();
    for i in (0..sheet.len()).filter(|&i| places.owners[i].is_some()) {
        for change in [Change::LeftOut, Change::Weakened, Change::Other] {
            let result = cut.chain.check_changed(i, change, &mut sheet, &places, &mut asked);
            noticed.add(|| format!("constraint {i}, {change:?}"), result);
        }
    }
    noticed.judge();
}

/// Changes of the front that allow no more rows, and why.
type Harmless = (fn(&str) -> bool, &'static str);
const HARMLESS: &[Harmless] = &[
    (
        |label| label.contains("(range)") && (label.ends_with(".high") || label.ends_with(" ts")),
        "the access before is older by less than 2^16, or in the first slots of a shard: fewer rows",
    ),
    (
        |label| label.contains("(mem), field 6") && label.ends_with(".prev"),
        "there is no access before in the shard: fewer rows",
    ),
    (
        |label| {
            ["message 9 (range), field 0 one more", "message 13 (range), field 0 one more"].contains(&label)
        },
        "an eighth of a limb is below 2^13, and −8 is no limb",
    ),
];

/// Whether an honest row says the same as before, in lookups that are answered.
fn says(changed: &Description, row: &[F], before: &Description) -> bool {
    let messages = |d: &Description| -> Vec<Message> {
        let value = |form: &Affine| form.constant + form.columns.iter().map(|&(i, c)| row[i] * c).sum::<F>();
        let message = |i: &Interaction| (i.bus, value(&i.multiplicity), i.values.iter().map(value).collect());
        d.interactions.iter().map(message).collect()
    };
    let (changed, before) = (messages(changed), messages(before));
    changed.iter().all(|message| is_answered(message) != Some(false)) && ledger(changed) == ledger(before)
}

/// Whichever constraint or message of the front is left out, weakened or changed, its specification fails.
fn changed_fronts(choose: impl Fn(&Mutant) -> bool) {
    let Some(folder) = tools::folder() else { return };
    let system = system();
    let cut = Cut::new(chip(&system));
    let spec = spec::call::spec();
    let mut solvers = [Solver::new(Kind::Bitwuzla, &folder, LIMIT).remembering()];
    let mut noticed = Noticed::default();
    let row = honest(7);
    for mutant in mutants(&cut.front).iter().filter(|mutant| choose(mutant)) {
        if HARMLESS.iter().any(|(is_it, _)| is_it(&mutant.label)) {
            continue;
        }
        if mutant.kind == Change::Other && !says(&mutant.description, &row, &cut.front) {
            noticed.honest += 1;
            continue;
        }
        let subject = Subject { description: &mutant.description, tables: &TABLES, spec: &spec };
        noticed.add(|| mutant.label.clone(), subject.check(&mut solvers).map(drop));
    }
    noticed.judge();
}

#[test]
fn weaker_fronts_are_noticed() {
    changed_fronts(|mutant| mutant.kind != Change::Other);
}

#[test]
#[ignore = "takes long: cargo test --profile fast -p aver-sha256 --test smt -- --ignored --nocapture; docs/smt.md has the last result"]
fn changed_fronts_are_noticed() {
    changed_fronts(|_| true);
}

/// How changes were noticed.
#[derive(Default)]
struct Noticed {
    /// An honest row says something else.
    honest: usize,
    /// A solver has a row.
    wrong: usize,
    /// It could not be written down, as a range is missing.
    closed: usize,
    /// Not at all, or not for sure.
    missed: Vec<String>,
}

impl Noticed {
    fn add(&mut self, label: impl Fn() -> String, result: Result<(), Box<Failure>>) {
        match result.map_err(|failure| *failure) {
            Err(Failure::Wrong { .. } | Failure::Vacuous { .. }) => self.wrong += 1,
            Err(Failure::Closed { .. }) => self.closed += 1,
            Err(Failure::Unknown { why, .. }) => self.missed.push(format!("{}: {why}", label())),
            Ok(()) => self.missed.push(label()),
        }
    }

    fn judge(&self) {
        let Self { honest, wrong, closed, missed } = self;
        println!(
            "{wrong} wrong, {closed} not to be written down, {honest} by honest rows, {} missed",
            missed.len()
        );
        assert!(self.missed.is_empty(), "{}", self.missed.join("\n"));
    }
}
