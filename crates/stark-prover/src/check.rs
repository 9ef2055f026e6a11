//! The oracle: checks constraints and buses of tables without proving.

use std::collections::BTreeMap;

use aver_stark::air::Bus;
use aver_stark::field::F;
use aver_stark::layout::System;
use aver_stark::symbolic::{Affine, Node};
use p3_field::PrimeCharacteristicRing;

use crate::table::Table;

/// A message with its signed multiplicity.
pub type Message = (Bus, F, Vec<F>);

/// What is wrong with tables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A table has other columns than its chip.
    #[error("table of {chip} has other columns than the chip")]
    Shape {
        /// The chip.
        chip: String,
    },
    /// A constraint does not vanish.
    #[error("{label} is {value} in row {row} of {chip}")]
    Constraint {
        /// The chip.
        chip: String,
        /// The constraint.
        label: &'static str,
        /// Where.
        row: usize,
        /// What it evaluates to.
        value: F,
    },
    /// Messages do not cancel.
    #[error("bus {bus}: message {values:?} has multiplicity {multiplicity}; last in row {row} of {chip}")]
    Bus {
        /// The bus.
        bus: &'static str,
        /// The message.
        values: Vec<F>,
        /// What is left.
        multiplicity: F,
        /// A chip that has it.
        chip: String,
        /// And the row.
        row: usize,
    },
}

/// Evaluates an affine form on a row.
pub fn affine(form: &Affine, row: &[F], publics: &[F]) -> F {
    let columns: F = form.columns.iter().map(|&(i, c)| row[i] * c).sum();
    let publics: F = form.publics.iter().map(|&(i, c)| publics.get(i).copied().unwrap_or(F::ZERO) * c).sum();
    form.constant + columns + publics
}

/// The first constraint a row violates.
pub fn check_row(system: &System, chip: usize, row: &[F], publics: &[F]) -> Option<(&'static str, F)> {
    let description = &system.described[chip].description;
    let mut values: Vec<F> = Vec::with_capacity(description.nodes.len());
    for node in &description.nodes {
        let v = |i: u32| values[i as usize];
        values.push(match *node {
            Node::Constant(c) => c,
            Node::Column(i) => row[i as usize],
            Node::Public(i) => publics.get(i as usize).copied().unwrap_or(F::ZERO),
            Node::Add(a, b) => v(a) + v(b),
            Node::Sub(a, b) => v(a) - v(b),
            Node::Mul(a, b) => v(a) * v(b),
        });
    }
    let broken = description.constraints.iter().find(|c| values[c.node as usize] != F::ZERO)?;
    Some((broken.label, values[broken.node as usize]))
}

/// The messages of a row that have a multiplicity other than zero.
pub fn messages_of_row(system: &System, chip: usize, row: &[F], publics: &[F]) -> Vec<Message> {
    let interactions = &system.described[chip].description.interactions;
    interactions
        .iter()
        .map(|i| {
            let values = i.values.iter().map(|v| affine(v, row, publics)).collect();
            (i.bus, affine(&i.multiplicity, row, publics), values)
        })
        .filter(|(_, m, _)| *m != F::ZERO)
        .collect()
}

/// What is left of a message, and where it was seen last.
struct Entry {
    bus: Bus,
    multiplicity: F,
    chip: usize,
    row: usize,
}

/// Messages by bus and values.
#[derive(Default)]
pub struct Ledger(BTreeMap<(u32, Vec<F>), Entry>);

impl Ledger {
    /// Adds a message of `row` of `chip`.
    pub fn add(&mut self, (bus, multiplicity, values): Message, chip: usize, row: usize) {
        let entry = self.0.entry((bus.id, values)).or_insert(Entry { bus, multiplicity: F::ZERO, chip, row });
        entry.multiplicity += multiplicity;
        (entry.chip, entry.row) = (chip, row);
    }

    /// The first message that does not cancel.
    pub fn open(&self, system: &System) -> Option<Violation> {
        let ((_, values), entry) = self.0.iter().find(|(_, e)| e.multiplicity != F::ZERO)?;
        let &Entry { bus, multiplicity, chip, row } = entry;
        let chip = system.chips.get(chip).map_or("the verifier", |c| c.name()).into();
        Some(Violation::Bus { bus: bus.name, values: values.clone(), multiplicity, chip, row })
    }
}

/// Checks the tables of one proof: every constraint of every row, every local bus. Messages of shared
/// buses are left in the ledger that is returned; `extra` are the verifier's own messages.
pub fn check(
    system: &System,
    tables: &[Table],
    publics: &[F],
    extra: &[Message],
) -> Result<Ledger, Violation> {
    let mut local = Ledger::default();
    let mut shared = Ledger::default();
    for (chip, table) in tables.iter().enumerate() {
        let name = || system.chips[chip].name().to_string();
        if !table.fits(&system.described[chip]) {
            return Err(Violation::Shape { chip: name() });
        }
        for row_index in 0..=table.rows {
            let row = table.row(row_index);
            if let Some((label, value)) = check_row(system, chip, &row, publics) {
                return Err(Violation::Constraint { chip: name(), label, row: row_index, value });
            }
            for message in messages_of_row(system, chip, &row, publics) {
                let ledger = if message.0.shared { &mut shared } else { &mut local };
                ledger.add(message, chip, row_index);
            }
        }
    }
    for message in extra {
        let ledger = if message.0.shared { &mut shared } else { &mut local };
        ledger.add(message.clone(), usize::MAX, 0);
    }
    local.open(system).map_or(Ok(shared), Err)
}
