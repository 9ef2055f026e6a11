//! Constraints and buses of real runs, without proving: honest tables satisfy them. (Mutated tables: `tests/audit`.)

use std::collections::BTreeSet;

use aver_isa::testing::random_program;
use aver_machine::ShardChip;
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::judge::parts;
use aver_machine_tests::{options, setup, vectors};
use aver_stark_prover::check::{Ledger, check};

/// Programs that together have rows in every chip, in a few shards each.
fn programs() -> Vec<(Workshop, Vec<u8>)> {
    let random = random_program(77, 900).elf;
    let regions = vectors::regions();
    let shop = |elf: &[u8], cycles| Workshop::new(setup(elf, options(12, Some(cycles))));
    let input = b"some input of a few words".to_vec();
    let rests = (shop(&vectors::rests().elf, 30_000), Vec::new());
    vec![(shop(&random, 500), Vec::new()), (shop(&regions, 20), input), rests]
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
            let shared = check(system, &part.tables, &part.publics, &part.messages);
            total.absorb(shared.unwrap_or_else(|e| panic!("{e}")));
            let used = part.tables.iter().enumerate().filter(|t| t.1.rows > 0);
            seen.extend(used.map(|(chip, _)| (part.is_memory, chip)));
        }
        assert_eq!(total.open(shop.setup.system(false)), None);
        for is_memory in [false, true] {
            for (chip, described) in shop.setup.system(is_memory).described.iter().enumerate() {
                let is_later = ["halt", "touch", "add_to", "addi_to"].contains(&described.name.as_str());
                assert!(is_later || seen.contains(&(is_memory, chip)), "no row of {}", described.name);
            }
        }
    }
    let later = [ShardChip::Halt, ShardChip::Touch, ShardChip::AddTo, ShardChip::AddiTo];
    assert!(later.iter().all(|&chip| seen.contains(&(false, chip as usize))));
}
