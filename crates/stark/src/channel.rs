//! What the verifier is written against: numbers, and a channel that gives the prover's messages and draws
//! challenges.
//!
//! The same lines check a proof natively, where numbers are field elements and a [`Reader`] is the channel,
//! and build a circuit that checks proofs, where numbers are wires.

use alloc::vec::Vec;
use core::ops::{Add, Mul, Neg, Sub};

use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};

use crate::eq::{bit_reverse, eq_prefix, eq_weights};
use crate::error::{Error, Result};
use crate::field::{D, EF, F, from_coefficients};
use crate::hash::{Hash, Node};
use crate::merkle::verify_rows;
use crate::protocol::Columns;
use crate::transcript::{Challenge, Hint, Message, Positions, Public, Reader, Work};

/// An element of F or E, or what stands for one.
pub trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + Mul<F, Output = Self>
{
    /// A number that is known.
    fn constant(value: F) -> Self;
    /// Zero.
    fn zero() -> Self {
        Self::constant(F::ZERO)
    }
    /// One.
    fn one() -> Self {
        Self::constant(F::ONE)
    }
    /// Twice.
    fn twice(self) -> Self {
        self + self
    }
    /// `a` where `bit` is 1, `b` where it is 0, and the line through them.
    fn select(bit: Self, a: Self, b: Self) -> Self {
        b + bit * (a - b)
    }
}

/// A number that follows from the rows of a proof: of chunks, or of a place. What is computed with it is what a
/// circuit computes when it is not known.
pub trait Count<E>: Sized {
    /// Whether it is known to be zero.
    fn is_zero(&self) -> bool;
    /// Σ_{x < count} eq(point, x), for a count up to 2^m.
    fn eq_prefix(&self, point: &[E]) -> E;
    /// eq(point, count) for each of them, which are below 2^m if anything depends on it.
    fn eq_each(point: &[E], counts: &[&Self]) -> Vec<E>;
}

impl<E: Number> Count<E> for usize {
    fn is_zero(&self) -> bool {
        *self == 0
    }
    fn eq_prefix(&self, point: &[E]) -> E {
        eq_prefix(point, *self)
    }
    fn eq_each(point: &[E], counts: &[&Self]) -> Vec<E> {
        let table = eq_weights(point, counts.iter().max().map_or(0, |&most| most + 1));
        counts.iter().map(|&&count| table.get(count).copied().unwrap_or_else(E::zero)).collect()
    }
}

impl Number for F {
    fn constant(value: F) -> Self {
        value
    }
}

impl Number for EF {
    fn constant(value: F) -> Self {
        Self::from(value)
    }
}

/// Σ of numbers.
pub fn sum<N: Number>(numbers: impl IntoIterator<Item = N>) -> N {
    numbers.into_iter().reduce(Add::add).unwrap_or_else(N::zero)
}

/// Σ a_i b_i.
pub fn dot<N: Number + Mul<M, Output = N>, M: Copy>(a: &[N], b: &[M]) -> N {
    sum(a.iter().zip(b).map(|(&a, &b)| a * b))
}

/// Where the prover's messages come from, and challenges.
pub trait Channel {
    /// An element of F.
    type B: Number;
    /// An element of E.
    type E: Number + Mul<Self::B, Output = Self::E> + From<Self::B> + From<EF>;
    /// A number of chunks, or of a place.
    type Count: Count<Self::E> + Clone;
    /// Whether messages that depend on the witness are sent masked ([`crate::masks`]).
    const MASKED: bool = false;

    /// Reads a message.
    fn read_one(&mut self, message: Message<EF>) -> Result<Self::E>;
    /// Reads a message of `N` values.
    fn read_some<const N: usize>(&mut self, message: Message<[EF; N]>) -> Result<[Self::E; N]>;
    /// Reads a message of `count` values.
    fn read_many(&mut self, message: Message<[EF]>, count: usize) -> Result<Vec<Self::E>>;
    /// Reads values of `width` columns of a chip of so many chunks.
    fn read_columns(&mut self, columns: Columns, width: usize, chunks: &Self::Count) -> Result<Vec<Self::E>>;
    /// A number of the prover's that masks something, and was committed to; zero where nothing is masked.
    fn mask(&mut self) -> Self::E {
        Self::E::zero()
    }
    /// Checks the proof of work that stands here.
    fn check_work(&mut self, hash: Hash, work: Work, bits: usize) -> Result<()>;
    /// Draws a challenge.
    fn draw(&mut self, challenge: Challenge<EF>) -> Self::E;

