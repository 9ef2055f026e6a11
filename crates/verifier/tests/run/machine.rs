//! Two machines whose chips say different things have different digests.

use std::collections::BTreeSet;

use aver_machine::coprocessor::{SelectError, select};
use aver_machine::digest::digest;
use aver_machine::systems::MountError;
use aver_machine::{Systems, buses};
use aver_stark::air::{Air, Builder, Bus, Columns, MAX_BUS_ID};
use aver_stark::chip::Chip;
use aver_stark::layout::System;

use crate::header::Change;

/// What a chip says, in numbers.
#[derive(Clone)]
struct Numbers {
    name: &'static str,
    columns: [&'static [&'static str]; 3],
    label: &'static str,
    constant: u32,
    factor: u32,
    public: usize,
    /// Column of the constraint, and another that is added to it.
    column: usize,
    operand: usize,
    subtract: bool,
    /// Of the two expressions of a constraint it is the other that must vanish.
    other: bool,
    constraints: usize,
    bus: Bus,
    /// Column, factor and constant of the multiplicity and of the value.
    multiplicity: (usize, u32),
    value: (usize, u32, u32),
    value_public: (usize, u32),
    messages: usize,
    receive: bool,
}

impl Air for Numbers {
    fn name(&self) -> &str {
        self.name
    }
    fn columns(&self) -> Columns {
        let [fixed, boundary, witness] =
            self.columns.map(|names| names.iter().map(|n| n.to_string()).collect());
        Columns { fixed, boundary, witness }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (column, public) = (b.row()[self.column], b.public(self.public));
        for _ in 0..self.constraints {
            let term = column * public * self.factor;
            let sum = if self.subtract { column - term } else { column + term };
            let product = (sum + b.row()[self.operand]) * (column - self.constant);
            b.assert_zero(self.label, if self.other { sum } else { product });
        }
        let (at, factor, constant) = self.value;
        let public = b.public(self.value_public.0) * self.value_public.1;
        let value = b.row()[at] * factor + constant + public;
        let values = vec![value; self.bus.arity];
        let multiplicity = b.row()[self.multiplicity.0] * self.multiplicity.1;
        for _ in 0..self.messages {
            if self.receive {
                b.receive(self.bus, multiplicity, &values);
            } else {
                b.send(self.bus, multiplicity, &values);
            }
        }
    }
}

fn honest() -> Numbers {
    Numbers {
        name: "chip",
        columns: [&["a"], &["b", "c"], &["d"]],
        label: "chip/1",
        constant: 2,
        factor: 3,
        public: 0,
        column: 3,
        operand: 1,
        subtract: false,
        other: false,
        constraints: 1,
        bus: Bus::local(9, 1, "bus"),
        multiplicity: (0, 1),
        value: (1, 5, 6),
        value_public: (1, 7),
        messages: 1,
        receive: false,
    }
}

fn system(chips: &[&Numbers]) -> System {
    System::new(chips.iter().map(|&c| Box::new(c.clone()) as _).collect()).unwrap()
}

const CHANGES: &[Change<Numbers>] = &[
    ("name", |n| n.name = "chop"),
    ("name of a fixed column", |n| n.columns[0] = &["A"]),
    ("name of a witness column", |n| n.columns[2] = &["D"]),
    ("group of a column", |n| n.columns = [&["a", "b"], &["c"], &["d"]]),
    ("group of another", |n| n.columns = [&["a"], &["b"], &["c", "d"]]),
    ("a column more", |n| n.columns[2] = &["d", "e"]),
    ("where names end", |n| n.columns[1] = &["bc", ""]),
    ("label", |n| n.label = "chip/2"),
    ("constant of a constraint", |n| n.constant = 1),
    ("factor of a constraint", |n| n.factor = 4),
    ("public value of a constraint", |n| n.public = 1),
    ("column of a constraint", |n| n.column = 2),
    ("operand of a constraint", |n| n.operand = 2),
    ("difference for sum", |n| n.subtract = true),
    ("another expression of a constraint", |n| n.other = true),
    ("constraint twice", |n| n.constraints = 2),
    ("no constraint", |n| n.constraints = 0),
    ("bus", |n| n.bus.id = 10),
    ("arity", |n| n.bus.arity = 2),
    ("shared", |n| n.bus.shared = true),
    ("column of a multiplicity", |n| n.multiplicity.0 = 1),
    ("factor of a multiplicity", |n| n.multiplicity.1 = 2),
    ("column of a value", |n| n.value.0 = 2),
    ("factor of a value", |n| n.value.1 = 4),
    ("constant of a value", |n| n.value.2 = 7),
    ("public value of a value", |n| n.value_public.0 = 2),
    ("its factor", |n| n.value_public.1 = 8),
    ("message twice", |n| n.messages = 2),
    ("no message", |n| n.messages = 0),
    ("taken, not put", |n| n.receive = true),
];

