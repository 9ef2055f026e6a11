//! Every cell of honest rows, changed, must violate a constraint, break a lookup, or change a message
//! that another row or the verifier answers.

mod common;

use std::collections::BTreeSet;

use aver_isa::testing::{Rng, random_program};
use aver_isa::{Format, Op, Opcode};
use aver_machine::buses;
use aver_machine::chips::program::encode;
use aver_stark::field::{F, P, f};
use aver_stark::layout::System;
use aver_stark_prover::check::{Message, check_row, messages_of_row};
use aver_stark_prover::table::Table;
use common::{EDGES, Traced, load, program};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

/// Cells whose value is the prover's choice in some rows, and why that is harmless. (chip, column)
const FREE: &[(&str, &str, &str)] = &[
    ("branch_eq", "inverse0", "free if the norm it goes with is zero"),
    ("branch_eq", "inverse1", "free if the norm it goes with is zero"),
    ("misaligned_load", "mem1", "not accessed unless the bytes cross"),
    ("misaligned_load", "text1", "not accessed unless the bytes cross"),
    ("misaligned_store", "mem1", "not accessed unless the bytes cross"),
    ("misaligned_store", "new", "the second word, not accessed unless the bytes cross"),
    ("memory", "lo", "image words have no bounds"),
    ("memory", "hi", "image words have no bounds"),
    ("memory", "above", "image words have no bounds"),
    ("memory", "below", "image words have no bounds"),
];

/// Whether a lookup is in its table; `None` for buses that are no lookups.
fn looked_up(traced: &Traced, (bus, _, values): &Message) -> Option<bool> {
    let v: Vec<u32> = values.iter().map(|v| v.as_canonical_u32()).collect();
    Some(match bus.id {
        id if id == buses::RANGE.id => v[0] < 1 << 16,
        id if id == buses::BYTES.id => v[0] < 256 && v[1] < 256,
        id if id == buses::AND.id => v[0] < 256 && v[1] < 256 && v[2] == v[0] & v[1],
        id if id == buses::BITS.id => v[0] <= 16 && v[1] == 1 << v[0] && v[2] < v[1],
        id if id == buses::INSTR.id => {
            traced.program.ops.get(v[0] as usize).is_some_and(|op| encode(v[0], op)[..] == values[..])
        }
        id if id == buses::TARGET.id => traced.program.targets().any(|(a, i)| (a / 4, i) == (v[0], v[1])),
        id if id == buses::IMAGE.id || id == buses::GAP.id => return None, // compared as they are
        _ => return None,
    })
}

/// Whether a changed row would be noticed.
fn noticed(traced: &Traced, system: &System, chip: usize, honest: &[F], row: &[F], publics: &[F]) -> bool {
    if check_row(system, chip, row, publics).is_some() {
        return true;
    }
    let split = |row: &[F]| {
        let messages = messages_of_row(system, chip, row, publics);
        messages.into_iter().partition::<Vec<_>, _>(|m| looked_up(traced, m).is_some())
    };
    let (lookups, others) = split(row);
    let sorted = |mut messages: Vec<Message>| {
        messages.sort_by_key(|m| (m.0.id, m.2.clone(), m.1));
        messages
    };
    // a lookup with a weight other than 0 and 1 cannot be answered row by row; those are constraints
    lookups.iter().any(|m| m.1 != F::ONE || looked_up(traced, m) == Some(false))
        || sorted(others) != sorted(split(honest).1)
}

fn mutate(traced: &Traced, system: &System, tables: &[Table], publics: &[F], free: &mut BTreeSet<String>) {
    let mut rng = Rng(1);
    for (chip, table) in tables.iter().enumerate() {
        let described = &system.described[chip];
        if described.widths[0] > 0 {
            continue;
        }
        let columns = system.chips[chip].columns();
        // the first rows, and some others; the padding row
        let some = (0..24).map(|_| rng.below(table.rows.max(1) as u32) as usize);
        let rows: BTreeSet<usize> = (0..4).chain(some).filter(|&r| r < table.rows).collect();
        for row_index in rows {
            let honest = table.row(row_index);
            assert!(!noticed(traced, system, chip, &honest, &honest, publics), "{}", described.name);
            for at in 0..honest.len() {
                let x = honest[at];
                let other = honest[rng.below(honest.len() as u32) as usize];
                let candidates = [
                    F::ZERO,
                    F::ONE,
                    x + F::ONE,
                    x - F::ONE,
                    F::ONE - x,
                    -x,
                    x + f(1 << 16),
                    x + f(1 << 8),
                    f(0xFFFF) - x,
                    f(rng.below(1 << 16)),
                    f(rng.below(P)),
                    other,
                ];
                for value in candidates.into_iter().filter(|&v| v != x) {
                    let mut row = honest.clone();
                    row[at] = value;
                    if noticed(traced, system, chip, &honest, &row, publics) {
                        continue;
                    }
                    let name = columns.name(at);
                    let known = |(c, n, _): &&(&str, &str, &str)| *c == described.name && name.starts_with(*n);
                    if FREE.iter().find(known).is_none() {
                        free.insert(format!("{}: {name}", described.name));
                    }
                }
            }
        }
    }
}

fn traced() -> Vec<Traced> {
    let mut all: Vec<_> =
        (0..3).map(|seed| Traced::new(&random_program(seed + 20, 900).elf, &[], 1 << 20)).collect();
    let mut ops = Vec::new();
    for a in 0..EDGES.len() {
        for b in 0..EDGES.len() {
            for opcode in Opcode::ALL.into_iter().filter(|o| o.format() == Format::Register) {
                if (a + 5 * b + opcode as usize) % 7 == 0 {
                    let rd = 5 + (a % 3) as u8;
                    ops.extend([load(5, a), load(6, b), Op { opcode, rd, rs1: 5, rs2: 6, ..Op::default() }]);
                }
            }
        }
    }
    all.push(Traced::of(program(ops, &EDGES), &[], 1 << 20));
    all
}

#[test]
fn every_cell() {
    let mut free = BTreeSet::new();
    for traced in traced() {
        for plan in &traced.run.shards {
            let tables = traced.shard(plan);
            mutate(&traced, &traced.machine.shard, &tables, &traced.publics(plan).values(), &mut free);
        }
        let (tables, publics) = traced.memory_tables();
        mutate(&traced, &traced.machine.memory, &tables, &publics.values(), &mut free);
    }
    assert!(free.is_empty(), "{free:#?}");
}