    /// Demands that two numbers are equal.
    fn check_equal(&mut self, label: &'static str, a: Self::E, b: Self::E) -> Result<()>;
    /// 1 / x, which demands that x is not zero.
    fn inverse(&mut self, label: &'static str, x: Self::E) -> Result<Self::E>;
}

/// A channel that has roots as well, and rows that lead to them.
pub trait Opener: Channel {
    /// A root.
    type Digest: Clone;
    /// Index of a leaf.
    type Position;
    /// An opened row.
    type Row;

    /// Absorbs elements both sides know.
    fn absorb(&mut self, public: Public<[F]>, values: &[Self::B]);
    /// Absorbs a root both sides know, or that there is none.
    fn absorb_root(&mut self, public: Public<Option<Node>>, root: Option<&Self::Digest>);
    /// Reads a root.
    fn read_root(&mut self, message: Message<Node>) -> Result<Self::Digest>;

    /// Draws `count` indices of `bits` bits.
    fn draw_positions(
        &mut self,
        challenge: Challenge<Positions>,
        bits: usize,
        count: usize,
    ) -> Vec<Self::Position>;
    /// The element of the subgroup of order 2^`bits` that is leaf `position`'s.
    fn root_of_unity(&mut self, position: &Self::Position, bits: usize) -> Self::B;
    /// Opens the rows at `positions` of the tree of 2^`bits` leaves with this root, `width` elements each.
    fn open(
        &mut self,
        hash: Hash,
        hint: Hint<F>,
        root: &Self::Digest,
        bits: usize,
        width: usize,
        positions: &[Self::Position],
    ) -> Result<Vec<Self::Row>>;
    /// Σ weights[c] · (element c of the row).
    fn combine_base(&mut self, row: &Self::Row, weights: &[Self::E]) -> Self::E;
    /// Σ weights[c] · (element of E number c of the row, [`D`] elements of F).
    fn combine_ext(&mut self, row: &Self::Row, weights: &[Self::E]) -> Self::E;
}

impl Channel for Reader<'_> {
    type B = F;
    type E = EF;
    type Count = usize;

    fn read_one(&mut self, message: Message<EF>) -> Result<EF> {
        self.read(message)
    }
    fn read_some<const N: usize>(&mut self, message: Message<[EF; N]>) -> Result<[EF; N]> {
        self.read(message)
    }
    fn read_many(&mut self, message: Message<[EF]>, count: usize) -> Result<Vec<EF>> {
        self.read_list(message, count)
    }
    fn read_columns(&mut self, columns: Columns, width: usize, &chunks: &usize) -> Result<Vec<EF>> {
        if chunks > 0 {
            return self.read_list(columns.there, width);
        }
        let zeros = alloc::vec![EF::ZERO; width];
        self.public(columns.absent, zeros.as_slice());
        Ok(zeros)
    }
    fn check_work(&mut self, hash: Hash, work: Work, bits: usize) -> Result<()> {
        self.work(hash, work, bits)
    }
    fn draw(&mut self, challenge: Challenge<EF>) -> EF {
        self.challenge(challenge)
    }
    fn check_equal(&mut self, label: &'static str, a: EF, b: EF) -> Result<()> {
        if a == b { Ok(()) } else { Err(Error::Equation { label }) }
    }
    fn inverse(&mut self, label: &'static str, x: EF) -> Result<EF> {
        x.try_inverse().ok_or(Error::Equation { label })
    }
}

impl Opener for Reader<'_> {
    type Digest = Node;
    type Position = usize;
    type Row = Vec<F>;

    fn absorb(&mut self, public: Public<[F]>, values: &[F]) {
        self.public(public, values);
    }
    fn absorb_root(&mut self, public: Public<Option<Node>>, root: Option<&Node>) {
        self.public(public, &root.copied());
    }
    fn read_root(&mut self, message: Message<Node>) -> Result<Node> {
        self.read(message)
    }
    fn draw_positions(&mut self, challenge: Challenge<Positions>, bits: usize, count: usize) -> Vec<usize> {
        self.positions(challenge, bits, count)
    }
    fn root_of_unity(&mut self, &position: &usize, bits: usize) -> F {
        F::two_adic_generator(bits).exp_u64(bit_reverse(position, bits) as u64)
    }
    fn open(
        &mut self,
        hash: Hash,
        hint: Hint<F>,
        root: &Node,
        bits: usize,
        width: usize,
        positions: &[usize],
    ) -> Result<Vec<Vec<F>>> {
        verify_rows(self, hash, hint, root, bits, width, positions)
    }
    fn combine_base(&mut self, row: &Vec<F>, weights: &[EF]) -> EF {
        dot(weights, row)
    }
    fn combine_ext(&mut self, row: &Vec<F>, weights: &[EF]) -> EF {
        let (elements, _) = row.as_chunks::<D>();
        elements.iter().zip(weights).map(|(&v, &w)| w * from_coefficients(v)).sum()
    }
}