#[test]
fn everything_that_chips_say_is_in_the_digest() {
    let (chip, other) = (honest(), Numbers { name: "other", ..honest() });
    let of = |shard: &[&Numbers], memory: &[&Numbers]| {
        digest(&Systems { shard: system(shard), memory: system(memory) })
    };
    let mut digests = vec![of(&[&other, &chip], &[&other])];
    assert_eq!(of(&[&other, &chip], &[&other]), digests[0]);
    for (what, change) in CHANGES {
        let mut changed = honest();
        change(&mut changed);
        let mut other = Numbers { bus: changed.bus, ..other.clone() };
        other.bus.id = 99;
        let base = of(&[&other, &chip], &[&other]);
        for digest in [of(&[&other, &changed], &[&other]), of(&[&other], &[&other, &changed])] {
            assert!(digest != base && !digests.contains(&digest), "{what}");
            digests.push(digest);
        }
    }
    // Order, number and kind of chips.
    for (shard, memory) in [
        (&[&chip, &other][..], &[&other][..]),
        (&[&other], &[&other]),
        (&[&other, &chip, &chip], &[&other]),
        (&[&other, &chip, &other], &[]),
        (&[&other], &[&chip, &other]),
        (&[], &[&other, &chip, &other]),
    ] {
        let digest = of(shard, memory);
        assert!(!digests.contains(&digest));
        digests.push(digest);
    }
}

/// Of expressions that it has in any case, sends one as often as another says.
struct Chooses(usize, usize);

impl Air for Chooses {
    fn name(&self) -> &str {
        "chooses"
    }
    fn columns(&self) -> Columns {
        Columns::witness(vec!["a".into(), "b".into()])
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let ([x, y], [p, q]) = ([0, 1].map(|i| b.row()[i]), [0, 1].map(|i| b.public(i)));
        let multiplicities = [x, y, x * 3, x * 4];
        let values = [x, y, x + 3, x + 4, x * 3, x * 4, x + p, x + q, p * 3, p * 4];
        b.send(Bus::local(9, 1, "bus"), multiplicities[self.0], &[values[self.1]]);
    }
}

/// Though all expressions are the same.
#[test]
fn what_is_sent_is_in_the_digest() {
    let of = |multiplicity, value| {
        let shard = System::new(vec![Box::new(Chooses(multiplicity, value))]).unwrap();
        digest(&Systems { shard, memory: system(&[]) })
    };
    let digests: BTreeSet<_> =
        (0..4).flat_map(|m| (0..10).map(move |v| (m, v))).map(|(m, v)| of(m, v)).collect();
    assert_eq!(digests.len(), 40);
}

