//! The set of circuits that nodes may be of: a Merkle tree of their keys.
//!
//! The left half has keys of leaves, the right half those of joins, so that a path says which of both a key is of. Its root
//! is a public cell of all nodes, the same in a node and in those it verifies: so joins verify joins without
//! a circuit that has its own key.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Wire};
use aver_stark::field::F;
use aver_stark::hash::{Hash, Node};
use p3_field::PrimeCharacteristicRing;

use crate::Error;
use crate::cells;
use crate::statement::assert_digest;

/// log2 of the circuits of leaves, and of those of joins, at most.
pub const LOG_PLACES: usize = 7;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It verifies a proof of the run.
    Leaf,
    /// It verifies two nodes.
    Join,
}

/// The tree of all circuits' keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// From the keys up to the root.
    levels: Vec<Vec<Node>>,
}

impl Keys {
    /// Of these circuits' keys. Places that are left over have the first key of their half.
    pub fn new(leaves: &[Node], joins: &[Node]) -> Result<Self, Error> {
        let limit = 1 << LOG_PLACES;
        let mut level = Vec::with_capacity(2 * limit);
        for half in [leaves, joins] {
            let Some(&first) = half.first().filter(|_| half.len() <= limit) else {
                return Err(Error::Keys { count: half.len(), limit });
            };
            level.extend(half);
            level.resize(level.len() + limit - half.len(), first);
        }
        let mut levels = Vec::from([level]);
        while levels[levels.len() - 1].len() > 1 {
            let (pairs, _) = levels[levels.len() - 1].as_chunks::<2>();
            levels.push(pairs.iter().map(|[l, r]| Hash::Poseidon2.compress(l, r)).collect());
        }
        Ok(Self { levels })
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.levels[LOG_PLACES + 1][0]
    }

    /// The key of circuit `place` of its kind.
    pub fn key(&self, kind: Kind, place: usize) -> Node {
        self.levels[0][index(kind, place)]
    }

    /// The hints that [`member`] takes for it.
    pub fn hints(&self, kind: Kind, place: usize) -> Vec<Cell> {
        let index = index(kind, place);
        let mut hints = Vec::from(cells::of_node(&self.levels[0][index]));
        for (i, level) in self.levels[..=LOG_PLACES].iter().enumerate() {
            if i < LOG_PLACES {
                hints.push(cells::of_base((index >> i & 1) as u32));
            }
            hints.extend(cells::of_node(&level[index >> i ^ 1]));
        }
        hints
    }
}

fn index(kind: Kind, place: usize) -> usize {
    ((kind as usize) << LOG_PLACES) + place % (1 << LOG_PLACES)
}

/// A key of the set, for a node of this kind.
pub fn member<'a>(b: &'a Builder, kind: Kind, root: &Digest<'a>) -> Digest<'a> {
    let key = [b.hint(), b.hint()];
    let mut digest = key;
    for _ in 0..LOG_PLACES {
        let bit = b.hint();
        digest = b.node(digest, bit);
    }
    digest = b.node(digest, Wire::from(F::from_bool(kind == Kind::Join)));
    assert_digest(b, &digest, root);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_or_no_keys() {
        let key = |i: usize| Node([F::from_usize(i); 9]);
        let keys: Vec<Node> = (0..(1 << LOG_PLACES) + 1).map(key).collect();
        for (leaves, joins) in [(0, 1), (1, 0), (keys.len(), 1), (1, keys.len())] {
            assert!(matches!(Keys::new(&keys[..leaves], &keys[..joins]), Err(Error::Keys { .. })));
        }
        let all = Keys::new(&keys[1..], &keys[..3]).unwrap();
        assert_eq!((all.key(Kind::Leaf, 4), all.key(Kind::Join, 2)), (key(5), key(2)));
        assert_eq!(all.key(Kind::Join, 99), key(0));
        assert_ne!(all.root(), Keys::new(&keys[..3], &keys[1..]).unwrap().root());
    }
}
