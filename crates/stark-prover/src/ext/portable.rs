//! Sums of products on any machine: each product is reduced at once.

use aver_stark::field::{F, PF};
use p3_field::PackedValue;

/// An operand.
#[derive(Clone, Copy)]
pub struct Operand(PF);

/// A sum of products.
#[derive(Clone, Copy)]
pub struct Sum(PF);

impl Operand {
    /// A packed value.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        Self(x)
    }

    /// The same value in all lanes.
    #[inline(always)]
    pub fn constant(x: F) -> Self {
        Self(PF::broadcast(x))
    }
}

impl Sum {
    /// The value itself.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        Self(x)
    }

    /// a b.
    #[inline(always)]
    pub fn product(a: Operand, b: Operand) -> Self {
        Self(a.0 * b.0)
    }

    /// The sum.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Nothing to do.
    #[inline(always)]
    pub fn fold(self) -> Self {
        self
    }

    /// The sum modulo p.
    #[inline(always)]
    pub fn reduce(self) -> PF {
        self.0
    }
}
