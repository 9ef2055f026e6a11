//! Terms of fixed-width bit-vectors, with the meaning SMT-LIB 2 gives them.
//!
//! A term of constants is computed as it is built, so a specification written with terms can be executed:
//! that is how specifications are compared with an interpreter. Truth is a vector of one bit.

use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Not, Sub};
use std::rc::Rc;

pub use crate::smt::script::Script;

/// A bit-vector of 1 to 128 bits where it is constant, of any width where not.
#[derive(Clone, Debug)]
pub struct Term(pub(crate) Rc<Node>);

#[derive(Debug)]
pub(crate) struct Node {
    pub width: u32,
    pub op: Op,
    pub arguments: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Constant(u128),
    Variable(String),
    /// An operator of SMT-LIB whose arguments and result have one width.
    Same(&'static str),
    /// A predicate of SMT-LIB.
    Test(&'static str),
    Choose,
    Concat,
    Extract(u32),
    Zero,
    Sign,
}

const fn mask(width: u32) -> u128 {
    if width >= 128 { u128::MAX } else { (1 << width) - 1 }
}

/// As a signed number.
fn signed(value: u128, width: u32) -> i128 {
    ((value << (128 - width)) as i128) >> (128 - width)
}

impl Term {
    /// The constant `value` modulo 2^`width`.
    pub fn constant(width: u32, value: u128) -> Self {
        Self(Rc::new(Node { width, op: Op::Constant(value & mask(width)), arguments: Vec::new() }))
    }
    /// A variable; names are unique in a query.
    pub fn variable(width: u32, name: impl Into<String>) -> Self {
        Self(Rc::new(Node { width, op: Op::Variable(name.into()), arguments: Vec::new() }))
    }
    /// Truth.
    pub fn truth(value: bool) -> Self {
        Self::constant(1, value.into())
    }
    /// Number of bits.
    pub fn width(&self) -> u32 {
        self.0.width
    }
    /// Its value, if it is constant.
    pub fn value(&self) -> Option<u128> {
        match self.0.op {
            Op::Constant(value) => Some(value),
            _ => None,
        }
    }
    /// Whether it is the constant truth.
    pub fn is_true(&self) -> bool {
        self.width() == 1 && self.value() == Some(1)
    }

    fn node(width: u32, op: Op, arguments: &[&Term]) -> Self {
        Self(Rc::new(Node { width, op, arguments: arguments.iter().map(|&t| t.clone()).collect() }))
    }
    fn same(&self, other: &Self, name: &'static str, f: fn(u128, u128, u32) -> u128) -> Self {
        assert_eq!(self.width(), other.width(), "{name}");
        let width = self.width();
        match (self.value(), other.value()) {
            (Some(a), Some(b)) if width <= 128 => Self::constant(width, f(a, b, width)),
            _ => Self::node(width, Op::Same(name), &[self, other]),
        }
    }
    fn test(&self, other: &Self, name: &'static str, f: fn(u128, u128, u32) -> bool) -> Self {
        assert_eq!(self.width(), other.width(), "{name}");
        match (self.value(), other.value()) {
            (Some(a), Some(b)) => Self::truth(f(a, b, self.width())),
            _ if Rc::ptr_eq(&self.0, &other.0) => Self::truth(f(0, 0, 1)),
            _ => Self::node(1, Op::Test(name), &[self, other]),
        }
    }

    /// Whether both are the same.
    pub fn equals(&self, other: &Self) -> Self {
        self.test(other, "=", |a, b, _| a == b)
    }
    /// Unsigned less.
    pub fn below(&self, other: &Self) -> Self {
        self.test(other, "bvult", |a, b, _| a < b)
    }
    /// Signed less.
    pub fn below_signed(&self, other: &Self) -> Self {
        self.test(other, "bvslt", |a, b, w| signed(a, w) < signed(b, w))
    }
    /// Shifted left; by the width or more gives zero.
    pub fn shift_left(&self, by: &Self) -> Self {
        self.same(by, "bvshl", |a, b, w| if b < w.into() { a << b } else { 0 })
    }
    /// Shifted right, zeros coming in.
    pub fn shift_right(&self, by: &Self) -> Self {
        self.same(by, "bvlshr", |a, b, w| if b < w.into() { a >> b } else { 0 })
    }
    /// Shifted right, the sign coming in.
    pub fn shift_right_signed(&self, by: &Self) -> Self {
        self.same(by, "bvashr", |a, b, w| (signed(a, w) >> b.min(127)) as u128)
    }
    /// Unsigned quotient; all ones if the divisor is zero.
    pub fn quotient(&self, by: &Self) -> Self {
        self.same(by, "bvudiv", |a, b, _| a.checked_div(b).unwrap_or(u128::MAX))
    }
    /// Unsigned remainder; the dividend if the divisor is zero.
    pub fn remainder(&self, by: &Self) -> Self {
        self.same(by, "bvurem", |a, b, _| a.checked_rem(b).unwrap_or(a))
    }
    /// Two's complement.
    pub fn negated(&self) -> Self {
        &Self::constant(self.width(), 0) - self
    }
    /// `self` (one bit) ? `yes` : `no`
    pub fn choose(&self, yes: &Self, no: &Self) -> Self {
        assert_eq!((self.width(), yes.width()), (1, no.width()));
        match self.value() {
            Some(1) => yes.clone(),
            Some(_) => no.clone(),
            None if Rc::ptr_eq(&yes.0, &no.0) => yes.clone(),
            None => Self::node(yes.width(), Op::Choose, &[self, yes, no]),
        }
    }
    /// `count` bits from bit `from` on.
    pub fn bits(&self, from: u32, count: u32) -> Self {
        assert!(count > 0 && from + count <= self.width(), "{from} {count} of {}", self.width());
        match self.value() {
            Some(value) => Self::constant(count, value >> from),
            None if count == self.width() => self.clone(),
            None => Self::node(count, Op::Extract(from), &[self]),
        }
    }
    /// Bit `i`.
    pub fn bit(&self, i: u32) -> Self {
        self.bits(i, 1)
    }
    /// The highest bit.
    pub fn sign(&self) -> Self {
        self.bit(self.width() - 1)
    }
    /// `high` and then `self`.
    pub fn below_bits(&self, high: &Self) -> Self {
        let width = self.width() + high.width();
        match (self.value(), high.value()) {
            (Some(low), Some(high)) if width <= 128 => Self::constant(width, high << self.width() | low),
            (_, Some(0)) => self.extend(width),
            _ => Self::node(width, Op::Concat, &[high, self]),
        }
    }
    /// Parts put together, the lowest first.
    pub fn concat(parts: &[Self]) -> Self {
        let [first, rest @ ..] = parts else { panic!("no parts") };
        rest.iter().fold(first.clone(), |low, high| low.below_bits(high))
    }
    /// With zeros above, to `width` bits.
    pub fn extend(&self, width: u32) -> Self {
        assert!(width >= self.width());
        match self.value() {
            Some(value) => Self::constant(width, value),
            None if width == self.width() => self.clone(),
            None => Self::node(width, Op::Zero, &[self]),
        }
    }
    /// With its sign above, to `width` bits.
    pub fn extend_signed(&self, width: u32) -> Self {
        assert!(width >= self.width());
        match self.value() {
            Some(value) => Self::constant(width, signed(value, self.width()) as u128),
            None if width == self.width() => self.clone(),
            None => Self::node(width, Op::Sign, &[self]),
        }
    }
    /// Whether any of `terms` (one bit each) is true.
    pub fn any(terms: &[Self]) -> Self {
        terms.iter().fold(Self::truth(false), |a, b| &a | b)
    }
    /// Whether all are.
    pub fn all(terms: &[Self]) -> Self {
        terms.iter().fold(Self::truth(true), |a, b| &a & b)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $name:literal, $f:expr) => {
        impl $trait for &Term {
            type Output = Term;
            fn $method(self, other: Self) -> Term {
                self.same(other, $name, $f)
            }
        }
        impl $trait for Term {
            type Output = Term;
            fn $method(self, other: Self) -> Term {
                (&self).$method(&other)
            }
        }
    };
}
operator!(Add, add, "bvadd", |a, b, _| a.wrapping_add(b));
operator!(Sub, sub, "bvsub", |a, b, _| a.wrapping_sub(b));
operator!(Mul, mul, "bvmul", |a, b, _| a.wrapping_mul(b));
operator!(BitXor, bitxor, "bvxor", |a, b, _| a ^ b);

impl BitAnd for &Term {
    type Output = Term;
    fn bitand(self, other: Self) -> Term {
        match (self.is_true(), other.is_true()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => self.same(other, "bvand", |a, b, _| a & b),
        }
    }
}
impl BitOr for &Term {
    type Output = Term;
    fn bitor(self, other: Self) -> Term {
        match (self.value(), other.value()) {
            (Some(0), _) if self.width() == other.width() => other.clone(),
            (_, Some(0)) if self.width() == other.width() => self.clone(),
            _ => self.same(other, "bvor", |a, b, _| a | b),
        }
    }
}
impl Not for &Term {
    type Output = Term;
    fn not(self) -> Term {
        self ^ &Term::constant(self.width(), u128::MAX)
    }
}
