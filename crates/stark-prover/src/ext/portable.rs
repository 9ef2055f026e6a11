//! Sums of products on any machine, as plonky3 has them.

use aver_stark::field::{F, PF};
use p3_field::{PackedValue, PrimeCharacteristicRing};

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

    /// Σ a b.
    #[inline(always)]
    pub fn of<const N: usize>(a: [Operand; N], b: [Operand; N]) -> Self {
        Self(PF::dot_product(&a.map(|a| a.0), &b.map(|b| b.0)))
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
