//! Mutated traces: changed rows of honest tables, which a constraint or a bus must refuse.
//!
//! A row is judged by itself: its constraints hold, and every lookup has an answer in a table (how often
//! is the prover's to count). What it says on the other buses is then compared with the honest row.
//!
//! - [`every_cell`] changes one cell at a time to many values: a rule must break, or the row say something
//!   else. Cells that are the prover's choice are listed, with the reason ([`Free`]).
//! - [`forgeries`] changes one cell, then others to mend what that breaks ([`search`]). A row that takes
//!   what the honest one takes must say what it says: then an op's results follow from its operands.
//!
//! Both take the description, so they can be shown to bite: [`Subject::without`] drops a rule.
//!
//! ```text
//! let answers = Answers::new(&machine.shard, machine.shard_fixed.iter().map(Vec::as_slice));
//! let subject = Subject::new(&machine.shard, chip, &answers, &publics);
//! let report = audit(&subject, &table, FREE, &Effort::default());
//! assert!(report.accepted.is_empty(), "{report}");
//! ```

mod answers;
mod candidates;
mod row;
mod search;
mod solve;
mod verdict;

use std::collections::{BTreeSet, HashMap};

use aver_stark::field::F;
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

pub use answers::Answers;
use candidates::{candidates, later};
pub use row::{Row, Rule, Subject};
pub use search::{Rng, Search};
pub use verdict::{Said, Verdict};

/// Cells that are the prover's choice.
pub struct Free {
    /// The chip.
    pub chip: &'static str,
    /// Columns whose names start so.
    pub columns: &'static str,
    /// In which rows, told by the cells of named columns.
    pub when: fn(&dyn Fn(&str) -> F) -> bool,
    /// Why that is harmless.
    pub why: &'static str,
}

/// A change that nothing objects to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accepted {
    /// The chip.
    pub chip: String,
    /// Columns that are changed.
    pub columns: Vec<String>,
    /// From and to, and what comes of it.
    pub what: String,
}

impl core::fmt::Display for Accepted {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(to, "{}: {}", self.chip, self.what)
    }
}

/// Of a longer table, rows to choose from.
const SAMPLE: usize = 2000;

/// How hard to look.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Rows of a table at most; such that differ in their flags come first.
    pub rows: usize,
    /// Cells that may be set to mend one change.
    pub steps: usize,
    /// Searches in random order, beside the one that tries the last columns first.
    pub shuffles: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { rows: 24, steps: 40, shuffles: 1 }
    }
}

/// Rows of a table to look at: such as take different branches first.
pub fn choose(subject: &Subject<'_>, table: &Table, limit: usize) -> Vec<Vec<F>> {
    let mut rng = Rng::new(table.rows as u64 + 1);
    let all = table.rows.min(SAMPLE);
    let mut seen: HashMap<Vec<bool>, usize> = HashMap::new();
    let mut order: Vec<(usize, u32, Vec<F>)> = (0..all)
        .map(|i| {
            // All, or as many as may be.
            let row = if all < table.rows { rng.below(table.rows as u32) as usize } else { i };
            let cells = table.row(row);
            let count = seen.entry(Row::new(subject, &cells).branches()).or_default();
            *count += 1;
            (*count, rng.below(u32::MAX), cells)
        })
        .collect();
    order.sort_by_key(|(count, random, _)| (*count, *random));
    order.into_iter().take(limit).map(|(_, _, cells)| cells).collect()
}

/// Changes every cell of `honest` to other values, some of which `another` row has; gives what is accepted and
/// not free, and which entries of `free` were met.
pub fn every_cell(
    subject: &Subject<'_>,
    honest: &[F],
    another: &[F],
    free: &[Free],
    rng: &mut Rng,
) -> (Vec<Accepted>, BTreeSet<usize>) {
    let (mut accepted, mut met) = (Vec::new(), BTreeSet::new());
    let said = subject.said(honest);
    let cell = |name: &str| {
        let at = subject.columns.iter().position(|c| c == name);
        at.map_or(F::ZERO, |at| honest[at])
    };
    let mut row = Row::new(subject, honest);
    for at in 0..honest.len() {
        for value in candidates(honest, another, at, rng) {
            row.set(at, value);
            if row.broken.is_empty() && subject.verdict(&row, &said) == Verdict::Same {
                let known = |f: &Free| {
                    f.chip == subject.name && subject.columns[at].starts_with(f.columns) && (f.when)(&cell)
                };
                match free.iter().position(known) {
                    Some(entry) => _ = met.insert(entry),
                    None => accepted.push(difference(subject, honest, &row.cells, "says the same")),
                }
            }
        }
        row.set(at, honest[at]);
    }
    (accepted, met)
}

