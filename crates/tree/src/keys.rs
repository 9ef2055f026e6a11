//! The set of circuits that nodes may be of: a Merkle tree of their keys.
//!
//! Each eighth has keys of one kind, so that a path says of which a key is; the last three have none. Its root is a public cell of all nodes, the
//! same in a node and in those it verifies: so joins verify joins without a circuit that has its own key.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Wire};
use aver_stark::field::F;
use aver_stark::hash::{Hash, Node};
use p3_field::PrimeCharacteristicRing;

use crate::statement::assert_digest;
use crate::{Error, cells};

/// Steps from a key to the root.
const DEPTH: usize = 9;

/// log2 of the most circuits of a kind.
pub const LOG_PLACES: usize = DEPTH - 3;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It verifies a proof of few stacks.
    Small,
    /// It verifies a proof of more.
    Large,
    /// It is over all parts, and what a root is of: it verifies two proofs of few stacks, or two nodes.
    Top,
    /// It verifies two nodes.
    Join,
    /// It verifies a leaf, and hides all but what it says.
    Veil,
}

impl Kind {
    /// All, in the order of their keys.
    pub const ALL: [Self; 5] = [Self::Small, Self::Large, Self::Top, Self::Join, Self::Veil];

    /// The steps that a path to the root ends with: those above all keys of the kind.
    fn last_steps(self) -> [bool; DEPTH - LOG_PLACES] {
        match self {
            Self::Small => [false, false, false],
            Self::Large => [true, false, false],
            Self::Top => [false, true, false],
            Self::Join => [true, true, false],
            Self::Veil => [false, false, true],
        }
    }
}

/// The tree of all circuits' keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// From the keys up to the root.
    levels: Vec<Vec<Node>>,
}

impl Keys {
    /// Of these circuits' keys, by kind. Places that are left over have the first key of their kind.
    pub fn new(keys: [&[Node]; 5]) -> Result<Self, Error> {
        let mut level = Vec::with_capacity(1 << DEPTH);
        for keys in keys {
            let (count, limit) = (keys.len(), 1 << LOG_PLACES);
            let Some(&first) = keys.first().filter(|_| count <= limit) else {
                return Err(Error::Keys { count, limit });
            };
            level.extend(keys);
            level.resize(level.len() + limit - count, first);
        }
        level.resize(1 << DEPTH, Node::default());
        let mut levels = Vec::from([level]);
        while levels[levels.len() - 1].len() > 1 {
            let (pairs, _) = levels[levels.len() - 1].as_chunks::<2>();
            levels.push(pairs.iter().map(|[l, r]| Hash::Poseidon2.compress(l, r)).collect());
        }
        Ok(Self { levels })
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.levels[DEPTH][0]
    }

    /// The key of circuit `place` of its kind.
    pub fn key(&self, kind: Kind, place: usize) -> Node {
        self.levels[0][index(kind, place)]
    }

    /// The hints that [`member`] takes for it.
    pub fn hints(&self, kind: Kind, place: usize) -> Vec<Cell> {
        self.path(index(kind, place), LOG_PLACES)
    }

    /// Key number `index` of all, and the path from it, of which so many first steps are not known.
    pub fn path(&self, index: usize, steps: usize) -> Vec<Cell> {
        let mut hints = Vec::from(cells::of_node(&self.levels[0][index]));
        for (i, level) in self.levels[..DEPTH].iter().enumerate() {
            if i < steps {
                hints.push(cells::of_base((index >> i & 1) as u32));
            }
            hints.extend(cells::of_node(&level[index >> i ^ 1]));
        }
        hints
    }
}

/// The number of a circuit's key among all.
pub fn index(kind: Kind, place: usize) -> usize {
    let high = kind.last_steps().iter().rev().fold(0, |high, &bit| 2 * high + usize::from(bit));
    (high << LOG_PLACES) + place % (1 << LOG_PLACES)
}

/// A key of the set, for a node of this kind.
pub fn member<'a>(b: &'a Builder, kind: Kind, root: &Digest<'a>) -> Digest<'a> {
    let key = [b.hint(), b.hint()];
    let mut digest = key;
    for _ in 0..LOG_PLACES {
        let bit = b.hint();
        digest = b.node(digest, bit);
    }
    for bit in kind.last_steps() {
        digest = b.node(digest, Wire::from(F::from_bool(bit)));
    }
    assert_digest(b, &digest, root);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_or_no_keys() {
        let key = |i: usize| Node([F::from_usize(i); 9]);
        let keys: Vec<Node> = (0..65).map(key).collect();
        let of = |counts: [usize; 5]| Keys::new(counts.map(|count| &keys[..count]));
        for (kind, count) in (0..5).flat_map(|kind| [(kind, 0), (kind, 65)]) {
            let mut counts = [1; 5];
            counts[kind] = count;
            assert!(matches!(of(counts), Err(Error::Keys { .. })));
        }
        let all = of([64, 3, 2, 64, 2]).unwrap();
        let last = [(Kind::Small, 63), (Kind::Large, 2), (Kind::Top, 1), (Kind::Join, 63), (Kind::Veil, 1)];
        last.into_iter().for_each(|(kind, place)| assert_eq!(all.key(kind, place), key(place)));
        assert_eq!(all.key(Kind::Large, 50), key(0));
        assert_ne!(all.root(), of([3, 64, 2, 64, 2]).unwrap().root());
    }
}
