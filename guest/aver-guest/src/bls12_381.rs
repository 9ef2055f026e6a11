//! BLS12-381, as Ethereum's precompiles have it (EIP-2537): sums of multiples of points of G1 and G2, pairings, and points for
//! elements of fields. In software, by `ark-bls12-381`; or, with the feature `bls12-381-coprocessor`, sums of points of G1 by
//! the coprocessor of that name, and, with the feature `bls12-381-fp12-coprocessor`, pairings by that.
//!
//! Numbers are 48 bytes, the most significant first, below the prime: [`precompile`] has them in 64 bytes, as the standard. A
//! point of G1 is x and y, one of G2 x0, x1, y0, y1 for (x0 + x1 u, y0 + y1 u); zeros are infinity. As there, sums of two are
//! of any points of the curve; all else is of points in the subgroup.

use alloc::vec::Vec;

use ark_bls12_381::{Fq, Fq2, Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::hashing::curve_maps::wb::WBMap;
use ark_ec::hashing::map_to_curve_hasher::MapToCurve;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInt, PrimeField};

use crate::ecdsa::Point as PointOf;
use crate::ecdsa::point::words as words_of_scalar;

#[cfg(any(test, feature = "bls12-381-fp12-coprocessor"))]
mod curve;
pub mod kzg;
#[cfg(test)]
mod pairing_tests;
pub mod precompile;
#[cfg(test)]
mod tests;

/// The prime.
#[cfg(any(test, feature = "bls12-381-coprocessor", feature = "bls12-381-fp12-coprocessor"))]
const PRIME: [u64; 6] = [
    0xB9FE_FFFF_FFFF_AAAB,
    0x1EAB_FFFE_B153_FFFF,
    0x6730_D2A0_F6B0_F624,
    0x6477_4B84_F385_12BF,
    0x4B1B_A7B6_434B_ACD7,
    0x1A01_11EA_397F_E69A,
];
/// The parameter of the curves, which is negative.
#[cfg(any(test, feature = "bls12-381-coprocessor", feature = "bls12-381-fp12-coprocessor"))]
const MINUS_X: u64 = 0xD201_0000_0001_0000;

/// A point of G1 other than infinity.
type Point = PointOf<12>;
/// x0, x1, y0 and y1 of a point of G2 other than infinity.
type Twisted = [[u64; 6]; 4];
/// A pair: none is infinity.
type Pair = (Option<Point>, Option<Twisted>);

/// p + q; none if one of them is no point of the curve (`BLS12_G1ADD`).
pub fn g1_add(p: &[u8; 96], q: &[u8; 96]) -> Option<[u8; 96]> {
    Some(encode(group::sum(decode(p)?, decode(q)?)))
}

/// Σ scalar · point, of pairs of a point and a number of 32 bytes, the most significant first; none if a point is not in G1,
/// or there are no pairs (`BLS12_G1MSM`).
pub fn g1_msm(pairs: &[u8]) -> Option<[u8; 96]> {
    let mut terms = Vec::new();
    for (point, scalar) in split::<128>(pairs, 96)? {
        terms.extend(decode_in_group(point)?.map(|point| (words_of_scalar(scalar), point)));
    }
    Some(encode(group::multiples(&terms)))
}

/// p + q; none if one of them is no point of the twist (`BLS12_G2ADD`).
pub fn g2_add(p: &[u8; 192], q: &[u8; 192]) -> Option<[u8; 192]> {
    Some(encode_twisted((decode_twisted(p)? + decode_twisted(q)?).into_affine()))
}

/// As [`g1_msm`], of points of G2 (`BLS12_G2MSM`).
pub fn g2_msm(pairs: &[u8]) -> Option<[u8; 192]> {
    let (mut points, mut scalars) = (Vec::new(), Vec::new());
    for (point, scalar) in split::<224>(pairs, 192)? {
        points.push(decode_twisted(point).filter(G2Affine::is_in_correct_subgroup_assuming_on_curve)?);
        scalars.push(Fr::from_be_bytes_mod_order(scalar));
    }
    Some(encode_twisted(G2Projective::msm(&points, &scalars).ok()?.into_affine()))
}

/// Whether the product of the pairings of some pairs, of a point of G1 and one of G2, is one; none if points are not in
/// the groups, or there are no pairs (`BLS12_PAIRING_CHECK`).
pub fn pairing_check(pairs: &[u8]) -> Option<bool> {
    let mut points = Vec::new();
    for (p, q) in split::<288>(pairs, 96)? {
        points.push((decode_in_group(p)?, pairings::decode(q)?));
    }
    pairings::is_one(&points)
}

