//! Wires: values that expressions are written with.

use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use aver_stark::air::Expr;
use aver_stark::field::{EF, F};
use p3_field::PrimeCharacteristicRing;

use super::node::Node;
use super::{Builder, lift};

/// An extension element of a circuit, or five base elements.
#[derive(Clone, Copy)]
pub enum Wire<'a> {
    /// Known when the circuit is made.
    Constant(EF),
    /// Node `1` of circuit `0`.
    Node(&'a Builder, u32),
}

impl<'a> Wire<'a> {
    /// Zero.
    pub const ZERO: Self = Self::Constant(EF::ZERO);
    /// One.
    pub const ONE: Self = Self::Constant(EF::ONE);

    /// The constant, if it is one.
    pub fn as_constant(self) -> Option<EF> {
        match self {
            Self::Constant(c) => Some(c),
            Self::Node(..) => None,
        }
    }

    /// A base element that is known.
    pub fn constant(value: u32) -> Self {
        F::new(value).into()
    }

    /// The sum with itself.
    pub fn double(self) -> Self {
        self + self
    }

    fn node(self, other: Self, node: fn(u32, u32) -> Node) -> Self {
        let ((Self::Node(builder, _), _) | (_, Self::Node(builder, _))) = (self, other) else { return self };
        let (a, b) = (builder.index(self), builder.index(other));
        builder.pure(node(a, b))
    }
}

impl Add for Wire<'_> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a + b),
            (Self::Constant(c), wire) | (wire, Self::Constant(c)) if c == EF::ZERO => wire,
            // One order, so that a + b and b + a are the same.
            (Self::Node(_, a), Self::Node(_, b)) if a > b => other.node(self, Node::Add),
            (Self::Constant(_), wire) => wire.node(self, Node::Add),
            _ => self.node(other, Node::Add),
        }
    }
}
impl Sub for Wire<'_> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a - b),
            (wire, Self::Constant(c)) if c == EF::ZERO => wire,
            (Self::Node(_, a), Self::Node(_, b)) if a == b => Self::ZERO,
            _ => self.node(other, Node::Sub),
        }
    }
}
impl Mul for Wire<'_> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => Self::Constant(a * b),
            (Self::Constant(c), _) | (_, Self::Constant(c)) if c == EF::ZERO => Self::ZERO,
            (Self::Constant(c), wire) | (wire, Self::Constant(c)) if c == EF::ONE => wire,
            (Self::Constant(c), wire) | (wire, Self::Constant(c)) if c == EF::NEG_ONE => -wire,
            (Self::Node(_, a), Self::Node(_, b)) if a > b => other.node(self, Node::Mul),
            (Self::Constant(_), wire) => wire.node(self, Node::Mul),
            _ => self.node(other, Node::Mul),
        }
    }
}
impl Neg for Wire<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

macro_rules! with_constants {
    ($($type:ty, $lift:expr;)*) => {$(
        impl Add<$type> for Wire<'_> {
            type Output = Self;
            fn add(self, other: $type) -> Self {
                self + Self::Constant($lift(other))
            }
        }
        impl Sub<$type> for Wire<'_> {
            type Output = Self;
            fn sub(self, other: $type) -> Self {
                self - Self::Constant($lift(other))
            }
        }
        impl Mul<$type> for Wire<'_> {
            type Output = Self;
            fn mul(self, other: $type) -> Self {
                self * Self::Constant($lift(other))
            }
        }
    )*};
}
with_constants! {
    EF, core::convert::identity::<EF>;
    F, lift;
    u32, |value| lift(F::new(value));
}

impl<'a, T> AddAssign<T> for Wire<'a>
where
    Self: Add<T, Output = Self>,
{
    fn add_assign(&mut self, other: T) {
        *self = *self + other;
    }
}
impl<'a, T> SubAssign<T> for Wire<'a>
where
    Self: Sub<T, Output = Self>,
{
    fn sub_assign(&mut self, other: T) {
        *self = *self - other;
    }
}
impl<'a, T> MulAssign<T> for Wire<'a>
where
    Self: Mul<T, Output = Self>,
{
    fn mul_assign(&mut self, other: T) {
        *self = *self * other;
    }
}

impl core::iter::Sum for Wire<'_> {
    fn sum<I: Iterator<Item = Self>>(wires: I) -> Self {
        wires.fold(Self::ZERO, |sum, wire| sum + wire)
    }
}
impl core::iter::Product for Wire<'_> {
    fn product<I: Iterator<Item = Self>>(wires: I) -> Self {
        wires.fold(Self::ONE, |product, wire| product * wire)
    }
}
impl From<EF> for Wire<'_> {
    fn from(value: EF) -> Self {
        Self::Constant(value)
    }
}
impl From<F> for Wire<'_> {
    fn from(value: F) -> Self {
        Self::Constant(lift(value))
    }
}

/// So that chips' constraints can be evaluated in a circuit.
impl Expr for Wire<'_> {
    fn constant(value: F) -> Self {
        value.into()
    }
}
