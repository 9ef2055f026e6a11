//! Rows are functions: every cell of honest rows, changed, must violate a constraint, break a lookup, or
//! change what the row takes off a bus. (What it puts there follows: a change of that alone would be a
//! forgery.) And this test bites: without any one constraint, it finds something.

mod common;

use std::collections::BTreeSet;

use aver_isa::testing::{Rng, random_program};
use aver_isa::{Format, Op, Opcode};
use aver_machine::buses;
use aver_machine::cpu::inverse;
use aver_stark::field::{F, P, f};
use aver_stark::layout::System;
use aver_stark::symbolic::Node;
use aver_stark_prover::table::Table;
use common::{EDGES, Traced, load, noticed, program};
use p3_field::PrimeCharacteristicRing;

/// Cells whose value is the prover's choice in some rows, and why that is harmless. (chip, column)
const FREE: &[(&str, &str, &str)] = &[
    ("branch_eq", "inverse0", "free if the norm it goes with is zero"),
    ("branch_eq", "inverse1", "free if the norm it goes with is zero"),
    ("misaligned_load", "mem1", "not accessed unless the bytes cross"),
    ("misaligned_load", "text1", "not accessed unless the bytes cross"),
    ("misaligned_store", "mem1", "not accessed unless the bytes cross"),
    ("misaligned_store", "new4", "the second word, not accessed unless the bytes cross"),
    ("misaligned_store", "new5", "the second word, not accessed unless the bytes cross"),
    ("misaligned_store", "new6", "the second word, not accessed unless the bytes cross"),
    ("misaligned_store", "new7", "the second word, not accessed unless the bytes cross"),
    ("memory", "lo", "image words have no bounds"),
    ("memory", "hi", "image words have no bounds"),
    ("memory", "above", "image words have no bounds"),
    ("memory", "below", "image words have no bounds"),
];

/// Values to try for a cell `x`.
fn candidates(x: F, other: F, rng: &mut Rng) -> Vec<F> {
    let mut values = vec![
        F::ZERO,
        F::ONE,
        x + F::ONE,
        x - F::ONE,
        F::ONE - x,
        -x,
        x + f(1 << 16),
        x - f(1 << 16),
        x + f(1 << 8),
        x + f(1 << 15),
        x - f(1 << 15),
        x + inverse(1 << 15),
        x - inverse(1 << 15),
        x + inverse(2),
        f(0xFFFF) - x,
        f(rng.below(1 << 16)),
        f(rng.below(P)),
        other,
    ];
    values.retain(|&v| v != x);
    values
}

/// Changes cells of some rows of `chip`, and pairs of cells of the columns `pairs`; gives the columns
/// where a change went unnoticed.
fn mutate(
    traced: &Traced,
    system: &System,
    chip: usize,
    table: &Table,
    publics: &[F],
    pairs: &[usize],
) -> BTreeSet<String> {
    let mut rng = Rng(1);
    let mut free = BTreeSet::new();
    let described = &system.described[chip];
    if described.widths[0] > 0 {
        return free;
    }
    let columns = system.chips[chip].columns();
    let name = |at: usize| columns.name(at).to_string();
    let known = |at: usize| FREE.iter().any(|(c, n, _)| *c == described.name && name(at).starts_with(*n));
    // the first rows, and some others
    let some =
        (0..if pairs.is_empty() { 40 } else { 12 }).map(|_| rng.below(table.rows.max(1) as u32) as usize);
    let rows: BTreeSet<usize> = (0..4).chain(some).filter(|&r| r < table.rows).collect();
    for row_index in rows {
        let honest = table.row(row_index);
        let mut row = honest.clone();
        for at in 0..honest.len() {
            let other = honest[rng.below(honest.len() as u32) as usize];
            for value in candidates(honest[at], other, &mut rng) {
                row[at] = value;
                if !known(at) && !noticed(traced, system, chip, &honest, &row, publics) {
                    free.insert(format!("{}: {}", described.name, name(at)));
                    if !pairs.is_empty() {
                        return free;
                    }
                }
                for &second in pairs.iter().filter(|&&second| second > at && pairs.contains(&at)) {
                    let other = honest[pairs[rng.below(pairs.len() as u32) as usize]];
                    for value in candidates(honest[second], other, &mut rng) {
                        row[second] = value;
                        if !known(at)
                            && !known(second)
                            && !noticed(traced, system, chip, &honest, &row, publics)
                        {
                            free.insert(format!("{}: {}, {}", described.name, name(at), name(second)));
                            return free;
                        }
                    }
                    row[second] = honest[second];
                }
            }
            row[at] = honest[at];
        }
    }
    free
}

