//! Chips with something left out, weakened or changed do not pass for the chip: that the questions bite.
//!
//! A mutant is noticed if a solver finds a row that breaks its specification, if it cannot be written down, or if an
//! honest row does not satisfy it. `docs/smt.md` has the last results.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use aver_audit::smt::mutant::{Change, Mutant, mutants};
use aver_audit::smt::{Failure, Kind, Solver, Spec, Subject};
use aver_audit_tests::spec::{self, bus::TABLES, rows, tools};
use aver_machine::machine::MemoryChip;
use aver_machine::{ShardChip, Systems};
use aver_stark::field::F;
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Mutants that pass, and why that is right: chips, the beginning of the label, reason.
const HARMLESS: &[(&[&str], &str, &str)] = &[
    (&["slt", "sltu", "slti", "sltiu"], "constraint 5 (less/1) left out", TWO_MARKERS),
    (&["branch_less", "branch_less_unsigned"], "constraint 8 (less/1) left out", TWO_MARKERS),
    (&["sllw", "slliw"], "constraint 1 (shift/1) left out", ONE_FLAG),
    (&["sllw", "slliw"], "constraint 2 (shift/1) left out", ONE_FLAG),
    (&["srw", "sriw"], "constraint 3 (shift/1) left out", ONE_FLAG),
    (&["srw", "sriw"], "constraint 4 (shift/1) left out", ONE_FLAG),
    (&["divw"], "constraint 12 (div/2) left out", "the last carry is 1 by constraint 13"),
    (&["divw"], "constraint 13 (div/2) left out", "b is not zero if its sign is set, so b + y is not"),
    (&["divw"], "constraint 18 (div/4) left out", "the markers leave −1 too; then y is 0, and d negative"),
    (
        &["divw"],
        "constraint 19 (div/4) left out",
        "Q is all ones, so Q y < 2^32 leaves y = 1, which is right",
    ),
    (&["divw"], "constraint 25 (div/5) left out", TWO_MARKERS),
    (&["divw"], "message 19 (range) not if divu", "the limbs of a result that is not negated are known"),
    (&["divw"], "message 19 (range) not if remu", "likewise"),
    (&["divw"], "message 20 (range)", "the lookup of the result's sign shows the limb's 16 bits too"),
    (&["load_small"], "message 11 (bytes) not if lh", "halves are not made of bytes"),
    (&["store_small"], "message 14 (bytes) not if sh", "halves are not made of bytes"),
    (&["store_small"], "message 15 (bytes) not if sh", "halves are not made of bytes"),
];
const ONE_FLAG: &str = "a flag and what it leaves of 1 are booleans together";
const TWO_MARKERS: &str = "the last marker is what the others leave: if there are two among them, limbs above the \
    lower one agree, so the difference is that at it";

fn is_harmless(chip: &str, mutant: &str) -> bool {
    HARMLESS.iter().any(|entry| entry.0.contains(&chip) && mutant.starts_with(entry.1))
}

/// How a mutant was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Noticed {
    HonestRow,
    Wrong,
    Closed,
    Unknown,
    Not,
}

struct Chip {
    name: String,
    description: Description,
    spec: Spec,
    honest: Vec<rows::Honest>,
}

fn chips() -> Vec<Chip> {
    let systems = Systems::new(Vec::new()).unwrap();
    let mut honest = rows::honest();
    let mut chips = Vec::new();
    let mut add = |described: &aver_stark::chip::Described, spec: Option<Spec>, honest: &mut Vec<_>| {
        let (name, description) = (described.name.clone(), described.description.clone());
        chips.extend(spec.map(|spec| Chip { name, description, spec, honest: std::mem::take(honest) }));
    };
    for &chip in ShardChip::ALL {
        let at = chip as usize;
        add(&systems.shard.described[at], spec::shard(chip), &mut honest.shard[at]);
    }
    for &chip in MemoryChip::ALL {
        let at = chip as usize;
        add(&systems.memory.described[at], spec::memory_proof(chip), &mut honest.memory[at]);
    }
    chips
}

fn value(form: &Affine, row: &rows::Honest) -> F {
    let columns: F = form.columns.iter().map(|&(i, c)| row.cells[i] * c).sum();
    let publics: F = form.publics.iter().map(|&(i, c)| row.publics[i] * c).sum();
    form.constant + columns + publics
}

/// Whether the row satisfies constraints and lookups.
fn is_possible(d: &Description, row: &rows::Honest) -> bool {
    let mut values: Vec<F> = Vec::with_capacity(d.nodes.len());
    for node in &d.nodes {
        values.push(match *node {
            Node::Constant(c) => c,
            Node::Column(i) => row.cells[i as usize],
            Node::Public(i) => row.publics[i as usize],
            Node::Add(a, b) => values[a as usize] + values[b as usize],
            Node::Sub(a, b) => values[a as usize] - values[b as usize],
            Node::Mul(a, b) => values[a as usize] * values[b as usize],
        });
    }
    let answered = |i: &aver_stark::symbolic::Interaction| {
        let Some(table) = TABLES.iter().find(|table| table.bus == i.bus) else { return true };
        let message: Vec<u32> = i.values.iter().map(|form| value(form, row).as_canonical_u32()).collect();
        value(&i.multiplicity, row) == F::ZERO || table.answers(&message)
    };
    d.constraints.iter().all(|c| values[c.node as usize] == F::ZERO) && d.interactions.iter().all(answered)
}

