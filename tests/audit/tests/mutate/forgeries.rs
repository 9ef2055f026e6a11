//! Rows that are forged, cell after cell, until no rule objects: there are none. And the search is one that
//! finds them: without any one constraint or lookup there are.

use std::collections::HashMap;

use aver_audit::mutate::{Effort, Open, Rule, Sample, Subject, forgery};
use aver_isa::Opcode;
use aver_machine::buses::INSTR;
use aver_stark::field::{F, f};
use rayon::prelude::*;

use crate::ops;
use crate::traces::{Place, places};

/// The sum of the flags, and the others, leave −1 for it: then the row says nothing.
const OTHER_FLAGS: &str = "follows from the other flags and their sum, where the row says anything";
/// Of n flags with the sum 1, one is what the others leave.
const LAST_FLAG: &str = "follows from the other flags";
/// The marker of the top limb: with two others set, all limbs above the lowest of them agree.
const TOP_MARKER: &str = "follows from the other markers: where two are set, limbs agree";

/// Rules that follow from others: without them nothing can be forged, or is not found. (Chip, rule, why.)
const IMPLIED: &[(&str, &str, &str)] = &[
    ("branch_eq", "cpu/flag #0", OTHER_FLAGS),
    ("branch_eq", "cpu/flag #1", OTHER_FLAGS),
    (
        "branch_eq",
        "branch_eq/1 #4",
        "if operands differ, `equal` is 0 by the other rules; if not, 1 by the norms",
    ),
    ("branch_less", "cpu/flag #0", OTHER_FLAGS),
    ("branch_less", "cpu/flag #1", OTHER_FLAGS),
    ("branch_less", "less/1 #8", TOP_MARKER),
    ("branch_less_unsigned", "cpu/flag #0", OTHER_FLAGS),
    ("branch_less_unsigned", "cpu/flag #1", OTHER_FLAGS),
    ("branch_less_unsigned", "less/1 #8", TOP_MARKER),
    ("load_word", "cpu/flag #1", OTHER_FLAGS),
    ("store_small", "cpu/flag #0", OTHER_FLAGS),
    ("store_small", "cpu/flag #1", OTHER_FLAGS),
    (
        "slt",
        "less/1 #4",
        "no row with such operands is among those tried; there is one in `sltu`, whose code it is",
    ),
    ("slt", "less/1 #5", TOP_MARKER),
    ("sltu", "less/1 #5", TOP_MARKER),
    ("slti", "less/1 #5", TOP_MARKER),
    ("sltiu", "less/1 #5", TOP_MARKER),
    ("sllw", "shift/1 #1", LAST_FLAG),
    ("sllw", "shift/1 #2", LAST_FLAG),
    ("slliw", "shift/1 #1", LAST_FLAG),
    ("slliw", "shift/1 #2", LAST_FLAG),
    ("sr", "cpu/flag #0", OTHER_FLAGS),
    ("sri", "cpu/flag #0", OTHER_FLAGS),
    ("srw", "cpu/flag #0", OTHER_FLAGS),
    ("srw", "shift/1 #3", LAST_FLAG),
    ("srw", "shift/1 #4", LAST_FLAG),
    ("srw", "bits #10", "more cells than the search mends here; it does in `sllw`, whose code it is"),
    ("sriw", "cpu/flag #0", OTHER_FLAGS),
    ("sriw", "shift/1 #3", LAST_FLAG),
    ("sriw", "shift/1 #4", LAST_FLAG),
];

