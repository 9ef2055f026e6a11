//! Rows that are whole but false: all columns fit each other but for what one constraint says.

use aver_recursion::cell::CELL;
use aver_recursion::chips::Kind;
use aver_recursion::chips::bits::{BITS, LOW};
use aver_recursion::circuit::Circuit;
use aver_recursion::port::Port;
use aver_recursion::{Builder, Wire};
use aver_recursion_prover::run;
use aver_stark::field::{F, P};
use aver_stark_prover::check::{check_row, messages_of_row};
use p3_field::PrimeCharacteristicRing;

use super::{base, element, example, kinds, rng};

/// The labels of what a witness row of a chip violates, in a row in use.
fn violated(kind: Kind, witness: &[F]) -> Option<&'static str> {
    let system = aver_recursion::circuit::system().unwrap();
    let shape = kind.shape();
    let mut row: Vec<F> = shape.real.then_some(F::ONE).into_iter().collect();
    let ports = shape.ports.iter();
    row.extend(ports.clone().filter(|p| p.1.has_address()).map(|_| F::ONE));
    row.extend(ports.filter(|p| p.1.has_weight()).map(|_| F::ONE));
    row.extend(shape.constants.iter().map(|_| F::ZERO));
    row.extend(witness);
    check_row(&system, kind as usize, &row, &[]).map(|(label, _)| label)
}

/// Bits of `integer`, with what follows from them.
fn bits(integer: u32) -> Vec<F> {
    let all = |bits: usize| F::from_bool(integer >> LOW & ((1 << bits) - 1) == (1 << bits) - 1);
    (0..BITS).map(|i| F::from_bool(integer >> i & 1 == 1)).chain([3, 5, 7].map(all)).collect()
}

#[test]
fn bits_are_canonical() {
    for honest in [0, 1, 5, P - 1, (1 << 30) - 1, 126 << 24 | ((1 << 24) - 1)] {
        assert_eq!(violated(Kind::Bits, &bits(honest)), None);
    }
    // Integers from p on have the values of those from 0 on.
    for lie in [P, P + 1, P + 5, (1 << 31) - 1] {
        assert_eq!(violated(Kind::Bits, &bits(lie)), Some("bits/5"));
        for high in 0..3 {
            let mut row = bits(lie);
            row[BITS + high..].fill(F::ZERO);
            assert_eq!(violated(Kind::Bits, &row), Some(["bits/2", "bits/3", "bits/4"][high]));
        }
    }
    // 5 = 2^0 · 1 + 2^1 · 2.
    let mut row = bits(1);
    row[1] = F::TWO;
    assert_eq!(violated(Kind::Bits, &row), Some("bits/1"));
}

/// What is neither 0 nor 1 would choose something between.
#[test]
fn bits_that_are_none() {
    let rng = &mut rng(5);
    let (a, b): (Vec<F>, Vec<F>) =
        ((0..5).map(|_| element(rng)).collect(), (0..5).map(|_| element(rng)).collect());
    let row = |bit: F| {
        let o: Vec<F> = a.iter().zip(&b).map(|(&a, &b)| b + bit * (a - b)).collect();
        [&[bit][..], &a, &b, &o].concat()
    };
    assert_eq!(violated(Kind::Select, &row(F::ONE)), None);
    assert_eq!(violated(Kind::Select, &row(F::TWO)), Some("select/1"));
    let mut row = row(F::ZERO);
    row[1 + 10] = a[0];
    assert_eq!(violated(Kind::Select, &row), Some("select/2"));
}

/// A node with children that are neither the digest and its sibling nor the other way round.
#[test]
fn nodes_have_the_digest() {
    let example = example(6);
    let (_, tables) = example.prover();
    let table = &tables[Kind::Node as usize];
    let row: Vec<F> = table.witness.iter().map(|c| c[0]).collect();
    assert_eq!(violated(Kind::Node, &row), None);
    // A digest of choice: then the sibling makes up for it, so that both children stay.
    let mut lie = row.clone();
    lie[0] += F::ONE;
    lie[9] -= F::ONE;
    assert_eq!(violated(Kind::Node, &lie), Some("node/2"));
    let mut lie = row.clone();
    lie[27] = F::TWO;
    assert_eq!(violated(Kind::Node, &lie), Some("node/1"));
    // Another left child, with the right one that follows.
    let mut lie = row;
    lie[18] += F::ONE;
    assert_eq!(violated(Kind::Node, &lie), Some("node/2"));
}

