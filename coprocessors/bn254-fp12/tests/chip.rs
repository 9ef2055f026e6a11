//! Rows of the chip: honest ones satisfy it, whatever numbers are multiplied, and what lies about a product breaks the
//! constraint that says so, and no other. Products are those of the field.

use std::collections::BTreeSet;

use aver_arithmetic::fp12::{Element, Fp12, Multiplication, Product, fill};
use aver_arithmetic::group::Curve;
use aver_arithmetic::size::Bits256 as Size;
use aver_arithmetic::testing::{Judge, row, step};
use aver_arithmetic::witness::{Number, Wide, words};
use aver_bn254::CurveBn254 as OverField;
use aver_bn254_fp12::TowerBn254 as Tower;

/// w^6 is this and u.
const ROOT: u64 = 9;
const LABELS: [&str; 2] = ["bn254_fp12/2", "bn254_fp12/3"];
const BYTES: usize = 32;

fn judge() -> Judge {
    Judge::new(Box::new(Multiplication::<Tower>::new()))
}

fn multiply(a: &Element, b: &Element) -> Product {
    aver_arithmetic::fp12::multiply::<Tower>(a, b)
}

/// p
fn prime() -> Number {
    Number::from_limbs_slice(OverField::PRIME)
}

fn check(judge: &Judge, a: &Element, b: &Element, lie: Product, expected: &[&'static str]) {
    let words =
        |element: &Element| element.iter().flat_map(|n| words::<Size>(n).to_vec()).collect::<Vec<u64>>();
    let step = step(Fp12::<Tower>::CALL, &words(b), &words(a), &words(&lie.element));
    let row = row(|filler, program| fill::<Tower>(filler, program, &[&step], |_, _| lie));
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    assert_eq!(judge.objections(&row), expected);
}

/// Elements at edges, and others.
fn elements() -> Vec<Element> {
    let (zero, one, p) = (Number::ZERO, Number::from(1), prime());
    let most = Number::MAX >> (384 - 8 * BYTES);
    let mut number = one;
    let mut next = || {
        number = number.wrapping_mul(Number::from(0x9E37_79B9_7F4A_7C15_u64)).rotate_left(71) ^ one;
        number & most
    };
    let alternating = |even, odd| std::array::from_fn(|n| if n % 2 == 0 { even } else { odd });
    vec![
        [zero; 12],
        [most; 12],
        [p; 12],
        [p - one; 12],
        alternating(most, zero),
        alternating(zero, most),
        std::array::from_fn(|_| next()),
        std::array::from_fn(|_| next()),
    ]
}

#[test]
fn honest_rows() {
    let (judge, elements) = (judge(), elements());
    for (i, a) in elements.iter().enumerate() {
        for b in &elements[i..] {
            check(&judge, a, b, multiply(a, b), &[]);
        }
    }
}

/// u u = −1, w w^5 = root + u; products commute, and are linear in what is multiplied.
#[test]
fn products_are_those_of_the_field() {
    let p = prime();
    let unit = |n: usize| std::array::from_fn::<Number, 12, _>(|i| Number::from(u8::from(i == n)));
    let of = |pairs: &[(usize, Number)]| {
        let mut element = [Number::ZERO; 12];
        pairs.iter().for_each(|&(n, value)| element[n] = value);
        element
    };
    let product = |a: &Element, b: &Element| multiply(a, b).element;
    let one = Number::from(1);
    assert_eq!(product(&unit(1), &unit(1)), of(&[(0, p - one)]));
    assert_eq!(product(&unit(2), &unit(10)), of(&[(0, Number::from(ROOT)), (1, one)]));
    // w^3 (u w^5) = u (root + u) w^2 = (−1 + root u) w^2
    assert_eq!(product(&unit(6), &unit(11)), of(&[(4, p - one), (5, Number::from(ROOT))]));
    let [.., a, b] = &elements()[..] else { unreachable!() };
    assert_eq!(product(a, b), product(b, a));
    let mut sum = [Number::ZERO; 12];
    for n in 0..12 {
        let part = product(&of(&[(n, a[n])]), b);
        sum = std::array::from_fn(|i| sum[i].add_mod(part[i], p));
    }
    assert_eq!(product(a, b), sum);
}

#[test]
fn lies_about_a_product_are_noticed() {
    let [.., a, b] = &elements()[..] else { unreachable!() };
    let (judge, honest) = (judge(), multiply(a, b));
    for n in 0..12 {
        // Another number, or quotient.
        for bit in [0, 100, 200] {
            let mut lie = honest;
            lie.element[n] ^= Number::from(1) << bit;
            check(&judge, a, b, lie, &LABELS[1..]);
            lie = honest;
            lie.quotients[n] ^= Wide::from(1) << (bit + 8);
            check(&judge, a, b, lie, &LABELS[1..]);
        }
        // The same modulo p, above it.
        let mut lie = honest;
        lie.element[n] += prime();
        lie.quotients[n] -= Wide::from(1);
        check(&judge, a, b, lie, &["lookup"]);
    }
    // p instead of zero.
    let mut lie = multiply(a, &[Number::ZERO; 12]);
    lie.element[5] = prime();
    lie.quotients[5] -= Wide::from(1);
    check(&judge, a, &[Number::ZERO; 12], lie, &LABELS[..1]);
}