#[test]
fn coprocessors_are_those_of_the_key_in_its_order() {
    let mut mounted = vec![(1, "a"), (2, "b"), (2, "c"), (3, "d")];
    let choose = |uses: &[(u32, &str)]| {
        let uses: Vec<(u32, String)> = uses.iter().map(|&(call, name)| (call, name.into())).collect();
        select(&uses, &mounted, |m, call, name| *m == (call, name))
    };
    assert_eq!(choose(&[]).unwrap(), []);
    assert_eq!(choose(&[(3, "d"), (1, "a"), (2, "c")]).unwrap(), [(3, "d"), (1, "a"), (2, "c")]);
    for missing in [(2, "a"), (4, "d")] {
        let (call, name) = (missing.0, missing.1.into());
        assert_eq!(choose(&[(1, "a"), missing]), Err(SelectError::Missing { call, name }));
    }
    mounted.push((2, "b"));
    let choose = |name: &str| select(&[(2, name.into())], &mounted, |m, call, name| *m == (call, name));
    assert_eq!(choose("c").unwrap(), [(2, "c")]);
    assert_eq!(choose("b"), Err(SelectError::Twice { name: "b".into() }));
}

/// A chip that has one bus.
struct Says(&'static str, Bus, Vec<String>);

impl Air for Says {
    fn name(&self) -> &str {
        self.0
    }
    fn columns(&self) -> Columns {
        Columns { fixed: self.2.clone(), ..Columns::witness(vec!["a".into()]) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let a = *b.row().last().unwrap();
        b.send(self.1, a, &vec![a; self.1.arity]);
    }
}

/// Coprocessors that are called after their first chip, each with the buses of its chips.
fn mount(groups: &[&[(&'static str, Bus)]]) -> Result<(), MountError> {
    let chips = |group: &&[(&'static str, Bus)]| {
        let chips = group.iter().map(|&(name, bus)| Box::new(Says(name, bus, vec![])) as Box<dyn Chip>);
        (group[0].0, chips.collect())
    };
    Systems::mount(groups.iter().map(chips).collect()).map(drop)
}

/// On a bus that two coprocessors had, one could answer for the other.
#[test]
fn coprocessors_do_not_share_buses() {
    let [x, y] = [buses::own(0x5000_0001, 0), buses::own(0x5000_0002, 7)];
    assert!(buses::COPROCESSOR_BUSES <= x && x + 7 < y && y <= MAX_BUS_ID);
    assert_eq!(buses::own(0x5fff_ffff, 7).max(MAX_BUS_ID), MAX_BUS_ID);
    let [x, y] = [x, y].map(|id| Bus::local(id, 1, "bus"));
    let machines = [("d", buses::RANGE), ("e", buses::RANGE)];
    assert_eq!(mount(&[&[("a", x), ("b", x)], &[("c", y)], &machines[..1], &machines[1..]]), Ok(()));
    // Whatever the id, if no chip of the machine has it in a shard.
    let ids = [10, 11, 12, 14, 63].map(|id| Bus::local(id, 1, "bus"));
    for bus in ids.into_iter().chain([x, buses::ORDER, buses::IMAGE, buses::GAP]) {
        let shared = |first: &str, second: &str| {
            Err(MountError::Bus { first: first.into(), second: second.into(), bus: bus.id })
        };
        assert_eq!(mount(&[&[("a", y), ("b", bus)], &[("c", bus)]]), shared("a", "c"));
        let later = mount(&[&[("a", bus)], &[("b", y)], &[("c", buses::RANGE), ("d", bus)]]);
        assert_eq!(later, shared("a", "c"));
    }
}

/// Reports, snapshots and tables go by names; fixed columns are the machine's only.
#[test]
fn chips_have_names_of_their_own_and_no_fixed_columns() {
    let why = |mounted| match mounted {
        Err(MountError::Chip(error)) => error.why,
        _ => "",
    };
    let bus = Bus::local(buses::own(0x5000_0001, 0), 1, "bus");
    for groups in [&[&[("add", bus)][..]][..], &[&[("a", bus), ("a", bus)]], &[&[("a", bus)], &[("a", bus)]]]
    {
        assert_eq!(why(mount(groups)), "two chips have this name");
    }
    let fixed: Box<dyn Chip> = Box::new(Says("a", bus, vec!["f".into()]));
    let mounted = Systems::mount(vec![("a", vec![fixed])]).map(drop);
    assert_eq!(why(mounted), "chips of coprocessors have no fixed columns");
}