/// A point of G1 for a number; none if it is not below the prime (`BLS12_MAP_FP_TO_G1`).
pub fn map_fp_to_g1(element: &[u8; 48]) -> Option<[u8; 96]> {
    let point: G1Affine = WBMap::map_to_curve(number(element)?).ok()?;
    Some(encode(words_of(point.clear_cofactor())))
}

/// A point of G2 for x0 + x1 u, x0 first; none if one of them is not below the prime (`BLS12_MAP_FP2_TO_G2`).
pub fn map_fp2_to_g2(element: &[u8; 96]) -> Option<[u8; 192]> {
    let [x0, x1] = [0, 1].map(|i| number(&element[48 * i..48 * (i + 1)]));
    let point: G2Affine = WBMap::map_to_curve(Fq2::new(x0?, x1?)).ok()?;
    Some(encode_twisted(point.clear_cofactor()))
}

/// Pieces of `N` bytes, in two parts, the first of so many; none if there are no such.
fn split<const N: usize>(bytes: &[u8], first: usize) -> Option<impl Iterator<Item = (&[u8], &[u8])>> {
    let (pieces, rest) = bytes.as_chunks::<N>();
    (rest.is_empty() && !pieces.is_empty()).then(|| pieces.iter().map(move |piece| piece.split_at(first)))
}

/// Words of 48 bytes, the least significant word first.
fn words(bytes: &[u8]) -> [u64; 6] {
    let mut words = [0; 6];
    for (word, bytes) in words.iter_mut().rev().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_be_bytes(*bytes);
    }
    words
}

/// The other way.
fn write(words: &[u64], bytes: &mut [u8]) {
    for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
}

/// A number below the prime.
fn number(bytes: &[u8]) -> Option<Fq> {
    Fq::from_bigint(BigInt::new(words(bytes)))
}

/// A point of the curve, or infinity; none if it is neither.
fn decode(bytes: &[u8]) -> Option<Option<Point>> {
    let (x, y) = bytes.split_at(48);
    if bytes.iter().all(|&byte| byte == 0) {
        return Some(None);
    }
    let point = G1Affine::new_unchecked(number(x)?, number(y)?);
    let (x, y) = (words(x), words(y));
    point.is_on_curve().then(|| Some(join(x, y)))
}

/// A point of G1, or infinity; none if it is neither.
fn decode_in_group(bytes: &[u8]) -> Option<Option<Point>> {
    decode(bytes).filter(|point| point.is_none_or(|point| group::has(&point)))
}

fn join(x: [u64; 6], y: [u64; 6]) -> Point {
    PointOf(core::array::from_fn(|i| if i < 6 { x[i] } else { y[i - 6] }))
}

fn encode(point: Option<Point>) -> [u8; 96] {
    let mut bytes = [0; 96];
    if let Some(point) = point {
        write(&point.0[..6], &mut bytes[..48]);
        write(&point.0[6..], &mut bytes[48..]);
    }
    bytes
}

/// A point; none is infinity.
fn words_of(point: G1Affine) -> Option<Point> {
    point.xy().map(|(x, y)| join(x.into_bigint().0, y.into_bigint().0))
}

/// The same point.
fn affine(point: &Point) -> G1Affine {
    let number = |from| {
        let words = core::array::from_fn(|i| point.0[from + i]);
        Fq::from_bigint(BigInt::new(words)).unwrap_or_default()
    };
    G1Affine::new_unchecked(number(0), number(6))
}

/// A point of the twist, or infinity; none if it is neither.
fn decode_twisted(bytes: &[u8]) -> Option<G2Affine> {
    if bytes.iter().all(|&byte| byte == 0) {
        return Some(G2Affine::zero());
    }
    let [x0, x1, y0, y1] = [0, 1, 2, 3].map(|i| number(&bytes[48 * i..48 * (i + 1)]));
    Some(G2Affine::new_unchecked(Fq2::new(x0?, x1?), Fq2::new(y0?, y1?))).filter(G2Affine::is_on_curve)
}

fn encode_twisted(point: G2Affine) -> [u8; 192] {
    let mut bytes = [0; 192];
    if let Some((x, y)) = point.xy() {
        for (bytes, number) in bytes.chunks_exact_mut(48).zip([x.c0, x.c1, y.c0, y.c1]) {
            write(&number.into_bigint().0, bytes);
        }
    }
    bytes
}

