//! Rows of all cases satisfy the chip; sums are those of the group. What lies about a sum is tested with
//! `aver-secp256k1`, whose chip has other constants.

use std::collections::BTreeSet;

use aver_arithmetic::group::{Case, Curve, law};
use aver_arithmetic::testing::broken;
use aver_arithmetic::witness::Number;
use aver_bls12_381::CurveBls12_381;

type Pair = [Number; 2];

/// G (EIP-2537).
fn generator() -> Pair {
    [
        "17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB",
        "08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1",
    ]
    .map(|digits| Number::from_str_radix(digits, 16).unwrap())
}

/// EIP-2537's curve: multiples of G stay on it, and the order of the group is as it says.
#[test]
fn sums() {
    let p = Number::from_limbs_slice(CurveBls12_381::PRIME);
    let order = "73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001";
    let less = Number::from_str_radix(order, 16).unwrap() - Number::from(1);
    let (mut sum, mut power) = (None, generator());
    for bit in 0..255 {
        if less.bit(bit) {
            sum = Some(sum.map_or(power, |sum| law::<CurveBls12_381>(sum, power).point));
        }
        power = law::<CurveBls12_381>(power, power).point;
        let [x, y] = power;
        let cube = x.mul_mod(x, p).mul_mod(x, p);
        assert_eq!(y.mul_mod(y, p), cube.add_mod(Number::from(4), p));
    }
    // (n − 1) G = −G
    assert_eq!(sum, Some([generator()[0], p - generator()[1]]));
}

#[test]
fn honest_rows() {
    let p = Number::from_limbs_slice(CurveBls12_381::PRIME);
    let [x, y] = generator();
    let twice = law::<CurveBls12_381>([x, y], [x, y]).point;
    let one = Number::from(1);
    let most = Number::MAX;
    for (a, b, case) in [
        ([x, y], twice, Case::Add),
        ([x, y], [x, y], Case::Double),
        ([x, y], [x, p - y], Case::Opposite),
        ([most, most], [most, most], Case::Double),
        ([p + one, one], [one, one], Case::Double),
        ([Number::ZERO, most], [most, Number::ZERO], Case::Add),
        ([most, Number::ZERO], [Number::ZERO, most], Case::Add),
        // Nine times p and more: of y twice.
        ([most - p - p, most], [most - p, one], Case::Double),
        ([most, p + p + p], [most - p, p + p], Case::Opposite),
        ([most - p, most], [most, most - p], Case::Double),
        ([one, most], [one, most], Case::Double),
    ] {
        let law = law::<CurveBls12_381>(a, b);
        assert_eq!(law.case, case);
        assert_eq!(broken(CurveBls12_381, a, b, law), BTreeSet::new(), "{a:?} {b:?}");
        let mut lie = law;
        lie.point[0] += one;
        assert!(!broken(CurveBls12_381, a, b, lie).is_empty());
    }
}
