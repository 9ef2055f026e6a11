//! Chips the proof system cannot express, or would express as something else, are refused when a machine is
//! built; others are not.

use aver_stark::air::{Air, Builder, Bus, Columns, Expr, MAX_ARITY, MAX_BUS_ID};
use aver_stark::layout::System;

/// A chip with a fixed, a boundary and two witness columns, and this to say.
struct Saying(Says);

const BUS: Bus = Bus::local(1, 1, "bus");
const SHARED: Bus = Bus::shared(2, 1, "shared");
const FIXED: usize = 0;
const BOUNDARY: usize = 1;
const WITNESS: usize = 2;

/// One of the things a chip may say.
#[derive(Clone, Copy)]
enum Says {
    Nothing,
    /// column^n = 0
    Power(u32),
    /// column · public = 0
    Public,
    /// column + constant = 0
    Constant(u32),
    /// A message on a bus of so many values.
    Arity(usize, usize),
    Id(u32),
    /// A product of columns as multiplicity, or as value.
    ProductMultiplicity,
    ProductValue,
    /// A product of a column and a public value.
    PublicValue,
    /// A column that is a public value, in every row.
    Equal,
    /// Public values and constants as multiplicity, or added to one.
    ConstantMultiplicity,
    PublicMultiplicity,
    /// A column as multiplicity, and one as value, on a shared bus or not.
    Message(Bus, usize, usize),
    /// The same value after a detour: the column cancels.
    Cancelled,
}

