//! Rows of the chip: honest ones satisfy it, and what lies about a division breaks the constraint that says so, and no
//! other.

use std::collections::BTreeSet;

use aver_arithmetic::testing::{objections, row, step};
use aver_modular::chip::Division as Chip;
use aver_modular::fill::table;
use aver_modular::{CALL, Division, divide};
use ruint::aliases::{U256, U512};

fn check(a: U256, b: U256, m: U256, lie: Division, expected: &[&'static str]) {
    let words = |numbers: &[U256]| numbers.iter().flat_map(|number| *number.as_limbs()).collect::<Vec<_>>();
    let step = step(CALL, &words(&[m]), &words(&[a, b]), &words(&[lie.remainder, lie.low()]));
    let row = row(|filler, program| table(filler, program, &[&step], |_, _, _| lie));
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    assert_eq!(objections(Box::new(Chip), &row), expected, "{a} {b} {m} {lie:?}");
}

/// Numbers at edges, and some between.
fn numbers() -> Vec<U256> {
    let (one, most) = (U256::from(1), U256::MAX);
    let large = U256::from_limbs([3, 1 << 63, 0, 0xFFFF_FFFE_FFFF_FC2F]);
    vec![U256::ZERO, one, U256::from(2), U256::from(0xFFFF), U256::from(0x1_0000), large, most - one, most]
}

#[test]
fn honest_rows() {
    for a in numbers() {
        for b in numbers() {
            for m in numbers() {
                let division = divide(a, b, m);
                let product: U512 = a.widening_mul(b);
                let modulus = if m == U256::ZERO { U512::from(1) << 256 } else { U512::from(m) };
                assert_eq!(division.quotient * modulus + U512::from(division.remainder), product);
                assert!(U512::from(division.remainder) < modulus);
                check(a, b, m, division, &[]);
            }
        }
    }
}

#[test]
fn lies_about_a_division_are_noticed() {
    let (zero, one) = (U256::ZERO, U256::from(1));
    let number = |n: u64| U256::from(n);
    // The remainder is above m: how much less it is, is no number of 16 bits. It is m: no limb differs.
    let Division { quotient, remainder } = divide(number(1000), number(999), number(77));
    let less = Division { quotient: quotient - U512::from(1), remainder: remainder + number(77) };
    check(number(1000), number(999), number(77), less, &["lookup"]);
    let exact = Division { quotient: U512::from(8), remainder: number(77) };
    check(number(77), number(9), number(77), exact, &["modular/3"]);
    // Another remainder, or quotient: of a large number in the upper half.
    for m in [number(77), zero, U256::MAX] {
        let honest = divide(U256::MAX, U256::MAX - number(5), m);
        let other = Division { remainder: honest.remainder ^ one, ..honest };
        check(U256::MAX, U256::MAX - number(5), m, other, &["modular/4"]);
        for bit in [0, 255, 256, 511] {
            let other = Division { quotient: honest.quotient ^ (U512::from(1) << bit), ..honest };
            check(U256::MAX, U256::MAX - number(5), m, other, &["modular/4"]);
        }
    }
}
