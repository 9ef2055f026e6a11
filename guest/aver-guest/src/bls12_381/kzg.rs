//! KZG point evaluation (EIP-4844), for the trusted setup of Ethereum's ceremony. Besides what its module says, a square root
//! for each of two points is in software.

use alloc::vec::Vec;

use ark_bls12_381::{Fr, G1Affine};
use ark_ff::{BigInt, PrimeField};
use ark_serialize::{CanonicalDeserialize, Compress, Validate};

use super::{Pair, Point, group, join, pairings, words, words_of, words_of_scalar};

/// Of a blob: how many field elements it has.
const FIELD_ELEMENTS: u16 = 4096;
/// The first byte of a hash that is versioned.
const VERSION: u8 = 1;
/// The order of the groups, the most significant byte first.
const ORDER: [u8; 32] = number(b"73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
/// The generator of G1: x, y.
const G: [[u8; 48]; 2] = [
    number(
        b"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
    ),
    number(
        b"08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1",
    ),
];
/// −1 times the generator of G2: x0, x1, y0, y1.
const MINUS_H: [[u8; 48]; 4] = [
    number(
        b"024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
    ),
    number(
        b"13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e",
    ),
    number(
        b"0d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa",
    ),
    number(
        b"13fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed",
    ),
];
/// The setup's secret, times G2's generator: `g2_monomial[1]` of the consensus specification's `trusted_setup_4096.json`.
const SETUP: [[u8; 48]; 4] = [
    number(
        b"185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2",
    ),
    number(
        b"15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72",
    ),
    number(
        b"014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99",
    ),
    number(
        b"1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f",
    ),
];

/// The precompile `POINT_EVALUATION`: of the versioned hash of a commitment, z, y, the commitment and the proof, 192 bytes. The
/// number of field elements of a blob, and the order, 32 bytes each; none if the hash is another's, operands are not what they
/// should be, or the polynomial is not y at z.
pub fn verify_point_evaluation(input: &[u8]) -> Option<[u8; 64]> {
    let input: &[u8; 192] = input.try_into().ok()?;
    let (hash, rest) = input.split_first_chunk::<32>()?;
    let (z, rest) = rest.split_first_chunk::<32>()?;
    let (y, rest) = rest.split_first_chunk::<32>()?;
    let (commitment, proof) = rest.split_first_chunk::<48>()?;
    let mut versioned = crate::sha256::Sha256::digest(commitment);
    versioned[0] = VERSION;
    if *hash != versioned || !verify(commitment, z, y, proof.try_into().ok()?)? {
        return None;
    }
    let mut output = [0; 64];
    output[30..32].copy_from_slice(&FIELD_ELEMENTS.to_be_bytes());
    output[32..].copy_from_slice(&ORDER);
    Some(output)
}

/// Whether the polynomial that is committed to is y at z; none if points or numbers are not what they should be.
pub fn verify(commitment: &[u8; 48], z: &[u8; 32], y: &[u8; 32], proof: &[u8; 48]) -> Option<bool> {
    let (commitment, proof) = (point(commitment)?, point(proof)?);
    let (z, y) = (scalar(z)?, scalar(y)?);
    // e(C − y G, H) = e(π, s H − z H), with what is multiplied by z on the cheaper side.
    let generator = join(words(&G[0]), words(&G[1]));
    let mut terms = Vec::from([((-y).into_bigint().0, generator)]);
    terms.extend(proof.map(|proof| (z.into_bigint().0, proof)));
    let left = group::sum(commitment, group::multiples(&terms));
    let pairs: [Pair; 2] =
        [(left, Some(MINUS_H.map(|n| words(&n)))), (proof, Some(SETUP.map(|n| words(&n))))];
    pairings::is_one(&pairs)
}

/// A point of G1, compressed, or infinity; none if it is neither.
fn point(bytes: &[u8; 48]) -> Option<Option<Point>> {
    let point = G1Affine::deserialize_with_mode(&bytes[..], Compress::Yes, Validate::No).ok()?;
    let point = words_of(point);
    point.is_none_or(|point| group::has(&point)).then_some(point)
}

/// A number below the order.
fn scalar(bytes: &[u8; 32]) -> Option<Fr> {
    Fr::from_bigint(BigInt::new(words_of_scalar(bytes)))
}

/// Bytes of hexadecimal digits.
const fn number<const N: usize>(digits: &[u8]) -> [u8; N] {
    const fn value(digit: u8) -> u8 {
        if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 }
    }
    let (mut bytes, mut i) = ([0; N], 0);
    assert!(digits.len() == 2 * N);
    while i < N {
        bytes[i] = value(digits[2 * i]) << 4 | value(digits[2 * i + 1]);
        i += 1;
    }
    bytes
}
