//! Rules of constraints.

use std::collections::BTreeMap;

use aver_stark::chip::MAX_DEGREE;

use super::facts::Facts;
use super::poly::Poly;
use super::{Finding, Rules};

/// Findings of a chip.
pub fn lint(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    let name = &facts.chip.name;
    let mut find =
        |rule, label: &str, why: &str| found.push(Finding::new(rule, name, format!("{label} {why}")));
    let mut seen: BTreeMap<Poly, &str> = BTreeMap::new();
    for (constraint, poly) in facts.chip.description.constraints.iter().zip(&facts.constraints) {
        let label = constraint.label;
        if !is_label(label, name, rules) {
            find("constraint/label", label, "is no label of this chip");
        }
        let Some(poly) = poly else {
            find("constraint/degree", label, "has products of too many factors");
            continue;
        };
        let degree = poly.terms().map(|t| t.0.len()).max().unwrap_or(0);
        if degree > MAX_DEGREE || constraint.degree > MAX_DEGREE || degree > constraint.degree {
            find("constraint/degree", label, &format!("has degree {degree}"));
        }
        if poly.is_zero() {
            find("constraint/trivial", label, "holds whatever the row");
        } else if let Some(value) = poly.as_constant() {
            find("constraint/trivial", label, &format!("is {value} whatever the row"));
        }
        if let Some(other) = seen.insert(poly.normalised(), label) {
            find("constraint/twice", label, &format!("says what {other} says already"));
        }
    }
    found
}

/// "family/number", where the family is the chip's own or one that is shared.
fn is_label(label: &str, chip: &str, rules: &Rules) -> bool {
    label.split_once('/').is_some_and(|(family, number)| {
        let known = family == chip || rules.labels.contains(&family);
        known && !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}
