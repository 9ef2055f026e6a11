//! Rows of the chip: honest ones satisfy it, whatever numbers are multiplied, and what lies about a product breaks the
//! constraint that says so, and no other. Products are those of the field.

use std::collections::BTreeSet;

use aver_arithmetic::group::Curve;
use aver_arithmetic::testing::{Judge, row, step};
use aver_arithmetic::witness::Wide;
use aver_bn254::CurveBn254;
use aver_bn254_fp12::chip::Product as Chip;
use aver_bn254_fp12::fill::table;
use aver_bn254_fp12::{CALL, Element, Product, multiply};
use ruint::aliases::U256;

const P: U256 = U256::from_limbs(CurveBn254::PRIME);

fn judge() -> Judge {
    Judge::new(Box::new(Chip::new()))
}

fn check(judge: &Judge, a: &Element, b: &Element, lie: Product, expected: &[&'static str]) {
    let words = |element: &Element| element.iter().flat_map(|number| *number.as_limbs()).collect::<Vec<_>>();
    let step = step(CALL, &words(b), &words(a), &words(&lie.element));
    let row = row(|filler, program| table(filler, program, &[&step], |_, _| lie));
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    assert_eq!(judge.objections(&row), expected);
}

/// Elements at edges, and others.
fn elements() -> Vec<Element> {
    let (zero, one, most) = (U256::ZERO, U256::from(1), U256::MAX);
    let mut number = one;
    let mut next = || {
        number = number.wrapping_mul(U256::from(0x9E37_79B9_7F4A_7C15_u64)).rotate_left(71) ^ one;
        number
    };
    let alternating = |even, odd| std::array::from_fn(|n| if n % 2 == 0 { even } else { odd });
    vec![
        [zero; 12],
        [most; 12],
        [P; 12],
        [P - one; 12],
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

/// u u = −1, w w^5 = 9 + u; products commute, and are linear in what is multiplied.
#[test]
fn products_are_those_of_the_field() {
    let unit = |n: usize| std::array::from_fn::<U256, 12, _>(|i| U256::from(u8::from(i == n)));
    let of = |pairs: &[(usize, U256)]| {
        let mut element = [U256::ZERO; 12];
        pairs.iter().for_each(|&(n, value)| element[n] = value);
        element
    };
    let product = |a: &Element, b: &Element| multiply(a, b).element;
    let one = U256::from(1);
    assert_eq!(product(&unit(1), &unit(1)), of(&[(0, P - one)]));
    assert_eq!(product(&unit(2), &unit(10)), of(&[(0, U256::from(9)), (1, one)]));
    // w^3 (u w^5) = u (9 + u) w^2 = (−1 + 9 u) w^2
    assert_eq!(product(&unit(6), &unit(11)), of(&[(4, P - one), (5, U256::from(9))]));
    let [.., a, b] = &elements()[..] else { unreachable!() };
    assert_eq!(product(a, b), product(b, a));
    let mut sum = [U256::ZERO; 12];
    for n in 0..12 {
        let part = product(&of(&[(n, a[n])]), b);
        sum = std::array::from_fn(|i| sum[i].add_mod(part[i], P));
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
            lie.element[n] ^= U256::from(1) << bit;
            check(&judge, a, b, lie, &["bn254_fp12/3"]);
            lie = honest;
            lie.quotients[n] ^= Wide::from(1) << (bit + 8);
            check(&judge, a, b, lie, &["bn254_fp12/3"]);
        }
        // The same modulo p, above it.
        let mut lie = honest;
        lie.element[n] += P;
        lie.quotients[n] -= Wide::from(1);
        check(&judge, a, b, lie, &["lookup"]);
    }
    // p instead of zero.
    let mut lie = multiply(a, &[U256::ZERO; 12]);
    lie.element[5] = P;
    lie.quotients[5] -= Wide::from(1);
    check(&judge, a, &[U256::ZERO; 12], lie, &["bn254_fp12/2"]);
}
