//! Tables with rows left out, doubled and put elsewhere; tables of other shards; fields of boundary rows.

use aver_isa::testing::random_program;
use aver_machine_tests::forge::{Forge, Workshop};
use aver_machine_tests::liar::Lies;
use aver_machine_tests::lookups::is_fixed;
use aver_machine_tests::{options, setup};
use aver_stark::field::{F, f};
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;

use crate::relay::*;

/// All columns a prover chooses.
fn columns(table: &mut Table) -> impl Iterator<Item = &mut Buffer> {
    table.boundary.iter_mut().chain(&mut table.witness)
}

fn edit(column: &mut Buffer, edit: impl FnOnce(&mut Vec<F>)) {
    let mut values = column.to_vec();
    edit(&mut values);
    *column = values.into();
}

/// Honest tables of a run in two shards that has most chips.
fn forge(shop: &Workshop) -> Forge<'_> {
    shop.lie(&[], Lies { cut: Box::new(|cycle, _| cycle == 150), ..Lies::default() })
}

fn shop() -> Workshop {
    Workshop::new(setup(&random_program(91, 300).elf, options(10, None)))
}

/// A change of one table, after which lookups are counted again: something objects.
#[track_caller]
fn objects(honest: &Forge<'_>, part: usize, chip: usize, what: &str, change: impl FnOnce(&mut Table)) {
    let mut forge = honest.clone();
    change(&mut forge.parts[part].tables[chip]);
    forge.recount();
    let name = honest.shop.setup.system(forge.parts[part].is_memory).chips[chip].name();
    assert!(!forge.faults().is_empty(), "{name} of proof {part}: {what}");
}

#[test]
fn rows_left_out_doubled_and_elsewhere() {
    let shop = shop();
    let honest = forge(&shop);
    assert_eq!(honest.faults(), [""; 0]);
    let mut chips = 0;
    for part in 0..honest.parts.len() {
        let system = shop.setup.system(honest.parts[part].is_memory);
        for chip in (0..system.chips.len()).filter(|&chip| !is_fixed(system, chip)) {
            let rows = honest.parts[part].tables[chip].rows;
            if rows == 0 {
                continue;
            }
            chips += 1;
            let row = rows / 2;
            objects(&honest, part, chip, "a row left out", |table| {
                columns(table).for_each(|column| column[row] = F::ZERO);
            });
            objects(&honest, part, chip, "a row twice", |table| {
                table.rows += 1;
                columns(table).for_each(|column| edit(column, |values| values.insert(row, values[row])));
            });
            objects(&honest, part, chip, "a row in the padding", |table| {
                columns(table).for_each(|column| edit(column, |values| values.push(values[row])));
            });
            objects(&honest, part, chip, "no table", |table| {
                columns(table).for_each(|column| column.fill(F::ZERO));
                table.rows = 0;
            });
            // Of the other shard, or twice the same.
            for other in (1..honest.parts.len()).filter(|&other| other != part && part > 0) {
                let theirs = &honest.parts[other].tables[chip];
                objects(&honest, part, chip, "another shard's table", |table| *table = theirs.clone());
                if theirs.rows > 0 {
                    objects(&honest, part, chip, "both tables", |table| {
                        let other = theirs.boundary.iter().chain(&theirs.witness);
                        columns(table).zip(other).for_each(|(mine, more)| {
                            mine.truncate(rows);
                            edit(mine, |values| values.extend(&more[..theirs.rows]));
                        });
                        table.rows += theirs.rows;
                    });
                }
            }
        }
    }
    assert!(chips > 50, "{chips} tables");
}

/// Rows of a table stand in any order: what holds them together is messages.
#[test]
fn rows_in_another_order_are_the_same() {
    let shop = relay_shop(true);
    let mut forge = relay_forge(&shop, 5);
    for part in &mut forge.parts {
        let system = shop.setup.system(part.is_memory);
        for (_, table) in part.tables.iter_mut().enumerate().filter(|t| !is_fixed(system, t.0)) {
            let rows = table.rows;
            columns(table).for_each(|column| column[..rows].reverse());
        }
    }
    forge.settle();
    assert_eq!(forge.faults(), [""; 0]);
    forge.verify(&forge.prove()).unwrap();
}

/// Every field of boundary and memory rows, changed to others: in one place, and in all that agree with it.
#[test]
fn fields_of_boundary_and_memory_rows() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    // Image words have no bounds.
    let free = ["lo", "hi", "above", "below"];
    for (part, chip) in [(0, "memory"), (2, "boundary"), (5, "boundary")] {
        let mut tables = honest.clone();
        let rows = tables.table(part, chip).rows;
        let system = shop.setup.system(part == 0);
        let at = system.described.iter().position(|d| d.name == chip).unwrap();
        let names = system.chips[at].columns();
        for column in 0..names.width() {
            let name = names.name(column);
            for row in 0..rows {
                let is_image = part == 0 && tables.column(part, chip, "image")[row] == F::ONE;
                if is_image && free.contains(&name) {
                    continue;
                }
                let honest_value = tables.column(part, chip, name)[row];
                let next = tables.column(part, chip, name)[(row + 1) % rows];
                for value in [honest_value + F::ONE, honest_value - F::ONE, next, F::ZERO, f(1 << 16)] {
                    if value != honest_value {
                        tables.set(part, chip, row, name, value);
                        tables.recount();
                        assert!(!tables.faults().is_empty(), "{chip} {row}: {name} {honest_value} → {value}");
                    }
                }
                tables.set(part, chip, row, name, honest_value);
            }
        }
    }
}

/// Values swapped between two words; two rows that change places in time.
#[test]
fn words_and_times_swapped() {
    let shop = relay_shop(true);
    let honest = relay_forge(&shop, 5);
    for (part, chip, fields) in [
        (0, "memory", &["addr"][..]),
        (0, "memory", &["first0", "first1", "first2", "first3"]),
        (0, "memory", &["final0", "final1", "final2", "final3"]),
        (2, "boundary", &["addr"]),
        (2, "boundary", &["before0", "before1", "before2", "before3"]),
        (2, "boundary", &["after0", "after1", "after2", "after3"]),
        (2, "addi_to", &["ts"]),
        (2, "addi_to", &["index"]),
        (2, "ld", &["ts"]),
        (2, "sd", &["ts"]),
    ] {
        let mut forge = honest.clone();
        let rows = forge.table(part, chip).rows;
        let values = |forge: &mut Forge<'_>, row: usize| -> Vec<F> {
            fields.iter().map(|name| forge.column(part, chip, name)[row]).collect()
        };
        let first = values(&mut forge, 0);
        let other = (1..rows).find(|&row| values(&mut forge, row) != first);
        let other = other.unwrap_or_else(|| panic!("{chip} has one {fields:?} only"));
        for name in fields {
            forge.column(part, chip, name).swap(0, other);
        }
        forge.recount();
        assert!(!forge.faults().is_empty(), "{chip}: {fields:?} swapped");
    }
}