/// What is no entry takes one; and a row of padding, whose digest is anyone's choice, gives none.
#[test]
fn entries_alone_are_given() {
    let row = |count| [vec![F::ZERO; 10], vec![count]].concat();
    assert_eq!(violated(Kind::Cap, &row(F::NEG_ONE)), None);
    for lie in [F::ZERO, F::ONE] {
        assert_eq!(violated(Kind::Cap, &row(lie)), Some("cap/1"));
    }
    let system = aver_recursion::circuit::system().unwrap();
    let mut padding = vec![F::ZERO; system.described[Kind::Cap as usize].width()];
    assert!(check_row(&system, Kind::Cap as usize, &padding, &[]).is_none());
    *padding.last_mut().unwrap() = F::ONE;
    let found = check_row(&system, Kind::Cap as usize, &padding, &[]);
    assert_eq!(found.map(|(label, _)| label), Some("cap/1"));
}

/// A run that looks up what is not there, or beyond the table, fails.
#[test]
fn other_digests_are_not_looked_up() {
    let circuit = |index: u32, which: usize| {
        let b = Builder::new();
        let digests = [0, 1].map(|_| [b.hint(), b.hint()]);
        b.look_up(b.entries(&digests), Wire::from(F::new(index)), digests[which]);
        b.finish()
    };
    let hints: Vec<_> = (1..5).map(base).collect();
    for (index, which, holds) in [(0, 0, true), (1, 1, true), (1, 0, false), (2, 0, false)] {
        let circuit = circuit(index, which);
        assert_eq!(run(&circuit, &[], &hints).is_ok(), holds, "{index} {which}");
    }
}

/// Rows read with weight −1, and a row of padding says nothing.
#[test]
fn ports_say_what_they_read_and_write() {
    let example = example(7);
    let (prover, tables) = example.prover();
    for kind in kinds() {
        let table = &tables[kind as usize];
        let ports = kind.shape().ports;
        let row = table.row(0);
        let op = example.circuit.of(kind).next().unwrap();
        let mut said = messages_of_row(&prover.system, kind as usize, &row, &[]);
        said.retain(|message| message.0 == CELL);
        let used = |i: &usize| !op.is_write(*i) || example.circuit.reads(op.ports[*i]) > 0;
        let expected: Vec<usize> = (0..ports.len()).filter(used).collect();
        assert_eq!(said.len(), expected.len(), "{kind:?}");
        for (message, i) in said.iter().zip(expected) {
            let address = op.ports[i];
            let weight = match op.is_write(i) {
                true => F::new(example.circuit.reads(address)),
                false => F::NEG_ONE,
            };
            assert_eq!((message.1, message.2[0]), (weight, F::new(address)), "{kind:?}");
            assert!(op.is_write(i) || !matches!(ports[i].1, Port::Write | Port::WriteNext));
            assert!(!op.is_write(i) || !matches!(ports[i].1, Port::Read | Port::ReadNext));
        }
        let zeros = vec![F::ZERO; row.len()];
        assert!(messages_of_row(&prover.system, kind as usize, &zeros, &[]).is_empty());
    }
    one_writer(&example.circuit);
}

/// Each address is written once, before it is read.
fn one_writer(circuit: &Circuit) {
    let mut written = vec![false; circuit.addresses()];
    circuit.publics.iter().for_each(|&a| written[a as usize] = a != 0);
    for op in circuit.ops.iter() {
        for (i, &address) in op.ports.iter().enumerate().filter(|(i, _)| !op.is_write(*i)) {
            assert!(written[address as usize], "{op:?} reads port {i} too early");
        }
        for (i, &address) in op.ports.iter().enumerate().filter(|(i, _)| op.is_write(*i)) {
            assert!(address != 0 && !written[address as usize], "{op:?} writes port {i} again");
            written[address as usize] = true;
        }
        for (i, port) in op.kind.shape().ports.iter().enumerate() {
            assert!(port.1.has_address() || op.ports[i] == op.ports[i - 1] + 1);
        }
    }
}
