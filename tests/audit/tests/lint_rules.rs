//! Each rule of the lint refuses a small chip that breaks it, and nothing else is wrong with that chip but
//! what follows.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use aver_audit::lint::{Allow, BusRules, Finding, Kind, RULES, Rules, judge, lint};
use aver_stark::air::{Air, Builder, Bus, Columns, Expr};
use aver_stark::chip::Chip;
use aver_stark::field::f;
use aver_stark::layout::System;
use aver_stark::symbolic::Node;

const LOOK: Bus = Bus::local(1, 1, "look");
const STATE: Bus = Bus::local(2, 3, "state");
const INTEGER: Bus = Bus::local(3, 1, "integer");
const OTHERS: Bus = Bus::local(4, 1, "others");
const OPEN: Bus = Bus::local(5, 1, "open");

/// What is wrong with a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    UnusedColumn,
    FreeColumn,
    ColumnOnce,
    FlagNotBoolean,
    BooleanNoFlag,
    NameTwice,
    ForeignLabel,
    TrivialConstraint,
    ConstraintTwice,
    WeightOfAnyValue,
    WeightOfTwo,
    WeightNever,
    WeightOfSomeRows,
    TakesWithoutPutting,
    ActsInPadding,
    UnknownBus,
    AnotherBusOfThisId,
    ForeignBus,
    TableSays,
    TableWeighs,
    AnswersLookups,
    NobodyReceives,
    MessageTwice,
    PublicBeyond,
    FollowsFromNothing,
    WideValue,
    NoInteger,
    NoStep,
    OtherKey,
    MoodyEval,
    EvalByType,
}
use Fault as X;

/// Replaces a value (or not: `odd`) of a word `key`, which was put at `prev`: old becomes new.
struct Toy {
    fault: Fault,
    calls: AtomicUsize,
}