/// Looks for a valid row that takes what `honest` takes and says something else, starting from each cell. Ends
/// with the first.
pub fn forgery(
    subject: &Subject<'_>,
    honest: &[F],
    another: &[F],
    effort: &Effort,
    rng: &mut Rng,
) -> Option<Accepted> {
    let said = subject.said(honest);
    let inputs = subject.inputs();
    let is_padding = honest.iter().all(|v| *v == F::ZERO);
    let mut row = Row::new(subject, honest);
    let mut starts: Vec<(usize, F)> = Vec::new();
    for at in (0..honest.len()).filter(|&at| !inputs[at]) {
        starts.extend(candidates(honest, another, at, rng).into_iter().map(|value| (at, value)));
    }
    starts.extend(later(subject, honest));
    for (at, value) in starts {
        for shuffle in 0..=effort.shuffles {
            let is_forged = |row: &Row<'_, '_>| match subject.verdict(row, &said) {
                Verdict::Weight(_) => true,
                Verdict::Other(_) => !is_padding && subject.open_bus.is_none(),
                Verdict::Same | Verdict::Silent => false,
            };
            let mut search = Search {
                row: &mut row,
                honest,
                fixed: inputs.clone(),
                steps: effort.steps,
                rng,
                shuffled: shuffle > 0,
                is_forged,
            };
            if search.set(at, value) {
                let verdict = subject.verdict(&row, &said);
                return Some(difference(subject, honest, &row.cells, &subject.verdict_name(&verdict)));
            }
        }
    }
    None
}

impl Subject<'_> {
    fn verdict_name(&self, verdict: &Verdict) -> String {
        let bus = |i: &usize| self.description.interactions[*i].bus.name;
        match verdict {
            Verdict::Same => "says the same".into(),
            Verdict::Silent => "says nothing".into(),
            Verdict::Weight(i) => format!("another weight on {}", bus(i)),
            Verdict::Other(i) => format!("another message on {}", bus(i)),
        }
    }
}

fn difference(subject: &Subject<'_>, honest: &[F], row: &[F], comes_to: &str) -> Accepted {
    let changed: Vec<usize> = (0..row.len()).filter(|&i| row[i] != honest[i]).collect();
    let cells: Vec<String> =
        changed.iter().map(|&i| format!("{} {} → {}", subject.columns[i], honest[i], row[i])).collect();
    Accepted {
        chip: subject.name.into(),
        columns: changed.iter().map(|&i| subject.columns[i].clone()).collect(),
        what: format!("{}: {comes_to}", cells.join(", ")),
    }
}

/// What an audit of a table found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Changes that nothing objects to and that are not listed as free.
    pub accepted: BTreeSet<Accepted>,
    /// Entries of the list that were met: those never met by any table are wrong.
    pub met: BTreeSet<usize>,
    /// Rows looked at.
    pub rows: usize,
}

impl core::fmt::Display for Report {
    fn fmt(&self, to: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.accepted.iter().try_for_each(|accepted| writeln!(to, "{accepted}"))
    }
}

/// Every cell and forgeries of rows of a table, and of padding.
pub fn audit(subject: &Subject<'_>, table: &Table, free: &[Free], effort: &Effort) -> Report {
    let rows = choose(subject, table, effort.rows);
    let padding = vec![F::ZERO; subject.columns.len()];
    let found: Vec<_> = (0..=rows.len())
        .into_par_iter()
        .map(|i| {
            let mut rng = Rng::new(i as u64 + 1);
            let honest = rows.get(i).unwrap_or(&padding);
            let another =
                if rows.is_empty() { &padding } else { &rows[rng.below(rows.len() as u32) as usize] };
            let (mut accepted, mut met) = (Vec::new(), BTreeSet::new());
            if i < rows.len() {
                (accepted, met) = every_cell(subject, honest, another, free, &mut rng);
            }
            accepted.extend(forgery(subject, honest, another, effort, &mut rng));
            (accepted, met)
        })
        .collect();
    let mut report = Report { rows: rows.len(), ..Report::default() };
    for (accepted, met) in found {
        report.accepted.extend(accepted);
        report.met.extend(met);
    }
    report
}