fn notice(chip: &Chip, mutant: &Mutant, solver: &mut Solver) -> Noticed {
    if chip.honest.iter().take(60).any(|row| !is_possible(&mutant.description, row)) {
        return Noticed::HonestRow;
    }
    let subject = Subject { description: &mutant.description, tables: &TABLES, spec: &chip.spec };
    match subject.check(std::slice::from_mut(solver)).map_err(|failure| *failure) {
        Ok(_) => Noticed::Not,
        Err(Failure::Wrong { .. } | Failure::Vacuous { .. }) => Noticed::Wrong,
        Err(Failure::Closed { .. }) => Noticed::Closed,
        Err(Failure::Unknown { .. }) => Noticed::Unknown,
    }
}

/// Runs the mutants that `choose` picks; prints a line for each chip and those that pass, and fails if one passes
/// that has something left out and is not known to be harmless.
fn run(chips: &[Chip], kinds: &[Kind], choose: impl Fn(&str, &Mutant) -> bool + Sync, limit: Duration) {
    let Some(folder) = tools::folder() else { return };
    let only = std::env::var("AVER_CHIP").unwrap_or_default();
    let is_asked = |name: &str| only.is_empty() || only.split(',').any(|only| only == name);
    let results: Vec<(String, Vec<_>)> = chips
        .par_iter()
        .filter(|chip| is_asked(&chip.name))
        .map(|chip| {
            let start = Instant::now();
            let mut results = Vec::new();
            let mutants: Vec<_> =
                mutants(&chip.description).into_iter().filter(|m| choose(&chip.name, m)).collect();
            for &kind in kinds {
                let mut solver = Solver::new(kind, &folder, limit).remembering();
                for mutant in &mutants {
                    let noticed = notice(chip, mutant, &mut solver);
                    results.push((kind, mutant.kind, mutant.label.clone(), noticed));
                }
            }
            let mut counts = BTreeMap::new();
            results.iter().for_each(|result| *counts.entry(result.3).or_insert(0) += 1);
            println!("{}: {counts:?}, {:.1} s", chip.name, start.elapsed().as_secs_f32());
            for (kind, _, mutant, noticed) in &results {
                if matches!(noticed, Noticed::Not | Noticed::Unknown) {
                    println!("{}: {mutant}: {noticed:?} by {kind:?}", chip.name);
                }
            }
            (chip.name.clone(), results)
        })
        .collect();
    let mut unnoticed = Vec::new();
    for (chip, results) in &results {
        for (kind, _, mutant, noticed) in results.iter().filter(|result| result.1 == Change::LeftOut) {
            if *noticed == Noticed::Not && !is_harmless(chip, mutant) {
                unnoticed.push(format!("{chip}: {mutant} ({kind:?})"));
            }
        }
    }
    assert!(unnoticed.is_empty(), "unnoticed:\n{}", unnoticed.join("\n"));
}

/// Chips whose mutants take too long for every change.
const SLOW: &[&str] = &["div", "divw", "misaligned_load", "misaligned_store"];

/// What a mutant lacks: a constraint of this label, or a message of this bus, always or for a flag.
fn lacks(label: &str) -> (&str, bool) {
    let name = label.split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("a name").0;
    (name, label.contains(" not if "))
}

/// One in six of the mutants by digest, and whatever is lacking, one mutant at least that lacks it.
fn sample(chips: &[Chip]) -> BTreeSet<(String, String)> {
    let mut chosen = BTreeSet::new();
    let mut first = BTreeMap::new();
    for chip in chips.iter().filter(|chip| !SLOW.contains(&chip.name.as_str())) {
        for mutant in mutants(&chip.description).into_iter().filter(|m| m.kind == Change::LeftOut) {
            let digest = Sha256::digest(format!("{}: {}", chip.name, mutant.label));
            let (name, is_for_flag) = lacks(&mutant.label);
            let lacks = (name.to_string(), is_for_flag);
            let mutant = (chip.name.clone(), mutant.label);
            if digest[0] % 6 == 0 {
                chosen.insert(mutant.clone());
            }
            if !is_harmless(&mutant.0, &mutant.1) {
                let best = first.entry(lacks).or_insert((digest, mutant.clone()));
                *best = (digest, mutant).min(best.clone());
            }
        }
    }
    chosen.extend(first.into_values().map(|(_, mutant)| mutant));
    chosen
}

/// Constraints and messages left out, by one solver, but of the slow chips: some, or with `AVER_TEST_ALL` every one.
#[test]
fn what_is_left_out_is_noticed() {
    let chips = chips();
    let sample = sample(&chips);
    println!("{} mutants are in the sample", sample.len());
    let choose = |chip: &str, mutant: &Mutant| {
        let is_sampled = || tools::is_all() || sample.contains(&(chip.to_string(), mutant.label.clone()));
        mutant.kind == Change::LeftOut && !SLOW.contains(&chip) && is_sampled()
    };
    run(&chips, &[Kind::Bitwuzla], choose, Duration::from_secs(8));
}

/// All mutants, by both. It takes long, and what passes of those that are weakened or changed is to be read: most allow
/// fewer rows, or name a column otherwise.
#[test]
#[ignore = "takes long: cargo test --profile fast -p aver-audit-tests --test smt_mutants -- --ignored --nocapture; docs/smt.md"]
fn all_mutants() {
    run(&chips(), &[Kind::Bitwuzla, Kind::Z3], |_, _| true, Duration::from_secs(20));
}
