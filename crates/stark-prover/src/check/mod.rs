//! The oracle: checks constraints and buses of tables without proving.
//!
//! [`check`] looks at every row of every table of one proof, packed ([`packed`]). What it refuses it looks
//! at again, exactly ([`row`], [`ledger`]), to name the row and the rule. Buses that proofs share are left
//! in a [`Ledger`], which a run adds up over its proofs.

pub mod ledger;
mod packed;
pub mod row;

use aver_stark::field::{F, PF};
use aver_stark::layout::System;
use p3_field::PackedValue;
use rayon::prelude::*;

pub use ledger::Ledger;
use packed::{Packed, Sum};
pub use row::{Message, affine, check_row, constraints_of_row, messages_of_row};

use crate::table::Table;

/// Rows a task works on.
const CHUNK: usize = 1 << 12;

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

/// Checks the tables of one proof: every constraint of every row, padding included, and every local bus.
/// Messages of shared buses are left in the ledger that is returned; `extra` are the verifier's own messages.
pub fn check(
    system: &System,
    tables: &[Table],
    publics: &[F],
    extra: &[Message],
) -> Result<Ledger, Violation> {
    let name = |chip: usize| system.chips[chip].name().to_string();
    // Tables that are missing have no rows, one too many no chip.
    if tables.len() != system.chips.len() {
        return Err(Violation::Shape { chip: format!("chip {}", tables.len().min(system.chips.len())) });
    }
    if let Some(chip) = (0..tables.len()).find(|&chip| !tables[chip].fits(&system.described[chip])) {
        return Err(Violation::Shape { chip: name(chip) });
    }
    let chunks = tables.iter().enumerate().flat_map(|(chip, table)| {
        let rows = rows(table);
        (0..rows).step_by(CHUNK).map(move |first| (chip, first, rows.min(first + CHUNK)))
    });
    let results: Vec<Result<Sum, Violation>> = chunks
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(chip, first, end)| {
            let (mut packed, mut sum) = (Packed::new(system, chip, &tables[chip], publics), Sum::default());
            for first in (first..end).step_by(PF::WIDTH) {
                packed.rows(first, &mut sum).map_err(|(row, label, value)| Violation::Constraint {
                    chip: name(chip),
                    label,
                    row,
                    value,
                })?;
            }
            Ok(sum)
        })
        .collect();
    let mut sum = Sum::default();
    for part in results {
        sum.add(&part?);
    }
    extra.iter().filter(|m| !m.0.shared).for_each(|m| sum.message(m));
    if !sum.is_zero() {
        exact(system, tables, publics, extra, false).open(system).map_or(Ok(()), Err)?;
    }
    Ok(exact(system, tables, publics, extra, true))
}

/// Rows of a table with all its padding, and one more: padding is a row of zeros, which must be fine too.
fn rows(table: &Table) -> usize {
    table.columns().map(<[F]>::len).chain([table.rows]).max().unwrap_or(0) + 1
}

/// The messages on local or shared buses.
fn exact(system: &System, tables: &[Table], publics: &[F], extra: &[Message], shared: bool) -> Ledger {
    let mut ledger = Ledger::default();
    for (chip, table) in tables.iter().enumerate() {
        let interactions = &system.described[chip].description.interactions;
        if interactions.iter().any(|i| i.bus.shared == shared) {
            for row in 0..rows(table) {
                let messages = messages_of_row(system, chip, &table.row(row), publics);
                let wanted = messages.into_iter().filter(|m| m.0.shared == shared);
                wanted.for_each(|message| ledger.add(message, chip, row));
            }
        }
    }
    let wanted = extra.iter().filter(|m| m.0.shared == shared);
    wanted.for_each(|message| ledger.add(message.clone(), usize::MAX, 0));
    ledger
}