/// Columns that occur in a node.
fn columns_of(nodes: &[Node], node: u32, into: &mut BTreeSet<usize>) {
    match nodes[node as usize] {
        Node::Column(i) => {
            into.insert(i as usize);
        }
        Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => {
            columns_of(nodes, a, into);
            columns_of(nodes, b, into);
        }
        Node::Constant(_) | Node::Public(_) => {}
    }
}

fn traced() -> Vec<Traced> {
    let mut all: Vec<_> =
        (0..3).map(|seed| Traced::new(&random_program(seed + 20, 900).elf, &[], 1 << 20)).collect();
    let mut ops = Vec::new();
    for a in 0..EDGES.len() {
        for b in 0..EDGES.len() {
            for opcode in Opcode::ALL.into_iter().filter(|o| o.format() == Format::Register) {
                if (a + 5 * b + opcode as usize).is_multiple_of(7) {
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
        let mut all = |system: &System, tables: &[Table], publics: &[F]| {
            for (chip, table) in tables.iter().enumerate() {
                free.extend(mutate(&traced, system, chip, table, publics, &[]));
            }
        };
        for plan in &traced.run.shards {
            all(&traced.machine.shard, &traced.shard(plan), &traced.publics(plan).values());
        }
        let (tables, publics) = traced.memory_tables();
        all(&traced.machine.memory, &tables, &publics.values());
    }
    assert!(free.is_empty(), "{free:#?}");
}

/// Constraints whose absence shows only when more than two cells change, or never, and why.
const TAKES_MORE: &[(&str, &str)] = &[
    ("boundary/1", "a weight"),
    ("branch_eq/1", "three: equal, an inverse, next"),
    ("halt/1", "changes the space of what is taken"),
    ("ld/1", "changes the space of what is taken"),
    ("load_word/1", "changes the space of what is taken"),
    ("load_small/1", "changes the space of what is taken"),
    ("load_word/2", "changes the address of what is taken"),
    ("misaligned_load/2", "changes what is taken"),
    ("misaligned_store/2", "changes what is taken"),
];

/// The test above bites: without the constraints of one number, a change of one or two cells goes
/// unnoticed. (`cpu/…`, weights, are shown to be booleans in `aver-machine`'s tests.)
#[test]
fn without_a_constraint() {
    let mut all = traced();
    let tables: Vec<Vec<Table>> = all.iter().map(|t| t.shard(&t.run.shards[0])).collect();
    let (mut missed, mut bites) = (BTreeSet::new(), BTreeSet::new());
    for chip in 0..all[0].machine.shard.chips.len() {
        let description = &all[0].machine.shard.described[chip].description;
        let labels: BTreeSet<&str> = description.constraints.iter().map(|c| c.label).collect();
        for label in labels.into_iter().filter(|l| !l.starts_with("cpu/")) {
            if bites.contains(label) {
                continue; // shared by a family, and shown already
            }
            let found = all.iter_mut().zip(&tables).any(|(traced, tables)| {
                let description = &mut traced.machine.shard.described[chip].description;
                let constraints = description.constraints.clone();
                let mut pairs = BTreeSet::new();
                for c in constraints.iter().filter(|c| c.label == label) {
                    columns_of(&description.nodes, c.node, &mut pairs);
                }
                // what the row puts on buses
                for i in description.interactions.iter().filter(|i| i.multiplicity.constant == F::ZERO) {
                    let sent = i.multiplicity.columns.iter().all(|t| t.1 == F::ONE);
                    if sent && [buses::MEM.id, buses::EXEC.id].contains(&i.bus.id) {
                        pairs.extend(i.values.iter().flat_map(|v| v.columns.iter().map(|t| t.0)));
                    }
                }
                description.constraints.retain(|c| c.label != label);
                let publics = traced.publics(&traced.run.shards[0]).values();
                let pairs: Vec<usize> = pairs.into_iter().collect();
                let change = |pairs: &[usize]| {
                    mutate(traced, &traced.machine.shard, chip, &tables[chip], &publics, pairs)
                };
                let mut free = change(&[]);
                if free.is_empty() && !TAKES_MORE.iter().any(|(l, _)| *l == label) {
                    free = change(&pairs);
                }
                traced.machine.shard.described[chip].description.constraints = constraints;
                !free.is_empty()
            });
            if found {
                bites.insert(label);
            } else {
                missed.insert(label);
            }
        }
    }
    missed.retain(|label| !bites.contains(label) && !TAKES_MORE.iter().any(|(l, _)| l == label));
    assert!(missed.is_empty(), "{missed:#?}");
}
