//! Numbers that are known, or known but for pads.

use core::ops::{Add, Mul, Neg, Sub};

use super::Tape;
use crate::channel::Number;
use crate::field::{EF, F};

/// A number.
#[derive(Clone, Copy)]
pub enum Form<'t, E> {
    /// One that is known.
    Known(E),
    /// Node `1` of tape `0`.
    Unknown(&'t Tape<E>, u32),
}

impl<E: Number> Form<'_, E> {
    /// The number, where it is known. That it is not spoils the tape.
    pub fn known(self) -> E {
        match self {
            Self::Known(value) => value,
            Self::Unknown(tape, _) => {
                tape.spoil();
                E::zero()
            }
        }
    }
}

impl<E: Number> Number for Form<'_, E> {
    fn constant(value: F) -> Self {
        Self::Known(E::constant(value))
    }
}

impl<E: From<EF>> From<EF> for Form<'_, E> {
    fn from(value: EF) -> Self {
        Self::Known(value.into())
    }
}

impl<E: Number> Add for Form<'_, E> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a + b),
            (Self::Known(known), Self::Unknown(tape, node))
            | (Self::Unknown(tape, node), Self::Known(known)) => tape.shifted(node, known),
            (Self::Unknown(tape, a), Self::Unknown(_, b)) => tape.sum(a, b),
        }
    }
}

impl<E: Number> Neg for Form<'_, E> {
    type Output = Self;
    fn neg(self) -> Self {
        match self {
            Self::Known(a) => Self::Known(-a),
            Self::Unknown(tape, a) => tape.scaled(a, -E::one()),
        }
    }
}

impl<E: Number> Sub for Form<'_, E> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl<E: Number> Mul for Form<'_, E> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a * b),
            (Self::Known(known), Self::Unknown(tape, node))
            | (Self::Unknown(tape, node), Self::Known(known)) => tape.scaled(node, known),
            (Self::Unknown(tape, a), Self::Unknown(_, b)) => tape.product(a, b),
        }
    }
}

impl<E: Number> Mul<F> for Form<'_, E> {
    type Output = Self;
    fn mul(self, other: F) -> Self {
        match self {
            Self::Known(a) => Self::Known(a * other),
            Self::Unknown(tape, a) => tape.scaled(a, E::constant(other)),
        }
    }
}
