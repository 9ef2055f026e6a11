//! Rules of buses.

use std::collections::BTreeMap;

use aver_stark::air::Bus;
use aver_stark::field::P;
use aver_stark::params::MAX_RUN_MESSAGES;
use aver_stark::symbolic::Interaction;
use aver_stark::verify::MAX_MESSAGES;

use super::facts::Facts;
use super::weights::is_table;
use super::{Finding, Kind, Rules};

/// The most messages on shared buses of a row: what the verifier counts for each row of a boundary table.
const SHARED_PER_ROW: usize = 2;

/// Findings of a system's chips.
pub fn lint(chips: &[Facts<'_>], rules: &Rules) -> Vec<Finding> {
    let mut found = definitions(rules);
    let mut used: BTreeMap<u32, (Bus, bool, bool)> = BTreeMap::new();
    for &(id, put) in &rules.verifier {
        if let Some(known) = rules.of(id) {
            let entry = used.entry(id).or_insert((known.bus, false, false));
            if put { entry.1 = true } else { entry.2 = true }
        }
    }
    let mut from_chips = Vec::new();
    for facts in chips {
        for (interaction, puts) in facts.chip.description.interactions.iter().zip(puts(facts)) {
            from_chips.push(interaction.bus.id);
            let entry = used.entry(interaction.bus.id).or_insert((interaction.bus, false, false));
            if puts { entry.1 = true } else { entry.2 = true }
        }
    }
    for (bus, put, taken) in used.values().filter(|(bus, ..)| from_chips.contains(&bus.id)) {
        let missing = |is_there: bool, who| (!is_there).then(|| Finding::new("bus/ends", bus.name, who));
        if !bus.shared {
            found.extend(missing(*put, "nobody sends"));
            found.extend(missing(*taken, "nobody receives"));
        }
    }
    found
}

/// Findings of a chip.
pub fn lint_chip(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let interactions = facts.chip.description.interactions.iter().zip(puts(facts));
    let mut found: Vec<Finding> = interactions.flat_map(|(i, puts)| message(facts, i, puts, rules)).collect();
    found.extend(twice(facts));
    found.extend(shared(facts));
    found.extend(publics(facts, rules));
    found
}

/// Ids are unique, and counts of messages stay below p.
fn definitions(rules: &Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    for (i, a) in rules.buses.iter().enumerate() {
        for b in &rules.buses[..i] {
            if a.bus.id == b.bus.id || a.bus.name == b.bus.name {
                found.push(Finding::new(
                    "bus/unique",
                    a.bus.name,
                    format!("id or name is that of {}", b.bus.name),
                ));
            }
        }
    }
    for (what, most) in [("a proof", MAX_MESSAGES), ("a run, on shared buses", MAX_RUN_MESSAGES)] {
        if most >= u64::from(P) {
            found.push(Finding::new("bus/room", what, "messages of weight 1 may count up to p"));
        }
    }
    found
}

/// Whether each message is put rather than taken.
fn puts(facts: &Facts<'_>) -> Vec<bool> {
    let cases = facts.cases().ok();
    let puts = |weight: &super::poly::Poly| match &cases {
        Some(cases) if !is_table(facts) => cases
            .rows
            .iter()
            .any(|case| cases.eval(case, weight).is_some_and(|v| v == aver_stark::field::f(1))),
        _ => weight.terms().next().is_some_and(|t| t.2 == aver_stark::field::f(1)),
    };
    facts.weights.iter().map(puts).collect()
}

/// The bus is the one that is known, the chip may use it, and only tables answer lookups.
fn message(facts: &Facts<'_>, interaction: &Interaction, puts: bool, rules: &Rules) -> Vec<Finding> {
    let Interaction { bus, multiplicity, values } = interaction;
    let chip = &facts.chip.name;
    let find = |rule, why: &str| Finding::new(rule, chip, format!("{}: {why}", bus.name));
    let Some(known) = rules.of(bus.id) else {
        return vec![find("bus/unknown", "nothing is known of this bus")];
    };
    let mut found = Vec::new();
    if known.bus != *bus {
        found.push(find("bus/unique", "another bus has this id"));
    }
    if !known.chips.is_empty() && !known.chips.contains(&chip.as_str()) {
        found.push(find("bus/chips", "this chip may not use it"));
    }
    let is_lookup = matches!(known.kind, Kind::Lookup | Kind::Program);
    if is_table(facts) {
        let fixed = facts.chip.widths[0];
        let counts = match multiplicity.columns[..] {
            [(column, c)] => {
                column >= fixed && c == -aver_stark::field::f(1) && occurrences(facts, column) == 1
            }
            _ => false,
        };
        if !is_lookup || puts || !counts {
            found.push(find("bus/table", "a table does nothing but answer, under a count of its own"));
        }
        if values.iter().any(|v| !v.publics.is_empty() || v.columns.iter().any(|t| t.0 >= fixed)) {
            found.push(find("bus/table", "an answer is not fixed"));
        }
    } else if is_lookup && !puts {
        found.push(find("bus/answers", "only tables answer lookups"));
    }
    found
}

/// In how many messages and constraints a column occurs.
fn occurrences(facts: &Facts<'_>, column: usize) -> usize {
    let forms = facts.chip.description.interactions.iter();
    let forms = forms.flat_map(|i| i.values.iter().chain([&i.multiplicity]));
    let constraints = facts.constraints.iter().flatten().filter(|poly| poly.columns().contains(&column));
    forms.filter(|form| form.columns.iter().any(|t| t.0 == column)).count() + constraints.count()
}

/// No row says the same thing twice.
fn twice(facts: &Facts<'_>) -> Vec<Finding> {
    let interactions = &facts.chip.description.interactions;
    let again = interactions.iter().enumerate().filter(|(i, message)| interactions[..*i].contains(message));
    again
        .map(|(_, i)| {
            Finding::new("bus/twice", &facts.chip.name, format!("{}: the same message", i.bus.name))
        })
        .collect()
}

/// The verifier counts messages on shared buses by the rows of boundary tables.
fn shared(facts: &Facts<'_>) -> Vec<Finding> {
    let shared = facts.chip.description.interactions.iter().filter(|i| i.bus.shared).count();
    let find = |what| Finding::new("bus/room", &facts.chip.name, what);
    let mut found = Vec::new();
    if shared > SHARED_PER_ROW {
        found.push(find("more messages on shared buses than the verifier counts for a row"));
    }
    if shared > 0 && facts.chip.widths[1] == 0 {
        found.push(find("messages on shared buses of rows that the verifier does not count"));
    }
    found
}

/// Chips use only the public values that are theirs; one beyond the last would read as zero.
fn publics(facts: &Facts<'_>, rules: &Rules) -> Vec<Finding> {
    let interactions = facts.chip.description.interactions.iter();
    let forms = interactions.flat_map(|i| i.values.iter().chain([&i.multiplicity]));
    let mut used: Vec<usize> = forms.flat_map(|form| form.publics.iter().map(|t| t.0)).collect();
    used.extend(facts.constraints.iter().flatten().flat_map(|poly| poly.publics()));
    used.sort_unstable();
    used.dedup();
    let foreign = used.into_iter().filter(|&i| !rules.publics.contains(&(facts.chip.name.as_str(), i)));
    foreign
        .map(|i| Finding::new("public/index", &facts.chip.name, format!("uses public value {i}")))
        .collect()
}