impl Air for Saying {
    fn name(&self) -> &str {
        "saying"
    }
    fn columns(&self) -> Columns {
        let names = |n: &[&str]| n.iter().map(|n| n.to_string()).collect();
        Columns { fixed: names(&["f"]), boundary: names(&["b"]), witness: names(&["v", "w"]) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [f, _, v, w] = [0, 1, 2, 3].map(|i| b.row()[i]);
        let public = b.public(0);
        match self.0 {
            Says::Nothing => {}
            Says::Power(n) => {
                let power = (0..n).fold(B::E::one(), |power, _| power * v);
                b.assert_zero("saying/1", power);
            }
            Says::Public => b.assert_zero("saying/1", v * public),
            Says::Equal => b.assert_zero("saying/1", v - public),
            Says::Constant(c) => b.assert_zero("saying/1", v + c),
            Says::Arity(values, arity) => {
                b.send(Bus::local(1, arity, "bus"), v, &vec![w; values]);
            }
            Says::Id(id) => b.send(Bus::local(id, 1, "bus"), v, &[w]),
            Says::ProductMultiplicity => b.send(BUS, v * w, &[v]),
            Says::ProductValue => b.send(BUS, v, &[v * w + f]),
            Says::PublicValue => b.send(BUS, v, &[w * public]),
            Says::ConstantMultiplicity => b.receive(BUS, v + 1, &[v]),
            Says::PublicMultiplicity => b.send(BUS, v + public, &[v]),
            Says::Message(bus, multiplicity, value) => {
                let (multiplicity, value) = (b.row()[multiplicity], b.row()[value]);
                b.send(bus, multiplicity, &[value + public - 5]);
            }
            Says::Cancelled => b.send(SHARED, f, &[f + v - v]),
        }
    }
}

fn system(says: &[Says]) -> Result<System, String> {
    System::new(says.iter().map(|&s| Box::new(Saying(s)) as _).collect()).map_err(|e| e.to_string())
}

fn refused(says: Says) -> String {
    system(&[Says::Nothing, says]).err().expect("the chip was accepted")
}

#[test]
fn constraints_have_degree_three_at_most() {
    for n in 1..=3 {
        let system = system(&[Says::Power(n)]).unwrap();
        assert_eq!(system.described[0].description.constraints[0].degree, n as usize);
    }
    for n in [4, 5, 64] {
        assert_eq!(refused(Says::Power(n)), "chip saying: saying/1");
    }
    // A public value has none.
    assert_eq!(system(&[Says::Public]).unwrap().described[0].description.constraints[0].degree, 1);
}

#[test]
fn a_row_of_zeros_satisfies_everything_and_says_nothing() {
    assert_eq!(refused(Says::Constant(1)), "chip saying: saying/1");
    assert_eq!(refused(Says::Power(0)), "chip saying: saying/1");
    assert_eq!(refused(Says::Equal), "chip saying: saying/1");
    assert!(system(&[Says::Constant(0)]).is_ok());
    for says in [Says::ConstantMultiplicity, Says::PublicMultiplicity] {
        assert_eq!(refused(says), "chip saying: a row of zeros sends a message");
    }
}

#[test]
fn messages_are_affine() {
    for says in [Says::ProductMultiplicity, Says::ProductValue, Says::PublicValue] {
        assert_eq!(refused(says), "chip saying: a message is not affine in the columns");
    }
    let message =
        system(&[Says::Message(BUS, FIXED, WITNESS)]).unwrap().described[0].description.interactions[0]
            .clone();
    assert_eq!((message.multiplicity.columns.len(), message.values.len()), (1, 1));
    assert_eq!((message.values[0].columns.len(), message.values[0].publics.len()), (1, 1));
}

#[test]
fn messages_fit_their_bus() {
    for arity in [0, 1, MAX_ARITY] {
        assert!(system(&[Says::Arity(arity, arity)]).is_ok());
    }
    let wrong = "chip saying: a message has not as many values as its bus";
    for (values, arity) in [(0, 1), (1, 0), (2, 1), (1, 2), (MAX_ARITY + 1, MAX_ARITY + 1)] {
        assert_eq!(refused(Says::Arity(values, arity)), wrong);
    }
    assert!(system(&[Says::Id(MAX_BUS_ID)]).is_ok());
    assert_eq!(refused(Says::Id(MAX_BUS_ID + 1)), "chip saying: a bus has an id of more than 16 bits");
}

#[test]
fn shared_buses_carry_what_pass_1_commits_to() {
    let late = "chip saying: a message on a shared bus has a column that pass 1 does not commit to";
    for (multiplicity, value) in [(FIXED, BOUNDARY), (BOUNDARY, FIXED), (BOUNDARY, BOUNDARY)] {
        assert!(system(&[Says::Message(SHARED, multiplicity, value)]).is_ok());
    }
    for witness in [WITNESS, WITNESS + 1] {
        assert_eq!(refused(Says::Message(SHARED, witness, FIXED)), late);
        assert_eq!(refused(Says::Message(SHARED, BOUNDARY, witness)), late);
        assert!(system(&[Says::Message(BUS, witness, witness)]).is_ok());
    }
    assert!(system(&[Says::Cancelled]).is_ok());
}

#[test]
fn a_bus_id_has_one_bus() {
    let message = |bus| Says::Message(bus, FIXED, FIXED);
    let same = "chip saying: another bus has this bus's id";
    assert!(system(&[message(BUS), message(SHARED), message(BUS)]).is_ok());
    let others = [Bus { shared: true, ..BUS }, Bus { name: "other", ..BUS }];
    for other in others {
        let error = system(&[message(BUS), message(SHARED), message(other)]).err();
        assert_eq!(error.as_deref(), Some(same));
    }
    assert_eq!(system(&[Says::Arity(1, 1), Says::Arity(2, 2)]).err().as_deref(), Some(same));
}

/// The columns a zerocheck binds to messages are those that occur in them, each once.
#[test]
fn message_columns_are_those_of_messages() {
    for (says, columns) in [
        (Says::Nothing, &[][..]),
        (Says::Power(2), &[]),
        (Says::Message(BUS, WITNESS, FIXED), &[FIXED, WITNESS]),
        (Says::Message(BUS, WITNESS, WITNESS), &[WITNESS]),
        (Says::Arity(3, 3), &[WITNESS, WITNESS + 1]),
        (Says::Cancelled, &[FIXED]),
    ] {
        let system = system(&[says]).unwrap();
        assert_eq!(system.described[0].message_columns, columns);
        assert_eq!((system.described[0].widths, system.described[0].width()), ([1, 1, 2], 4));
    }
}
