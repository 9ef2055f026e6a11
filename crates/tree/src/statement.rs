//! What a node says: *the parts from `before` to `after` are proved in `context`, and their sums add up to `sum`.*

use alloc::vec::Vec;
use core::array;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Wire};
use aver_stark::field::{EF, F, from_coefficients};
use aver_stark::hash::{Hash, Node};
use aver_stark::poseidon2;
use p3_field::PrimeCharacteristicRing;

use crate::cells;

/// Number of public cells of a node.
pub const PUBLICS: usize = 9;

/// A place of a run, between two parts. Statements have its digest, so that it may be hidden: `mask` and `salt` are zeros
/// unless it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<T = Cell> {
    /// The chain of the parts before it.
    pub link: [T; 2],
    /// Where the run is: [`At`], in two cells.
    pub at: [T; 2],
    /// What is added to the sum of the parts before it, and taken from that of those behind.
    pub mask: T,
    /// What nobody knows of it.
    pub salt: [T; 2],
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<T = F> {
    /// Number of parts before.
    pub index: T,
    /// Op index of what comes next.
    pub pc: T,
    /// Key of the last word of memory proofs before, or −1.
    pub key: T,
    /// Messages on shared buses before, in units of 2^9.
    pub messages: T,
}

impl At {
    /// In two cells: what the end of a run says anyway, and what it does not.
    pub fn cells(&self) -> [Cell; 2] {
        let Self { index, pc, key, messages } = *self;
        [[index, pc], [key, messages]].map(|[a, b]| [a, b, F::ZERO, F::ZERO, F::ZERO])
    }
    /// From its cells.
    pub fn of([[index, pc, ..], [key, messages, ..]]: &[Cell; 2]) -> Self {
        Self { index: *index, pc: *pc, key: *key, messages: *messages }
    }
}

impl<'a> At<Wire<'a>> {
    /// In two cells.
    pub fn cells(&self, b: &'a Builder) -> [Wire<'a>; 2] {
        let Self { index, pc, key, messages } = *self;
        [[index, pc], [key, messages]].map(|[x, y]| b.pack([x, y, Wire::ZERO, Wire::ZERO, Wire::ZERO]))
    }
}

impl Place {
    /// The digest of what is hidden of it where a run ends.
    pub fn hidden(&self) -> [Cell; 2] {
        let [_, held] = self.at;
        hash([held, self.salt[0], self.salt[1]])
    }

    /// Its digest.
    pub fn digest(&self) -> [Cell; 2] {
        self.digest_with(self.hidden())
    }

    /// Its digest, where that is what is hidden of it, and not what it says.
    pub fn digest_with(&self, [h0, h1]: [Cell; 2]) -> [Cell; 2] {
        let inner = hash([self.at[0], self.mask, h0, h1]);
        let [link, inner] = [&self.link, &inner].map(cells::to_node);
        cells::of_node(&Hash::Poseidon2.compress(&link, &inner))
    }
}

/// The digest of a leaf of these cells.
fn hash<const N: usize>(cells: [Cell; N]) -> [Cell; 2] {
    cells::of_node(&Node(poseidon2::hash_row(cells.as_flattened())))
}

impl<'a> Place<Wire<'a>> {
    /// Its digest.
    pub fn digest(&self, b: &'a Builder) -> Digest<'a> {
        let [position, held] = self.at;
        let hidden = b.hash_row(&[held, self.salt[0], self.salt[1]]);
        digest_of(b, self.link, position, self.mask, hidden)
    }
}

/// The digest of a place, from the digest of what is [hidden](Place::hidden) of it where a run ends.
pub(crate) fn digest_of<'a>(
    b: &'a Builder,
    link: Digest<'a>,
    position: Wire<'a>,
    mask: Wire<'a>,
    [h0, h1]: Digest<'a>,
) -> Digest<'a> {
    b.compress(link, b.hash_row(&[position, mask, h0, h1]))
}

/// What a node says. Public cells stand in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement<T = Cell> {
    /// Digest of the [`Context`](crate::Context).
    pub context: [T; 2],
    /// Digest of the [`Place`] where its parts start.
    pub before: [T; 2],
    /// And of that where they end.
    pub after: [T; 2],
    /// What their messages on shared buses add up to, and the mask of the second place, less that of the first.
    pub sum: T,
    /// Root of the tree of [`Keys`](crate::Keys).
    pub keys: [T; 2],
}

impl<T: Copy> Statement<T> {
    /// Its cells.
    pub fn cells(&self) -> [T; PUBLICS] {
        let Self { context: [c0, c1], before: [b0, b1], after: [a0, a1], sum, keys: [k0, k1] } = *self;
        [c0, c1, b0, b1, a0, a1, sum, k0, k1]
    }

    /// From its cells.
    pub fn of([c0, c1, b0, b1, a0, a1, sum, k0, k1]: [T; PUBLICS]) -> Self {
        Self { context: [c0, c1], before: [b0, b1], after: [a0, a1], sum, keys: [k0, k1] }
    }
}

impl Statement {
    /// What both say together, if the second starts where the first ends, in the same context.
    pub fn join(&self, next: &Self) -> Option<Self> {
        let agrees = self.after == next.before && self.context == next.context && self.keys == next.keys;
        let sum: EF = from_coefficients(self.sum) + from_coefficients(next.sum);
        agrees.then_some(Self { after: next.after, sum: cells::of_ext(&sum), ..*self })
    }

    /// What a veil says over a node that says this, of the same places with masks and salts.
    pub fn veiled(&self, before: &Place, after: &Place) -> Self {
        let masks = from_coefficients(after.mask) - from_coefficients(before.mask);
        let sum: EF = from_coefficients(self.sum) + masks;
        Self { before: before.digest(), after: after.digest(), sum: cells::of_ext(&sum), ..*self }
    }
}

impl<'a> Statement<Wire<'a>> {
    /// The public cells of a circuit, before anything else is recorded.
    pub fn public(b: &'a Builder) -> Self {
        let cells = cells::publics(b, PUBLICS);
        Self::of(array::from_fn(|i| cells[i]))
    }

    /// Two statements that are this one together: where they meet, and the sum of the first, are hints.
    pub fn split(&self, b: &'a Builder) -> [Self; 2] {
        let place = [b.hint(), b.hint()];
        let sum = b.hint();
        [Self { after: place, sum, ..*self }, Self { before: place, sum: self.sum - sum, ..*self }]
    }
}

/// The hints of a [`Statement::split`]: the first of the two says them.
pub fn split_hints(first: &Statement) -> Vec<Cell> {
    let [a, b] = first.after;
    Vec::from([a, b, first.sum])
}

/// Both cells are equal to these.
pub(crate) fn assert_digest<'a>(b: &'a Builder, x: &Digest<'a>, y: &Digest<'a>) {
    x.iter().zip(y).for_each(|(&x, &y)| b.assert_equal(x, y));
}
