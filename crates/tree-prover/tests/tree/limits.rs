//! Limits of what circuits are told, each in a circuit of its own; and what they make of it, beside the machine's own.

use aver_machine::public::{MAX_TS, MemoryPublics, PC_HALT, ShardPublics};
use aver_recursion::cell::Cell;
use aver_recursion::circuit::Machine;
use aver_recursion::{Builder, Circuit, Wire};
use aver_recursion_prover::run;
use aver_stark::field::F;
use aver_stark::hash::Node;
use aver_stark::params::Profile;
use aver_tree::cells::{of_base, of_value};
use aver_tree::circuits::JOINS;
use aver_tree::context::Context;
use aver_tree::leaf::Kind;
use aver_tree::part::{MAX_PAIRS, MAX_STACKS, MAX_UNITS, Shape, check_shapes, messages, pairs};
use aver_tree::root::numbers;
use aver_tree::said::said;
use aver_tree::{At, Class, Code, Error, Keys, keys};
use p3_field::PrimeCharacteristicRing;

use super::assert_refused;
use super::toy::base;

/// A circuit that `record` records, whose hints are in order what it asks for.
fn circuit(record: impl for<'a> FnOnce(&'a Builder)) -> Circuit {
    let b = Builder::new();
    record(&b);
    b.finish()
}

/// Of all values, those that are accepted.
fn check(circuit: &Circuit, values: &[(Vec<Cell>, bool)]) {
    for (i, (hints, is_one)) in values.iter().enumerate() {
        match is_one {
            true => _ = run(circuit, &[], hints).unwrap(),
            false => assert_refused(circuit, &[], hints, &format!("values {i}")),
        }
    }
}

#[test]
fn counts_of_parts() {
    let circuit = circuit(|b| {
        let [memory, shards] = numbers(b, [b.hint(), b.hint()]);
        b.assert_equal(memory + shards * (1 << 17), b.hint());
    });
    let halves = |low: u32, high: u32, rest: u32| [low, high, rest, 0, 0].map(F::from_u32);
    let values = |memory: Cell, shards: Cell| {
        let number = |cell: Cell| cell[0] + cell[1] * F::from_u32(1 << 16);
        vec![memory, shards, base(number(memory) + number(shards) * F::from_u32(1 << 17))]
    };
    let (one, zero) = (halves(1, 0, 0), halves(0, 0, 0));
    check(
        &circuit,
        &[
            (values(one, one), true),
            (values(zero, halves((1 << 16) - 1, 0, 0)), true),
            (values(halves(0, 1, 0), one), true),
            (values(halves(1, 1, 0), one), false),
            (values(halves(0, 2, 0), one), false),
            (values(halves(1 << 16, 0, 0), one), false),
            (values(one, halves(0, 1, 0)), false),
            (values(one, halves(1 << 16, 0, 0)), false),
            (values(halves(1, 0, 1), one), false),
        ],
    );
}

#[test]
fn messages_of_a_run() {
    let circuit = circuit(|b| {
        let after = messages(b, b.hint(), &[b.hint(), b.hint()], 9);
        b.assert_equal(after, b.hint());
    });
    let values = |numbers: [u32; 4]| numbers.map(of_base).to_vec();
    check(
        &circuit,
        &[
            (values([0, 0, 0, 0]), true),
            (values([5, 1, 513, 5 + 2 + 4]), true),
            (values([5, 1, 512, 5 + 2 + 4]), false),
            (values([MAX_UNITS - 2, 1, 0, MAX_UNITS]), true),
            (values([MAX_UNITS - 1, 1, 0, MAX_UNITS + 1]), false),
            (values([MAX_UNITS, 1 << 22, 1 << 22, MAX_UNITS + (1 << 15)]), false),
        ],
    );
}