impl Air for Toy {
    fn name(&self) -> &str {
        "toy"
    }
    fn columns(&self) -> Columns {
        let mut names = vec!["is_real", "odd", "key", "old", "new", "prev", "now", "d"];
        match self.fault {
            X::UnusedColumn | X::ColumnOnce | X::WeightOfAnyValue => names.push("x"),
            X::FreeColumn | X::FollowsFromNothing => names.extend(["x", "y"]),
            X::FlagNotBoolean => names.push("flag"),
            X::BooleanNoFlag => names.push("x"),
            X::NameTwice => names[7] = "now",
            _ => {}
        }
        Columns::witness(names.into_iter().map(String::from).collect())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let is = |fault| self.fault == fault;
        let at = |i: usize| b.row().get(i).copied();
        let [real, odd, key, old, new, prev, now, d] = std::array::from_fn(|i| b.row()[i]);
        let (x, y) = (at(8), at(9));
        b.assert_bool("toy/1", real);
        b.assert_bool("toy/2", odd);
        if !is(X::ActsInPadding) {
            b.assert_zero("toy/2", odd * (B::E::one() - real));
        }
        b.assert_zero("toy/3", odd * (d - old) + old - new);
        let state = if is(X::AnotherBusOfThisId) { Bus::local(2, 3, "estate") } else { STATE };
        b.receive(state, if is(X::TakesWithoutPutting) { odd } else { real }, &[key, old, prev]);
        b.send(state, real, &[if is(X::OtherKey) { d } else { key }, new, now]);
        if !is(X::NoStep) {
            b.send(LOOK, real, &[now - prev - 1]);
        }
        if !is(X::WideValue) {
            b.send(LOOK, if is(X::WeightOfSomeRows) { odd } else { real }, &[d]);
        }
        b.send(INTEGER, real, &[if is(X::NoInteger) { key } else { d }]);
        match (self.fault, x, y) {
            (X::FreeColumn, Some(x), Some(y)) => b.assert_zero("toy/4", x * y),
            (X::FollowsFromNothing, Some(x), Some(y)) => {
                b.assert_zero("toy/4", x * y - old);
                b.assert_zero("toy/5", x * y * y - new);
            }
            (X::ColumnOnce, Some(x), _) => b.assert_zero("toy/4", x - old),
            (X::FlagNotBoolean, Some(x), _) => {
                b.assert_zero("toy/4", x - old);
                b.send(LOOK, real, &[x + 1]);
            }
            (X::BooleanNoFlag, Some(x), _) => {
                b.assert_bool("toy/4", x);
                b.assert_zero("toy/5", x * old);
            }
            (X::WeightOfAnyValue, Some(x), _) => {
                b.send(LOOK, x, &[new]);
                b.assert_zero("toy/4", x * (x - old));
            }
            (X::ForeignLabel, ..) => b.assert_zero("yot/4", odd * (d - 1)),
            (X::TrivialConstraint, ..) => b.assert_zero("toy/4", odd * d - d * odd),
            (X::ConstraintTwice, ..) => b.assert_zero("toy/4", (new - old - odd * (d - old)) * 2),
            (X::WeightOfTwo, ..) => b.send(LOOK, real + odd, &[new]),
            (X::WeightNever, ..) => b.send(LOOK, B::E::zero(), &[new]),
            (X::ActsInPadding, ..) => b.send(LOOK, odd, &[new]),
            (X::UnknownBus, ..) => b.send(Bus::local(77, 1, "unknown"), real, &[new]),
            (X::ForeignBus, ..) => b.send(OTHERS, real, &[new]),
            (X::AnswersLookups, ..) => b.receive(LOOK, real, &[new]),
            (X::NobodyReceives, ..) => b.send(OPEN, real, &[new]),
            (X::MessageTwice, ..) => b.send(INTEGER, real, &[d]),
            (X::PublicBeyond, ..) => {
                let public = b.public(3);
                b.assert_zero("toy/4", odd * (d - public));
            }
            (X::MoodyEval, ..) if self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) => {
                b.assert_zero("toy/4", odd * (d - 1));
            }
            (X::EvalByType, ..) if !std::any::type_name::<B::E>().contains("air::Ext") => {
                b.assert_zero("toy/4", odd * (d - 1));
            }
            _ => {}
        }
    }
}

/// 0 to 15.
struct Table {
    fault: Fault,
}

impl Air for Table {
    fn name(&self) -> &str {
        "table"
    }
    fn columns(&self) -> Columns {
        let [fixed, witness] = ["value", "count"].map(|name| vec![name.to_string()]);
        Columns { fixed, boundary: Vec::new(), witness }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (value, count) = (b.row()[0], b.row()[1]);
        let weight = if self.fault == X::TableWeighs { count * 2 } else { count };
        b.receive(LOOK, weight, &[if self.fault == X::TableSays { value + count } else { value }]);
    }
}

fn rules() -> Rules {
    let mut state = BusRules::new(STATE, Kind::State { keys: 1, order: (2, 4) });
    state.promises = vec![(1, 15)];
    let mut integer = BusRules::new(INTEGER, Kind::Other);
    integer.integers = vec![(0, 0, 15)];
    let mut others = BusRules::new(OTHERS, Kind::Other);
    others.chips = &["others"];
    let [look, open] =
        [(LOOK, Kind::Lookup), (OPEN, Kind::Other)].map(|(bus, kind)| BusRules::new(bus, kind));
    Rules {
        buses: vec![look, state, integer, others, open],
        verifier: vec![(INTEGER.id, false), (OTHERS.id, false)],
        publics: vec![("toy", 0)],
        flags: vec!["is_real", "odd", "flag"],
        ..Rules::default()
    }
}

fn findings(fault: Fault) -> Vec<Finding> {
    let toy = Toy { fault, calls: AtomicUsize::new(0) };
    let chips: Vec<Box<dyn Chip>> = vec![Box::new(Table { fault }), Box::new(toy)];
    let system = System::new(chips).unwrap();
    lint(&system, &[vec![(0..16).map(f).collect()], Vec::new()], &rules())
}

