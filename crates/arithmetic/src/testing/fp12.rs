//! What rows of products in Fp12 are held to: honest ones satisfy the chip, whatever numbers are multiplied, and what lies about a
//! product breaks the constraint that says so, and no other. Products are those of the field.

use std::collections::BTreeSet;
use std::vec;
use std::vec::Vec;

use super::{Judge, row, step};
use crate::fp12::{Element, Fp12, Product, Tower, fill, multiply};
use crate::group::Curve;
use crate::size::Size;
use crate::witness::{Number, Wide, words};

type SizeOf<T> = <<T as Tower>::Curve as Curve>::Size;

fn judge<T: Tower>() -> Judge {
    Judge::new((T::CODE.chip)())
}

/// p
fn prime<T: Tower>() -> Number {
    Number::from_limbs_slice(T::Curve::PRIME)
}

fn check<T: Tower>(judge: &Judge, a: &Element, b: &Element, lie: Product, expected: &[&'static str]) {
    let words =
        |element: &Element| element.iter().flat_map(|n| words::<SizeOf<T>>(n).to_vec()).collect::<Vec<u64>>();
    let step = step(Fp12::<T>::CALL, &words(b), &words(a), &words(&lie.element));
    let row = row(|filler, program| fill::<T>(filler, program, &[&step], |_, _| lie));
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    assert_eq!(judge.objections(&row), expected);
}

/// Elements at edges, and others.
fn elements<T: Tower>() -> Vec<Element> {
    let (zero, one, p) = (Number::ZERO, Number::from(1), prime::<T>());
    let most = Number::MAX >> (384 - 8 * SizeOf::<T>::BYTES);
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

/// Honest rows satisfy the chip.
pub fn honest_rows<T: Tower>() {
    let (judge, elements) = (judge::<T>(), elements::<T>());
    for (i, a) in elements.iter().enumerate() {
        for b in &elements[i..] {
            check::<T>(&judge, a, b, multiply::<T>(a, b), &[]);
        }
    }
}

/// u u = −1, w w^5 = root + u; products commute, and are linear in what is multiplied.
pub fn products_are_those_of_the_field<T: Tower>() {
    let p = prime::<T>();
    let unit = |n: usize| std::array::from_fn::<Number, 12, _>(|i| Number::from(u8::from(i == n)));
    let of = |pairs: &[(usize, Number)]| {
        let mut element = [Number::ZERO; 12];
        pairs.iter().for_each(|&(n, value)| element[n] = value);
        element
    };
    let product = |a: &Element, b: &Element| multiply::<T>(a, b).element;
    let one = Number::from(1);
    assert_eq!(product(&unit(1), &unit(1)), of(&[(0, p - one)]));
    assert_eq!(product(&unit(2), &unit(10)), of(&[(0, Number::from(T::ROOT)), (1, one)]));
    // w^3 (u w^5) = u (root + u) w^2 = (−1 + root u) w^2
    assert_eq!(product(&unit(6), &unit(11)), of(&[(4, p - one), (5, Number::from(T::ROOT))]));
    let [.., a, b] = &elements::<T>()[..] else { unreachable!() };
    assert_eq!(product(a, b), product(b, a));
    let mut sum = [Number::ZERO; 12];
    for n in 0..12 {
        let part = product(&of(&[(n, a[n])]), b);
        sum = std::array::from_fn(|i| sum[i].add_mod(part[i], p));
    }
    assert_eq!(product(a, b), sum);
}

/// Lies about a product are noticed.
pub fn lies_about_a_product_are_noticed<T: Tower>() {
    let [.., a, b] = &elements::<T>()[..] else { unreachable!() };
    let (judge, honest) = (judge::<T>(), multiply::<T>(a, b));
    for n in 0..12 {
        // Another number, or quotient.
        for bit in [0, 100, 200] {
            let mut lie = honest;
            lie.element[n] ^= Number::from(1) << bit;
            check::<T>(&judge, a, b, lie, &T::LABELS[2..]);
            lie = honest;
            lie.quotients[n] ^= Wide::from(1) << (bit + 8);
            check::<T>(&judge, a, b, lie, &T::LABELS[2..]);
        }
        // The same modulo p, above it.
        let mut lie = honest;
        lie.element[n] += prime::<T>();
        lie.quotients[n] -= Wide::from(1);
        check::<T>(&judge, a, b, lie, &["lookup"]);
    }
    // p instead of zero.
    let mut lie = multiply::<T>(a, &[Number::ZERO; 12]);
    lie.element[5] = prime::<T>();
    lie.quotients[5] -= Wide::from(1);
    check::<T>(&judge, a, &[Number::ZERO; 12], lie, &T::LABELS[1..2]);
}
