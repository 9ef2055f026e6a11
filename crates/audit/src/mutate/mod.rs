//! Mutated traces: changed rows of honest tables, which a constraint or a bus must refuse.
//!
//! A row is judged by itself: its constraints hold, and every lookup has an answer in a table (how often
//! is the prover's to count). What it says on the other buses is then compared with the honest row.
//!
//! - [`every_cell`] changes one cell at a time to many values: a rule must break, or the row say something
//!   else. Cells that are the prover's choice are listed, with the reason ([`Free`]).
//! - [`forgery`] changes one cell, then others to mend what that breaks ([`search`]). A row that takes
//!   what the honest one takes must say what it says: then an op's results follow from its operands.
//!
//! Both take the description, so they can be shown to bite: [`Subject::without`] drops a rule.
//!
//! ```text
//! let answers = Answers::new(&machine.shard, machine.shard_fixed.iter().map(Vec::as_slice));
//! let subject = Subject::new(&machine.shard, chip, &answers, &publics);
//! let sample = Sample::new(&subject, &table, 24);
//! assert_eq!(forgery(&subject, &sample, 0, &Effort::default()), None);
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

pub use answers::Answers;
use candidates::{candidates, starts};
pub use row::{Open, Row, Rule, Subject};
pub use search::{Rng, Search};
pub use verdict::{Said, Verdict};

/// Says whether it holds in a row, whose cells it is given by name.
pub type Condition = fn(&dyn Fn(&str) -> F) -> bool;

/// Cells that are the prover's choice.
pub struct Free {
    /// The chip.
    pub chip: &'static str,
    /// Columns whose names start so.
    pub columns: &'static str,
    /// In which rows, told by the cells of named columns.
    pub when: Condition,
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
const MOST: usize = 2000;

/// Rows that take the same branches, of which more are not worth while.
const FEW: usize = 3;

/// How hard to look.
#[derive(Clone, Debug)]
pub struct Effort {
    /// Cells that may be tried to mend what one change breaks.
    pub steps: usize,
    /// Searches in random order, beside the one that tries the last columns first.
    pub shuffles: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { steps: 80, shuffles: 1 }
    }
}

/// Honest rows of a table.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The rows: such as take different branches first.
    pub rows: Vec<Vec<F>>,
    /// Columns that are 0 or 1 in all rows of the table.
    pub flags: Vec<usize>,
}

impl Sample {
    /// At most `limit` rows of a table.
    pub fn new(subject: &Subject<'_>, table: &Table, limit: usize) -> Self {
        let mut rng = Rng::new(table.rows as u64 + 1);
        let all = table.rows.min(MOST);
        let mut seen: HashMap<Vec<bool>, usize> = HashMap::new();
        let mut order: Vec<(usize, u32, Vec<F>)> = (0..all)
            .map(|i| {
                let row = if all < table.rows { rng.below(table.rows as u32) as usize } else { i };
                let cells = table.row(row);
                let count = seen.entry(Row::new(subject, &cells).branches()).or_default();
                *count += 1;
                (*count, rng.below(u32::MAX), cells)
            })
            .collect();
        order.sort_by_key(|(count, random, _)| (*count, *random));
        let is_flag = |column: &[F]| column.iter().take(table.rows).all(|v| *v == F::ZERO || *v == F::ONE);
        let flags = (0..subject.columns.len()).filter(|&i| is_flag(table.column(i))).collect();
        Self { rows: order.into_iter().take(limit).map(|(_, _, cells)| cells).collect(), flags }
    }

    /// Leaves out rows that take the same branches as a few seen before; then keeps `limit` at most.
    pub fn retain_new(&mut self, subject: &Subject<'_>, seen: &mut HashMap<Vec<bool>, usize>, limit: usize) {
        self.rows.retain(|cells| {
            let count = seen.entry(Row::new(subject, cells).branches()).or_default();
            *count += 1;
            *count <= FEW
        });
        self.rows.truncate(limit);
    }

    /// A row of zeros, as padding is.
    pub fn padding(subject: &Subject<'_>) -> Self {
        Self { rows: vec![vec![F::ZERO; subject.columns.len()]], flags: Vec::new() }
    }

    /// Any of the rows.
    pub fn another(&self, rng: &mut Rng) -> &[F] {
        &self.rows[rng.below(self.rows.len() as u32) as usize]
    }
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

/// Looks for a valid row that takes what row `number` takes and says something else. Ends with the first.
pub fn forgery(subject: &Subject<'_>, sample: &Sample, number: usize, effort: &Effort) -> Option<Accepted> {
    let rng = &mut Rng::new(number as u64 + 1);
    let (honest, another) = (&sample.rows[number][..], sample.another(rng));
    let said = subject.said(honest);
    let inputs = subject.inputs();
    let is_padding = honest.iter().all(|v| *v == F::ZERO);
    let mut row = Row::new(subject, honest);
    let starts = starts(subject, honest, another, &sample.flags, rng);
    for start in starts {
        for shuffle in 0..=effort.shuffles {
            let is_forged = |row: &Row<'_, '_>| match subject.verdict(row, &said) {
                Verdict::Weight(_) | Verdict::Foreign(_) => true,
                Verdict::Other(_) => !is_padding && subject.open.is_none(),
                Verdict::Same | Verdict::Silent => false,
            };
            let mut search = Search {
                row: &mut row,
                honest,
                fixed: inputs.clone(),
                steps: if shuffle == 0 { effort.steps } else { effort.steps / 4 },
                rng,
                shuffled: shuffle > 0,
                is_forged,
            };
            if search.set_all(&start) {
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
            Verdict::Foreign(i) => format!("an op of another chip on {}", bus(i)),
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
