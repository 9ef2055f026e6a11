//! Rules of weights: how often a message counts.

use aver_stark::field::F;
use aver_stark::symbolic::Interaction;
use p3_field::PrimeCharacteristicRing;

use super::facts::{Cases, Facts};
use super::poly::Poly;
use super::{Finding, Kind, Rules};

/// Whether a chip is a lookup table.
pub fn is_table(facts: &Facts<'_>) -> bool {
    facts.chip.widths[0] > 0
}

/// Findings of a chip.
pub fn lint(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let mut found = zero_row(facts);
    if is_table(facts) {
        return found;
    }
    let name = &facts.chip.name;
    let cases = match facts.cases() {
        Ok(cases) => cases,
        Err(column) => {
            let what = format!("{} weighs messages and is not shown to be boolean", facts.name(column));
            found.push(Finding::new("weight/boolean", name, what));
            return found;
        }
    };
    for (weight, interaction) in facts.weights.iter().zip(&facts.chip.description.interactions) {
        let bus = interaction.bus.name;
        if !weight.publics().is_empty() {
            let what = format!("{bus}: {} depends on public values", facts.show(weight));
            found.push(Finding::new("weight/boolean", name, what));
        }
        let values: Vec<Option<F>> = cases.rows.iter().map(|case| cases.eval(case, weight)).collect();
        let among = |allowed: [F; 2]| values.iter().all(|v| v.is_some_and(|v| allowed.contains(&v)));
        if !among([F::ZERO, F::ONE]) && !among([F::ZERO, F::NEG_ONE]) {
            let what = format!("{bus}: weight {} is not always 0 or 1", facts.show(weight));
            found.push(Finding::new("weight/boolean", name, what));
        }
        if values.iter().all(|v| *v == Some(F::ZERO)) {
            let what = format!("{bus}: weight {} is never 1", facts.show(weight));
            found.push(Finding::new("weight/dead", name, what));
        }
    }
    found.extend(padding(facts, &cases));
    found.extend(states(facts, rules));
    found
}

/// A row of zeros satisfies all, whatever the public values, and sends nothing.
fn zero_row(facts: &Facts<'_>) -> Vec<Finding> {
    let zeros = |poly: &Poly| poly.substituted(|_| Some(F::ZERO)).is_zero();
    let labels = facts.chip.description.constraints.iter().zip(&facts.constraints);
    let broken = labels.filter(|(_, poly)| poly.as_ref().is_some_and(|p| !zeros(p))).map(|(c, _)| c.label);
    let sent = facts.weights.iter().zip(&facts.chip.description.interactions);
    let sent = sent.filter(|(weight, _)| !zeros(weight)).map(|(_, i)| i.bus.name);
    let find =
        |what: &str| Finding::new("padding/zero", &facts.chip.name, format!("{what} in a row of zeros"));
    broken.chain(sent).map(find).collect()
}

/// There is one weight, `is_real`, without which nothing is sent, whatever the other columns are; messages
/// that have another one are for some real rows only.
fn padding(facts: &Facts<'_>, cases: &Cases) -> Vec<Finding> {
    let name = &facts.chip.name;
    let weight = |case: &Vec<F>, weight: &Poly| cases.eval(case, weight).unwrap_or(F::ONE);
    let rules_all = |real: &&Poly| {
        let mut inert = cases.rows.iter().filter(|case| weight(case, real) == F::ZERO);
        inert.all(|case| facts.weights.iter().all(|w| weight(case, w) == F::ZERO))
    };
    let Some(real) = facts.weights.iter().find(rules_all) else {
        let what = "no weight is 1 whenever another one is: a row that is not real can act";
        return if facts.weights.is_empty() {
            vec![]
        } else {
            vec![Finding::new("padding/acts", name, what)]
        };
    };
    let negative = real.scaled(F::NEG_ONE);
    let messages = facts.weights.iter().zip(&facts.chip.description.interactions);
    let partial = messages.filter(|(w, _)| **w != *real && **w != negative);
    let what = |(w, i): (&Poly, &Interaction)| format!("{} only in rows of {}", i.bus.name, facts.show(w));
    partial.map(|message| Finding::new("weight/part", name, what(message))).collect()
}

/// On buses of states, a row takes as many messages as it puts, under the same weights.
fn states(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    for rules_of_bus in rules.buses.iter().filter(|b| matches!(b.kind, Kind::State { .. })) {
        let interactions = facts.chip.description.interactions.iter();
        let on_bus = interactions.zip(&facts.weights).filter(|(i, _)| i.bus.id == rules_of_bus.bus.id);
        let sum = on_bus.fold(Poly::default(), |sum, (_, weight)| sum.plus(weight, F::ONE));
        if !sum.is_zero() {
            let what =
                format!("{}: what is put less what is taken is {}", rules_of_bus.bus.name, facts.show(&sum));
            found.push(Finding::new("weight/states", &facts.chip.name, what));
        }
    }
    found
}
