//! BN254, as Ethereum's precompiles for alt_bn128 have it: sums and multiples of points of G1 (EIP-196), and pairings
//! (EIP-197). In software, by `ark-bn254`; or, with the feature `bn254-coprocessor`, sums of points by the coprocessor of that
//! name, and, with the feature `bn254-fp12-coprocessor`, pairings by that. Whether pairs of numbers are points of G1 is asked
//! of [`crate::u256`].
//!
//! A point is x and y, 32 bytes each, the most significant first, both below the prime; (0, 0) is infinity.

use alloc::vec::Vec;

use crate::ecdsa::Point;
use crate::ecdsa::point::words;
use crate::u256::{U256, mul_mod};

#[cfg(any(test, feature = "bn254-fp12-coprocessor"))]
mod curve;
#[cfg(test)]
mod pairing_tests;

/// The prime.
const PRIME: U256 =
    U256([0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D, 0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029]);

/// p + q; none if one of them is no point (`ECADD`).
pub fn add(p: &[u8; 64], q: &[u8; 64]) -> Option<[u8; 64]> {
    Some(encode(group::sum(decode(p)?, decode(q)?)))
}

/// The multiple of a point by any number, the most significant byte first; none if it is no point (`ECMUL`).
pub fn mul(p: &[u8; 64], scalar: &[u8; 32]) -> Option<[u8; 64]> {
    Some(encode(decode(p)?.and_then(|p| group::multiple(p, words(scalar)))))
}

/// Whether the product of the pairings of some pairs is one; none if their bytes are no such pairs (`ECPAIRING`).
///
/// A pair is a point of G1, then one of G2: x1, x0, y1, y0 for (x0 + x1 u, y0 + y1 u), 32 bytes each.
pub fn pairing_check(pairs: &[u8]) -> Option<bool> {
    let (pairs, []) = pairs.as_chunks::<192>() else { return None };
    let mut points = Vec::with_capacity(pairs.len());
    for pair in pairs {
        points.push(decode_pair(pair)?);
    }
    pairings::is_one(&points)
}

/// A point of G1, and what may be one of G2; none if it is neither.
fn decode_pair(pair: &[u8; 192]) -> Option<Pair> {
    let (p, q) = pair.split_first_chunk::<64>()?;
    Some((decode(p)?, decode_twisted(q)?))
}

fn is_below_prime(n: &U256) -> bool {
    n.0.iter().rev().lt(PRIME.0.iter().rev())
}

/// A pair: none is infinity.
type Pair = (Option<Point>, Option<[U256; 4]>);

/// x0, x1, y0 and y1, all below the prime, or infinity; none if they are not. It may be no point.
fn decode_twisted(bytes: &[u8]) -> Option<Option<[U256; 4]>> {
    let number = |i: usize| U256(words(&bytes[32 * i..]));
    let point = [1, 0, 3, 2].map(number);
    let is_infinity = point.iter().all(|number| *number == U256::ZERO);
    point.iter().all(is_below_prime).then_some((!is_infinity).then_some(point))
}

/// A point, or infinity; none if it is neither.
fn decode(bytes: &[u8; 64]) -> Option<Option<Point>> {
    let (x, y) = (U256(words(&bytes[..32])), U256(words(&bytes[32..])));
    if !is_below_prime(&x) || !is_below_prime(&y) {
        return None;
    }
    if x == U256::ZERO && y == U256::ZERO {
        return Some(None);
    }
    // y² = x³ + 3: the right side is below p + 3, which is below 2^256.
    let mut cube = mul_mod(&mul_mod(&x, &x, &PRIME), &x, &PRIME);
    let mut carry = 3;
    for word in &mut cube.0 {
        let (sum, over) = word.overflowing_add(carry);
        (*word, carry) = (sum, over.into());
    }
    let right = mul_mod(&cube, &U256::ONE, &PRIME);
    (mul_mod(&y, &y, &PRIME) == right).then(|| Some(Point::new(&bytes[..32], &bytes[32..])))
}

