//! Points of curves and their multiples, for the modules of these curves; and ECDSA (SEC 1, 4.1).

#[cfg(any(
    test,
    feature = "secp256k1-coprocessor",
    feature = "secp256r1-coprocessor",
    feature = "bn254-fp12-coprocessor",
    feature = "bls12-381-fp12-coprocessor"
))]
pub(crate) mod inverse;
#[cfg(any(
    test,
    feature = "secp256k1-coprocessor",
    feature = "secp256r1-coprocessor",
    feature = "bn254-coprocessor",
    feature = "bls12-381-coprocessor"
))]
pub(crate) mod multiply;
pub(crate) mod point;

pub use point::Point;

/// ECDSA over a curve: its crate, its type there, its prime, and the feature and address of its coprocessor.
#[cfg(any(feature = "secp256k1", feature = "secp256r1"))]
macro_rules! ecdsa {
    ($lib:ident, $curve:ident, $prime:expr, $feature:literal, $address:literal) => {
        use $lib::elliptic_curve::bigint::{CheckedAdd, Encoding};
        use $lib::elliptic_curve::ops::Reduce;
        use $lib::elliptic_curve::point::DecompressPoint;
        use $lib::elliptic_curve::sec1::{FromEncodedPoint, ToEncodedPoint};
        use $lib::elliptic_curve::{Curve, PrimeField};
        use $lib::{AffinePoint, EncodedPoint, Scalar, U256};

        pub use crate::ecdsa::Point;

        /// Whether this is a point as SEC 1 writes it, in 33 or 65 bytes.
        pub fn is_key(public_key: &[u8]) -> bool {
            decode(public_key).is_some()
        }

        /// Whether the signature is that of a message with this hash, by who has this key: a point as SEC 1 writes it,
        /// in 33 or 65 bytes. It is not if there is no such key.
        pub fn verify(public_key: &[u8], hash: &[u8; 32], signature: &[u8; 64]) -> bool {
            let (Some(key), Some((r, s))) = (decode(public_key), scalars(signature)) else { return false };
            let w = invert(&s);
            let sum = combine(&(reduce(hash) * w), &(r * w), &key);
            sum.is_some_and(|point| reduce(&point.x()) == r)
        }

        /// The public key, x and y, for which this is the signature of a message with this hash. Bit 0 of `id` says
        /// whether the y of the point that gave r is odd, bit 1 that its x is r plus the order; there are no other bits.
        pub fn recover(hash: &[u8; 32], signature: &[u8; 64], id: u8) -> Option<[u8; 64]> {
            let (r, s) = scalars(signature)?;
            let mut x = [0; 32];
            x.copy_from_slice(&signature[..32]);
            match id {
                0 | 1 => {}
                2 | 3 => x = plus_order(&x)?,
                _ => return None,
            }
            let point = Option::from(AffinePoint::decompress(&x.into(), (id & 1).into()))?;
            let w = invert(&r);
            let key = combine(&-(reduce(hash) * w), &(s * w), &point)?;
            Some(key.bytes())
        }

        /// r and s, if they are in 1 … n − 1.
        fn scalars(signature: &[u8; 64]) -> Option<(Scalar, Scalar)> {
            let scalar = |from: usize| {
                let mut bytes = [0; 32];
                bytes.copy_from_slice(&signature[from..from + 32]);
                let scalar = Option::<Scalar>::from(Scalar::from_repr(bytes.into()));
                scalar.filter(|scalar| *scalar != Scalar::ZERO)
            };
            Some((scalar(0)?, scalar(32)?))
        }

        /// A number modulo the order n.
        fn reduce(bytes: &[u8; 32]) -> Scalar {
            <Scalar as Reduce<U256>>::reduce_bytes(&(*bytes).into())
        }

        /// x + n, if it is below 2^256.
        fn plus_order(x: &[u8; 32]) -> Option<[u8; 32]> {
            let sum = U256::from_be_slice(x).checked_add(&$lib::$curve::ORDER);
            Option::<U256>::from(sum).map(|sum| sum.to_be_bytes())
        }

        /// A point of the curve.
        fn decode(bytes: &[u8]) -> Option<AffinePoint> {
            if !matches!((bytes.first()?, bytes.len()), (2 | 3, 33) | (4, 65)) {
                return None;
            }
            let point = EncodedPoint::from_bytes(bytes).ok()?;
            AffinePoint::from_encoded_point(&point).into()
        }

        /// x and y; none of infinity.
        fn coordinates(point: &AffinePoint) -> Option<Point> {
            let point = point.to_encoded_point(false);
            Some(Point::new(point.x()?, point.y()?))
        }

        /// 1 / x modulo the order, x not zero.
        #[cfg(not(feature = $feature))]
        fn invert(x: &Scalar) -> Scalar {
            x.invert().unwrap_or(Scalar::ZERO)
        }

        /// a G + b Q; none if that is infinity.
        #[cfg(not(feature = $feature))]
        fn combine(a: &Scalar, b: &Scalar, q: &AffinePoint) -> Option<Point> {
            use $lib::ProjectivePoint;
            use $lib::elliptic_curve::ops::LinearCombination;
            let (g, q) = (ProjectivePoint::GENERATOR, ProjectivePoint::from(*q));
            coordinates(&ProjectivePoint::lincomb(&g, a, &q, b).to_affine())
        }

        /// As `invert`, with coprocessors.
        #[cfg(any(test, feature = $feature))]
        fn invert_by_words(x: &Scalar) -> Scalar {
            use crate::ecdsa::point::{bytes_of, words};
            let order = words(&$lib::$curve::ORDER.to_be_bytes());
            let inverse = crate::ecdsa::inverse::inverse::<5, 4>(&words(&x.to_bytes()), &order);
            reduce(&bytes_of(&inverse))
        }

        /// As `combine`, with an addition of points.
        #[cfg(any(test, feature = $feature))]
        fn combine_by(
            a: &Scalar,
            b: &Scalar,
            q: &AffinePoint,
            add: impl Fn(&mut Point, &Point),
        ) -> Option<Point> {
            use crate::ecdsa::point::words;
            let terms = [(a, coordinates(&AffinePoint::GENERATOR)?), (b, coordinates(q)?)];
            let terms = terms.map(|(scalar, point)| (words(&scalar.to_bytes()), point));
            crate::ecdsa::multiply::sum(&terms, &$prime, add)
        }

        #[cfg(feature = $feature)]
        fn invert(x: &Scalar) -> Scalar {
            invert_by_words(x)
        }

        #[cfg(feature = $feature)]
        fn combine(a: &Scalar, b: &Scalar, q: &AffinePoint) -> Option<Point> {
            combine_by(a, b, q, add)
        }

        #[cfg(feature = $feature)]
        crate::coprocessor_note!(ADD, $address);

        /// `p` becomes p + q. Neither may be infinity; the sum is (0, 0) if it is that.
        #[cfg(feature = $feature)]
        #[inline(always)]
        pub fn add(p: &mut Point, q: &Point) {
            let p: *mut Point = p;
            // SAFETY: the call reads 64 bytes at a1 and updates 64 at a0; the type aligns both.
            unsafe { crate::sys::coprocessor(ADD, p as usize, core::ptr::from_ref(q) as usize) };
        }

        #[cfg(test)]
        mod tests {
            use super::*;
            use $lib as lib;

            const NAME: &str = stringify!($curve);
            include!("tests.rs");
        }
    };
}

/// ECDSA over secp256k1: in software, by `k256`, or, with the feature `secp256k1-coprocessor`, with sums of points by the
/// coprocessor of that name.
///
/// Both give the same answers, for any bytes. Signatures are r and s, 32 bytes each, the most significant first; s may
/// be above half the order, as SEC 1 has it.
#[cfg(feature = "secp256k1")]
pub mod secp256k1 {
    ecdsa!(
        k256,
        Secp256k1,
        [0xFFFF_FFFE_FFFF_FC2F, u64::MAX, u64::MAX, u64::MAX],
        "secp256k1-coprocessor",
        "secp256k1@0d20c121da2a77cf48232694213a6604"
    );
}

/// ECDSA over secp256r1 (P-256): in software, by `p256`, or, with the feature `secp256r1-coprocessor`, with sums of
/// points by the coprocessor of that name. The same functions as for secp256k1.
#[cfg(feature = "secp256r1")]
pub mod secp256r1 {
    ecdsa!(
        p256,
        NistP256,
        [u64::MAX, 0xFFFF_FFFF, 0, 0xFFFF_FFFF_0000_0001],
        "secp256r1-coprocessor",
        "secp256r1@3b5903d080b5d3f6879ab423f29b1d96"
    );
}
