//! The rules of all chips.

use aver_audit::lint::{Allow, BusRules, Kind, Rules, judge, lint};
use aver_recursion::cell::CELL;
use aver_recursion::chips;
use aver_recursion::chips::cap::ENTRY;
use aver_stark::layout::System;

use super::{example, kinds};

/// All chips have fixed columns, as lookup tables have elsewhere; these do other things than answering.
const ALLOWED: &[Allow] = &[
    allow("bus/table", "cell: a table does nothing but answer*", "weights are fixed, as addresses are"),
    allow(
        "bus/table",
        "cell: an answer is not fixed*",
        "what is in a cell is what its one writer puts there",
    ),
    allow("bus/ends", "nobody receives", "one chip gives and takes, by the sign of its count: cap/1"),
    allow("bus/table", "entry: a table does nothing but answer*", "the same"),
    allow("bus/table", "entry: an answer is not fixed*", "the number is, and an entry reads a cell"),
];

const fn allow(rule: &'static str, what: &'static str, reason: &'static str) -> Allow {
    Allow { rule, chip: "", what, reason }
}

#[test]
fn chips_keep_the_rules() {
    let example = example(1);
    let chips = chips::chips().into_iter().zip(chips::Kind::ALL).filter(|(_, kind)| kinds().contains(kind));
    let system = System::new(chips.map(|(chip, _)| chip).collect()).unwrap();
    let all = example.circuit.fixed_columns();
    let fixed: Vec<_> = kinds().into_iter().map(|kind| all[kind as usize].clone()).collect();
    let rules = Rules {
        buses: vec![BusRules::new(CELL, Kind::Other), BusRules::new(ENTRY, Kind::Other)],
        verifier: vec![(CELL.id, true)],
        flags: vec!["bit", "high"],
        labels: kinds().iter().map(|kind| kind.shape().name).collect(),
        ..Rules::default()
    };
    let found = judge(lint(&system, &fixed, &rules), ALLOWED);
    let text: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(text.is_empty(), "{}", text.join("\n"));
}
