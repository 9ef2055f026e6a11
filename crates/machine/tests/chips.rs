//! Sizes of chips are a snapshot that a change must update on purpose, and weights of messages are
//! booleans.

use aver_isa::Program;
use aver_machine::{Machine, report};
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Description, Node};
use p3_field::PrimeCharacteristicRing;

fn machine() -> Machine {
    Machine::new(&Program::default(), Vec::new()).unwrap()
}

#[test]
fn snapshot() {
    let table = report::table(&machine());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/chips.snapshot.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(path).unwrap(), "run with UPDATE_SNAPSHOTS=1");
}

/// The affine form of a node, if it has one.
fn form(d: &Description, node: u32) -> Option<Affine> {
    type F = aver_stark::field::F;
    let scale = |a: Affine, s: F| Affine {
        constant: a.constant * s,
        columns: a.columns.into_iter().map(|(i, c)| (i, c * s)).filter(|t| t.1 != F::ZERO).collect(),
        publics: a.publics.into_iter().map(|(i, c)| (i, c * s)).collect(),
    };
    let add = |a: Affine, b: Affine| {
        let mut map = std::collections::BTreeMap::new();
        for (i, c) in a.columns.into_iter().chain(b.columns) {
            *map.entry(i).or_insert(F::ZERO) += c;
        }
        let columns = map.into_iter().filter(|t| t.1 != F::ZERO).collect();
        Affine { constant: a.constant + b.constant, columns, publics: [a.publics, b.publics].concat() }
    };
    Some(match d.nodes[node as usize] {
        Node::Constant(constant) => Affine { constant, ..Affine::default() },
        Node::Column(i) => Affine { columns: vec![(i as usize, F::ONE)], ..Affine::default() },
        Node::Public(i) => Affine { publics: vec![(i as usize, F::ONE)], ..Affine::default() },
        Node::Add(a, b) => add(form(d, a)?, form(d, b)?),
        Node::Sub(a, b) => add(form(d, a)?, scale(form(d, b)?, F::NEG_ONE)),
        Node::Mul(a, b) => {
            let (a, b) = (form(d, a)?, form(d, b)?);
            if a.columns.is_empty() {
                scale(b, a.constant)
            } else if b.columns.is_empty() {
                scale(a, b.constant)
            } else {
                return None;
            }
        }
    })
}

/// Forms x with a constraint x (x − 1) = 0.
fn booleans(d: &Description) -> Vec<Affine> {
    let mut out = Vec::new();
    for c in &d.constraints {
        if let Node::Mul(x, y) = d.nodes[c.node as usize]
            && let (Some(x), Some(y)) = (form(d, x), form(d, y))
        {
            let mut less = x.clone();
            less.constant -= aver_stark::field::F::ONE;
            if less == y {
                out.push(x);
            }
        }
    }
    out
}

fn negate(a: &Affine) -> Affine {
    let mut a = a.clone();
    a.constant = -a.constant;
    a.columns.iter_mut().for_each(|t| t.1 = -t.1);
    a
}

/// Every weight is a boolean of its chip, or a sum of some of its flags whose sum is a boolean; but for
/// the counts of lookup tables.
#[test]
fn weights_are_booleans() {
    let machine = machine();
    let lint = |system: &System| {
        for chip in &system.described {
            if chip.widths[0] > 0 {
                continue; // a lookup table: the weight is a free witness, and the chip only receives
            }
            let d = &chip.description;
            let booleans = booleans(d);
            let is_boolean = |w: &Affine| booleans.contains(w);
            let sum_of_flags = |w: &Affine| {
                // a part of a boolean sum of booleans
                booleans.iter().any(|sum| w.columns.iter().all(|t| sum.columns.contains(t)))
                    && w.columns
                        .iter()
                        .all(|&(i, c)| is_boolean(&Affine { columns: vec![(i, c)], ..Affine::default() }))
                    && w.constant == aver_stark::field::F::ZERO
            };
            for i in &d.interactions {
                let positive = [i.multiplicity.clone(), negate(&i.multiplicity)];
                let good = positive.iter().any(|w| is_boolean(w) || sum_of_flags(w));
                // `cross` of misaligned accesses is a boolean by its definition.
                let name = |w: &Affine| match w.columns[..] {
                    [(column, _)] => {
                        system.chips.iter().find(|c| c.name() == chip.name).unwrap().columns().name(column)
                            == "cross"
                    }
                    _ => false,
                };
                assert!(good || positive.iter().any(name), "{}: {:?}", chip.name, i);
            }
        }
    };
    lint(&machine.shard);
    lint(&machine.memory);
}

/// 3 is not a square (`branch_eq/2`).
#[test]
fn three_is_not_a_square() {
    use p3_field::Field;
    let half = (aver_stark::field::P - 1) / 2;
    let mut x = aver_stark::field::F::ONE;
    for i in (0..32).rev() {
        x = x.square();
        if half >> i & 1 == 1 {
            x *= aver_stark::field::f(3);
        }
    }
    assert_eq!(x, aver_stark::field::F::NEG_ONE);
    let _ = x.inverse();
}

/// A row of zeros, fixed columns included, satisfies everything and sends nothing, but for the counts of
/// lookup tables; what those can answer from a padding row is harmless.
#[test]
fn padding() {
    let machine = machine();
    for system in [&machine.shard, &machine.memory] {
        for chip in &system.described {
            let zero = |a: &Affine| a.constant == aver_stark::field::F::ZERO;
            assert!(chip.description.interactions.iter().all(|i| zero(&i.multiplicity)), "{}", chip.name);
        }
    }
}