/// A circuit of what a part says: hints are status, digest, what is before, and the part's numbers; then what must
/// come out.
fn says(kind: Kind, publics: usize) -> Circuit {
    circuit(|b| {
        let hint = || b.hint();
        let context = Context {
            status: hint(),
            handed_over: std::array::from_fn(|_| hint()),
            memory: hint(),
            ..Context::hints(b, [0, 0])
        };
        let at = At { index: hint(), pc: hint(), key: hint(), messages: Wire::ZERO };
        let said = said(b, kind, &context, &at);
        assert_eq!(said.publics.len(), publics);
        let values = said.messages.iter().flat_map(|(bus, weight, values)| {
            [Wire::constant(bus.id), Wire::from(*weight)].into_iter().chain(values.iter().copied())
        });
        let all: Vec<Wire<'_>> =
            said.publics.iter().copied().chain(values).chain([said.pc, said.key]).collect();
        all.into_iter().for_each(|wire| b.assert_equal(wire, b.hint()));
    })
}

/// What comes before the part's numbers.
fn before(index: u32, pc: u32, key: F, exit: (u64, [u8; 32])) -> Vec<Cell> {
    let mut hints = Context::default().cells();
    hints.resize(hints.len() + aver_stark::verify::Challenge::COUNT, Cell::default());
    let mut own = of_value(&exit.0);
    own.extend(of_value(&exit.1));
    own.push(of_base(2));
    own.extend(hints);
    own.extend([of_base(index), of_base(pc), base(key)]);
    own
}

fn after(publics: Vec<F>, messages: Vec<aver_stark::verify::Message>, pc: u32, key: F) -> Vec<Cell> {
    let messages = messages
        .into_iter()
        .flat_map(|(bus, weight, values)| [F::from_u32(bus.id), weight].into_iter().chain(values));
    publics.into_iter().chain(messages).chain([F::from_u32(pc), key]).map(base).collect()
}

#[test]
fn what_shards_say_is_what_the_machine_says() {
    let exit = (0x1234_5678_FEDC_BA98, std::array::from_fn(|i| 7 * i as u8));
    let values = |start: u32, end: u32, end_ts: u32| {
        let publics = ShardPublics { shard: 4, start, end, end_ts, exit: (end == PC_HALT).then_some(exit) };
        let mut hints = before(5, start, F::TWO, exit);
        hints.extend((end < PC_HALT).then(|| of_base(end)));
        hints.push(of_base(end_ts));
        hints.extend(after(publics.values(), publics.messages(), end, F::TWO));
        (hints, publics.in_limits())
    };
    let most = PC_HALT - 1;
    let all = [(0, 0, 1), (most, most, MAX_TS - 1), (2, 3, 0), (2, 3, MAX_TS), (PC_HALT, 3, 7)];
    check(&says(Kind::Shard, 4), &all.map(|(start, end, end_ts)| values(start, end, end_ts)));
    let all = [(0, 1), (most, MAX_TS - 1), (2, 0), (2, MAX_TS), (PC_HALT, 7)];
    check(&says(Kind::Last, 4 + 25), &all.map(|(start, end_ts)| values(start, PC_HALT, end_ts)));
    // One that does not halt has another end.
    let mut hints = before(5, 0, F::TWO, exit);
    hints.extend([of_base(PC_HALT), of_base(1)]);
    let publics = ShardPublics { shard: 4, start: 0, end: PC_HALT, end_ts: 1, exit: None };
    hints.extend(after(publics.values(), publics.messages(), PC_HALT, F::TWO));
    check(&says(Kind::Shard, 4), &[(hints, false)]);
}

#[test]
fn what_memory_proofs_say_is_what_the_machine_says() {
    let values = |before_key: Option<u32>, last: u32| {
        let publics = MemoryPublics { before: before_key, last };
        let key = before_key.map_or(F::NEG_ONE, F::from_u32);
        let mut hints = before(0, 9, key, (0, [0; 32]));
        hints.push(of_base(last));
        hints.extend(after(publics.values(), publics.messages(), 9, F::from_u32(last)));
        (hints, publics.in_limits())
    };
    let limit = (1 << 30) - (1 << 25);
    let lasts = [0, limit - 1, limit, (1 << 30) + limit, aver_stark::field::P - 1];
    check(&says(Kind::Memory, 2), &lasts.map(|last| values(None, last)));
    check(&says(Kind::Memory, 2), &[values(Some(3), 7)]);
}

