//! What must follow from the ranges of a row.

use std::collections::{BTreeMap, BTreeSet};

use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::{Cases, Facts, Finding, Interval, Kind, Poly, Row, Rules, Scaled, Sum, Tables, is_table};

/// Findings of a chip.
pub fn lint(facts: &Facts<'_>, rules: &Rules, tables: &Tables) -> Vec<Finding> {
    let mut found: BTreeMap<(&'static str, String), Vec<usize>> = BTreeMap::new();
    let Some((cases, rows)) = rows(facts, rules, tables) else { return Vec::new() };
    for (at, row) in &rows {
        let case = &cases.rows[*at];
        let mut find = |rule, what| found.entry((rule, what)).or_default().push(*at);
        for (column, known) in row.known(facts.chip.width()).into_iter().enumerate() {
            if !known {
                find("range/free", format!("{} follows from nothing", facts.name(column)));
            }
        }
        promises(facts, &cases, case, row, rules, &mut find);
        integers(facts, &cases, case, row, rules, &mut find);
        steps(facts, &cases, case, row, rules, &mut find);
    }
    let finding = |((rule, what), at): ((&'static str, String), Vec<usize>)| {
        Finding::new(rule, &facts.chip.name, format!("{what}{}", condition(facts, &cases, &at, rows.len())))
    };
    found.into_iter().map(finding).collect()
}

/// Columns of each chip with role and range: over all rows that say anything.
pub fn snapshot(facts: &Facts<'_>, rules: &Rules, tables: &Tables) -> Vec<String> {
    let Some((_, rows)) = rows(facts, rules, tables) else { return Vec::new() };
    let [fixed, boundary, _] = facts.chip.widths;
    let line = |column: usize| {
        let role = if column < fixed {
            "fixed "
        } else if column < fixed + boundary {
            "boundary "
        } else {
            ""
        };
        let over = |a: Option<Interval>, b: Option<Interval>| Some((a?.0.min(b?.0), a?.1.max(b?.1)));
        let range = rows.iter().map(|(_, row)| row.intervals[column]).reduce(over).flatten();
        let of_program = rows.iter().all(|(_, row)| row.program[column]);
        let range = match range {
            Some((low, high)) => format!("{low}..={high}"),
            None if of_program => "of the program".into(),
            None => "any".into(),
        };
        format!("{role}{} {range}", facts.name(column))
    };
    (0..facts.chip.width()).map(line).collect()
}

/// What is known of the rows that say anything, with the number of the case of each.
fn rows(facts: &Facts<'_>, rules: &Rules, tables: &Tables) -> Option<(Cases, Vec<(usize, Row)>)> {
    if is_table(facts) {
        return None;
    }
    let cases = facts.all_cases().ok()?;
    let speaks = |case: &Vec<F>| facts.weights.iter().any(|w| cases.eval(case, w) != Some(F::ZERO));
    let row = |(at, case): (usize, &Vec<F>)| {
        let mut row = Row::new(facts, &cases, case, rules, tables);
        row.propagate();
        (at, row)
    };
    let rows = cases.rows.iter().enumerate().filter(|(_, case)| speaks(case)).map(row).collect();
    Some((cases, rows))
}

/// Weights that are zero in all of these cases, as " where … = 0", if these are not all cases.
fn condition(facts: &Facts<'_>, cases: &Cases, at: &[usize], all: usize) -> String {
    if at.len() == all {
        return String::new();
    }
    let is_zero =
        |column: &usize| at.iter().all(|&case| cases.value(&cases.rows[case], *column) == Some(F::ZERO));
    let zero: Vec<String> =
        facts.weight_columns().into_iter().filter(is_zero).map(|c| facts.name(c)).collect();
    if zero.is_empty() { " in some cases".into() } else { format!(" where {} = 0", zero.join(", ")) }
}

/// Messages of a row in a case: (bus id, put, values).
fn messages(facts: &Facts<'_>, cases: &Cases, case: &[F]) -> Vec<(u32, bool, Vec<Poly>)> {
    let all = facts.chip.description.interactions.iter().zip(&facts.weights);
    let said = all.filter_map(|(interaction, weight)| {
        let weight = cases.eval(case, weight).filter(|w| *w != F::ZERO)?;
        let fix = |poly: Poly| poly.substituted(|column| cases.value(case, column));
        let values = interaction.values.iter().map(|v| fix(Poly::affine(v))).collect();
        Some((interaction.bus.id, weight == F::ONE, values))
    });
    said.collect()
}

/// What is put is in the range the bus promises to whoever takes it.
fn promises(
    facts: &Facts<'_>,
    cases: &Cases,
    case: &[F],
    row: &Row,
    rules: &Rules,
    find: &mut impl FnMut(&'static str, String),
) {
    for (bus, puts, values) in messages(facts, cases, case) {
        let Some(known) = rules.of(bus).filter(|_| puts) else { continue };
        for &(at, most) in known.promises.iter().filter(|p| !rules.kept.contains(&(bus, p.0))) {
            let value = &values[at];
            let of_program =
                matches!(value.columns()[..], [c] if row.program[c] && *value == Poly::column(c));
            let shown = match value.as_constant() {
                Some(constant) => (0..=i128::from(most)).contains(&super::signed(constant)),
                None => row.interval(value).is_some_and(|(low, high)| low >= 0 && high <= i128::from(most)),
            };
            if !shown && !of_program && known.kind != Kind::Program {
                let name = known.bus.name;
                find("range/promise", format!("{name}: value {at} is not shown to be at most {most}"));
            }
        }
    }
}

/// What is put or looked up as an integer is one.
fn integers(
    facts: &Facts<'_>,
    cases: &Cases,
    case: &[F],
    row: &Row,
    rules: &Rules,
    find: &mut impl FnMut(&'static str, String),
) {
    for (bus, puts, values) in messages(facts, cases, case) {
        let Some(known) = rules.of(bus).filter(|_| puts) else { continue };
        if rules.ends.contains(&(facts.chip.name.as_str(), bus)) {
            continue;
        }
        for &(at, least, most) in &known.integers {
            let value = &values[at];
            let of_program =
                matches!(value.columns()[..], [c] if row.program[c] && *value == Poly::column(c));
            if !of_program && !within(row, value, (least, most)) {
                let name = known.bus.name;
                find(
                    "range/integer",
                    format!("{name}: value {at} is not shown to be one of the integers it may be"),
                );
            }
        }
    }
}

/// On buses of states, keys stay and the order increases.
fn steps(
    facts: &Facts<'_>,
    cases: &Cases,
    case: &[F],
    row: &Row,
    rules: &Rules,
    find: &mut impl FnMut(&'static str, String),
) {
    let said = messages(facts, cases, case);
    let buses: BTreeSet<u32> = said.iter().map(|m| m.0).collect();
    for bus in buses.into_iter().filter_map(|bus| rules.of(bus)) {
        let Kind::State { keys, order: (at, bits) } = bus.kind else { continue };
        if rules.ends.contains(&(facts.chip.name.as_str(), bus.bus.id)) {
            continue;
        }
        let of = |puts: bool| said.iter().filter(move |m| m.0 == bus.bus.id && m.1 == puts).map(|m| &m.2);
        for (number, (taken, put)) in of(false).zip(of(true)).enumerate() {
            let name = bus.bus.name;
            if taken[..keys] != put[..keys] {
                find("range/step", format!("{name}: step {number} does not put back what it took"));
            }
            let less = put[at].plus(&taken[at], F::NEG_ONE).plus(&Poly::constant(F::ONE), F::NEG_ONE);
            if !within(row, &less, (0, (1 << bits) - 1)) {
                find("range/step", format!("{name}: step {number} is not shown to go on by 1 to 2^{bits}"));
            }
        }
    }
}

/// Whether a form is shown to be an integer in these bounds: by its columns, or as something that is looked
/// up and a rest.
fn within(row: &Row, form: &Poly, (least, most): Interval) -> bool {
    let fits = |(low, high): Interval| low >= least && high <= most;
    let with = |base: Interval, rest: &Poly| {
        let terms = Scaled::terms(rest, F::ONE)?;
        let sum = terms.iter().map(|t| t.interval(&row.intervals)).sum::<Option<Sum>>()?;
        Some((base.0 + sum.0, base.1 + sum.1))
    };
    let mut looked_up = row.relations.iter().filter(|r| r.is_lookup);
    with((0, 0), form).is_some_and(fits)
        || looked_up.any(|r| with(r.interval, &form.plus(&r.form, F::NEG_ONE)).is_some_and(fits))
}
