//! Integers to field elements and back, many at a time.
//!
//! The one place with `unsafe`: a field element is a `u32` in Montgomery form, x · 2^32 mod p. Integers
//! below p are taken as such forms, and multiplied by 2^32, or divided, with packed arithmetic.
#![allow(unsafe_code)]

use aver_machine::cpu::INV_LIMB;
use aver_stark::field::{F, P, PF, f};
use p3_field::{PackedValue, PrimeCharacteristicRing};

/// 2^32 mod p.
const TWO_TO_32: F = f(((1u64 << 32) % P as u64) as u32);

// `F` is `repr(transparent)` over `u32`.
const _: () = assert!(size_of::<F>() == size_of::<u32>() && align_of::<F>() == align_of::<u32>());

/// Converts `from` (all below p) into `to`; as many, a multiple of the packing's width.
pub fn convert(from: &[u32], to: &mut [F]) {
    debug_assert!(from.iter().all(|&x| x < P));
    debug_assert_eq!(from.len() % PF::WIDTH, 0);
    // SAFETY: `F` is `repr(transparent)` over `u32`, so length, size and alignment are the same, and any
    // value below p is a valid Montgomery form.
    let raw: &[F] = unsafe { core::slice::from_raw_parts(from.as_ptr().cast::<F>(), from.len()) };
    let scale = PF::from(TWO_TO_32);
    for (to, from) in PF::pack_slice_mut(to).iter_mut().zip(PF::pack_slice(raw)) {
        *to = *from * scale;
    }
}

/// The integers below p that field elements stand for.
#[inline(always)]
pub fn integers(values: PF) -> [u32; PF::WIDTH] {
    let raw = values * PF::from(INV_LIMB.square());
    let raw: &[F] = raw.as_slice();
    // SAFETY: as above, the other way round.
    core::array::from_fn(|lane| unsafe { *core::ptr::from_ref(&raw[lane]).cast() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use p3_field::PrimeField32;

    #[test]
    fn same_as_one_by_one() {
        let values: Vec<u32> = (0..64u32)
            .map(|i| i.wrapping_mul(0x9E37_79B9) % P)
            .chain([0, 1, P - 1, P - 2])
            .chain([0; 60])
            .collect();
        let mut out = vec![F::ZERO; values.len()];
        convert(&values, &mut out);
        assert!(values.iter().zip(&out).all(|(&v, &o)| f(v) == o));
        for (values, out) in values.chunks_exact(PF::WIDTH).zip(PF::pack_slice(&out)) {
            assert_eq!(integers(*out), values);
            assert!(out.as_slice().iter().zip(values).all(|(o, &v)| o.as_canonical_u32() == v));
        }
    }
}
