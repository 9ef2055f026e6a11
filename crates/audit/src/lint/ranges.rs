//! Ranges of columns, derived from lookups and constraints, and what must follow from them.
//!
//! For each case of a chip's flags, what is known of a row is a list of [`Relation`]s, forms of its columns
//! that are integers from `low` to `high` modulo p: what it looks up, what it takes off buses that promise
//! ranges, its constraints. Intervals of columns follow from these as long as nothing can wrap around p.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aver_stark::field::{F, P, f};
use aver_stark::layout::System;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use super::facts::{Cases, Facts};
use super::poly::Poly;
use super::weights::is_table;
use super::{BusRules, Finding, Kind, Rules};

/// From the least to the greatest value.
pub type Interval = (i128, i128);

/// Integers of this size and more could be taken for others modulo p.
const HALF: i128 = (P / 2) as i128;
/// Passes over all relations; intervals that still shrink then are good enough.
const PASSES: usize = 8;

/// Constants of a lookup, by position.
type Constants = Vec<Option<F>>;

/// What lookup tables answer, by bus.
pub struct Tables {
    answers: BTreeMap<u32, Vec<Vec<F>>>,
    bounds: RefCell<BTreeMap<(u32, Constants), Option<Vec<Interval>>>>,
}

impl Tables {
    /// Of the chips with fixed columns whose answers are the same for all programs.
    pub fn new(system: &System, fixed: &[Vec<Vec<F>>], rules: &Rules) -> Self {
        let mut answers: BTreeMap<u32, Vec<Vec<F>>> = BTreeMap::new();
        for (described, columns) in system.described.iter().zip(fixed) {
            let rows = columns.first().map_or(0, Vec::len);
            for interaction in &described.description.interactions {
                let is_lookup = rules.of(interaction.bus.id).is_some_and(|b| b.kind == Kind::Lookup);
                if !is_lookup || columns.is_empty() {
                    continue;
                }
                let answers = answers.entry(interaction.bus.id).or_default();
                // One row more: padding answers too.
                for row in 0..=rows {
                    let cell = |i: usize| columns.get(i).and_then(|c| c.get(row)).copied().unwrap_or(F::ZERO);
                    let value = |v: &aver_stark::symbolic::Affine| {
                        v.constant + v.columns.iter().map(|&(i, c)| cell(i) * c).sum::<F>()
                    };
                    answers.push(interaction.values.iter().map(value).collect());
                }
            }
        }
        answers.extend(rules.samples.iter().cloned());
        Self { answers, bounds: RefCell::default() }
    }

    /// The range of each value among answers that have these constants; `None` if there are none.
    fn bounds(&self, bus: u32, constants: &Constants) -> Option<Vec<Interval>> {
        let mut bounds = self.bounds.borrow_mut();
        bounds.entry((bus, constants.clone())).or_insert_with(|| self.scan(bus, constants)).clone()
    }

    fn scan(&self, bus: u32, constants: &Constants) -> Option<Vec<Interval>> {
        let fits = |row: &&Vec<F>| row.iter().zip(constants).all(|(v, c)| c.is_none_or(|c| c == *v));
        let mut rows = self.answers.get(&bus)?.iter().filter(fits).peekable();
        rows.peek()?;
        let mut bounds = vec![(i128::MAX, i128::MIN); constants.len()];
        for row in rows {
            for (bound, value) in bounds.iter_mut().zip(row) {
                let value = i128::from(value.as_canonical_u32());
                *bound = (bound.0.min(value), bound.1.max(value));
            }
        }
        Some(bounds)
    }
}

/// A form that is an integer of an interval, modulo p.
#[derive(Clone)]
struct Relation {
    form: Poly,
    interval: Interval,
    is_lookup: bool,
}

/// What is known of a row in a case.
struct Row {
    intervals: Vec<Option<Interval>>,
    relations: Vec<Relation>,
    /// Columns looked up in tables of the program.
    program: Vec<bool>,
    /// Forms whose values somebody else determines: received, or looked up.
    given: Vec<Poly>,
}