/// Each fault, and the rule that must find it.
const FAULTS: &[(Fault, &str)] = &[
    (X::UnusedColumn, "column/unused"),
    (X::FreeColumn, "column/free"),
    (X::ColumnOnce, "column/once"),
    (X::FlagNotBoolean, "column/flag"),
    (X::BooleanNoFlag, "column/flag"),
    (X::NameTwice, "column/name"),
    (X::ForeignLabel, "constraint/label"),
    (X::TrivialConstraint, "constraint/trivial"),
    (X::ConstraintTwice, "constraint/twice"),
    (X::WeightOfAnyValue, "weight/boolean"),
    (X::WeightOfTwo, "weight/boolean"),
    (X::WeightNever, "weight/dead"),
    (X::WeightOfSomeRows, "weight/part"),
    (X::TakesWithoutPutting, "weight/states"),
    (X::ActsInPadding, "padding/acts"),
    (X::UnknownBus, "bus/unknown"),
    (X::AnotherBusOfThisId, "bus/unique"),
    (X::ForeignBus, "bus/chips"),
    (X::TableSays, "bus/table"),
    (X::TableWeighs, "bus/table"),
    (X::AnswersLookups, "bus/answers"),
    (X::NobodyReceives, "bus/ends"),
    (X::MessageTwice, "bus/twice"),
    (X::PublicBeyond, "public/index"),
    (X::FollowsFromNothing, "range/free"),
    (X::WideValue, "range/promise"),
    (X::NoInteger, "range/integer"),
    (X::NoStep, "range/step"),
    (X::OtherKey, "range/step"),
    (X::MoodyEval, "eval/repeatable"),
    (X::EvalByType, "eval/agrees"),
];

#[test]
fn each_fault_is_found() {
    assert_eq!(findings(X::None), Vec::new());
    for &(fault, rule) in FAULTS {
        let found = findings(fault);
        assert!(found.iter().any(|finding| finding.rule == rule), "{fault:?}: {found:?}");
    }
}

/// Every rule is broken somewhere: those that no toy reaches, in `lint_machine.rs` and below.
#[test]
fn each_rule_is_tried() {
    let elsewhere = ["allow/idle", "bus/room", "constraint/degree", "cpu/op", "padding/zero"];
    let tried: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.1).chain(elsewhere).collect();
    assert_eq!(tried, RULES.iter().copied().collect());
}

#[test]
fn allowances_are_used_and_cover_what_they_say() {
    let allow = |what| Allow { rule: "column/once", chip: "toy", what, reason: "a test" };
    let judged = |what| judge(findings(X::ColumnOnce), &[allow(what)]);
    assert_eq!(judged("x occurs in one place only"), Vec::new());
    assert_eq!(judged("x *only"), Vec::new());
    let idle = judged("y *");
    assert_eq!(idle.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["allow/idle", "column/once"]);
}

/// A description with a constraint that public values break in a row of zeros; no chip has one.
#[test]
fn rows_of_zeros_are_those_of_the_polynomials() {
    let toy = Toy { fault: X::None, calls: AtomicUsize::new(0) };
    let mut system = System::new(vec![Box::new(toy)]).unwrap();
    let description = &mut system.described[0].description;
    description.nodes.push(Node::Public(0));
    description.constraints[0].node = description.nodes.len() as u32 - 1;
    let found = lint(&system, &[Vec::new()], &rules());
    assert!(found.iter().any(|finding| finding.rule == "padding/zero"), "{found:?}");
}

/// A description that understates a degree.
#[test]
fn degrees_are_those_of_the_polynomials() {
    let toy = Toy { fault: X::None, calls: AtomicUsize::new(0) };
    let mut system = System::new(vec![Box::new(toy)]).unwrap();
    system.described[0].description.constraints[0].degree = 1;
    let found = lint(&system, &[Vec::new()], &rules());
    assert!(found.iter().any(|finding| finding.rule == "constraint/degree"), "{found:?}");
}
