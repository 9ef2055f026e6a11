//! Vectors of AVX2.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use aver_stark::field::PF;

/// Eight lanes of 32 bits, or half as many of 64.
pub type Vector = __m256i;

// SAFETY of all blocks below: this module is compiled for targets with AVX2 only.

/// Montgomery residues below p.
#[inline(always)]
pub fn load(x: PF) -> Vector {
    // SAFETY: a packed value is transparently an array of residues, of a vector's size.
    unsafe { core::mem::transmute::<PF, Vector>(x) }
}

/// Lanes must be below p.
#[inline(always)]
pub fn store(x: Vector) -> PF {
    // SAFETY: as above.
    unsafe { core::mem::transmute::<Vector, PF>(x) }
}

/// The same 32 bits in all lanes.
#[inline(always)]
pub fn splat(x: u32) -> Vector {
    unsafe { _mm256_set1_epi32(x as i32) }
}

/// The same 64 bits in all lanes.
#[inline(always)]
pub fn splat64(x: u64) -> Vector {
    unsafe { _mm256_set1_epi64x(x as i64) }
}

/// Products of even lanes.
#[inline(always)]
pub fn mul(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_mul_epu32(a, b) }
}

/// Sums of 64 bits.
#[inline(always)]
pub fn add64(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_add_epi64(a, b) }
}

/// Differences of 64 bits.
#[inline(always)]
pub fn sub64(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_sub_epi64(a, b) }
}

/// Sums of 32 bits.
#[inline(always)]
pub fn add(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_add_epi32(a, b) }
}

/// Differences of 32 bits.
#[inline(always)]
pub fn sub(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_sub_epi32(a, b) }
}

/// The lesser, of 32 bits without sign.
#[inline(always)]
pub fn min(a: Vector, b: Vector) -> Vector {
    unsafe { _mm256_min_epu32(a, b) }
}

/// Odd lanes in even places; odd places do not matter.
#[inline(always)]
pub fn odd_to_even(x: Vector) -> Vector {
    unsafe { _mm256_srli_epi64::<32>(x) }
}

/// Even lanes in odd places, above zeros.
#[inline(always)]
pub fn even_to_odd(x: Vector) -> Vector {
    unsafe { _mm256_slli_epi64::<32>(x) }
}

/// Even lanes of one, odd lanes of the other.
#[inline(always)]
pub fn blend(even: Vector, odd: Vector) -> Vector {
    unsafe { _mm256_blend_epi32::<0b10101010>(even, odd) }
}
