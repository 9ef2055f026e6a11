//! Forms with small integers as coefficients: what is true of them modulo p is true of integers, as long as
//! nothing reaches p.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::{F, P, f};
use p3_field::Field;

use super::{HALF, Interval, Poly, Relation, signed};

/// A term with a coefficient that is a small integer.
pub struct Term {
    columns: Vec<usize>,
    coefficient: i128,
}

/// The column of each term that is all of it, and in no other.
fn alone(terms: &[Term]) -> Vec<Option<usize>> {
    let mut uses: BTreeMap<usize, usize> = BTreeMap::new();
    for term in terms {
        // A square has its column once.
        let columns: BTreeSet<usize> = term.columns.iter().copied().collect();
        columns.into_iter().for_each(|column| *uses.entry(column).or_default() += 1);
    }
    let of_term = |term: &Term| match term.columns[..] {
        [column] if uses[&column] == 1 => Some(column),
        _ => None,
    };
    terms.iter().map(of_term).collect()
}

/// A sum of intervals.
pub struct Sum(pub i128, pub i128);

impl std::iter::Sum for Sum {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self(0, 0), |a, b| Self(a.0 + b.0, a.1 + b.1))
    }
}

impl Term {
    /// The interval of its values.
    pub fn interval(&self, intervals: &[Option<Interval>]) -> Option<Sum> {
        let mut product = (1, 1);
        for &column in &self.columns {
            let (a, b) = intervals[column]?;
            let ends = [product.0 * a, product.0 * b, product.1 * a, product.1 * b];
            product = (*ends.iter().min()?, *ends.iter().max()?);
            if product.0.abs() > 1 << 64 || product.1.abs() > 1 << 64 {
                return None;
            }
        }
        let ends = [product.0 * self.coefficient, product.1 * self.coefficient];
        Some(Sum(ends[0].min(ends[1]), ends[0].max(ends[1])))
    }
}

/// A relation times the unit that makes its coefficients small.
pub struct Scaled {
    terms: Vec<Term>,
    alone: Vec<Option<usize>>,
    interval: Interval,
}

impl Scaled {
    /// None if public values occur in it.
    pub fn new(relation: &Relation) -> Option<Self> {
        let mut units: Vec<F> = (0..=16).map(|k| f(1 << k)).collect();
        if relation.interval == (0, 0) {
            let inverses = relation.form.terms().map(|t| t.2.inverse());
            units.extend(
                inverses.flat_map(|c| (0..=16).map(move |k| c * f(1 << k))).take(400).collect::<Vec<_>>(),
            );
        }
        // The first of those with which the largest coefficient is smallest.
        let (mut best, mut least) = (None, i128::MAX);
        for unit in units {
            let mut size = 0;
            for (_, _, coefficient) in relation.form.terms() {
                size = size.max(signed(coefficient * unit).abs());
                if size >= least {
                    break;
                }
            }
            if size < least {
                (best, least) = (Some(unit), size);
            }
        }
        let unit = best?;
        let (low, high) = relation.interval;
        let interval = (low * signed(unit), high * signed(unit));
        let terms = Self::terms(&relation.form, unit)?;
        Some(Self { alone: alone(&terms), terms, interval })
    }

    /// The terms of a form times a unit.
    pub fn terms(form: &Poly, unit: F) -> Option<Vec<Term>> {
        let term = |(columns, publics, c): (&[u32], bool, F)| {
            let columns = columns.iter().map(|&c| c as usize).collect();
            (!publics).then(|| Term { columns, coefficient: signed(c * unit) })
        };
        form.terms().map(term).collect()
    }

    /// Narrows the interval of the one column that has none, or of each; true if any is narrower.
    pub fn apply(&self, intervals: &mut [Option<Interval>]) -> bool {
        let of_terms: Vec<Option<Sum>> = self.terms.iter().map(|t| t.interval(intervals)).collect();
        let open: Vec<usize> = (0..of_terms.len()).filter(|&i| of_terms[i].is_none()).collect();
        let candidates = match open[..] {
            [] => 0..self.terms.len(),
            [one] => one..one + 1,
            _ => return false,
        };
        let (low, high) = of_terms.iter().flatten().fold((0, 0), |sum, t| (sum.0 + t.0, sum.1 + t.1));
        let mut changed = false;
        for at in candidates {
            let (Some(column), coefficient) = (self.alone[at], &self.terms[at].coefficient) else { continue };
            let own = of_terms[at].as_ref().map_or((0, 0), |s| (s.0, s.1));
            // coefficient · column = a … b, modulo p
            let (a, b) = (self.interval.0 - (high - own.1), self.interval.1 - (low - own.0));
            if a <= -HALF || b >= HALF {
                continue;
            }
            let before = intervals[column];
            let fits = before.is_some_and(|(x, y)| {
                let most = x.abs().max(y.abs()) * coefficient.abs();
                most + a.abs().max(b.abs()) < i128::from(P)
            });
            if coefficient.abs() != 1 && !fits {
                continue;
            }
            let (a, b) = if *coefficient < 0 { (-b, -a) } else { (a, b) };
            let size = coefficient.abs();
            let (a, b) = (-(-a).div_euclid(size), b.div_euclid(size));
            let after = before.map_or((a, b), |(x, y)| (x.max(a), y.min(b)));
            if after.0 <= after.1 && before != Some(after) {
                intervals[column] = Some(after);
                changed = true;
            }
        }
        changed
    }
}
