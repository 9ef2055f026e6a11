//! BLS12-381, as EIP-2537 writes its points but without the padding: numbers of 48 bytes, the most significant first, below
//! the prime; of G2's coordinates a + b i first a, then b. Infinity is all zeros.
//!
//! As there, sums are of any points of the curve; all else is of points in the subgroup, one at least.

use crate::memory::{Status, answer, give, list, read, scope};
use aver_guest::bls12_381;

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g1_add(
    p1: *const [u8; 96],
    p2: *const [u8; 96],
    result: *mut [u8; 96],
) -> Status {
    let (p1, p2) = unsafe { (read(p1), read(p2)) };
    unsafe { give(scope(|| bls12_381::g1_add(&p1, &p2)), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g1_msm(
    pairs: *const [u8; 128],
    num_pairs: usize,
    result: *mut [u8; 96],
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    unsafe { give(scope(|| bls12_381::g1_msm(pairs.as_flattened())), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g2_add(
    p1: *const [u8; 192],
    p2: *const [u8; 192],
    result: *mut [u8; 192],
) -> Status {
    let (p1, p2) = unsafe { (read(p1), read(p2)) };
    unsafe { give(scope(|| bls12_381::g2_add(&p1, &p2)), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g2_msm(
    pairs: *const [u8; 224],
    num_pairs: usize,
    result: *mut [u8; 192],
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    unsafe { give(scope(|| bls12_381::g2_msm(pairs.as_flattened())), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_pairing(
    pairs: *const [u8; 288],
    num_pairs: usize,
    verified: *mut bool,
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    unsafe { answer(scope(|| bls12_381::pairing_check(pairs.as_flattened())), verified) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_map_fp_to_g1(
    field_element: *const [u8; 48],
    result: *mut [u8; 96],
) -> Status {
    let element = unsafe { read(field_element) };
    unsafe { give(scope(|| bls12_381::map_fp_to_g1(&element)), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_map_fp2_to_g2(
    field_element: *const [u8; 96],
    result: *mut [u8; 192],
) -> Status {
    let element = unsafe { read(field_element) };
    unsafe { give(scope(|| bls12_381::map_fp2_to_g2(&element)), result) }
}
