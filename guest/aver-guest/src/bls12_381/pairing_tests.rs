//! Pairings by products beside those of `ark-bls12-381`, and what is no pair.

extern crate std;

use std::vec::Vec;

use ark_bls12_381::{Fq, Fq2, Fq6, Fq12, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{AdditiveGroup, BigInteger, Field, One, PrimeField};

use super::curve::Bls12;
use super::*;
use crate::pairing::Products;
use crate::pairing::field::{Fp2, Fp12};

/// Products by `ark-bls12-381`: w² = v in Fq6[w], Fq6 = Fq2[v].
struct Software;

impl Products<Bls12> for Software {
    fn multiply(&self, a: &mut Fp12<Bls12>, b: &Fp12<Bls12>) {
        let product = element(a) * element(b);
        let number = |x: Fq| x.into_bigint().0;
        a.0 = core::array::from_fn(|i| {
            let of = if i % 2 == 0 { product.c0 } else { product.c1 };
            let Fq2 { c0, c1, .. } = [of.c0, of.c1, of.c2][i / 2];
            Fp2([number(c0), number(c1)])
        });
    }
}

fn element(a: &Fp12<Bls12>) -> Fq12 {
    let number = |n: &[u64; 6]| {
        let bytes: Vec<u8> = n.iter().flat_map(|word| word.to_le_bytes()).collect();
        Fq::from_le_bytes_mod_order(&bytes)
    };
    let x = |i: usize| Fq2::new(number(&a.0[i].0[0]), number(&a.0[i].0[1]));
    Fq12::new(Fq6::new(x(0), x(2), x(4)), Fq6::new(x(1), x(3), x(5)))
}

fn bytes(p: G1Affine, q: G2Affine) -> Vec<u8> {
    let of = |x: Fq| x.into_bigint().to_bytes_be();
    let p = p.xy().map_or([Fq::ZERO; 2], |(x, y)| [x, y]);
    let q = q.xy().map_or([Fq::ZERO; 4], |(x, y)| [x.c0, x.c1, y.c0, y.c1]);
    p.into_iter().chain(q).flat_map(of).collect()
}

/// By products, and by what the module has.
fn both(input: &[u8]) -> Option<bool> {
    let points = input.chunks(288).map(|pair| {
        let (p, q) = pair.split_at(96);
        Some((decode_in_group(p)?, decode_numbers(q)?))
    });
    let points: Option<Vec<_>> = points.collect();
    let by_products = points.and_then(|points| by_products(&Software, &points));
    assert_eq!(by_products, pairing_check(input));
    by_products
}

fn multiples(n: u64, m: u64) -> (G1Affine, G2Affine) {
    let p = G1Affine::generator() * Fr::from(n);
    (p.into_affine(), (G2Affine::generator() * Fr::from(m)).into_affine())
}

fn pairs(scalars: &[(u64, u64)]) -> Vec<u8> {
    scalars.iter().map(|&(n, m)| multiples(n, m)).flat_map(|(p, q)| bytes(p, q)).collect()
}

#[test]
fn products_of_pairings() {
    let minus = |(p, q): (G1Affine, G2Affine)| bytes(-p, q);
    assert_eq!(pairing_check(&[]), None);
    assert_eq!(both(&pairs(&[(1, 1)])), Some(false));
    // e(5 P, 7 Q) e(−35 P, Q)
    let mut input = pairs(&[(5, 7)]);
    input.extend(minus(multiples(35, 1)));
    assert_eq!(both(&input), Some(true));
    input.extend(pairs(&[(2, 3)]));
    assert_eq!(both(&input), Some(false));
    // Infinity on either side pairs to one.
    input.truncate(2 * 288);
    input.extend(pairs(&[(0, 3), (4, 0), (0, 0)]));
    assert_eq!(both(&input), Some(true));
    // Six pairs.
    let scalars = [(2, 3), (4, 5), (6, 7), (8, 9), (123_456_789, 987_654_321)];
    let sum = scalars.iter().map(|&(n, m)| Fr::from(n) * Fr::from(m)).sum::<Fr>();
    let mut input = pairs(&scalars);
    let p = -(G1Affine::generator() * sum).into_affine();
    input.extend(bytes(p, G2Affine::generator()));
    assert_eq!(both(&input), Some(true));
}

#[test]
fn no_pairs() {
    let honest = pairs(&[(3, 5), (7, 2)]);
    assert_eq!(both(&honest), Some(false));
    assert_eq!(pairing_check(&honest[1..]), None);
    // Another number is no coordinate of a point; nor is one that is not below the prime.
    for i in 0..6 {
        let mut changed = honest.clone();
        changed[48 * i + 47] ^= 1;
        assert_eq!(both(&changed), None, "{i}");
        let mut changed = honest.clone();
        let number = Fq::from_be_bytes_mod_order(&honest[48 * i..48 * i + 48]).into_bigint();
        let mut large = number;
        large.add_with_carry(&Fq::MODULUS);
        changed[48 * i..48 * i + 48].copy_from_slice(&large.to_bytes_be());
        assert_eq!(both(&changed), None, "{i}");
    }
    // Points of the twist that are not in G2, even beside infinity.
    let mut found = 0;
    for x in 0..8 {
        let points = G2Affine::get_ys_from_x_unchecked(Fq2::new(Fq::from(x), Fq::one()));
        let Some((y, _)) = points else { continue };
        let off = G2Affine::new_unchecked(Fq2::new(Fq::from(x), Fq::one()), y);
        assert!(off.is_on_curve() && !off.is_in_correct_subgroup_assuming_on_curve());
        for p in [G1Affine::generator(), G1Affine::identity()] {
            assert_eq!(both(&bytes(p, off)), None);
        }
        // The multiple by the order, whose order divides the cofactor.
        let small = off.mul_bigint(Fr::MODULUS).into_affine();
        assert_eq!(both(&bytes(G1Affine::generator(), small)), None);
        found += 1;
    }
    assert!(found > 1);
}

/// Products take numbers that are not below the prime.
#[test]
fn powers_and_inverses() {
    let a =
        Fp12(core::array::from_fn(|i| Fp2([[i as u64, 2, 3, 4, 5, u64::MAX], [7, i as u64, 5, 6, 7, 8]])));
    let value = element(&a);
    assert_eq!(element(&Software.powers(a, 1)), value.frobenius_map(1));
    assert_eq!(element(&Software.inverse(&Software.times(a, &Fp12::ONE))), value.inverse().unwrap());
    assert_eq!(Software.inverse(&Fp12::ZERO), Fp12::ZERO);
}