/// A key of the set for the other kind.
#[test]
fn keys_of_another_kind() {
    let key = |i: usize| Node([F::from_usize(i); 9]);
    let keys = Keys::new([&[key(1), key(2)], &[key(3)], &[key(5)], &[key(4)], &[key(6)]]).unwrap();
    for kind in keys::Kind::ALL {
        let circuit = circuit(|b| {
            let root = [b.hint(), b.hint()];
            keys::member(b, kind, &root);
        });
        let values = |of: keys::Kind, place: usize| {
            let mut hints = Vec::from(aver_tree::cells::of_node(&keys.root()));
            hints.extend(keys.path(keys::index(of, place), keys::LOG_PLACES));
            (hints, of == kind)
        };
        check(
            &circuit,
            &[
                values(keys::Kind::Small, 0),
                values(keys::Kind::Small, 1),
                values(keys::Kind::Large, 0),
                values(keys::Kind::Top, 0),
                values(keys::Kind::Join, 0),
                values(keys::Kind::Veil, 0),
            ],
        );
    }
}

/// More than there are places for, or that take too much.
#[test]
fn shapes_of_a_tree() {
    let shape = |witness| Shape { kind: Kind::Last, log_chunk: 9, stacks: [8, 8, witness] };
    assert_eq!([64, 65].map(|witness| shape(witness).size(17)), [keys::Kind::Small, keys::Kind::Large]);
    assert_eq!([144, 145].map(|witness| shape(witness).size(16)), [keys::Kind::Small, keys::Kind::Large]);
    let check = |shapes: Vec<Shape>| match check_shapes(&shapes, 17) {
        Err(Error::Shapes { count, limit, .. }) => Some((count, limit)),
        other => {
            assert_eq!(other, Ok(()));
            None
        }
    };
    let all = |small: usize, large: usize| -> Vec<Shape> {
        (0..small).chain(100..100 + large).map(shape).collect()
    };
    assert_eq!(check(all(64, 64)), None);
    // However many there are, all circuits at the top have places.
    let memory = |shape: &Shape| Shape { kind: Kind::Memory, ..*shape };
    let mixed = |small| [all(small, 9).iter().map(memory).collect(), all(small, 9)].concat();
    assert_eq!([3, 7, 8, 32].map(|small| pairs(&mixed(small), 17).len()), [9, 49, MAX_PAIRS, MAX_PAIRS]);
    const { assert!(MAX_PAIRS + JOINS.len() == 1 << keys::LOG_PLACES) };
    assert_eq!(check(all(65, 1)), Some((65, 64)));
    assert_eq!(check(all(1, 65)), Some((65, 64)));
    let large = |stacks| vec![Shape { stacks: [stacks, 0, MAX_STACKS / 2], ..shape(0) }];
    assert_eq!(check(large(MAX_STACKS / 2)), None);
    assert_eq!(check(large(MAX_STACKS / 2 + 1)), Some((MAX_STACKS + 1, MAX_STACKS)));
}

/// Circuits that are not of a class: whose public cells are read twice, are not first, or that have more rows.
#[test]
fn circuits_of_no_class() {
    let class = Class::new(Profile::Bits100, Code::new(13, 1), Machine::Plain).unwrap();
    let once = |b: &Builder| {
        let x = b.public();
        b.assert_equal(x * 2, b.hint());
    };
    let twice = |b: &Builder| {
        let x = b.public();
        b.assert_equal(x * 2, b.hint());
        b.assert_equal(x * 3, b.hint());
    };
    let late = |b: &Builder| {
        let y = b.hint();
        b.assert_equal(b.public() * 2, y);
    };
    let mut grown = class.clone();
    grown.grow(circuit(once).rows());
    let admitted = grown.admit(circuit(once)).unwrap();
    assert_eq!(admitted.rows(), grown.rows);
    assert!(matches!(class.admit(circuit(once)), Err(Error::Rows)));
    assert!(matches!(grown.admit(circuit(twice)), Err(Error::Publics)));
    assert!(matches!(grown.admit(circuit(late)), Err(Error::Publics)));
    // Nor is a proof of another machine one of the class.
    let verify = |machine: Machine| grown.verify(&machine.system().unwrap(), &Node::default(), &[], &[]);
    assert_eq!(verify(Machine::Full), Err(Error::Rows));
    assert!(matches!(verify(Machine::Plain), Err(Error::Proof(_))));
}