fn encode(point: Option<Point>) -> [u8; 64] {
    point.map_or([0; 64], |point| point.bytes())
}

/// Pairings, in software.
#[cfg(not(feature = "bn254-fp12-coprocessor"))]
mod pairings {
    use alloc::vec::Vec;

    use super::{Pair, U256};
    use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
    use ark_ec::pairing::Pairing;
    use ark_ff::{BigInt, PrimeField, Zero};

    pub fn is_one(pairs: &[Pair]) -> Option<bool> {
        let number = |n: U256| Fq::from_bigint(BigInt::new(n.0)).unwrap_or_default();
        let (mut of_g1, mut of_g2) = (Vec::new(), Vec::new());
        for (p, q) in pairs {
            of_g1.push(p.map_or(G1Affine::identity(), |p| {
                let [x, y] = p.coordinates().map(|n| number(U256(n)));
                G1Affine::new_unchecked(x, y)
            }));
            let q = q.map_or(G2Affine::identity(), |q| {
                let [x0, x1, y0, y1] = q.map(number);
                G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1))
            });
            if !q.is_on_curve() || !q.is_in_correct_subgroup_assuming_on_curve() {
                return None;
            }
            of_g2.push(q);
        }
        Some(Bn254::multi_pairing(of_g1, of_g2).is_zero())
    }
}

/// The product of the pairings, up to a power, by products in Fp12; none if points are not in the groups.
#[cfg(any(test, feature = "bn254-fp12-coprocessor"))]
fn by_products(
    products: &impl crate::pairing::Products<curve::Bn254>,
    pairs: &[Pair],
) -> Option<crate::pairing::field::Fp12<curve::Bn254>> {
    use crate::pairing::field::Fp2;
    let pairs = pairs.iter().map(|(p, q)| {
        let q = q.map(|[x0, x1, y0, y1]| [Fp2([x0.0, x1.0]), Fp2([y0.0, y1.0])]);
        (p.map(|p| p.coordinates()), q)
    });
    crate::pairing::value(products, pairs)
}

#[cfg(feature = "bn254-fp12-coprocessor")]
crate::coprocessor_note!(FP12, "bn254-fp12@c06d972c87ec4cedbac20bd308d6cc19");

/// Pairings, by the coprocessor.
#[cfg(feature = "bn254-fp12-coprocessor")]
mod pairings {
    #[cfg(feature = "native-bn254")]
    use super::U256;
    use super::curve::Bn254;
    use super::{FP12, Pair, by_products};
    use crate::pairing::Products;
    #[cfg(feature = "native-bn254")]
    use crate::pairing::field::Fp2;
    use crate::pairing::field::Fp12;

    struct Coprocessor;

    impl Products<Bn254> for Coprocessor {
        #[inline(always)]
        fn multiply(&self, a: &mut Fp12<Bn254>, b: &Fp12<Bn254>) {
            let a: *mut Fp12<Bn254> = a;
            // SAFETY: the call reads 384 bytes at a1 and updates 384 at a0; the type aligns both.
            unsafe { crate::sys::coprocessor(FP12, a as usize, core::ptr::from_ref(b) as usize) };
        }

        #[inline(always)]
        fn square(&self, a: &mut Fp12<Bn254>) {
            let a: *mut Fp12<Bn254> = a;
            // SAFETY: as above; the call reads before it updates.
            unsafe { crate::sys::coprocessor(FP12, a as usize, a as usize) };
        }
    }

    pub fn is_one(pairs: &[Pair]) -> Option<bool> {
        Some(value(pairs)? == Fp12::ONE)
    }

    /// The product, up to a power.
    pub fn value(pairs: &[Pair]) -> Option<Fp12<Bn254>> {
        by_products(&Coprocessor, pairs)
    }

