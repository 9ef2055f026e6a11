//! The field of the pairing, and what is computed in it without products.
//!
//! Fp2 = Fp[u] / (u² + 1), Fp12 = Fp2[w] / (w^6 − 9 − u). Numbers count modulo p and are below 2^256, which is more than
//! 5 p: sums of few are not reduced. A product is, and takes whatever there is.

use super::PRIME;
use crate::u256::U256;

/// x0 + x1 u
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Fp2(pub [U256; 2]);

/// Coefficients of 1, w, …, w^5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Fp12(pub [Fp2; 6]);

/// i p
const MULTIPLES: [U256; 5] = {
    let mut multiples = [U256::ZERO; 5];
    let mut i = 1;
    while i < 5 {
        let (mut carry, mut k) = (0, 0);
        while k < 4 {
            carry += i as u128 * PRIME.0[k] as u128;
            multiples[i].0[k] = carry as u64;
            carry >>= 64;
            k += 1;
        }
        i += 1;
    }
    multiples
};

/// a + b, which is below 2^256.
#[inline(always)]
fn plus(U256([a0, a1, a2, a3]): &U256, U256([b0, b1, b2, b3]): &U256) -> U256 {
    let (sum0, carry) = a0.overflowing_add(*b0);
    let (sum1, carry) = a1.carrying_add(*b1, carry);
    let (sum2, carry) = a2.carrying_add(*b2, carry);
    let (sum3, _) = a3.carrying_add(*b3, carry);
    U256([sum0, sum1, sum2, sum3])
}

/// a − b, which is not negative.
#[inline(always)]
fn minus(U256([a0, a1, a2, a3]): &U256, U256([b0, b1, b2, b3]): &U256) -> U256 {
    let (rest0, borrow) = a0.overflowing_sub(*b0);
    let (rest1, borrow) = a1.borrowing_sub(*b1, borrow);
    let (rest2, borrow) = a2.borrowing_sub(*b2, borrow);
    let (rest3, _) = a3.borrowing_sub(*b3, borrow);
    U256([rest0, rest1, rest2, rest3])
}

impl Fp2 {
    pub const ZERO: Self = Self([U256::ZERO; 2]);
    pub const ONE: Self = Self([U256::ONE, U256::ZERO]);

    /// The sum, of numbers whose sums are below 2^256.
    #[inline(always)]
    pub fn plus(&self, other: &Self) -> Self {
        Self([plus(&self.0[0], &other.0[0]), plus(&self.0[1], &other.0[1])])
    }

    /// Twice the element.
    #[inline(always)]
    pub fn twice(&self) -> Self {
        self.plus(self)
    }

    /// −x, of numbers at most `N` p; of such again.
    #[inline(always)]
    pub fn minus<const N: usize>(&self) -> Self {
        Self([minus(&MULTIPLES[N], &self.0[0]), minus(&MULTIPLES[N], &self.0[1])])
    }

    /// x0 − x1 u, of numbers at most p.
    #[inline(always)]
    pub fn conjugate(&self) -> Self {
        Self([self.0[0], minus(&PRIME, &self.0[1])])
    }
}

impl Fp12 {
    pub const ZERO: Self = Self([Fp2::ZERO; 6]);
    pub const ONE: Self = {
        let mut one = Self::ZERO;
        one.0[0] = Fp2::ONE;
        one
    };

    /// w to −w: the p^6-th power. Of numbers at most p.
    pub fn conjugate(&self) -> Self {
        let mut conjugate = *self;
        conjugate.0.iter_mut().skip(1).step_by(2).for_each(|x| *x = x.minus::<1>());
        conjugate
    }
}
