//! KZG point evaluation (EIP-4844), for the trusted setup of Ethereum's ceremony.

use crate::{
    bls12::{g2, is_one},
    memory::{Status, answer, read, scope, words},
};
use ark_bls12_381::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, PrimeField};
use ark_serialize::CanonicalDeserialize;

/// The setup's secret, times G2's generator: `g2_monomial[1]` of the consensus specification's `trusted_setup_4096.json`,
/// not compressed.
const SETUP: [u8; 192] = number_bytes(concat!(
    "185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2",
    "15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72",
    "014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99",
    "1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f",
));

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_kzg_point_eval(
    commitment: *const [u8; 48],
    z: *const [u8; 32],
    y: *const [u8; 32],
    proof: *const [u8; 48],
    verified: *mut bool,
) -> Status {
    let (commitment, z, y, proof) = unsafe { (read(commitment), read(z), read(y), read(proof)) };
    unsafe { answer(scope(|| check(&commitment, &z, &y, &proof)), verified) }
}

/// Whether the polynomial that is committed to is y at z; none if points or numbers are not what they should be.
fn check(commitment: &[u8; 48], z: &[u8; 32], y: &[u8; 32], proof: &[u8; 48]) -> Option<bool> {
    let (commitment, proof) = (point(commitment)?, point(proof)?);
    let (z, y) = (scalar(z)?, scalar(y)?);
    // e(C − y G, H) = e(π, s H − z H), with what is multiplied by z on the cheaper side.
    let left = commitment - G1Affine::generator() * y + proof * z;
    let points = alloc::vec![left.into_affine(), proof];
    Some(is_one(points, alloc::vec![-G2Affine::generator(), g2(&SETUP)?]))
}

/// A point of the subgroup, compressed.
fn point(bytes: &[u8; 48]) -> Option<G1Affine> {
    G1Affine::deserialize_compressed(&bytes[..]).ok()
}

fn scalar(bytes: &[u8; 32]) -> Option<Fr> {
    Fr::from_bigint(BigInt::new(words(bytes)))
}

const fn number_bytes(digits: &str) -> [u8; 192] {
    const fn value(digit: u8) -> u8 {
        if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
    }
    let (digits, mut bytes, mut i) = (digits.as_bytes(), [0; 192], 0);
    assert!(digits.len() == 384);
    while i < 192 {
        bytes[i] = value(digits[2 * i]) << 4 | value(digits[2 * i + 1]);
        i += 1;
    }
    bytes
}
