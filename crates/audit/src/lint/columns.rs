//! Rules of columns.

use std::collections::BTreeMap;

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::facts::Facts;
use super::poly::Poly;
use super::weights::is_table;
use super::{Finding, Rules};

/// Findings of a chip.
pub fn lint(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let mut found = names(facts);
    let places = Places::new(facts);
    for column in 0..facts.chip.width() {
        let find =
            |rule, why: &str| Finding::new(rule, &facts.chip.name, format!("{} {why}", facts.name(column)));
        let of_column = places.of(column);
        if of_column == 0 {
            found.push(find("column/unused", "occurs nowhere"));
        } else if !places.binds(facts, column) {
            found.push(find("column/free", "is multiplied by what the prover may set to zero"));
        } else if of_column == 1 && !is_table(facts) {
            found.push(find("column/once", "occurs in one place only"));
        }
        let boolean = facts.domains[column].as_ref().is_some_and(|d| *d == [F::ZERO, F::ONE]);
        match (boolean, is_flag(&facts.name(column), rules)) {
            (false, true) if !is_table(facts) => {
                found.push(find("column/flag", "is a flag by name, and not boolean"))
            }
            (true, false) => found.push(find("column/flag", "is boolean, and no flag by name")),
            _ => {}
        }
    }
    found
}

/// Whether a column is named as a flag: by the last part of its name, numbers at its end aside.
fn is_flag(name: &str, rules: &Rules) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    rules.flags.contains(&last.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Names are there and differ.
fn names(facts: &Facts<'_>) -> Vec<Finding> {
    let mut seen = BTreeMap::new();
    for column in 0..facts.chip.width() {
        *seen.entry(facts.name(column)).or_insert(0) += 1;
    }
    let bad = seen.into_iter().filter(|(name, count)| *count > 1 || name.is_empty() || name == "?");
    bad.map(|(name, _)| {
        Finding::new("column/name", &facts.chip.name, format!("{name} is no name of one column"))
    })
    .collect()
}

/// Where columns occur.
struct Places {
    /// Messages by column: each counts once.
    messages: Vec<usize>,
    /// Constraints by column.
    constraints: Vec<Vec<usize>>,
}

impl Places {
    fn new(facts: &Facts<'_>) -> Self {
        let width = facts.chip.width();
        let mut places = Self { messages: vec![0; width], constraints: vec![Vec::new(); width] };
        for (interaction, weight) in facts.chip.description.interactions.iter().zip(&facts.weights) {
            if weight.is_zero() {
                continue;
            }
            let forms = interaction.values.iter().chain([&interaction.multiplicity]);
            let mut columns: Vec<usize> = forms.flat_map(|form| form.columns.iter().map(|t| t.0)).collect();
            columns.sort_unstable();
            columns.dedup();
            columns.into_iter().for_each(|column| places.messages[column] += 1);
        }
        for (at, poly) in facts.constraints.iter().enumerate() {
            for column in poly.iter().flat_map(Poly::columns) {
                places.constraints[column].push(at);
            }
        }
        places
    }

    fn of(&self, column: usize) -> usize {
        self.messages[column] + self.constraints[column].len()
    }

    /// Whether a message has the column, or a constraint has it even if columns that occur nowhere else are
    /// zero there, each or all.
    fn binds(&self, facts: &Facts<'_>, column: usize) -> bool {
        self.messages[column] > 0
            || self.constraints[column].iter().any(|&at| {
                let Some(poly) = &facts.constraints[at] else { return false };
                let columns = poly.columns();
                let loose: Vec<usize> =
                    columns.into_iter().filter(|&c| c != column && self.of(c) == 1).collect();
                let remains = |zero: &dyn Fn(usize) -> bool| {
                    poly.substituted(|c| zero(c).then_some(F::ZERO)).columns().contains(&column)
                };
                remains(&|c| loose.contains(&c)) && loose.iter().all(|&one| remains(&|c| c == one))
            })
    }
}
