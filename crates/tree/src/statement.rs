//! What a node says: *the parts from `before` to `after` are proved in `context`, and their sums add up to `sum`.*

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Wire};
use aver_stark::field::{EF, F, from_coefficients};
use p3_field::PrimeCharacteristicRing;

use crate::cells;

/// Number of public cells of a node.
pub const PUBLICS: usize = 11;

/// A place of a run, between two parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<T = Cell> {
    /// The chain of the parts before it.
    pub link: [T; 2],
    /// Where the run is: [`At`], in a cell.
    pub at: T,
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
    /// In a cell.
    pub fn cell(&self) -> Cell {
        [self.index, self.pc, self.key, self.messages, F::ZERO]
    }
    /// From a cell.
    pub fn of(&[index, pc, key, messages, _]: &Cell) -> Self {
        Self { index, pc, key, messages }
    }
}

/// What a node says. Public cells stand in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statement<T = Cell> {
    /// Digest of the [`Context`](crate::Context).
    pub context: [T; 2],
    /// Where its parts start.
    pub before: Place<T>,
    /// Where they end.
    pub after: Place<T>,
    /// What their messages on shared buses add up to.
    pub sum: T,
    /// Root of the tree of [`Keys`](crate::Keys).
    pub keys: [T; 2],
}

impl<T: Copy> Statement<T> {
    /// Its cells.
    pub fn cells(&self) -> [T; PUBLICS] {
        let Self { context: [c0, c1], before, after, sum, keys: [k0, k1] } = *self;
        let [Place { link: [b0, b1], at: b2 }, Place { link: [a0, a1], at: a2 }] = [before, after];
        [c0, c1, b0, b1, b2, a0, a1, a2, sum, k0, k1]
    }

    /// From its cells.
    pub fn of([c0, c1, b0, b1, b2, a0, a1, a2, sum, k0, k1]: [T; PUBLICS]) -> Self {
        Self {
            context: [c0, c1],
            before: Place { link: [b0, b1], at: b2 },
            after: Place { link: [a0, a1], at: a2 },
            sum,
            keys: [k0, k1],
        }
    }
}

impl Statement {
    /// What both say together, if the second starts where the first ends, in the same context.
    pub fn join(&self, next: &Self) -> Option<Self> {
        let agrees = self.after == next.before && self.context == next.context && self.keys == next.keys;
        let sum: EF = from_coefficients(self.sum) + from_coefficients(next.sum);
        agrees.then_some(Self { after: next.after, sum: cells::of_ext(&sum), ..*self })
    }
}

impl<'a> Statement<Wire<'a>> {
    /// The public cells of a circuit, before anything else is recorded.
    pub fn public(b: &'a Builder) -> Self {
        let cells = cells::publics(b, PUBLICS);
        Self::of(core::array::from_fn(|i| cells[i]))
    }

    /// Two statements that are this one together: where they meet, and the sum of the first, are hints.
    pub fn split(&self, b: &'a Builder) -> [Self; 2] {
        let place = Place { link: [b.hint(), b.hint()], at: b.hint() };
        let sum = b.hint();
        [Self { after: place, sum, ..*self }, Self { before: place, sum: self.sum - sum, ..*self }]
    }
}

/// The hints of a [`Statement::split`]: the first of the two says them.
pub fn split_hints(first: &Statement) -> Vec<Cell> {
    let Place { link: [a, b], at } = first.after;
    Vec::from([a, b, at, first.sum])
}

/// Both cells are equal to these.
pub(crate) fn assert_digest<'a>(b: &'a Builder, x: &Digest<'a>, y: &Digest<'a>) {
    x.iter().zip(y).for_each(|(&x, &y)| b.assert_equal(x, y));
}