fn signed(value: F) -> i128 {
    let value = i128::from(value.as_canonical_u32());
    if value > HALF { value - i128::from(P) } else { value }
}

impl Row {
    fn new(facts: &Facts<'_>, cases: &Cases, case: &[F], rules: &Rules, tables: &Tables) -> Self {
        let width = facts.chip.width();
        let fix = |poly: &Poly| poly.substituted(|column| cases.value(case, column));
        let small = |domain: &Vec<F>| {
            let values = domain.iter().map(|v| i128::from(v.as_canonical_u32()));
            (values.clone().min().unwrap_or(0), values.max().unwrap_or(0))
        };
        let mut intervals: Vec<Option<Interval>> =
            facts.domains.iter().map(|d| d.as_ref().map(small)).collect();
        for (&column, &value) in cases.columns.iter().zip(case) {
            intervals[column] = Some((signed(value), signed(value)));
        }
        let mut row =
            Self { intervals, relations: Vec::new(), program: vec![false; width], given: Vec::new() };
        row.booleans(facts, &fix);
        for poly in facts.constraints.iter().flatten() {
            row.relate(fix(poly), (0, 0), false);
        }
        for (interaction, weight) in facts.chip.description.interactions.iter().zip(&facts.weights) {
            let (Some(weight), Some(known)) = (cases.eval(case, weight), rules.of(interaction.bus.id)) else {
                continue;
            };
            let values: Vec<Poly> = interaction.values.iter().map(|v| fix(&Poly::affine(v))).collect();
            row.message(known, weight, values, tables);
        }
        row
    }

    fn relate(&mut self, form: Poly, interval: Interval, is_lookup: bool) {
        if form.as_constant().is_none() {
            self.relations.push(Relation { form, interval, is_lookup });
        }
    }

    /// Carries: each is 0 or 1, and one that contains another is written with it.
    fn booleans(&mut self, facts: &Facts<'_>, fix: &dyn Fn(&Poly) -> Poly) {
        let mut earlier: Vec<(Poly, usize)> = Vec::new();
        for form in facts.booleans.iter().map(fix).filter(|form| form.columns().len() > 1) {
            let mut short = form.clone();
            for (other, column) in earlier.iter().rev() {
                let scale = other
                    .columns()
                    .first()
                    .and_then(|&c| Some(short.linear(c)? * other.linear(c)?.inverse()));
                let Some(scale) = scale else { continue };
                let rest = short.plus(other, -scale);
                if other.columns().iter().all(|c| !rest.columns().contains(c)) {
                    short = rest.plus(&Poly::column(*column), scale);
                }
            }
            earlier.push((form, self.intervals.len()));
            self.intervals.push(Some((0, 1)));
            self.relate(short, (0, 1), false);
        }
    }

    fn message(&mut self, known: &BusRules, weight: F, values: Vec<Poly>, tables: &Tables) {
        match known.kind {
            Kind::Lookup if weight == F::ONE => {
                self.look_up(known, &values, tables);
            }
            Kind::Program if weight == F::ONE => {
                self.look_up(known, &values, tables);
                for value in &values {
                    if let [column] = value.columns()[..] {
                        self.program[column] |= *value == Poly::column(column);
                    }
                }
            }
            Kind::State { .. } | Kind::Other if weight == F::NEG_ONE => {}
            _ => return,
        }
        if weight == F::NEG_ONE || known.kind == Kind::Program {
            for &(at, most) in &known.promises {
                self.relate(values[at].clone(), (0, most.into()), false);
            }
        }
        self.given.extend(values);
    }

    fn look_up(&mut self, known: &BusRules, values: &[Poly], tables: &Tables) {
        let constants = values.iter().map(Poly::as_constant).collect();
        let bounds = tables.bounds(known.bus.id, &constants).unwrap_or_default();
        for (value, &interval) in values.iter().zip(&bounds) {
            self.relate(value.clone(), interval, true);
        }
    }

