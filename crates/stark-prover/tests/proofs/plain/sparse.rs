//! Functions of a number and a row that are the same for most numbers.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::eq::{eq_index, eq_table};
use aver_stark::field::EF;

/// Values are lists; numbers that are not there have `rest` in every row.
#[derive(Clone)]
pub struct Sparse {
    pub rest: Vec<EF>,
    /// By number, then row.
    pub values: BTreeMap<usize, Vec<Vec<EF>>>,
}

type Pair<'a> = (&'a [EF], &'a [EF]);

impl Sparse {
    /// The value of a number whose rows are bound.
    pub fn at(&self, number: usize) -> &[EF] {
        self.values.get(&number).map_or(&self.rest, |rows| &rows[0])
    }

    /// Pairs of values that differ in one variable: the first of the row, or, where there is one row, the last
    /// of the number. By what is left of the number, then of the row.
    fn pairs<'a>(&'a self) -> BTreeMap<usize, Vec<Pair<'a>>> {
        if self.values.values().all(|rows| rows.len() == 1) {
            let halves: BTreeSet<usize> = self.values.keys().map(|number| number / 2).collect();
            return halves.into_iter().map(|n| (n, vec![(self.at(2 * n), self.at(2 * n + 1))])).collect();
        }
        let pairs = |rows: &'a [Vec<EF>]| {
            let (low, high) = rows.split_at(rows.len() / 2);
            low.iter().zip(high).map(|(l, h)| (&l[..], &h[..])).collect()
        };
        self.values.iter().map(|(&number, rows)| (number, pairs(rows))).collect()
    }

    /// Σ eq · `of` the two values of a pair; eq is of the variables that pairs have left: the row's, and all or
    /// all but the last of the number's.
    pub fn sum(&self, row: &[EF], number: &[EF], of: impl Fn(&[EF], &[EF]) -> EF) -> EF {
        let eq = eq_table(row);
        let rows = |pairs: &[Pair<'_>]| -> EF { eq.iter().zip(pairs).map(|(&e, (a, b))| e * of(a, b)).sum() };
        self.pairs().iter().map(|(&n, pairs)| eq_index(number, n) * rows(pairs)).sum()
    }

    /// Binds the variable in which pairs differ.
    pub fn bind(&mut self, x: EF) {
        let line = |(a, b): &Pair<'_>| a.iter().zip(*b).map(|(&a, &b)| a + x * (b - a)).collect();
        let values = self.pairs().iter().map(|(&n, pairs)| (n, pairs.iter().map(line).collect())).collect();
        self.values = values;
    }
}