/// Pairings, in software.
#[cfg(not(feature = "bls12-381-fp12-coprocessor"))]
mod pairings {
    use super::{Fq, Fq2, G1Affine, G2Affine, Pair, Twisted, affine, decode_twisted};
    use alloc::vec::Vec;
    use ark_bls12_381::Bls12_381;
    use ark_ec::{AffineRepr, pairing::Pairing};
    use ark_ff::{BigInt, PrimeField, Zero};

    /// A point of G2, or infinity; none if it is neither.
    pub fn decode(bytes: &[u8]) -> Option<Option<Twisted>> {
        let q = decode_twisted(bytes).filter(G2Affine::is_in_correct_subgroup_assuming_on_curve)?;
        Some(q.xy().map(|(x, y)| [x.c0, x.c1, y.c0, y.c1].map(|number| number.into_bigint().0)))
    }

    /// Whether the product is one.
    pub fn is_one(pairs: &[Pair]) -> Option<bool> {
        let of_g1: Vec<_> =
            pairs.iter().map(|(p, _)| p.as_ref().map_or(G1Affine::identity(), affine)).collect();
        let of_g2 = pairs.iter().map(|(_, q)| {
            q.map_or(G2Affine::identity(), |q| {
                let [x0, x1, y0, y1] = q.map(|words| Fq::from_bigint(BigInt::new(words)).unwrap_or_default());
                G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1))
            })
        });
        let of_g2: Vec<_> = of_g2.collect();
        Some(Bls12_381::multi_pairing(of_g1, of_g2).is_zero())
    }
}

/// Four numbers below the prime, or infinity; none if they are not. They may be of no point.
#[cfg(any(test, feature = "bls12-381-fp12-coprocessor"))]
fn decode_numbers(bytes: &[u8]) -> Option<Option<Twisted>> {
    let numbers = [0, 1, 2, 3].map(|i| words(&bytes[48 * i..48 * (i + 1)]));
    let is_below = |number: &[u64; 6]| number.iter().rev().lt(PRIME.iter().rev());
    let is_infinity = numbers == [[0; 6]; 4];
    numbers.iter().all(is_below).then_some((!is_infinity).then_some(numbers))
}

/// Whether the product of the pairings is one, by products in Fp12; none if points of the twist are not in G2.
#[cfg(any(test, feature = "bls12-381-fp12-coprocessor"))]
fn by_products(products: &impl crate::pairing::Products<curve::Bls12>, pairs: &[Pair]) -> Option<bool> {
    use crate::pairing::field::{Fp2, Fp12};
    let pairs = pairs.iter().map(|(p, q)| {
        let p = p.map(|p| [0, 6].map(|from| core::array::from_fn(|i| p.0[from + i])));
        (p, q.map(|[x0, x1, y0, y1]| [Fp2([x0, x1]), Fp2([y0, y1])]))
    });
    Some(crate::pairing::value(products, pairs)? == Fp12::ONE)
}

#[cfg(feature = "bls12-381-fp12-coprocessor")]
crate::coprocessor_note!(FP12, "bls12-381-fp12@6b65b3e04e86c78c3d436d4e331722f0");

/// Pairings, by the coprocessor.
#[cfg(feature = "bls12-381-fp12-coprocessor")]
mod pairings {
    use super::curve::Bls12;
    use super::{FP12, Pair, by_products};
    use crate::pairing::Products;
    use crate::pairing::field::Fp12;

    pub(super) use super::decode_numbers as decode;

    struct Coprocessor;

    impl Products<Bls12> for Coprocessor {
        #[inline(always)]
        fn multiply(&self, a: &mut Fp12<Bls12>, b: &Fp12<Bls12>) {
            let a: *mut Fp12<Bls12> = a;
            // SAFETY: the call reads 576 bytes at a1 and updates 576 at a0; the type aligns both.
            unsafe { crate::sys::coprocessor(FP12, a as usize, core::ptr::from_ref(b) as usize) };
        }

        #[inline(always)]
        fn square(&self, a: &mut Fp12<Bls12>) {
            let a: *mut Fp12<Bls12> = a;
            // SAFETY: as above; the call reads before it updates.
            unsafe { crate::sys::coprocessor(FP12, a as usize, a as usize) };
        }
    }

    pub fn is_one(pairs: &[Pair]) -> Option<bool> {
        by_products(&Coprocessor, pairs)
    }
}