    /// Shrinks intervals until nothing changes.
    fn propagate(&mut self) {
        let relations: Vec<_> = self.relations.iter().filter_map(Scaled::new).collect();
        for _ in 0..PASSES {
            let mut changed = false;
            for relation in &relations {
                changed |= relation.apply(&mut self.intervals);
            }
            if !changed {
                return;
            }
        }
    }

    /// The interval of a form, if it is shown to be one of integers.
    fn interval(&self, form: &Poly) -> Option<Interval> {
        let of_terms = Scaled::terms(form, F::ONE)
            .and_then(|terms| terms.iter().map(|t| t.interval(&self.intervals)).sum::<Option<Sum>>())
            .map(|sum| (sum.0, sum.1));
        let said = self.relations.iter().find(|r| r.form == *form).map(|r| r.interval);
        match (of_terms.filter(|i| i.0.abs() < HALF && i.1.abs() < HALF), said) {
            (Some(a), Some(b)) => Some((a.0.max(b.0), a.1.min(b.1))),
            (a, b) => a.or(b),
        }
    }

    /// Columns that follow from what others determine: given, looked up, bounded, or the only unknown of a
    /// constraint, alone in its term.
    fn known(&self, width: usize) -> Vec<bool> {
        let mut known: Vec<bool> = self.intervals.iter().map(Option::is_some).collect();
        let lookups = self.relations.iter().filter(|r| r.is_lookup || r.interval == (0, 0)).map(|r| &r.form);
        let forms: Vec<&Poly> = lookups.chain(&self.given).collect();
        loop {
            let mut changed = false;
            for form in &forms {
                let open: Vec<usize> = form.columns().into_iter().filter(|&c| !known[c]).collect();
                if let [column] = open[..]
                    && form.linear(column).is_some()
                {
                    known[column] = true;
                    changed = true;
                }
            }
            if !changed {
                known.truncate(width);
                return known;
            }
        }
    }
}

/// A term with a coefficient that is a small integer.
struct Term {
    columns: Vec<usize>,
    coefficient: i128,
}

/// A sum of intervals.
struct Sum(i128, i128);

impl std::iter::Sum for Sum {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self(0, 0), |a, b| Self(a.0 + b.0, a.1 + b.1))
    }
}

impl Term {
    fn interval(&self, intervals: &[Option<Interval>]) -> Option<Sum> {
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
struct Scaled {
    terms: Vec<Term>,
    interval: Interval,
}

impl Scaled {
    fn new(relation: &Relation) -> Option<Self> {
        let mut units: Vec<F> = (0..=16).map(|k| f(1 << k)).collect();
        if relation.interval == (0, 0) {
            let inverses = relation.form.terms().map(|t| t.2.inverse());
            units.extend(
                inverses.flat_map(|c| (0..=16).map(move |k| c * f(1 << k))).take(400).collect::<Vec<_>>(),
            );
        }
        let size = |unit: &F| relation.form.terms().map(|t| signed(t.2 * *unit).abs()).max().unwrap_or(0);
        let unit = units.into_iter().min_by_key(size)?;
        let (low, high) = relation.interval;
        let interval = (low * signed(unit), high * signed(unit));
        Some(Self { terms: Self::terms(&relation.form, unit)?, interval })
    }

    fn terms(form: &Poly, unit: F) -> Option<Vec<Term>> {
        let term = |(columns, publics, c): (&[u32], bool, F)| {
            let columns = columns.iter().map(|&c| c as usize).collect();
            (!publics).then(|| Term { columns, coefficient: signed(c * unit) })
        };
        form.terms().map(term).collect()
    }

    /// Narrows the interval of the one column that has none, or of each; true if any is narrower.
    fn apply(&self, intervals: &mut [Option<Interval>]) -> bool {
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
            let Term { columns, coefficient } = &self.terms[at];
            let [column] = columns[..] else { continue };
            if self.terms.iter().enumerate().any(|(i, t)| i != at && t.columns.contains(&column)) {
                continue;
            }
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

mod duties;
pub use duties::{lint, snapshot};