/// The rows of a chip, in all traces.
struct Hunt {
    name: String,
    places: Vec<Place>,
    subjects: Vec<(Subject<'static>, Sample)>,
    /// Of the ops the chip is for.
    opcodes: Vec<F>,
}

/// Opcodes that are looked up in honest rows.
fn opcodes(places: &[Place]) -> Vec<F> {
    let mut found = Vec::new();
    for place in places {
        let subject = place.subject();
        let interactions = &subject.description.interactions;
        for i in (0..interactions.len()).filter(|&i| interactions[i].bus == INSTR) {
            for row in 0..place.table().rows {
                let opcode = subject.says(i, &place.table().row(row)).1[1];
                if !found.contains(&opcode) {
                    found.push(opcode);
                }
            }
        }
    }
    assert!(found.iter().all(|v| Opcode::ALL.iter().any(|o| f(*o as u32) == *v)));
    found
}

impl Hunt {
    fn all() -> Vec<Self> {
        // The memory table's rows are no functions of what they take: see `memory`; nor those of `touch`, see
        // there. A compression is one row, which is more than is searched here: see the coprocessor's own tests.
        let is_here = |name: &str| !["sha256", "touch"].contains(&name);
        let chips = places(8).into_iter().filter(|((is_memory, name), _)| !is_memory && is_here(name));
        chips.map(|((_, name), places)| Self::new(name, places)).collect()
    }

    /// Rows of all traces that take different branches; fewer where they take long.
    fn new(name: String, places: Vec<Place>) -> Self {
        let (mut seen, mut subjects) = (HashMap::new(), Vec::new());
        for place in &places {
            let subject = place.subject();
            let rows = match subject.rules().len() {
                0..=24 => 24,
                25..=32 => 10,
                _ => 5,
            };
            let mut sample = Sample::new(&subject, place.table(), 4 * rows);
            sample.retain_new(&subject, &mut seen, rows);
            subjects.push((subject, sample));
        }
        Self { name, subjects, opcodes: opcodes(&places), places }
    }

    /// A forged row, where `without` is not enforced.
    fn finds(&mut self, without: Option<Rule>) -> Option<String> {
        let effort = Effort::default();
        let most = self.subjects.iter().map(|s| s.1.rows.len()).max().unwrap_or(0);
        for number in 0..most {
            for (place, (subject, sample)) in self.places.iter().zip(&mut self.subjects) {
                if number >= sample.rows.len() {
                    continue;
                }
                subject.without = without;
                subject.open = None;
                let found = forgery(subject, sample, number, &effort).map(|found| found.to_string());
                let found = found.or_else(|| ops::forged(subject, place.program(), sample, number));
                if found.is_some() {
                    return found;
                }
                // Another program may have any instruction.
                subject.open = Some(Open { bus: INSTR.id, field: 1, allowed: self.opcodes.clone() });
                let mut found = forgery(subject, sample, number, &effort);
                if number == 0 {
                    found = found.or_else(|| forgery(subject, &Sample::padding(subject), 0, &effort));
                }
                if let Some(found) = found {
                    return Some(found.to_string());
                }
            }
        }
        None
    }
}

#[test]
fn no_row_can_be_forged() {
    let found: Vec<String> = Hunt::all().par_iter_mut().filter_map(|hunt| hunt.finds(None)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// The search finds rows where there are any: in chips with few rules, for others take minutes.
#[test]
fn without_any_one_rule_a_row_can_be_forged() {
    let hunts = Hunt::all().into_iter().filter(|hunt| hunt.subjects[0].0.rules().len() < 30);
    let missed = hunts.collect::<Vec<_>>().into_par_iter().flat_map_iter(|mut hunt| {
        let subject = &hunt.subjects[0].0;
        let rules: Vec<_> = subject.rules().into_iter().map(|rule| (rule, subject.rule_name(rule))).collect();
        for (chip, rule, _) in IMPLIED.iter().filter(|entry| entry.0 == hunt.name) {
            assert!(rules.iter().any(|(_, name)| name == rule), "{chip} has no rule {rule}");
        }
        let mut missed = Vec::new();
        for (rule, name) in rules {
            let is_implied = IMPLIED.iter().any(|entry| (entry.0, entry.1) == (&hunt.name, &name));
            if !is_implied && hunt.finds(Some(rule)).is_none() {
                missed.push(format!("{}: {name}", hunt.name));
            }
        }
        missed
    });
    let missed: Vec<String> = missed.collect();
    assert!(missed.is_empty(), "nobody notices that these are gone: {missed:#?}");
}
