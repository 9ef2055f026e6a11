//! Looks for forged rows: one cell is changed, and then others, one for each rule that is broken, until none
//! is or there is nothing left to change.

use aver_stark::field::F;

use super::row::{Row, Rule};
use super::solve::{carried, solutions};

/// xorshift64*: the same numbers every time.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// Seeded.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % u64::from(limit)) as u32
    }
}

/// A search for a row that satisfies every rule and that `is_forged`.
pub struct Search<'r, 's, 'a, P> {
    /// The row, as far as it is changed.
    pub row: &'r mut Row<'s, 'a>,
    /// The row it started as.
    pub honest: &'r [F],
    /// Columns that stay as they are.
    pub fixed: Vec<bool>,
    /// Cells that may yet be tried to mend a rule.
    pub steps: usize,
    /// Chooses.
    pub rng: &'r mut Rng,
    /// Whether columns are tried in any order, or the last ones first: what is computed last stands there.
    pub shuffled: bool,
    /// What is looked for.
    pub is_forged: P,
}

impl<P: FnMut(&Row<'_, '_>) -> bool> Search<'_, '_, '_, P> {
    /// Sets a cell and goes on from there. If a row is found, it is left as it is; else all is as before.
    pub fn set(&mut self, column: usize, value: F) -> bool {
        let was_fixed = std::mem::replace(&mut self.fixed[column], true);
        let before = self.row.cells[column];
        self.row.set(column, value);
        if self.mend() {
            return true;
        }
        self.row.set(column, before);
        self.fixed[column] = was_fixed;
        false
    }

    /// Sets several cells at once, and goes on from there.
    pub fn set_all(&mut self, cells: &[(usize, F)]) -> bool {
        let Some(((column, value), rest)) = cells.split_first() else { return self.mend() };
        if rest.is_empty() {
            return self.set(*column, *value);
        }
        let was_fixed = std::mem::replace(&mut self.fixed[*column], true);
        let before = self.row.cells[*column];
        self.row.set(*column, *value);
        if self.set_all(rest) {
            return true;
        }
        self.row.set(*column, before);
        self.fixed[*column] = was_fixed;
        false
    }

    /// The broken rule with the fewest cells that may be changed.
    fn tightest(&self) -> Option<(Rule, usize)> {
        let free = |&rule: &Rule| {
            let columns = &self.row.subject.rule_columns[rule];
            (rule, columns.iter().filter(|&&c| !self.fixed[c]).count())
        };
        self.row.broken.iter().map(free).min_by_key(|found| found.1)
    }

    fn mend(&mut self) -> bool {
        let Some((rule, free)) = self.tightest() else { return (self.is_forged)(self.row) };
        if free == 0 || self.steps == 0 {
            return false;
        }
        let subject = self.row.subject;
        let columns = subject.rule_columns[rule].iter().copied();
        let mut columns: Vec<usize> = columns.filter(|&c| !self.fixed[c]).collect();
        // What stands last is computed last. For a lookup, what most broken rules share comes before that.
        let is_lookup = rule >= subject.description.constraints.len();
        let shared = |c: usize| match is_lookup {
            true => self.row.broken.iter().filter(|&&r| subject.rule_columns[r].contains(&c)).count(),
            false => 0,
        };
        columns.sort_by_cached_key(|&c| std::cmp::Reverse((shared(c), c)));
        if self.shuffled {
            for i in (1..columns.len()).rev() {
                columns.swap(i, self.rng.below(i as u32 + 1) as usize);
            }
        }
        for pair in carried(self.row, rule, &columns) {
            self.steps = self.steps.saturating_sub(1);
            if self.steps > 0 && self.set_all(&pair) {
                return true;
            }
        }
        for column in columns {
            self.steps = self.steps.saturating_sub(1);
            for value in solutions(self.row, self.honest, &self.fixed, rule, column, self.rng) {
                if self.steps == 0 {
                    return false;
                }
                if value != self.row.cells[column] && self.set(column, value) {
                    return true;
                }
            }
        }
        false
    }
}
