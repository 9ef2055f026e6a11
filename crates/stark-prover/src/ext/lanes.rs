//! Vectors of AVX2 or AVX-512.
#![allow(unsafe_code)]

use aver_stark::field::PF;

// Eight or sixteen lanes of 32 bits, or half as many of 64.
#[cfg(not(target_feature = "avx512f"))]
pub use core::arch::x86_64::__m256i as Vector;
#[cfg(target_feature = "avx512f")]
pub use core::arch::x86_64::__m512i as Vector;
#[cfg(not(target_feature = "avx512f"))]
use core::arch::x86_64::{
    _mm256_add_epi32 as add_32, _mm256_add_epi64 as add_64, _mm256_blend_epi32 as blend_32,
    _mm256_min_epu32 as min_32, _mm256_mul_epu32 as mul_32, _mm256_set1_epi32 as set_32,
    _mm256_set1_epi64x as set_64, _mm256_slli_epi64 as shift_left, _mm256_srli_epi64 as shift_right,
    _mm256_sub_epi32 as sub_32, _mm256_sub_epi64 as sub_64,
};
#[cfg(target_feature = "avx512f")]
use core::arch::x86_64::{
    _mm512_add_epi32 as add_32, _mm512_add_epi64 as add_64, _mm512_mask_blend_epi32 as blend_32,
    _mm512_min_epu32 as min_32, _mm512_mul_epu32 as mul_32, _mm512_set1_epi32 as set_32,
    _mm512_set1_epi64 as set_64, _mm512_slli_epi64 as shift_left, _mm512_srli_epi64 as shift_right,
    _mm512_sub_epi32 as sub_32, _mm512_sub_epi64 as sub_64,
};

// SAFETY of all blocks below: this module is compiled for targets with AVX2 or AVX-512 only, and with the
// intrinsics of what there is.

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
    unsafe { set_32(x as i32) }
}

/// The same 64 bits in all lanes.
#[inline(always)]
pub fn splat64(x: u64) -> Vector {
    unsafe { set_64(x as i64) }
}

/// Products of even lanes.
#[inline(always)]
pub fn mul(a: Vector, b: Vector) -> Vector {
    unsafe { mul_32(a, b) }
}

/// Sums of 64 bits.
#[inline(always)]
pub fn add64(a: Vector, b: Vector) -> Vector {
    unsafe { add_64(a, b) }
}

/// Differences of 64 bits.
#[inline(always)]
pub fn sub64(a: Vector, b: Vector) -> Vector {
    unsafe { sub_64(a, b) }
}

/// Sums of 32 bits.
#[inline(always)]
pub fn add(a: Vector, b: Vector) -> Vector {
    unsafe { add_32(a, b) }
}

/// Differences of 32 bits.
#[inline(always)]
pub fn sub(a: Vector, b: Vector) -> Vector {
    unsafe { sub_32(a, b) }
}

/// The lesser, of 32 bits without sign.
#[inline(always)]
pub fn min(a: Vector, b: Vector) -> Vector {
    unsafe { min_32(a, b) }
}

/// Odd lanes in even places; odd places do not matter.
#[inline(always)]
pub fn odd_to_even(x: Vector) -> Vector {
    unsafe { shift_right::<32>(x) }
}

/// Even lanes in odd places, above zeros.
#[inline(always)]
pub fn even_to_odd(x: Vector) -> Vector {
    unsafe { shift_left::<32>(x) }
}

/// Even lanes of one, odd lanes of the other.
#[inline(always)]
pub fn blend(even: Vector, odd: Vector) -> Vector {
    #[cfg(not(target_feature = "avx512f"))]
    let blended = unsafe { blend_32::<0b10101010>(even, odd) };
    #[cfg(target_feature = "avx512f")]
    let blended = unsafe { blend_32(0b1010101010101010, even, odd) };
    blended
}
