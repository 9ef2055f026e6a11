//! Constraints and buses of real runs, without proving: honest tables satisfy them, and every cell counts.

use std::collections::BTreeSet;

use aver_isa::testing::{Rng, random_program};
use aver_machine::buses;
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::judge::{Judge, parts};
use aver_machine_tests::lookups::padded;
use aver_machine_tests::{options, setup, vectors};
use aver_stark::field::{F, P, f};
use aver_stark_prover::check::{Ledger, check, messages_of_row};
use p3_field::PrimeCharacteristicRing;

/// Programs that together have rows in every chip, in a few shards each.
fn programs() -> Vec<(Workshop, Vec<u8>)> {
    let random = random_program(77, 900).elf;
    let regions = vectors::regions();
    let shop = |elf: &[u8], cycles| Workshop::new(setup(elf, options(12, Some(cycles))));
    vec![(shop(&random, 500), Vec::new()), (shop(&regions, 20), b"some input of a few words".to_vec())]
}

/// Every constraint of every row, every bus of every proof, and the shared bus over the run.
#[test]
fn honest_runs_balance() {
    let mut seen = BTreeSet::new();
    let programs = programs().into_iter().chain([
        (Workshop::new(setup(&vectors::memory().elf, options(12, Some(2_000)))), Vec::new()),
        (Workshop::new(setup(&vectors::atomics().elf, options(12, Some(6_000)))), Vec::new()),
    ]);
    for (shop, input) in programs {
        let parts = parts(&shop, &input);
        assert!(parts.len() > 2);
        let mut total = Ledger::default();
        for part in &parts {
            let system = shop.setup.system(part.is_memory);
            check(system, &part.tables, &part.publics, &part.messages).unwrap_or_else(|e| panic!("{e}"));
            for (chip, table) in part.tables.iter().enumerate() {
                if table.rows > 0 {
                    seen.insert((part.is_memory, chip));
                }
                let shares = system.described[chip].description.interactions.iter().any(|i| i.bus.shared);
                for row in (0..table.rows).filter(|_| shares) {
                    for message in messages_of_row(system, chip, &table.row(row), &part.publics) {
                        if message.0.shared {
                            total.add(message, chip, row);
                        }
                    }
                }
            }
        }
        assert_eq!(total.open(shop.setup.system(false)), None);
        for is_memory in [false, true] {
            for (chip, described) in shop.setup.system(is_memory).described.iter().enumerate() {
                let missing = seen.contains(&(is_memory, chip)) || described.name == "halt";
                assert!(missing, "no row of {}", described.name);
            }
        }
    }
    let halt = aver_machine::ShardChip::Halt as usize;
    assert!(seen.contains(&(false, halt)));
}

/// Cells that are the prover's choice in some rows, and why that is harmless.
const FREE: &[(&str, &str, &str)] = &[
    ("branch_eq", "inverse0", "what shows that operands differ: any pair of values that does"),
    ("branch_eq", "inverse1", "as inverse0"),
    ("misaligned_load", "mem1", "the second word, where the bytes do not reach into it"),
    ("misaligned_load", "text1", "likewise"),
    ("misaligned_store", "mem1", "likewise"),
    ("memory", "lo", "bounds of the address, in rows of words of the image, which need none"),
    ("memory", "hi", "likewise"),
    ("memory", "above", "likewise"),
    ("memory", "below", "likewise"),
];

/// Every cell of honest rows, changed: the row breaks a rule, or says something that nobody answers. And
/// no two cells together make an op do something else.
#[test]
fn every_cell_counts() {
    let mut rng = Rng(11);
    let (mut used, mut free, mut wrong) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (shop, input) in programs() {
        for part in parts(&shop, &input) {
            let system = shop.setup.system(part.is_memory);
            let judge = Judge { system, lookups: shop.lookups(part.is_memory), publics: &part.publics };
            for (chip, table) in part.tables.iter().enumerate().filter(|t| t.1.rows > 0) {
                let name = &system.described[chip].name;
                let columns = system.chips[chip].columns();
                let interactions = &system.described[chip].description.interactions;
                let is_op = interactions.iter().any(|i| i.bus == buses::EXEC);
                // The first row of padding too, where there is one: it must not come to life unnoticed.
                let rows: BTreeSet<usize> = (0..10)
                    .map(|_| rng.below(table.rows as u32) as usize)
                    .chain([0, table.rows])
                    .filter(|&r| r < padded(table))
                    .collect();
                for row in rows {
                    let honest = table.row(row);
                    let said = judge.messages(chip, &honest);
                    let does = judge.transition(chip, &honest);
                    assert!(judge.is_valid(chip, &honest), "{name}");
                    let another = table.row(rng.below(table.rows as u32) as usize);
                    let first = table.fixed.len();
                    for at in first..honest.len() {
                        for value in candidates(&mut rng, &honest, at, &another) {
                            let mut changed = honest.clone();
                            changed[at] = value;
                            if judge.is_valid(chip, &changed) && judge.messages(chip, &changed) == said {
                                let known = |e: &&(&str, &str, &str)| {
                                    e.0 == name && columns.name(at).starts_with(e.1)
                                };
                                match FREE.iter().find(known) {
                                    _ if row >= table.rows => {} // a cell of a row that says nothing
                                    Some(entry) => _ = used.insert(entry),
                                    None => _ = free.insert(format!("{name}: {}", columns.name(at))),
                                }
                            }
                            let second = first + rng.below((honest.len() - first) as u32) as usize;
                            let values = candidates(&mut rng, &honest, second, &another);
                            changed[second] = values[rng.below(values.len() as u32) as usize];
                            if is_op && judge.is_valid(chip, &changed) {
                                let [takes, puts] = judge.transition(chip, &changed);
                                if takes == does[0] && puts != does[1] {
                                    let (a, b) = (columns.name(at), columns.name(second));
                                    wrong.insert(format!("{name}: {a}, {b}"));
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(free.is_empty(), "cells that do not count: {free:#?}");
    assert!(wrong.is_empty(), "pairs of cells that change what an op does: {wrong:#?}");
    let unused: Vec<_> = FREE.iter().filter(|e| !used.contains(e)).collect();
    assert!(unused.is_empty(), "these do count: {unused:#?}");
}

/// Other values for a cell.
fn candidates(rng: &mut Rng, row: &[F], at: usize, another: &[F]) -> Vec<F> {
    let x = row[at];
    let mut values = vec![
        x + F::ONE,
        x - F::ONE,
        F::ZERO,
        F::ONE,
        F::ONE - x,
        -x,
        x + f(1 << 16),
        x + f(1 << 8),
        f(0xFFFF) - x,
        f(rng.below(1 << 16)),
        f(rng.below(P)),
        row[rng.below(row.len() as u32) as usize],
        another[at],
    ];
    values.retain(|&v| v != x);
    values
}