    /// Whether this is a point of the twist.
    #[cfg(feature = "native-bn254")]
    pub fn is_on_twist([x0, x1, y0, y1]: [U256; 4]) -> bool {
        Coprocessor.is_on_twist(&[Fp2([x0.0, x1.0]), Fp2([y0.0, y1.0])])
    }
}

/// What `guest/patches` calls: whether operands are points.
#[cfg(feature = "native-bn254")]
mod native {
    use alloc::vec::Vec;

    #[unsafe(no_mangle)]
    extern "C" fn native_bn254_add(p: &mut [u8; 64], q: &[u8; 64]) -> bool {
        super::add(p, q).map(|sum| *p = sum).is_some()
    }

    #[unsafe(no_mangle)]
    extern "C" fn native_bn254_mul(p: &mut [u8; 64], scalar: &[u8; 32]) -> bool {
        super::mul(p, scalar).map(|multiple| *p = multiple).is_some()
    }

    /// Of the twist; it may not be in the subgroup. Infinity is none.
    #[unsafe(no_mangle)]
    extern "C" fn native_bn254_is_on_twist(q: &[u8; 128]) -> bool {
        super::decode_twisted(q).flatten().is_some_and(super::pairings::is_on_twist)
    }

    /// The product of the pairings of so many pairs, up to a power.
    ///
    /// # Safety
    /// They lie there.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn native_bn254_pairing(
        pairs: *const [u8; 192],
        len: usize,
        value: &mut [u64; 48],
    ) -> bool {
        // SAFETY: the caller's.
        let pairs = unsafe { core::slice::from_raw_parts(pairs, len) };
        let points: Option<Vec<_>> = pairs.iter().map(super::decode_pair).collect();
        let product = points.and_then(|points| super::pairings::value(&points));
        let words = |product: crate::pairing::field::Fp12<super::curve::Bn254>| product.0.map(|x| x.0);
        product.map(|product| value.copy_from_slice(words(product).as_flattened().as_flattened())).is_some()
    }
}

/// The group, in software.
#[cfg(not(feature = "bn254-coprocessor"))]
mod group {
    use super::Point;
    use crate::ecdsa::point::bytes_of;
    use ark_bn254::{Fq, G1Affine};
    use ark_ec::{AffineRepr, CurveGroup};
    use ark_ff::{BigInt, PrimeField};

    pub fn sum(p: Option<Point>, q: Option<Point>) -> Option<Point> {
        point((affine(p) + affine(q)).into_affine())
    }

    pub fn multiple(p: Point, scalar: [u64; 4]) -> Option<Point> {
        point(affine(Some(p)).mul_bigint(scalar).into_affine())
    }

    fn affine(point: Option<Point>) -> G1Affine {
        let Some(Point([x0, x1, x2, x3, y0, y1, y2, y3])) = point else { return G1Affine::identity() };
        let number = |words| Fq::from_bigint(BigInt::new(words)).unwrap_or_default();
        G1Affine::new_unchecked(number([x0, x1, x2, x3]), number([y0, y1, y2, y3]))
    }

    fn point(point: G1Affine) -> Option<Point> {
        let bytes = |number: Fq| bytes_of(&number.into_bigint().0);
        point.xy().map(|(x, y)| Point::new(&bytes(x), &bytes(y)))
    }
}

/// The group, by an addition of points.
#[cfg(any(test, feature = "bn254-coprocessor"))]
mod by_addition {
    use super::{PRIME, Point};
    use crate::ecdsa::multiply::{Sum, sum as multiples};

    pub fn sum(p: Option<Point>, q: Option<Point>, add: impl Fn(&mut Point, &Point)) -> Option<Point> {
        let mut sum = Sum { point: p, add };
        if let Some(q) = &q {
            sum.plus(q);
        }
        sum.point
    }

    pub fn multiple(p: Point, scalar: [u64; 4], add: impl Fn(&mut Point, &Point)) -> Option<Point> {
        multiples(&[(scalar, p)], &PRIME.0, add)
    }
}

