//! Hashes its input with crates that know nothing of Aver, in pieces: Keccak-256, SHA3-256 and SHA3-512 by three
//! crates, SHA-224 and SHA-256. Then says of points and pairings of BN254 what holds: two bytes, a bit for each.
#![no_std]
#![no_main]

use aver_guest::write_output;
use sha2::{Digest, Sha224, Sha256};
use substrate_bn::{AffineG1, AffineG2, Fq, Fq2, Fr, G1, G2, Group, GroupError, Gt, pairing, pairing_batch};
use tiny_keccak::Hasher;

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    write_output(&digest::<sha3::Keccak256>(input));
    write_output(&digest::<sha3::Sha3_256>(input));
    write_output(&digest::<sha3::Sha3_512>(input));
    write_output(&older::<sha3_older::Keccak256>(input));
    write_output(&older::<sha3_older::Sha3_256>(input));
    write_output(&older::<sha3_older::Sha3_512>(input));
    write_output(&tiny::<32>(tiny_keccak::Keccak::v256(), input));
    write_output(&tiny::<32>(tiny_keccak::Sha3::v256(), input));
    write_output(&tiny::<64>(tiny_keccak::Sha3::v512(), input));
    write_output(&older::<Sha224>(input));
    write_output(&older::<Sha256>(input));
    write_output(&points());
}

/// Pieces of all lengths.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (1..).map_while(move |len| {
        let (piece, rest) = bytes.split_at(len.min(bytes.len()));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn digest<D: sha3::Digest>(input: &[u8]) -> impl core::ops::Deref<Target = [u8]> {
    let mut hasher = D::new();
    pieces(input).for_each(|piece| hasher.update(piece));
    hasher.finalize()
}

fn older<D: Digest>(input: &[u8]) -> impl core::ops::Deref<Target = [u8]> {
    let mut hasher = D::new();
    pieces(input).for_each(|piece| hasher.update(piece));
    hasher.finalize()
}

fn tiny<const N: usize>(mut hasher: impl Hasher, input: &[u8]) -> [u8; N] {
    pieces(input).for_each(|piece| hasher.update(piece));
    let mut digest = [0; N];
    hasher.finalize(&mut digest);
    digest
}

/// y of a point of the twist with x = 1, which is not in G2: first the real part.
const OFF: [[u8; 32]; 2] = [
    [
        0x28, 0x69, 0x11, 0x1d, 0x53, 0x81, 0xf0, 0x72, 0xf8, 0xe2, 0x72, 0x8f, 0xdb, 0x82, 0x5a, 0x51, 0xaa,
        0xdd, 0x70, 0xe5, 0x2c, 0x98, 0x30, 0xe9, 0xab, 0x4b, 0x87, 0x1c, 0x05, 0x31, 0xf1, 0xbb,
    ],
    [
        0x0d, 0x12, 0x71, 0x95, 0x3e, 0xd9, 0xea, 0x08, 0x36, 0x84, 0x6e, 0x70, 0xa1, 0x93, 0x41, 0x87, 0x99,
        0x8c, 0x7f, 0x79, 0x0c, 0xb4, 0xd7, 0x51, 0x1b, 0x7f, 0x8d, 0xa8, 0x2d, 0xe0, 0x48, 0xa4,
    ],
];

fn points() -> [u8; 2] {
    let (p, q) = (G1::one(), G2::one());
    let (twice, sum) = (p + p, p + p + p);
    let mut bytes = [0; 32];
    bytes[31] = 3;
    let three = Fr::from_slice(&bytes).expect("32 bytes");
    let numbers = AffineG1::from_jacobian(sum).map(|point| (point.x(), point.y()));
    let groups = [
        sum == p * three,
        (sum - p * three).is_zero() && (p * Fr::zero()).is_zero(),
        numbers.and_then(|(x, y)| AffineG1::new(x, y).ok()).map(G1::from) == Some(sum),
        AffineG1::new(Fq::one(), Fq::one()) == Err(GroupError::NotOnCurve),
        AffineG1::new(Fq::zero(), Fq::zero()) == Err(GroupError::NotOnCurve),
        Fq::from_slice(&[0xFF; 32]).is_err() && Fq::from_slice(&[0; 31]).is_err(),
        Fr::from_slice(&[0xFF; 32]).is_ok(),
        AffineG1::from_jacobian(G1::zero()).is_none(),
    ];
    let [real, imaginary] = OFF.map(|bytes| Fq::from_slice(&bytes).expect("below the prime"));
    let again = AffineG2::from_jacobian(-q).and_then(|point| AffineG2::new(point.x(), point.y()).ok());
    let pairings = [
        // e(3 P, Q) e(−P, Q) e(−2 P, Q) = 1
        pairing_batch(&[(sum, q), (-p, q), (-twice, q)]) == Gt::one(),
        pairing(p, q) != Gt::one(),
        pairing(sum, q) == pairing_batch(&[(p, q), (twice, q)]),
        pairing(-p, q) == pairing(p, -q),
        pairing(p, G2::zero()) == Gt::one() && pairing_batch(&[]) == Gt::one(),
        again.map(G2::from) == Some(-q),
        AffineG2::new(Fq2::one(), Fq2::one()) == Err(GroupError::NotOnCurve),
        AffineG2::new(Fq2::one(), Fq2::new(real, imaginary)) == Err(GroupError::NotInSubgroup),
    ];
    [groups, pairings].map(|holds| holds.iter().fold(0, |bits, &holds| bits << 1 | u8::from(holds)))
}
