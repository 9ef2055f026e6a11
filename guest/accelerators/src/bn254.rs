//! BN254, as EIP-196 and EIP-197 write its points: numbers of 32 bytes, the most significant first, below the prime; of
//! G2's coordinates a + b i first b, then a. Infinity is all zeros.

use crate::memory::{Status, answer, give, list, read, scope, words};
use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_ec::{AffineRepr, pairing::Pairing};
use ark_ff::{BigInt, One, PrimeField, Zero};
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
    unsafe { answer(scope(|| check(pairs)), verified) }
}

/// Whether the product of the pairs' pairings is 1; none if they are no points.
fn check(pairs: &[[u8; 192]]) -> Option<bool> {
    let points = pairs.iter().map(|pair| Some((g1(&pair[..64])?, g2(&pair[64..])?)));
    let (p, q): (alloc::vec::Vec<_>, alloc::vec::Vec<_>) =
        points.collect::<Option<alloc::vec::Vec<_>>>()?.into_iter().unzip();
    Some(Bn254::multi_pairing(p, q).0.is_one())
}

fn g1(bytes: &[u8]) -> Option<G1Affine> {
    let (x, y) = (number(&bytes[..32])?, number(&bytes[32..])?);
    if x.is_zero() && y.is_zero() {
        return Some(G1Affine::zero());
    }
    Some(G1Affine::new_unchecked(x, y)).filter(G1Affine::is_on_curve)
}

fn g2(bytes: &[u8]) -> Option<G2Affine> {
    let coordinate = |bytes: &[u8]| Some(Fq2::new(number(&bytes[32..])?, number(&bytes[..32])?));
    let (x, y) = (coordinate(&bytes[..64])?, coordinate(&bytes[64..])?);
    if x.is_zero() && y.is_zero() {
        return Some(G2Affine::zero());
    }
    let point = Some(G2Affine::new_unchecked(x, y)).filter(G2Affine::is_on_curve);
    point.filter(G2Affine::is_in_correct_subgroup_assuming_on_curve)
}

fn number(bytes: &[u8]) -> Option<Fq> {
    Fq::from_bigint(BigInt::new(words(bytes)))
}