#[cfg(feature = "bn254-coprocessor")]
crate::coprocessor_note!(BN254, "bn254@9da3d7426d340f9801a07e94f6baa87b");

/// The group, by the coprocessor.
#[cfg(feature = "bn254-coprocessor")]
mod group {
    use super::{BN254, Point, by_addition};

    fn add(p: &mut Point, q: &Point) {
        let p: *mut Point = p;
        // SAFETY: the call reads 64 bytes at a1 and updates 64 at a0; the type aligns both.
        unsafe { crate::sys::coprocessor(BN254, p as usize, core::ptr::from_ref(q) as usize) };
    }

    pub fn sum(p: Option<Point>, q: Option<Point>) -> Option<Point> {
        by_addition::sum(p, q, add)
    }

    pub fn multiple(p: Point, scalar: [u64; 4]) -> Option<Point> {
        by_addition::multiple(p, scalar, add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecdsa::point::bytes_of;

    const G: [u8; 64] = {
        let mut bytes = [0; 64];
        (bytes[31], bytes[63]) = (1, 2);
        bytes
    };

    fn scalar(n: u64) -> [u8; 32] {
        bytes_of(&[n, 0, 0, 0])
    }

    /// The order of the group.
    fn order() -> [u8; 32] {
        bytes_of(&[
            0x43E1_F593_F000_0001,
            0x2833_E848_79B9_7091,
            0xB850_45B6_8181_585D,
            0x3064_4E72_E131_A029,
        ])
    }

    /// What the coprocessor does.
    fn add_points(p: &mut Point, q: &Point) {
        *p = group::sum(Some(*p), Some(*q)).unwrap_or(Point([0; 8]));
    }

    #[test]
    fn laws() {
        let infinity = [0; 64];
        let twice = add(&G, &G).unwrap();
        assert_eq!(mul(&G, &scalar(2)), Some(twice));
        assert_eq!(add(&twice, &G), mul(&G, &scalar(3)));
        assert_eq!(add(&G, &infinity), Some(G));
        assert_eq!(add(&infinity, &infinity), Some(infinity));
        assert_eq!(mul(&infinity, &scalar(7)), Some(infinity));
        assert_eq!(mul(&G, &order()), Some(infinity));
        let mut minus = G;
        minus[32..].copy_from_slice(&bytes_of(&[PRIME.0[0] - 2, PRIME.0[1], PRIME.0[2], PRIME.0[3]]));
        assert_eq!(add(&G, &minus), Some(infinity));
        // A scalar may be above the order.
        let mut large = [0xFF; 32];
        let of_large = mul(&G, &large).unwrap();
        large[31] = 0xFE;
        assert_eq!(add(&mul(&G, &large).unwrap(), &G), Some(of_large));
    }

    #[test]
    fn by_additions() {
        let point = Point::new(&G[..32], &G[32..]);
        for n in [scalar(0), scalar(1), scalar(16), scalar(1234567), order(), [0xFF; 32]] {
            let multiple = by_addition::multiple(point, words(&n), add_points);
            assert_eq!(encode(multiple), mul(&G, &n).unwrap());
        }
        assert_eq!(by_addition::sum(None, Some(point), add_points), Some(point));
        assert_eq!(by_addition::sum(Some(point), None, add_points), Some(point));
        let twice = by_addition::sum(Some(point), Some(point), add_points);
        assert_eq!(encode(twice), add(&G, &G).unwrap());
    }

    #[test]
    fn no_points() {
        let prime = bytes_of(&PRIME.0);
        let mut off = G;
        off[63] = 3;
        let mut large_x = G;
        large_x[..32].copy_from_slice(&prime);
        let mut large_y = [0; 64];
        large_y[32..].copy_from_slice(&prime);
        for bad in [off, large_x, large_y, [0xFF; 64]] {
            assert!(add(&bad, &G).is_none() && add(&G, &bad).is_none() && mul(&bad, &scalar(0)).is_none());
        }
    }
}