/// G1, in software.
#[cfg(not(feature = "bls12-381-coprocessor"))]
mod group {
    use super::{Fr, Point, affine, words_of};
    use alloc::vec::Vec;
    use ark_bls12_381::{G1Affine, G1Projective};
    use ark_ec::{CurveGroup, VariableBaseMSM};
    use ark_ff::{BigInteger, PrimeField};

    pub fn sum(p: Option<Point>, q: Option<Point>) -> Option<Point> {
        let [p, q] = [p, q].map(|point| point.as_ref().map_or(G1Affine::identity(), affine));
        words_of((p + q).into_affine())
    }

    pub fn multiples(terms: &[([u64; 4], Point)]) -> Option<Point> {
        let points: Vec<_> = terms.iter().map(|(_, point)| affine(point)).collect();
        let scalars = terms
            .iter()
            .map(|(scalar, _)| Fr::from_le_bytes_mod_order(&ark_ff::BigInt::new(*scalar).to_bytes_le()));
        let scalars: Vec<_> = scalars.collect();
        words_of(G1Projective::msm(&points, &scalars).ok()?.into_affine())
    }

    /// Whether a point of the curve is in the group.
    pub fn has(point: &Point) -> bool {
        affine(point).is_in_correct_subgroup_assuming_on_curve()
    }
}

/// G1, by an addition of points.
#[cfg(any(test, feature = "bls12-381-coprocessor"))]
mod by_addition {
    use super::{BETA, Fq, MINUS_X, PRIME, Point, affine, join};
    use ark_ff::{BigInt, PrimeField};

    use crate::ecdsa::multiply::{Sum, negative, sum as multiples_by};

    pub fn sum(p: Option<Point>, q: Option<Point>, add: impl Fn(&mut Point, &Point)) -> Option<Point> {
        let mut sum = Sum { point: p, add };
        if let Some(q) = &q {
            sum.plus(q);
        }
        sum.point
    }

    pub fn multiples(terms: &[([u64; 4], Point)], add: impl Fn(&mut Point, &Point)) -> Option<Point> {
        multiples_by(terms, &PRIME, add)
    }

    /// (β x, y) = −X² (x, y) for the points of the curve that are in the group, X being the parameter of the curves, and for
    /// no others (spec/chips/bls12-381.md).
    pub fn has(point: &Point, add: impl Fn(&mut Point, &Point)) -> bool {
        let by_minus_x = |point: Point| {
            let mut sum = Sum { point: Some(point), add: &add };
            for bit in (0..MINUS_X.ilog2()).rev() {
                sum.double();
                if MINUS_X >> bit & 1 == 1 {
                    sum.plus(&point);
                }
            }
            sum.point
        };
        let Some(multiple) = by_minus_x(*point).and_then(by_minus_x) else { return false };
        let beta = Fq::from_bigint(BigInt::new(BETA)).unwrap_or_default();
        let x = (affine(point).x * beta).into_bigint().0;
        negative(&multiple, &PRIME) == join(x, core::array::from_fn(|i| point.0[6 + i]))
    }
}

/// A cube root of one.
#[cfg(any(test, feature = "bls12-381-coprocessor"))]
const BETA: [u64; 6] = [
    0x2E01_FFFF_FFFE_FFFE,
    0xDE17_D813_620A_0002,
    0xDDB3_A93B_E6F8_9688,
    0xBA69_C607_6A0F_77EA,
    0x5F19_672F_DF76_CE51,
    0x0000_0000_0000_0000,
];

#[cfg(feature = "bls12-381-coprocessor")]
crate::coprocessor_note!(ADD, "bls12-381@65cf20541a944e9ea43f367f5fac3ff9");

/// G1, by the coprocessor.
#[cfg(feature = "bls12-381-coprocessor")]
mod group {
    use super::{ADD, Point, by_addition};

    fn add(p: &mut Point, q: &Point) {
        let p: *mut Point = p;
        // SAFETY: the call reads 96 bytes at a1 and updates 96 at a0; the type aligns both.
        unsafe { crate::sys::coprocessor(ADD, p as usize, core::ptr::from_ref(q) as usize) };
    }

    pub fn sum(p: Option<Point>, q: Option<Point>) -> Option<Point> {
        by_addition::sum(p, q, add)
    }

    pub fn multiples(terms: &[([u64; 4], Point)]) -> Option<Point> {
        by_addition::multiples(terms, add)
    }

    /// Whether a point of the curve is in the group.
    pub fn has(point: &Point) -> bool {
        by_addition::has(point, add)
    }
}
