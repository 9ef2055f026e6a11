//! The rules for chips hold. What is fixed of a row is put in, one kind of row after the other: then a chip has a
//! flag, `is_real`, and witness columns.

use aver_audit::lint::{Allow, BusRules, Finding, Kind as BusKind, Rules, judge, lint};
use aver_recursion::blake3::columns::PORTS;
use aver_recursion::blake3::tables::Table;
use aver_recursion::blake3::{
    CANONICAL, CHUNK_END, CHUNK_START, HALF, NIBBLES, PARENT, ROOT, WORDS, XOR, compress, digest, padding,
};
use aver_recursion::cell::CELL;
use aver_stark::air::{Air, Builder, Bus, Columns};
use aver_stark::chip::Chip;
use aver_stark::field::{F, f};
use aver_stark::layout::System;
use p3_field::PrimeCharacteristicRing;

/// Rows of a chip whose fixed columns have these values.
struct Rows<A> {
    name: &'static str,
    chip: A,
    fixed: Vec<F>,
}

impl<A: Air> Air for Rows<A> {
    fn name(&self) -> &str {
        self.name
    }
    fn columns(&self) -> Columns {
        let mut names = vec!["is_real".to_string()];
        names.extend(self.chip.columns().witness);
        Columns::witness(names)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let is_real = b.row()[0];
        b.assert_bool("is_real/1", is_real);
        let mut row: Vec<B::E> = self.fixed.iter().map(|&value| is_real * value).collect();
        row.extend(&b.row()[1..]);
        self.chip.eval(&mut Fixed { b, row });
    }
}

/// A builder for a longer row.
struct Fixed<'b, B: Builder> {
    b: &'b mut B,
    row: Vec<B::E>,
}

impl<B: Builder> Builder for Fixed<'_, B> {
    type E = B::E;
    fn row(&self) -> &[B::E] {
        &self.row
    }
    fn public(&self, i: usize) -> B::E {
        self.b.public(i)
    }
    fn assert_zero(&mut self, label: &'static str, value: B::E) {
        self.b.assert_zero(label, value);
    }
    fn message(&mut self, bus: Bus, multiplicity: B::E, values: &[B::E]) {
        self.b.message(bus, multiplicity, values);
    }
}

/// Which ports a row reads; it writes `out` for one reader.
fn compression(
    name: &'static str,
    reads: [bool; PORTS],
    block: bool,
    start: bool,
    counter: u32,
    flags: u32,
) -> Box<dyn Chip> {
    let mut fixed = vec![F::ONE];
    fixed.extend((1..=PORTS as u32).map(f));
    fixed.extend(reads.map(|read| if read { F::NEG_ONE } else { F::ZERO }));
    fixed[2 * PORTS] = F::ONE;
    fixed.extend([u32::from(block), u32::from(start), counter, flags].map(f));
    Box::new(Rows { name, chip: compress::Compress, fixed })
}

fn chips() -> Vec<Box<dyn Chip>> {
    let cells = [true, true, true, true, false, false, false, false];
    let mut next = cells;
    next[4] = true;
    let children = [false, false, false, false, false, true, true, false];
    vec![
        compression("start", cells, true, true, 3, CHUNK_START),
        compression("next", next, true, false, 0, CHUNK_END | ROOT),
        compression("parent", children, false, true, 0, PARENT),
        Box::new(Rows { name: "digest", chip: digest::Digest, fixed: [1, 1, 2, 3, 1, 1].map(f).into() }),
        Box::new(Rows { name: "padding", chip: padding::Padding, fixed: [1, 7, 0, 0, 1, 1].map(f).into() }),
    ]
}

fn rules() -> Rules {
    let words =
        BusRules { promises: (2..10).map(|i| (i, 0xFFFF)).collect(), ..BusRules::new(WORDS, BusKind::Other) };
    let mut buses = vec![BusRules::new(CELL, BusKind::Other), words];
    buses.extend([XOR, NIBBLES, HALF, CANONICAL].map(|bus| BusRules::new(bus, BusKind::Lookup)));
    Rules {
        buses,
        flags: vec!["is_real", "b2_top", "bit"],
        labels: vec!["is_real", "compress"],
        ..Rules::default()
    }
}

fn findings(mut chips: Vec<Box<dyn Chip>>) -> Vec<Finding> {
    let mut fixed = vec![Vec::new(); chips.len()];
    for table in Table::ALL {
        fixed.push(table.fixed());
        chips.push(Box::new(*table));
    }
    lint(&System::new(chips).unwrap(), &fixed, &rules())
}

const fn allow(rule: &'static str, chip: &'static str, what: &'static str, reason: &'static str) -> Allow {
    Allow { rule, chip, what, reason }
}

const NO_ELEMENTS: &str = "words of children are no elements";
const NO_START: &str = "is for rows that start";
const OTHERS: &str = "elements that may be anything";
const UNUSED: &str = "a port that is not used, and lookups of other kinds of rows";

/// What is as it should be.
const ALLOWED: &[Allow] = &[
    allow("bus/answers", "parent", "*only tables answer lookups", NO_ELEMENTS),
    allow("column/once", "parent", "last*", NO_ELEMENTS),
    allow("range/free", "parent", "last*", NO_ELEMENTS),
    allow("constraint/trivial", "next", "compress/1*", NO_START),
    allow("constraint/twice", "next", "compress/1*", NO_START),
    allow("column/once", "padding", "element*", OTHERS),
    allow("constraint/trivial", "padding", "padding/1*", OTHERS),
    allow("constraint/twice", "padding", "padding/1*", OTHERS),
    allow("weight/dead", "", "*", UNUSED),
    allow("weight/part", "", "*only in rows of 0", UNUSED),
];

#[test]
fn chips_keep_the_rules() {
    let found = judge(findings(chips()), ALLOWED);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// A row that neither starts nor reads a chaining value has one that the prover chooses.
#[test]
fn a_chaining_value_comes_from_somewhere() {
    let cells = [true, true, true, true, false, false, false, false];
    let found = findings(vec![compression("next", cells, true, false, 0, 0)]);
    let free = found.iter().filter(|f| f.rule == "range/free" && f.what.starts_with("cv_half"));
    assert_eq!(free.count(), 8);
}
