//! Sums of products, reduced late.
//!
//! A vector instruction multiplies even lanes only: operands come with a copy whose odd lanes have moved
//! to even places, and sums are kept apart for even and odd lanes, 64 bits each. R is 2^32 p; a product is
//! less than p², and 2 p² less than R.

use aver_stark::field::{F, P, PF};
use p3_field::PackedValue;

use super::lanes::{self, Vector, add64, sub64};

/// p^−1 modulo 2^32, by Newton's iteration.
const INVERSE: u32 = {
    let mut x = 1u32;
    let mut i = 0;
    while i < 5 {
        x = x.wrapping_mul(2u32.wrapping_sub(P.wrapping_mul(x)));
        i += 1;
    }
    x
};

/// An operand: as it is, and with odd lanes in even places.
#[derive(Clone, Copy)]
pub struct Operand {
    even: Vector,
    odd: Vector,
}

/// A sum of products, of even and of odd lanes.
#[derive(Clone, Copy)]
pub struct Sum {
    even: Vector,
    odd: Vector,
}

impl Operand {
    /// A packed value.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        let even = lanes::load(x);
        Self { even, odd: lanes::odd_to_even(even) }
    }

    /// The same value in all lanes.
    #[inline(always)]
    pub fn constant(x: F) -> Self {
        let even = lanes::load(PF::broadcast(x));
        Self { even, odd: even }
    }
}

impl Sum {
    /// The value itself: less than R.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        let x = lanes::load(x);
        Self { even: lanes::even_to_odd(x), odd: lanes::blend(lanes::splat(0), x) }
    }

    #[inline(always)]
    fn product(a: Operand, b: Operand) -> Self {
        Self { even: lanes::mul(a.even, b.even), odd: lanes::mul(a.odd, b.odd) }
    }

    /// Σ a b: less than 2R, and less than R for two products.
    #[inline(always)]
    pub fn of<const N: usize>(a: [Operand; N], b: [Operand; N]) -> Self {
        let mut sum = Self::product(a[0], b[0]);
        for i in 1..N {
            if i % 2 == 0 && i > 2 {
                sum = sum.fold();
            }
            sum = sum.plus(Self::product(a[i], b[i]));
        }
        sum
    }

    /// The sum: of what is less than 2R together.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        Self { even: add64(self.even, other.even), odd: add64(self.odd, other.odd) }
    }

    /// From less than 2R to less than R: subtracts R from what is R or more.
    #[inline(always)]
    pub fn fold(self) -> Self {
        let r = lanes::splat64((P as u64) << 32);
        let fold = |x| lanes::min(x, sub64(x, r));
        Self { even: fold(self.even), odd: fold(self.odd) }
    }

    /// The sum, of less than 2R, modulo p: Montgomery's reduction of both parts.
    #[inline(always)]
    pub fn reduce(self) -> PF {
        let (p, inverse) = (lanes::splat(P), lanes::splat(INVERSE));
        let high = |x: Self| lanes::blend(lanes::odd_to_even(x.even), x.odd);
        let multiple = |x| lanes::mul(lanes::mul(x, inverse), p);
        let multiple = high(Self { even: multiple(self.even), odd: multiple(self.odd) });
        let high = high(self);
        let difference = lanes::sub(lanes::min(high, lanes::sub(high, p)), multiple);
        lanes::store(lanes::min(difference, lanes::add(difference, p)))
    }
}
