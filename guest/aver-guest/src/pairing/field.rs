//! The field of a pairing, and what is computed in it without products.
//!
//! Fp2 = Fp[u] / (u² + 1), Fp12 = Fp2[w] / (w^6 − ξ). Numbers count modulo p and are below a power of 2 that is more than 5 p:
//! sums of few are not reduced. A product is, and takes whatever there is.

use core::fmt::Debug;

use super::Curve;

/// x0 + x1 u
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Fp2<C: Curve>(pub [C::Number; 2]);

/// Coefficients of 1, w, …, w^5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Fp12<C: Curve>(pub [Fp2<C>; 6]);

/// Words of a number, the least significant first.
pub trait Number: Copy + Debug + Eq {
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// a + b, if there is room.
    fn plus(&self, other: &Self) -> Self;
    /// a − b, if it is not negative.
    fn minus(&self, other: &Self) -> Self;
}

impl<const W: usize> Number for [u64; W] {
    const ZERO: Self = [0; W];
    const ONE: Self = {
        let mut one = [0; W];
        one[0] = 1;
        one
    };

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        let mut carry = false;
        core::array::from_fn(|i| {
            let sum;
            (sum, carry) = self[i].carrying_add(other[i], carry);
            sum
        })
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let mut borrow = false;
        core::array::from_fn(|i| {
            let rest;
            (rest, borrow) = self[i].borrowing_sub(other[i], borrow);
            rest
        })
    }
}

/// i p
pub const fn multiples<const W: usize>(prime: &[u64; W]) -> [[u64; W]; 5] {
    let mut multiples = [[0; W]; 5];
    let mut i = 1;
    while i < 5 {
        let (mut carry, mut k) = (0, 0);
        while k < W {
            carry += i as u128 * prime[k] as u128;
            multiples[i][k] = carry as u64;
            carry >>= 64;
            k += 1;
        }
        i += 1;
    }
    multiples
}

impl<C: Curve> Fp2<C> {
    pub const ZERO: Self = Self([C::Number::ZERO; 2]);
    pub const ONE: Self = Self([C::Number::ONE, C::Number::ZERO]);

    /// The sum, of numbers whose sums have room.
    #[inline(always)]
    pub fn plus(&self, other: &Self) -> Self {
        Self([self.0[0].plus(&other.0[0]), self.0[1].plus(&other.0[1])])
    }

    /// Twice the element.
    #[inline(always)]
    pub fn twice(&self) -> Self {
        self.plus(self)
    }

    /// −x, of numbers at most `N` p; of such again.
    #[inline(always)]
    pub fn minus<const N: usize>(&self) -> Self {
        Self([C::MULTIPLES[N].minus(&self.0[0]), C::MULTIPLES[N].minus(&self.0[1])])
    }

    /// x0 − x1 u, of numbers at most p.
    #[inline(always)]
    pub fn conjugate(&self) -> Self {
        Self([self.0[0], C::MULTIPLES[1].minus(&self.0[1])])
    }
}

impl<C: Curve> Fp12<C> {
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
