//! Rows of all cases satisfy the chip; sums are those of the group. What lies about a sum is tested with
//! `aver-secp256k1`, whose chip has other constants.

use std::collections::BTreeSet;

use aver_arithmetic::group::{Case, Curve, law};
use aver_arithmetic::testing::broken;
use aver_bn254::CurveBn254;
use ruint::aliases::U256;

type Pair = [U256; 2];

/// G = (1, 2)
fn generator() -> Pair {
    [U256::from(1), U256::from(2)]
}

/// EIP-196's curve: multiples of G stay on it, and the order of the group is as it says.
#[test]
fn sums() {
    let p = U256::from_limbs(CurveBn254::PRIME);
    let order = "21888242871839275222246405745257275088548364400416034343698204186575808495616";
    let less = U256::from_str_radix(order, 10).unwrap();
    let (mut sum, mut power) = (None, generator());
    for bit in 0..254 {
        if less.bit(bit) {
            sum = Some(sum.map_or(power, |sum| law::<CurveBn254>(sum, power).point));
        }
        power = law::<CurveBn254>(power, power).point;
        let [x, y] = power;
        let cube = x.mul_mod(x, p).mul_mod(x, p);
        assert_eq!(y.mul_mod(y, p), cube.add_mod(U256::from(3), p));
    }
    // (n − 1) G = −G
    assert_eq!(sum, Some([U256::from(1), p - U256::from(2)]));
}

#[test]
fn honest_rows() {
    let p = U256::from_limbs(CurveBn254::PRIME);
    let [x, y] = generator();
    let twice = law::<CurveBn254>([x, y], [x, y]).point;
    let (one, most) = (U256::from(1), U256::MAX);
    for (a, b, case) in [
        ([x, y], twice, Case::Add),
        ([x, y], [x, y], Case::Double),
        ([x, y], [x, p - y], Case::Opposite),
        ([most, most], [most, most], Case::Double),
        ([p + one, one], [one, one], Case::Double),
        ([U256::ZERO, most], [most, U256::ZERO], Case::Add),
        ([most, U256::ZERO], [U256::ZERO, most], Case::Add),
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
