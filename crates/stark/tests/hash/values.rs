//! Digests as nodes, and values as cells: different ones stay different.

use aver_stark::field::{D, EF, F, P};
use aver_stark::hash::{Cell, Digest, NODE, Node, hash_row, node_from};
use aver_stark::value::{Element, Value};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::{elements, ext, node, written};

/// The 256 bits that nine elements stand for.
fn digest_of(node: &Node) -> Digest {
    let values = node.0.map(|v| v.as_canonical_u32());
    let words: [u32; 8] = core::array::from_fn(|i| values[i] | (values[8] >> (3 * i) & 7) << 29);
    words.map(u32::to_le_bytes).concat().try_into().unwrap()
}

#[test]
fn different_digests_are_different_nodes() {
    for digest in [[0; 32], [0xFF; 32], [0x1F; 32], [0xE0; 32], hash_row(&[F::ONE])] {
        let node = node_from(&digest);
        assert_eq!(digest_of(&node), digest);
        assert_eq!(Node::read(&written(&node)), Some(node));
        for bit in 0..256 {
            let mut other = digest;
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(node_from(&other), node, "bit {bit}");
            assert_eq!(digest_of(&node_from(&other)), other);
        }
    }
}

fn cells<T: Value + ?Sized>(value: &T) -> Vec<Cell> {
    let mut out = Vec::new();
    value.absorbed(&mut out);
    out
}

/// Values of a type have as many cells as each other, and different ones have different cells: every change of
/// their bytes that is a value is one of their cells.
#[test]
fn values_follow_from_their_cells() {
    fn check<T: Element>(values: &[T], count: usize) {
        for value in values {
            let (own, bytes) = (cells(value), written(value));
            assert_eq!((own.len(), bytes.len()), (count, T::BYTES));
            let mut others = 0;
            for bit in 0..8 * bytes.len() {
                let mut other = bytes.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                let Some(other) = T::read(&other) else { continue };
                assert_eq!(cells(&other).len(), count);
                assert_ne!(cells(&other), own, "{} bit {bit}", T::UNIT);
                others += 1;
            }
            assert!(others >= 7 * bytes.len(), "{} of {}", others, bytes.len());
        }
    }
    check(&[0, 1, P, P + 1, 1 << 31, u32::MAX], 1);
    check(&[F::ZERO, F::ONE, F::TWO], 1);
    check(&[EF::ZERO, ext(8)], 1);
    check(&[[0; 32], [0xFF; 32], hash_row(&[])], 4);
    check(&[Node::default(), node(4)], 2);
    check(&[[ext(1), ext(2)]], 2);
    // No other value has these cells, though p is none of F.
    assert_ne!(cells(&0u32), cells(&P));
    // Lists of the same length.
    assert_eq!(cells([1u32, 2, 3].as_slice()), [1, 2, 3].map(|v: u32| cells(&v)).concat());
    assert_eq!(cells([ext(1), ext(2)].as_slice()), [ext(1), ext(2)].map(|v| cells(&v)).concat());
    assert_eq!(cells([node(1), node(2)].as_slice()), [node(1), node(2)].map(|v| cells(&v)).concat());
    assert_eq!(cells(elements(1, 11).as_slice()).as_flattened()[..11], elements(1, 11));
    assert_eq!(cells(elements(1, 11).as_slice()).len(), 3);
}

/// A root that may be missing says first whether it is there.
#[test]
fn no_root_is_the_beginning_of_another() {
    let none = cells(&None::<Node>);
    assert_eq!(none, [[F::ZERO; D]]);
    let mut seen = Vec::new();
    for root in [Node::default(), node(1), Node([F::ONE; NODE]), Node([F::NEG_ONE; NODE])] {
        let some = cells(&Some(root));
        assert_eq!(some.len(), 2);
        assert_eq!((some[0][0], &some.as_flattened()[1..]), (F::ONE, root.0.as_slice()));
        assert!(some[0] != none[0] && !seen.contains(&some));
        seen.push(some);
    }
    assert_eq!((written(&None::<Node>).len(), written(&Some(node(1)))), (0, written(&node(1))));
}
