//! Rules every chip must keep, found from what its `eval` says.
//!
//! | module | rules |
//! |---|---|
//! | [`columns`] | a column is bound; one that occurs in one place only is known; names; flags are boolean |
//! | [`constraints`] | degree; none is trivial, twice there, or labelled for another chip |
//! | [`weights`] | a message's weight is 0 or 1 in every row that constraints allow; padding says nothing; what a row takes off a bus of states it puts back |
//! | [`buses`] | ids, arities and names; who may answer lookups; senders and receivers; room below p; public values |
//! | [`ranges`] | what a row puts on a bus is in the range the bus promises; time and order increase; every column follows from what the row received or looked up |
//! | [`cpu`] | an op takes the hart and looks its instruction up once; accesses are those of the instruction, in their slots |
//! | [`evaluators`] | `eval` says the same on symbols, packed and single elements, and every time |
//!
//! [`lint`] reports [`Finding`]s; [`machine`] is what the rules must know of Aver's machine.

use std::collections::BTreeSet;

use aver_stark::air::Bus;
use aver_stark::chip::Described;
use aver_stark::field::F;
use aver_stark::layout::System;

pub mod buses;
pub mod columns;
pub mod constraints;
pub mod cpu;
pub mod evaluators;
pub mod facts;
pub mod machine;
pub mod poly;
pub mod ranges;
pub mod weights;

use facts::Facts;
use ranges::Tables;

/// A rule that a chip breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{rule}: {chip}: {what}")]
pub struct Finding {
    /// "module/rule".
    pub rule: &'static str,
    /// The chip, or the bus.
    pub chip: String,
    /// Column, constraint or message, and what is wrong with it.
    pub what: String,
}

/// All rules.
pub const RULES: &[&str] = &[
    "allow/idle",
    "bus/answers",
    "bus/chips",
    "bus/ends",
    "bus/room",
    "bus/table",
    "bus/twice",
    "bus/unique",
    "bus/unknown",
    "column/flag",
    "column/free",
    "column/name",
    "column/once",
    "column/unused",
    "constraint/degree",
    "constraint/label",
    "constraint/trivial",
    "constraint/twice",
    "cpu/op",
    "eval/agrees",
    "eval/repeatable",
    "padding/acts",
    "padding/zero",
    "public/index",
    "range/free",
    "range/integer",
    "range/promise",
    "range/step",
    "weight/boolean",
    "weight/dead",
    "weight/part",
    "weight/states",
];

impl Finding {
    /// Of a chip.
    pub fn new(rule: &'static str, chip: &str, what: impl Into<String>) -> Self {
        debug_assert!(RULES.contains(&rule), "{rule} is not listed");
        Self { rule, chip: chip.into(), what: what.into() }
    }
}

/// A finding that is as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The rule.
    pub rule: &'static str,
    /// The chip; all if empty.
    pub chip: &'static str,
    /// Its `what`; a `*` stands for anything.
    pub what: &'static str,
    /// Why it is as it should be.
    pub reason: &'static str,
}

impl Allow {
    /// Whether it allows this one.
    pub fn covers(&self, finding: &Finding) -> bool {
        let Self { rule, chip, what, .. } = *self;
        let fits = match what.split_once('*') {
            Some((start, end)) => finding.what.starts_with(start) && finding.what.ends_with(end),
            None => finding.what == what,
        };
        rule == finding.rule && (chip.is_empty() || chip == finding.chip) && fits
    }
}

/// How a bus is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chips with fixed columns answer.
    Lookup,
    /// As [`Kind::Lookup`], with answers that depend on the program.
    Program,
    /// A row that takes a message puts its successor, in turn.
    State {
        /// So many values at its beginning are the same in both.
        keys: usize,
        /// (position, bits): the value there increases, by at most 2^bits.
        order: (usize, u32),
    },
    /// Anything else.
    Other,
}

