//! Rows of the chip: honest ones of all cases satisfy it, and what lies about a sum breaks the constraint that says so,
//! and no other.

use std::collections::BTreeSet;

use aver_arithmetic::group::{Case, Curve, Law, law};
use aver_arithmetic::limbs::Bounds;
use aver_arithmetic::size::Bits256;
use aver_arithmetic::testing::broken;
use aver_arithmetic::witness::Number;
use aver_secp256k1::Curve256k1;

type Pair = [Number; 2];

/// p
fn prime() -> Number {
    Number::from_limbs_slice(Curve256k1::PRIME)
}

/// G (SEC 2, 2.4.1).
fn generator() -> Pair {
    [
        "79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798",
        "483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8",
    ]
    .map(|digits| Number::from_str_radix(digits, 16).unwrap())
}

fn honest(p: Pair, q: Pair) -> Law {
    law::<Curve256k1>(p, q)
}

/// Breaks these constraints, and looks up what is there.
fn check(p: Pair, q: Pair, law: Law, expected: &[&'static str]) {
    assert_eq!(
        broken(Curve256k1, p, q, law),
        expected.iter().copied().collect::<BTreeSet<_>>(),
        "{p:?} {q:?} {law:?}"
    );
}

/// Pairs of points with their cases: of the curve, and others.
fn pairs() -> Vec<(Pair, Pair, Case)> {
    let g = generator();
    let p = prime();
    let twice = honest(g, g).point;
    let minus = |[x, y]: Pair| [x, p - y];
    let (zero, one) = (Number::ZERO, Number::from(1));
    let most = (one << 256) - one;
    let origin = [zero, zero];
    vec![
        (g, twice, Case::Add),
        (twice, g, Case::Add),
        (g, minus(twice), Case::Add),
        (g, g, Case::Double),
        (g, minus(g), Case::Opposite),
        // As operand, (0, 0) is a pair like any other.
        (origin, g, Case::Add),
        (g, origin, Case::Add),
        (origin, origin, Case::Opposite),
        // Coordinates that are not below p count modulo p.
        ([one, one], [p + one, one], Case::Double),
        ([p + one, one], [one, one], Case::Double),
        ([p + one, one], [one, p - one], Case::Opposite),
        ([one, p + one], [p + one, p - one], Case::Opposite),
        ([most, most], [most, most], Case::Double),
        ([zero, most], [most, zero], Case::Add),
        ([most, zero], [zero, most], Case::Add),
        ([p, p], [zero, p], Case::Opposite),
        ([p - one, p - one], [one, one], Case::Add),
        // Off the curve: the same x, and y neither the same nor opposite.
        ([one, one], [one, one + one], Case::Double),
        // A slope of zero, and a result of zero.
        ([one, g[1]], [zero, g[1]], Case::Add),
        ([one, zero], [p - one, zero], Case::Add),
    ]
}

#[test]
fn all_pairs_have_rows() {
    for (p, q, case) in pairs() {
        let law = honest(p, q);
        assert_eq!(law.case, case);
        check(p, q, law, &[]);
    }
}

/// Sums are those of another implementation: multiples of the generator.
#[test]
fn sums() {
    use k256::elliptic_curve::sec1::ToEncodedPoint;
    use k256::{ProjectivePoint, Scalar};
    let g = generator();
    let mut sum = g;
    for n in 2u64..40 {
        sum = honest(sum, g).point;
        let expected = (ProjectivePoint::GENERATOR * Scalar::from(n)).to_affine().to_encoded_point(false);
        let [x, y] = sum.map(|coordinate| coordinate.to_be_bytes::<48>());
        assert_eq!(expected.as_bytes()[1..], [&x[16..], &y[16..]].concat());
    }
    // Associative, with doublings and additions.
    let twice = honest(g, g).point;
    assert_eq!(honest(honest(twice, g).point, g).point, honest(twice, twice).point);
}

#[test]
fn lies_about_a_sum_are_noticed() {
    let (g, p) = (generator(), prime());
    let twice = honest(g, g).point;
    let minus = [g[0], p - g[1]];
    let one = Number::from(1);
    let rise = |of: &Law| of.slope.mul_mod(of.run, p);

    // Another slope, with the sum that comes of it.
    let with_slope = |p1: Pair, p2: Pair, law: Law, slope: Number| {
        let p = prime();
        let minus = |a: Number, b: Number| a.add_mod(p - b.reduce_mod(p), p);
        let x3 = minus(minus(slope.mul_mod(slope, p), p1[0]), p2[0]);
        Law { slope, point: [x3, minus(slope.mul_mod(minus(p1[0], x3), p), p1[1])], ..law }
    };
    for (a, b) in [(g, twice), (g, g)] {
        let lie = with_slope(a, b, honest(a, b), one);
        check(a, b, lie, &["secp256k1/6"]);
    }
    // Another run, with the slope for it.
    for (a, b, label) in [(g, twice, "secp256k1/2"), (g, g, "secp256k1/3")] {
        let law = honest(a, b);
        let run = law.run + one;
        let slope = rise(&law).mul_mod(run.inv_mod(p).unwrap(), p);
        check(a, b, with_slope(a, b, Law { run, ..law }, slope), &[label]);
    }
    // Points that differ, doubled; equal points, as ones that differ: run is zero, and any slope will do.
    let law = honest(g, twice);
    let run = g[1].add_mod(twice[1], p);
    let square = g[0].mul_mod(g[0], p);
    let slope = square.mul_mod(Number::from(3), p).mul_mod(run.inv_mod(p).unwrap(), p);
    let y_times = i64::from(run < g[1]);
    let lie = Law { case: Case::Double, run, y_times, x_times: 0, ..law };
    check(g, twice, with_slope(g, twice, lie, slope), &["secp256k1/2"]);
    let lie = Law { case: Case::Add, run: Number::ZERO, x_times: 0, y_times: 0, ..honest(g, g) };
    check(g, g, with_slope(g, g, lie, one), &["secp256k1/5"]);
    // Run is a multiple of p that is not zero.
    let small = [one, one];
    let other = [one + p, one];
    let lie = Law { case: Case::Add, run: p, x_times: 0, y_times: 0, ..honest(small, other) };
    check(small, other, with_slope(small, other, lie, one), &["secp256k1/4"]);
    // Opposite points with a sum, others without.
    let lie = Law { case: Case::Double, ..honest(g, minus) };
    check(g, minus, with_slope(g, minus, lie, one), &["secp256k1/5", "secp256k1/6"]);
    let none = Law { case: Case::Opposite, slope: Number::ZERO, point: [Number::ZERO; 2], ..honest(g, g) };
    check(g, g, none, &["secp256k1/5"]);
    let none = Law { run: Number::ZERO, x_times: 0, ..none };
    check(g, twice, none, &["secp256k1/2", "secp256k1/3"]);
    // A sum of opposite points that is not (0, 0).
    for slope in [one, p] {
        let x3 = slope.mul_mod(slope, p);
        let point = [x3, slope.mul_mod(g[0].add_mod(p - x3, p), p)];
        let lie = Law { slope, point, ..honest(g, minus) };
        check(g, minus, lie, if slope == p { &[] } else { &["secp256k1/9"] });
    }
    // Results that are not below p.
    let zero = Number::ZERO;
    let (a, b) = ([one, zero], [p - one, zero]);
    for which in 0..2 {
        let mut lie = honest(a, b);
        assert_eq!(lie.point[which], zero);
        lie.point[which] = p;
        check(a, b, lie, &["secp256k1/9"]);
    }
    // Another result.
    let mut lie = honest(g, twice);
    lie.point[1] += one;
    check(g, twice, lie, &["secp256k1/8"]);
    lie = honest(g, twice);
    lie.point[0] += one;
    check(g, twice, lie, &["secp256k1/7", "secp256k1/8"]);
}

/// Slope is a residue: written in another way, it gives the same sum.
#[test]
fn slopes() {
    let one = Number::from(1);
    let (a, b) = ([one, one], [one + one, one + one]);
    let law = honest(a, b);
    assert_eq!(law.slope, one);
    check(a, b, Law { slope: one + prime(), ..law }, &[]);
}

/// The bounds bite: with them, 3 x1² does not fit into pairs, nor much larger numbers into single positions.
#[test]
fn bounds_of_products_bite() {
    let prime = Bounds::times(Curve256k1::DIGITS);
    let limb = Bounds { min: 0, max: 0xFFFF };
    let none = Bounds { min: 0, max: 0 };
    let product = Bounds::product::<Bits256>();
    assert!(product.plus(-1, prime).pairwise::<Bits256>(none.plus(-3, limb)));
    assert!(!product.plus(-3, product).pairwise::<Bits256>(none));
    assert!(product.plus(-3, product).bytewise());
    assert!(!product.plus(-6, product).bytewise());
}
