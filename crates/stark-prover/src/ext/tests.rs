use p3_field::Field;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::*;

/// Random values, and the largest in some lanes: sums of products come near their bounds.
fn random(rng: &mut SmallRng) -> E {
    let mut base = || F::new(rng.random_range(0..aver_stark::field::P));
    each!(K => PF::from_fn(|i| if i % 3 == K % 3 { -F::ONE } else { base() }))
}

#[test]
fn products_are_those_of_plonky3() {
    let mut rng = SmallRng::seed_from_u64(1);
    for _ in 0..200 {
        let v: [E; 4] = core::array::from_fn(|_| random(&mut rng));
        let [a, b, c, d] = v.each_ref().map(to_packed);
        assert_eq!(to_packed(&mul(&v[0], &v[1])), a * b);
        assert_eq!(to_packed(&mul_by(&Matrix::new(&v[0]), &v[1])), a * b);
        assert_eq!(to_packed(&dot(&v[0], &v[1], &v[2], &v[3])), a * b + c * d);
        assert_eq!(to_packed(&add(&v[0], &v[1])), a + b);
        assert_eq!(to_packed(&sub(&v[0], &v[1])), a - b);
        let (x, y) = (v[0][0], v[1][3]);
        assert_eq!(to_packed(&dot_base(x, &v[2], y, &v[3])), c * x + d * y);
        assert_eq!(to_packed(&mul_base(&operands(&v[2]), x)), c * x);
        assert_eq!(from_packed(&a), v[0]);
    }
}

#[test]
fn long_sums_are_reduced_at_the_end() {
    let mut rng = SmallRng::seed_from_u64(2);
    let start = random(&mut rng);
    let (mut dot, mut expected) = (Dot::new(&start), to_packed(&start));
    for _ in 0..100 {
        let [a, b]: [E; 2] = core::array::from_fn(|_| random(&mut rng));
        dot.add(&a, &b);
        expected += to_packed(&a) * to_packed(&b);
        assert_eq!(to_packed(&dot.sum()), expected);
    }
}

/// The largest Montgomery residue, p − 1, in every place.
#[test]
fn bounds_hold_for_the_largest_residues() {
    // x ↦ 2^32 x is how elements are stored; 2^−32 (p − 1) is stored as p − 1.
    let inverse = F::new(2).exp_u64(32).inverse();
    let v: E = [PF::broadcast(F::ZERO - inverse); D];
    let a = to_packed(&v);
    assert_eq!(to_packed(&dot(&v, &v, &v, &v)), a * a + a * a);
    let mut sum = Dot::new(&v);
    let mut expected = a;
    for _ in 0..20 {
        sum.add(&v, &v);
        expected += a * a;
        assert_eq!(to_packed(&sum.sum()), expected);
    }
    for count in 0..20 {
        let terms = vec![([v[0].as_slice()[0]; D], v[0]); count];
        let expected = a + (0..count).map(|_| a * v[0]).sum::<PEF>();
        assert_eq!(to_packed(&affine(&v, &terms, |&x| x)), expected, "{count} terms");
    }
}

#[test]
fn affine_forms_are_sums_of_products() {
    let mut rng = SmallRng::seed_from_u64(3);
    for count in 0..20 {
        let start = random(&mut rng);
        let terms: Vec<([F; D], PF)> =
            (0..count).map(|_| (random(&mut rng).map(|c| c.as_slice()[0]), random(&mut rng)[2])).collect();
        let product = |(b, x): &([F; D], PF)| PEF::from(EF::from_basis_coefficients_fn(|k| b[k])) * *x;
        let expected = to_packed(&start) + terms.iter().map(product).sum::<PEF>();
        assert_eq!(to_packed(&affine(&start, &terms, |&x| x)), expected, "{count} terms");
    }
}
