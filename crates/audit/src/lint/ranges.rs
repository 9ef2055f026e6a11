//! Ranges of columns, derived from lookups and constraints, and what must follow from them.
//!
//! For each case of a chip's flags, what is known of a row is a list of [`Relation`]s, forms of its columns
//! that are integers from `low` to `high` modulo p: what it looks up, what it takes off buses that promise
//! ranges, its constraints. Intervals of columns follow from these as long as nothing can wrap around p.

use std::cell::RefCell;
use std::collections::BTreeMap;

use aver_stark::field::{F, P};
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

/// Of each value of the answers, if there are any.
type Bounds = Option<Vec<Interval>>;

/// What lookup tables answer, by bus.
pub struct Tables {
    answers: BTreeMap<u32, Vec<Vec<F>>>,
    bounds: RefCell<BTreeMap<(u32, Constants), Bounds>>,
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
    fn bounds(&self, bus: u32, constants: &Constants) -> Bounds {
        let mut bounds = self.bounds.borrow_mut();
        bounds.entry((bus, constants.clone())).or_insert_with(|| self.scan(bus, constants)).clone()
    }

    fn scan(&self, bus: u32, constants: &Constants) -> Bounds {
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
        let mut forms: Vec<(&Poly, Vec<usize>)> =
            lookups.chain(&self.given).map(|form| (form, form.columns())).collect();
        loop {
            let mut changed = false;
            forms.retain_mut(|(form, open)| {
                open.retain(|&c| !known[c]);
                if let [column] = open[..]
                    && form.linear(column).is_some()
                {
                    known[column] = true;
                    changed = true;
                }
                // Of one column only, it says something now or never.
                open.len() > 1
            });
            if !changed {
                known.truncate(width);
                return known;
            }
        }
    }
}

mod duties;
mod scaled;

pub use duties::{lint, snapshot};
use scaled::{Scaled, Sum};
