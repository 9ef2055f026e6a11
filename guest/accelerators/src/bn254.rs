//! BN254, as EIP-196 and EIP-197 write its points: numbers of 32 bytes, the most significant first, below the prime; of
//! G2's coordinates a + b i first b, then a. Infinity is all zeros.

use crate::memory::{Status, answer, give, list, read, scope};
use aver_guest::bn254;

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bn254_g1_add(
    p1: *const [u8; 64],
    p2: *const [u8; 64],
    result: *mut [u8; 64],
) -> Status {
    let (p1, p2) = unsafe { (read(p1), read(p2)) };
    unsafe { give(bn254::add(&p1, &p2), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bn254_g1_mul(
    point: *const [u8; 64],
    scalar: *const [u8; 32],
    result: *mut [u8; 64],
) -> Status {
    let (point, scalar) = unsafe { (read(point), read(scalar)) };
    unsafe { give(bn254::mul(&point, &scalar), result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bn254_pairing(
    pairs: *const [u8; 192],
    num_pairs: usize,
    verified: *mut bool,
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    unsafe { answer(scope(|| bn254::pairing_check(pairs.as_flattened())), verified) }
}
