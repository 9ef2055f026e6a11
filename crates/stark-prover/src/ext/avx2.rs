//! Sums of products with AVX2.
//!
//! A vector instruction multiplies the even lanes only: operands come with a copy whose odd lanes have
//! moved to even places, and sums are kept apart for even and odd lanes, 64 bits each. Below, R is
//! 2^32 p; a product is less than p² < R / 2.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use aver_stark::field::{F, P, PF};
use p3_field::PackedValue;

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
    even: __m256i,
    odd: __m256i,
}

/// A sum of products not yet reduced, of even and of odd lanes.
#[derive(Clone, Copy)]
pub struct Sum {
    even: __m256i,
    odd: __m256i,
}

// SAFETY of all blocks below: this module is compiled for targets with AVX2 only. A packed value is
// transparently eight canonical Montgomery residues of 32 bits, as `transmute` checks for the size.

#[inline(always)]
fn load(x: PF) -> __m256i {
    unsafe { core::mem::transmute::<PF, __m256i>(x) }
}

/// Lanes must be below p.
#[inline(always)]
fn store(x: __m256i) -> PF {
    unsafe { core::mem::transmute::<__m256i, PF>(x) }
}

#[inline(always)]
fn odd_to_even(x: __m256i) -> __m256i {
    unsafe { _mm256_castps_si256(_mm256_movehdup_ps(_mm256_castsi256_ps(x))) }
}

/// The high halves of both, each in its own lanes.
#[inline(always)]
fn high_halves(even: __m256i, odd: __m256i) -> __m256i {
    unsafe { _mm256_blend_epi32::<0b10101010>(odd_to_even(even), odd) }
}

/// Subtracts R from what is R or more: from below 2R to below R.
#[inline(always)]
fn fold(x: __m256i) -> __m256i {
    unsafe { _mm256_min_epu32(x, _mm256_sub_epi64(x, _mm256_set1_epi64x((P as i64) << 32))) }
}

impl Operand {
    /// A packed value.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        let even = load(x);
        Self { even, odd: odd_to_even(even) }
    }

    /// The same value in all lanes.
    #[inline(always)]
    pub fn constant(x: F) -> Self {
        let even = load(PF::broadcast(x));
        Self { even, odd: even }
    }
}

impl Sum {
    /// The value itself, as a sum below R.
    #[inline(always)]
    pub fn new(x: PF) -> Self {
        let x = load(x);
        let high = unsafe { _mm256_set1_epi64x(!0 << 32) };
        unsafe { Self { even: _mm256_slli_epi64::<32>(x), odd: _mm256_and_si256(x, high) } }
    }

    /// a b: half of R.
    #[inline(always)]
    pub fn product(a: Operand, b: Operand) -> Self {
        unsafe { Self { even: _mm256_mul_epu32(a.even, b.even), odd: _mm256_mul_epu32(a.odd, b.odd) } }
    }

    /// The sum: of what is less than 2R together.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        unsafe {
            Self { even: _mm256_add_epi64(self.even, other.even), odd: _mm256_add_epi64(self.odd, other.odd) }
        }
    }

    /// From less than 2R to less than R.
    #[inline(always)]
    pub fn fold(self) -> Self {
        Self { even: fold(self.even), odd: fold(self.odd) }
    }

    /// The sum, of less than 2R, modulo p: Montgomery's reduction of both halves.
    #[inline(always)]
    pub fn reduce(self) -> PF {
        unsafe {
            let p = _mm256_set1_epi32(P as i32);
            let inverse = _mm256_set1_epi32(INVERSE as i32);
            let multiple = |x| _mm256_mul_epu32(_mm256_mul_epu32(x, inverse), p);
            let high = high_halves(self.even, self.odd);
            let high = _mm256_min_epu32(high, _mm256_sub_epi32(high, p));
            let low = high_halves(multiple(self.even), multiple(self.odd));
            let difference = _mm256_sub_epi32(high, low);
            store(_mm256_min_epu32(difference, _mm256_add_epi32(difference, p)))
        }
    }
}