/// A bus and what is known of it.
#[derive(Clone, Debug)]
pub struct BusRules {
    /// The bus.
    pub bus: Bus,
    /// How it is used.
    pub kind: Kind,
    /// (position, largest value): of all its messages; whoever puts one shows it.
    pub promises: Vec<(usize, u64)>,
    /// (position, least, greatest value): integers that rows show before they put or look up a message.
    pub integers: Vec<(usize, i128, i128)>,
    /// Chips that may use it; all if empty.
    pub chips: &'static [&'static str],
}

impl BusRules {
    /// A bus that any chip may use, without promises.
    pub fn new(bus: Bus, kind: Kind) -> Self {
        Self { bus, kind, promises: Vec::new(), integers: Vec::new(), chips: &[] }
    }
}

/// What the rules must know beside the chips.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// All buses.
    pub buses: Vec<BusRules>,
    /// Buses on which the verifier puts (true) or takes messages.
    pub verifier: Vec<(u32, bool)>,
    /// (bus id, position): promises that hold by what the verifier checks of all rows together.
    pub kept: Vec<(u32, usize)>,
    /// (chip, index) of public values that chips may use.
    pub publics: Vec<(&'static str, usize)>,
    /// (chip, bus id): where rows begin or end a word's or a table's life, so that nothing is carried on.
    pub ends: Vec<(&'static str, u32)>,
    /// Names of columns that are flags, without numbers.
    pub flags: Vec<&'static str>,
    /// (bus id, answers): of tables that depend on the program, rows that have the extremes of each value.
    pub samples: Vec<(u32, Vec<Vec<F>>)>,
    /// Starts of labels of constraints that chips share.
    pub labels: Vec<&'static str>,
}

impl Rules {
    /// What is known of a bus.
    pub fn of(&self, bus: u32) -> Option<&BusRules> {
        self.buses.iter().find(|rules| rules.bus.id == bus)
    }
}

/// All findings in the chips of a system with these fixed columns.
pub fn lint(system: &System, fixed: &[Vec<Vec<F>>], rules: &Rules) -> Vec<Finding> {
    lint_those(system, fixed, rules, |_| true)
}

/// The findings in the chips of these names, and in what all chips of the system say together.
pub fn lint_those(
    system: &System,
    fixed: &[Vec<Vec<F>>],
    rules: &Rules,
    is_asked: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let tables = ranges::Tables::new(system, fixed, rules);
    let facts: Vec<Facts<'_>> = system.described.iter().map(Facts::new).collect();
    let mut found: BTreeSet<Finding> = buses::lint(&facts, rules).into_iter().collect();
    for (chip, facts) in system.chips.iter().zip(&facts).filter(|(_, facts)| is_asked(&facts.chip.name)) {
        found.extend(lint_facts(facts, rules, &tables));
        found.extend(evaluators::lint(chip.as_ref(), facts.chip));
    }
    found.into_iter().collect()
}

/// The findings that are in what one chip says.
pub fn lint_chip(described: &Described, rules: &Rules, tables: &Tables) -> Vec<Finding> {
    lint_facts(&Facts::new(described), rules, tables)
}

fn lint_facts(facts: &Facts<'_>, rules: &Rules, tables: &Tables) -> Vec<Finding> {
    let mut found = constraints::lint(facts, rules);
    found.extend(columns::lint(facts, rules));
    found.extend(weights::lint(facts, rules));
    found.extend(ranges::lint(facts, rules, tables));
    found.extend(buses::lint_chip(facts, rules));
    found
}

/// The findings that are not allowed; and an allowance that allows nothing is a finding too.
pub fn judge(found: Vec<Finding>, allowed: &[Allow]) -> Vec<Finding> {
    let idle = allowed.iter().filter(|allow| !found.iter().any(|finding| allow.covers(finding)));
    let idle =
        idle.map(|allow| Finding::new("allow/idle", allow.chip, format!("{}: {}", allow.rule, allow.what)));
    let mut out: Vec<Finding> = idle.collect();
    out.extend(found.iter().filter(|finding| !allowed.iter().any(|allow| allow.covers(finding))).cloned());
    out
}
