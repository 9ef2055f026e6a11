//! Rows of all cases satisfy the chip; sums are those of another implementation. What lies about a sum is tested with
//! `aver-secp256k1`, whose chip has other constants.

use std::collections::BTreeSet;

use aver_arithmetic::group::{Case, Curve, law};
use aver_arithmetic::testing::broken;
use aver_arithmetic::witness::Number;
use aver_secp256r1::Curve256r1;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{ProjectivePoint, Scalar};

type Pair = [Number; 2];

/// n G
fn multiple(n: u64) -> Pair {
    let point = (ProjectivePoint::GENERATOR * Scalar::from(n)).to_affine().to_encoded_point(false);
    [1, 33].map(|from| Number::from_be_slice(&point.as_bytes()[from..from + 32]))
}

#[test]
fn sums() {
    let mut sum = multiple(1);
    for n in 2..40 {
        sum = law::<Curve256r1>(sum, multiple(1)).point;
        assert_eq!(sum, multiple(n));
    }
    assert_eq!(law::<Curve256r1>(multiple(20), multiple(20)).point, multiple(40));
}

#[test]
fn honest_rows() {
    let p = Number::from_limbs_slice(Curve256r1::PRIME);
    let [x, y] = multiple(1);
    let one = Number::from(1);
    let most = (one << 256) - one;
    for (a, b, case) in [
        ([x, y], multiple(2), Case::Add),
        ([x, y], [x, y], Case::Double),
        ([x, y], [x, p - y], Case::Opposite),
        ([most, most], [most, most], Case::Double),
        ([p + one, one], [one, one], Case::Double),
        ([Number::ZERO, most], [most, Number::ZERO], Case::Add),
        ([most, Number::ZERO], [Number::ZERO, most], Case::Add),
        // A slope of zero: 3 x² − 3 is.
        ([one, one], [one, one], Case::Double),
    ] {
        let law = law::<Curve256r1>(a, b);
        assert_eq!(law.case, case);
        assert_eq!(broken(Curve256r1, a, b, law), BTreeSet::new(), "{a:?} {b:?}");
        let mut lie = law;
        lie.point[0] += one;
        assert!(!broken(Curve256r1, a, b, lie).is_empty());
    }
}
