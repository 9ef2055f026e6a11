//! BLS12-381, as EIP-2537 writes its points but without the padding: numbers of 48 bytes, the most significant first, below
//! the prime; of G2's coordinates a + b i first a, then b. Infinity is all zeros.
//!
//! As there, sums are of any points of the curve; all else is of points in the subgroup, one at least.

use crate::memory::{Status, answer, give, list, read, scope, words, write_words};
use alloc::vec::Vec;
use ark_bls12_381::{Bls12_381, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{
    AffineRepr, CurveGroup, VariableBaseMSM,
    hashing::{curve_maps::wb::WBMap, map_to_curve_hasher::MapToCurve},
    pairing::Pairing,
};
use ark_ff::{BigInt, One, PrimeField, Zero};

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g1_add(
    p1: *const [u8; 96],
    p2: *const [u8; 96],
    result: *mut [u8; 96],
) -> Status {
    let (p1, p2) = unsafe { (read(p1), read(p2)) };
    let sum = scope(|| Some(encode_g1((g1(&p1)? + g1(&p2)?).into_affine())));
    unsafe { give(sum, result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g1_msm(
    pairs: *const [u8; 128],
    num_pairs: usize,
    result: *mut [u8; 96],
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    let sum = scope(|| {
        let (points, scalars) = decode(pairs, |pair| Some((in_g1(&pair[..96])?, scalar(&pair[96..]))))?;
        Some(encode_g1(G1Projective::msm(&points, &scalars).ok()?.into_affine()))
    });
    unsafe { give(sum, result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g2_add(
    p1: *const [u8; 192],
    p2: *const [u8; 192],
    result: *mut [u8; 192],
) -> Status {
    let (p1, p2) = unsafe { (read(p1), read(p2)) };
    let sum = scope(|| Some(encode_g2((g2(&p1)? + g2(&p2)?).into_affine())));
    unsafe { give(sum, result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_g2_msm(
    pairs: *const [u8; 224],
    num_pairs: usize,
    result: *mut [u8; 192],
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    let sum = scope(|| {
        let (points, scalars) = decode(pairs, |pair| Some((in_g2(&pair[..192])?, scalar(&pair[192..]))))?;
        Some(encode_g2(G2Projective::msm(&points, &scalars).ok()?.into_affine()))
    });
    unsafe { give(sum, result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_pairing(
    pairs: *const [u8; 288],
    num_pairs: usize,
    verified: *mut bool,
) -> Status {
    let pairs = unsafe { list(pairs, num_pairs) };
    let holds = scope(|| {
        let (p, q) = decode(pairs, |pair| Some((in_g1(&pair[..96])?, in_g2(&pair[96..])?)))?;
        Some(is_one(p, q))
    });
    unsafe { answer(holds, verified) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_map_fp_to_g1(
    field_element: *const [u8; 48],
    result: *mut [u8; 96],
) -> Status {
    let element = unsafe { read(field_element) };
    let point = scope(|| {
        let point: G1Affine = WBMap::map_to_curve(number(&element)?).ok()?;
        Some(encode_g1(point.clear_cofactor()))
    });
    unsafe { give(point, result) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_bls12_map_fp2_to_g2(
    field_element: *const [u8; 96],
    result: *mut [u8; 192],
) -> Status {
    let element = unsafe { read(field_element) };
    let point = scope(|| {
        let point: G2Affine = WBMap::map_to_curve(pair(&element)?).ok()?;
        Some(encode_g2(point.clear_cofactor()))
    });
    unsafe { give(point, result) }
}

/// Whether the product of pairings is 1.
pub fn is_one(p: Vec<G1Affine>, q: Vec<G2Affine>) -> bool {
    Bls12_381::multi_pairing(p, q).0.is_one()
}

/// What each of the pairs, of which there are some, says.
fn decode<P, A, B>(pairs: &[P], decode: impl Fn(&P) -> Option<(A, B)>) -> Option<(Vec<A>, Vec<B>)> {
    if pairs.is_empty() {
        return None;
    }
    Some(pairs.iter().map(decode).collect::<Option<Vec<_>>>()?.into_iter().unzip())
}

/// A point of the curve.
fn g1(bytes: &[u8]) -> Option<G1Affine> {
    let (x, y) = (number(&bytes[..48])?, number(&bytes[48..])?);
    if x.is_zero() && y.is_zero() {
        return Some(G1Affine::zero());
    }
    Some(G1Affine::new_unchecked(x, y)).filter(G1Affine::is_on_curve)
}

/// A point of the subgroup.
fn in_g1(bytes: &[u8]) -> Option<G1Affine> {
    g1(bytes).filter(G1Affine::is_in_correct_subgroup_assuming_on_curve)
}

/// A point of the twisted curve.
pub fn g2(bytes: &[u8]) -> Option<G2Affine> {
    let (x, y) = (pair(&bytes[..96])?, pair(&bytes[96..])?);
    if x.is_zero() && y.is_zero() {
        return Some(G2Affine::zero());
    }
    Some(G2Affine::new_unchecked(x, y)).filter(G2Affine::is_on_curve)
}

/// A point of its subgroup.
fn in_g2(bytes: &[u8]) -> Option<G2Affine> {
    g2(bytes).filter(G2Affine::is_in_correct_subgroup_assuming_on_curve)
}

fn number(bytes: &[u8]) -> Option<Fq> {
    Fq::from_bigint(BigInt::new(words(bytes)))
}

fn pair(bytes: &[u8]) -> Option<Fq2> {
    Some(Fq2::new(number(&bytes[..48])?, number(&bytes[48..])?))
}

/// Any number of 256 bits: points of the subgroup have the order that it is reduced by.
fn scalar(bytes: &[u8]) -> Fr {
    Fr::from_be_bytes_mod_order(bytes)
}

fn encode_g1(point: G1Affine) -> [u8; 96] {
    let mut bytes = [0; 96];
    if let Some((x, y)) = point.xy() {
        encode([x, y], &mut bytes);
    }
    bytes
}

fn encode_g2(point: G2Affine) -> [u8; 192] {
    let mut bytes = [0; 192];
    if let Some((x, y)) = point.xy() {
        encode([x.c0, x.c1, y.c0, y.c1], &mut bytes);
    }
    bytes
}

fn encode<const N: usize>(numbers: [Fq; N], bytes: &mut [u8]) {
    for (bytes, number) in bytes.chunks_exact_mut(48).zip(numbers) {
        write_words(&number.into_bigint().0, bytes);
    }
}
