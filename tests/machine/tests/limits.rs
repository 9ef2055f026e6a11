//! The machine's numbers at their edges, row by row: timestamps, shard numbers, keys and addresses. What is
//! just inside satisfies constraints and lookups, what is just outside does not, whatever the row's hints.

use std::collections::BTreeSet;

use aver_exec::MAX_REST;
use aver_isa::testing::{Asm, random_program, reg};
use aver_machine::buses;
use aver_machine::chips::memory::{INPUT_FIRST, INPUT_LAST};
use aver_machine::chips::touch::BLOCK;
use aver_machine::public::{MAX_SHARDS, MAX_TS};
use aver_machine_tests::forge::Workshop;
use aver_machine_tests::judge::{Judge, parts};
use aver_machine_tests::{options, setup, vectors};
use aver_prover::steps::Part;
use aver_stark::field::{F, f};
use aver_stark_prover::check::affine;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// A kind of proof, judged row by row.
struct Bench<'a> {
    shop: &'a Workshop,
    part: &'a Part,
}

impl Bench<'_> {
    fn judge(&self) -> Judge<'_> {
        let is_memory = self.part.is_memory;
        let (system, lookups) = (self.shop.setup.system(is_memory), self.shop.lookups(is_memory));
        Judge { system, lookups, publics: &self.part.publics }
    }

    fn chip(&self, name: &str) -> usize {
        self.judge().system.described.iter().position(|d| d.name == name).expect("a chip")
    }

    fn column(&self, chip: usize, name: &str) -> usize {
        let columns = self.judge().system.chips[chip].columns();
        (0..columns.width()).find(|&i| columns.name(i) == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// The rows of a chip in which these columns have these values.
    fn rows(&self, chip: usize, cells: &[(&str, u32)]) -> Vec<Vec<F>> {
        let table = &self.part.tables[chip];
        let cells: Vec<_> = cells.iter().map(|&(name, value)| (self.column(chip, name), f(value))).collect();
        (0..table.rows).map(|i| table.row(i)).filter(|row| cells.iter().all(|&(c, v)| row[c] == v)).collect()
    }
}

/// With a difference written as low 16 bits and `high`, which is in a column.
fn with_high(row: &[F], high: usize, difference: F) -> Vec<F> {
    let mut row = row.to_vec();
    row[high] = f(difference.as_canonical_u32() >> 16);
    row
}

#[test]
fn an_access_is_after_the_one_before_it_by_no_more_than_is_allowed() {
    let random = random_program(77, 900).elf;
    let regions = vectors::regions();
    let mut seen = BTreeSet::new();
    for (elf, input) in [(&random, &b""[..]), (&regions, b"some input of a few words")] {
        let shop = Workshop::new(setup(elf, options(12, None)));
        for part in parts(&shop, input).iter().filter(|p| !p.is_memory) {
            let bench = Bench { shop: &shop, part };
            let judge = bench.judge();
            for (chip, described) in judge.system.described.iter().enumerate() {
                let columns = &described.description.columns;
                for (number, range) in described.description.interactions.iter().enumerate() {
                    // range(ts + slot − prev − 1 − 2^16 high), of registers without `high`
                    let find = |end: &str| {
                        let named = |t: &&(usize, F)| columns.name(t.0).ends_with(end);
                        range.values[0].columns.iter().find(named).map(|t| t.0)
                    };
                    let (Some(ts), Some(prev)) = (find("ts"), find(".prev")) else { continue };
                    let high = find(".high");
                    let most = if high.is_some() { MAX_TS } else { MAX_REST };
                    assert_eq!(range.bus, buses::RANGE);
                    let happens = |row: &Vec<F>| affine(&range.multiplicity, row, &part.publics) == F::ONE;
                    let Some(row) = bench.rows(chip, &[]).into_iter().find(happens) else { continue };
                    seen.insert((chip, number));
                    let slot = range.values[0].constant + F::ONE;
                    let is_valid = |difference: F| {
                        let mut row = row.clone();
                        row[prev] = row[ts] + slot - F::ONE - difference;
                        let row = high.map_or(row.clone(), |high| with_high(&row, high, difference));
                        judge.is_valid(chip, &row)
                    };
                    let name = &described.name;
                    assert!(is_valid(F::ZERO) && is_valid(f(most - 1)), "{name}, {}", columns.name(prev));
                    for outside in [F::NEG_ONE, f(most), -f(most)] {
                        assert!(!is_valid(outside), "{name}, {}: {outside}", columns.name(prev));
                    }
                }
            }
        }
    }
    // Three accesses each of most chips.
    assert!(seen.len() > 100, "{}", seen.len());
}

/// A touch puts a register at a multiple of 2^10 below 2^26, which is later by no more than an access.
#[test]
fn a_touch_is_as_an_access_is() {
    let shop = Workshop::new(setup(&vectors::rests().elf, options(12, None)));
    let parts = parts(&shop, b"");
    let bench = Bench { shop: &shop, part: parts.iter().find(|p| !p.is_memory).unwrap() };
    let chip = bench.chip("touch");
    let row = bench.rows(chip, &[]).remove(0);
    let is_valid = |block: F, later: F| {
        let mut row = row.clone();
        row[bench.column(chip, "block")] = block;
        row[bench.column(chip, "prev")] = block * f(BLOCK) - later;
        bench.judge().is_valid(chip, &row)
    };
    for block in [F::ONE, f(MAX_TS / BLOCK - 1)] {
        assert!(is_valid(block, F::ONE) && is_valid(block, f(MAX_REST)));
        assert!(
            !is_valid(block, F::ZERO) && !is_valid(block, F::NEG_ONE) && !is_valid(block, f(MAX_REST + 1))
        );
    }
    for block in [f(MAX_TS / BLOCK), F::NEG_ONE, F::ONE / f(BLOCK)] {
        assert!(!is_valid(block, F::ONE), "{block}");
    }
}

/// A program that touches registers, the image, a zero word and the input.
fn shop() -> Workshop {
    let mut asm = Asm::new();
    asm.li(reg::S0, Asm::DATA.into()).li(reg::T0, aver_isa::memory::INPUT_BASE.into());
    asm.ld(reg::T1, reg::T0, 8).ld(reg::T1, reg::S0, 0).ld(reg::T1, reg::S0, 16).exit(0);
    Workshop::new(setup(&asm.elf(&7u64.to_le_bytes(), 64), options(10, None)))
}

#[test]
fn a_word_was_left_by_an_earlier_shard() {
    let shop = shop();
    let parts = parts(&shop, &[]);
    let mut shard = parts.iter().find(|p| !p.is_memory).unwrap().clone();
    let mut is_valid = |number: u32, last: u32| {
        shard.publics[aver_machine::public::SHARD] = f(number);
        let bench = Bench { shop: &shop, part: &shard };
        let chip = bench.chip("boundary");
        let mut row = bench.rows(chip, &[]).remove(0);
        row[bench.column(chip, "last")] = f(last);
        bench.judge().is_valid(chip, &row)
    };
    for number in [1, 2, MAX_SHARDS - 1] {
        assert!(is_valid(number, 0) && is_valid(number, number - 1));
        assert!(!is_valid(number, number) && !is_valid(number, number + 1));
    }
    // The lookup reaches a little further than the verifier goes.
    assert!(is_valid(MAX_SHARDS, 0) && !is_valid(MAX_SHARDS + 1, 0));
}

/// Whether a row of the memory table may have these cells, with the best hints there are.
fn memory_row(bench: &Bench<'_>, row: &[F], changes: &[(&str, F)]) -> bool {
    let chip = bench.chip("memory");
    let column = |name: &str| bench.column(chip, name);
    let mut row = row.to_vec();
    changes.iter().for_each(|&(name, value)| row[column(name)] = value);
    let cell = |name: &str| row[column(name)];
    let key = cell("addr") + cell("memory") * f(1 << 29);
    let differences = [
        ("high", key - cell("prev") - F::ONE),
        ("above", cell("addr") - cell("lo")),
        ("below", cell("hi") - F::ONE - cell("addr")),
    ];
    let hinted = differences.iter().fold(row.clone(), |row, &(name, d)| with_high(&row, column(name), d));
    bench.judge().is_valid(chip, &hinted)
}

#[test]
fn keys_increase_by_2_30_at_most() {
    let shop = shop();
    let parts = parts(&shop, &[]);
    let bench = Bench { shop: &shop, part: parts.iter().find(|p| p.is_memory).unwrap() };
    let chip = bench.chip("memory");
    for row in bench.rows(chip, &[]) {
        let cell = |name: &str| row[bench.column(chip, name)];
        let key = cell("addr") + cell("memory") * f(1 << 29);
        let after = |difference: F| memory_row(&bench, &row, &[("prev", key - difference)]);
        assert!(after(F::ONE) && after(f(1 << 30)));
        for outside in [F::ZERO, F::NEG_ONE, f((1 << 30) + 1), -f(1 << 29)] {
            assert!(!after(outside), "{outside}");
        }
    }
}

#[test]
fn addresses_are_in_their_regions() {
    let shop = shop();
    let parts = parts(&shop, &[]);
    let bench = Bench { shop: &shop, part: parts.iter().find(|p| p.is_memory).unwrap() };
    let chip = bench.chip("memory");
    let at = |row: &[F], addr: u32| {
        let prev = f(addr) + row[bench.column(chip, "memory")] * f(1 << 29) - F::ONE;
        memory_row(&bench, row, &[("addr", f(addr)), ("prev", prev)])
    };
    // Input: the whole region, and nothing beside it.
    let input = bench.rows(chip, &[("input", 1)]).remove(0);
    for (addr, is_valid) in [
        (INPUT_FIRST, true),
        (INPUT_LAST - 1, true),
        (INPUT_FIRST - 1, false),
        (INPUT_LAST, false),
        (0, false),
        (Asm::DATA / 8, false),
    ] {
        assert_eq!(at(&input, addr), is_valid, "input at {addr:#x}");
    }
    // Zero: the row's gap, whichever it is.
    let zeros = bench.rows(chip, &[("zero", 1)]);
    assert!(zeros.len() > 3);
    for zero in zeros {
        let [lo, hi] = ["lo", "hi"].map(|name| zero[bench.column(chip, name)].as_canonical_u32());
        assert!(at(&zero, lo) && at(&zero, hi - 1), "{lo:#x} to {hi:#x}");
        assert!(!at(&zero, hi), "{hi:#x}");
        assert!(lo == 0 || !at(&zero, lo - 1), "{lo:#x}");
        // Another gap, wider by one, is in no table.
        for (lo, hi) in [(f(lo) - F::ONE, f(hi)), (f(lo), f(hi + 1)), (f(lo + 1), f(hi))] {
            assert!(!memory_row(&bench, &zero, &[("lo", lo), ("hi", hi)]), "{lo} to {hi}");
        }
    }
    // Image: the word it is, with the value it has.
    let image = bench.rows(chip, &[("image", 1), ("addr", Asm::DATA / 8)]).remove(0);
    assert!(at(&image, Asm::DATA / 8));
    assert!(!at(&image, Asm::DATA / 8 + 1) && !at(&image, Asm::DATA / 8 - 1));
    for limb in ["first0", "first3"] {
        let value = image[bench.column(chip, limb)];
        assert!(!memory_row(&bench, &image, &[(limb, value + F::ONE)]), "{limb}");
    }
}
