//! Rows of all cases satisfy the chip; sums are those of the group. What lies about a sum is tested with
//! `aver-secp256k1`, whose chip has other constants.

use std::collections::BTreeSet;

use aver_arithmetic::group::{Case, Curve, law};
use aver_arithmetic::testing::broken;
use aver_arithmetic::witness::Number;
use aver_bn254::CurveBn254;

type Pair = [Number; 2];

/// G = (1, 2)
fn generator() -> Pair {
    [Number::from(1), Number::from(2)]
}

/// EIP-196's curve: multiples of G stay on it, and the order of the group is as it says.
#[test]
fn sums() {
    let p = Number::from_limbs_slice(CurveBn254::PRIME);
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495616";
    let less = Number::from_str_radix(order, 10).unwrap();
    let (mut sum, mut power) = (None, generator());
    for bit in 0..254 {
        if less.bit(bit) {
            sum = Some(sum.map_or(power, |sum| law::<CurveBn254>(sum, power).point));
        }
        power = law::<CurveBn254>(power, power).point;
        let [x, y] = power;
        let cube = x.mul_mod(x, p).mul_mod(x, p);
        assert_eq!(y.mul_mod(y, p), cube.add_mod(Number::from(3), p));
    }
    // (n − 1) G = −G
    assert_eq!(sum, Some([Number::from(1), p - Number::from(2)]));
}

#[test]
fn honest_rows() {
    let p = Number::from_limbs_slice(CurveBn254::PRIME);
    let [x, y] = generator();
    let twice = law::<CurveBn254>([x, y], [x, y]).point;
    let one = Number::from(1);
    let most = (one << 256) - one;
    for (a, b, case) in [
        ([x, y], twice, Case::Add),
        ([x, y], [x, y], Case::Double),
        ([x, y], [x, p - y], Case::Opposite),
        ([most, most], [most, most], Case::Double),
        ([p + one, one], [one, one], Case::Double),
        ([Number::ZERO, most], [most, Number::ZERO], Case::Add),
        ([most, Number::ZERO], [Number::ZERO, most], Case::Add),
        // Five times p and more.
        ([most - p - p, most], [most - p, one], Case::Double),
        ([most, p + p + p], [most - p, p + p], Case::Opposite),
    ] {
        let law = law::<CurveBn254>(a, b);
        assert_eq!(law.case, case);
        assert_eq!(broken(CurveBn254, a, b, law), BTreeSet::new(), "{a:?} {b:?}");
        let mut lie = law;
        lie.point[0] += one;
        assert!(!broken(CurveBn254, a, b, lie).is_empty());
    }
}
