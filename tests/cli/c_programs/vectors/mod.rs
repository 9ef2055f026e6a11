//! Calls of accelerators, and what comes of them: vectors of EIPs 196, 197, 2537, 4844 and 7951, what crates say, and operands
//! that are none.

mod curves;

use k256::ecdsa::SigningKey;
use sha2::{Digest, Sha256};

/// What is called, by its number in `guests/accelerators.c`.
pub const NAMES: [&str; 19] = [
    "keccak256",
    "sha256",
    "ripemd160",
    "blake2f",
    "secp256k1_verify",
    "secp256k1_ecrecover",
    "secp256r1_verify",
    "modexp",
    "bn254_g1_add",
    "bn254_g1_mul",
    "bn254_pairing",
    "bls12_g1_add",
    "bls12_g1_msm",
    "bls12_g2_add",
    "bls12_g2_msm",
    "bls12_pairing",
    "bls12_map_fp_to_g1",
    "bls12_map_fp2_to_g2",
    "kzg_point_eval",
];

/// A call: what the program reads, and what it is to output.
pub struct Call {
    pub function: usize,
    pub input: Vec<u8>,
    pub output: Vec<u8>,
}

const OK: u8 = 0;
const FAIL: u8 = 255;

fn call(name: &str, operands: &[&[u8]], status: u8, result: &[u8]) -> Call {
    let function = NAMES.iter().position(|&known| known == name).unwrap();
    let mut input = number(function).to_vec();
    for operand in operands {
        input.extend_from_slice(operand);
        input.resize(input.len().next_multiple_of(8), 0);
    }
    Call { function, input, output: [&[status], result].concat() }
}

/// That operands are none: results stay as they were.
fn fails(name: &str, operands: &[&[u8]], len: usize) -> Call {
    call(name, operands, FAIL, &vec![0xAA; len])
}

/// That it fails to say whether something holds.
fn senseless(name: &str, operands: &[&[u8]]) -> Call {
    call(name, operands, FAIL, &[0])
}

fn number(n: usize) -> [u8; 8] {
    (n as u64).to_le_bytes()
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

/// Of `len` bytes, the most significant first.
fn small(n: u8, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    bytes[len - 1] = n;
    bytes
}

/// One more or less than a number.
fn next(number: &[u8]) -> Vec<u8> {
    let mut number = number.to_vec();
    *number.last_mut().unwrap() ^= 1;
    number
}

pub fn all() -> Vec<Call> {
    [hashes(), signatures(), powers(), curves::bn254(), curves::bls12(), curves::kzg()]
        .into_iter()
        .flatten()
        .collect()
}

pub fn hashes() -> Vec<Call> {
    let mut calls: Vec<Call> = ["", "abc", &"0123456789".repeat(30)]
        .iter()
        .flat_map(|text| {
            let operands: [&[u8]; 2] = [&number(text.len()), text.as_bytes()];
            let keccak = tiny_keccak(text.as_bytes());
            [
                call("keccak256", &operands, OK, &keccak),
                call("sha256", &operands, OK, &Sha256::digest(text.as_bytes())),
            ]
        })
        .collect();
    let abc = [&[0; 12][..], &bytes("8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")].concat();
    calls.push(call("ripemd160", &[&number(3), b"abc"], OK, &abc));
    // EIP-152's vectors 5 and 3.
    let state = bytes(concat!(
        "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5",
        "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
    ));
    let hash = bytes(concat!(
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1",
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    ));
    let (mut block, mut count) = ([0; 128], [0; 16]);
    block[..3].copy_from_slice(b"abc");
    count[0] = 3;
    calls.push(call("blake2f", &[&state, &block, &count, &number(12), &number(1)], OK, &hash));
    calls.push(call("blake2f", &[&state, &block, &count, &number(12), &number(2)], FAIL, &state));
    calls
}

fn signatures() -> Vec<Call> {
    // A key and a hash that nobody should use.
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, id) = key.sign_prehash_recoverable(&[9; 32]).unwrap();
    let point = key.verifying_key().to_encoded_point(false);
    let (point, signature, hash) = (&point.as_bytes()[1..], signature.to_bytes(), [9; 32]);
    let no_r = [&[0; 32], &signature[32..]].concat();
    let recover = |signature: &[u8], id: u8| [hash.to_vec(), signature.to_vec(), number(id.into()).to_vec()];
    let recovers = |signature: &[u8], id: u8, key: Option<&[u8]>| {
        let operands = recover(signature, id);
        let operands: Vec<&[u8]> = operands.iter().map(Vec::as_slice).collect();
        match key {
            Some(key) => call("secp256k1_ecrecover", &operands, OK, key),
            None => fails("secp256k1_ecrecover", &operands, 64),
        }
    };
    // EIP-7951's first vector.
    let r1_hash = bytes("4cee90eb86eaa050036147a12d49004b6b9c72bd725d39d4785011fe190f0b4d");
    let r1_signature = bytes(concat!(
        "a73bd4903f0ce3b639bbbf6e8e80d16931ff4bcf5993d58468e8fb19086e8cac",
        "36dbcd03009df8c59286b162af3bd7fcc0450c9aa81be5d10d312af6c66b1d60"
    ));
    let r1_key = bytes(concat!(
        "4aebd3099c618202fcfe16ae7770b0c49ab5eadf74b754204a3bb6060e44eff3",
        "7618b065f9832de4ca6ca971a7a1adc826d0f7c00181a5fb2ddf79ae00b4e10e"
    ));
    let (k1, r1) = ("secp256k1_verify", "secp256r1_verify");
    vec![
        call(k1, &[&hash, &signature, point], OK, &[1]),
        call(k1, &[&[8; 32], &signature, point], OK, &[0]),
        call(k1, &[&hash, &no_r, point], OK, &[0]),
        senseless(k1, &[&hash, &signature, &next(point)]),
        senseless(k1, &[&hash, &signature, &[0; 64]]),
        recovers(&signature, id.to_byte(), Some(point)),
        recovers(&signature, 4, None),
        recovers(&no_r, 0, None),
        recovers(&[0xFF; 64], 0, None),
        call(r1, &[&r1_hash, &r1_signature, &r1_key], OK, &[1]),
        call(r1, &[&next(&r1_hash), &r1_signature, &r1_key], OK, &[0]),
        call(r1, &[&r1_hash, &[0xFF; 64], &r1_key], OK, &[0]),
        senseless(r1, &[&r1_hash, &r1_signature, &next(&r1_key)]),
        senseless(r1, &[&r1_hash, &r1_signature, &[0; 64]]),
    ]
}

fn powers() -> Vec<Call> {
    let modexp = |base: &[u8], exponent: &[u8], modulus: &[u8], power: &[u8]| {
        let lengths = [base, exponent, modulus].map(|operand| number(operand.len()));
        call("modexp", &[&lengths[0], &lengths[1], &lengths[2], base, exponent, modulus], OK, power)
    };
    let prime = bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    let less = bytes("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e");
    // 2^(8 · 64) − 569 is prime.
    let mut wide = [0xFF; 64];
    wide[62..].copy_from_slice(&(0u16.wrapping_sub(569)).to_be_bytes());
    let mut wide_less = wide;
    wide_less[63] -= 1;
    // An odd modulus and an even one, each with a base of 256 bits and with one above that is the same modulo it: 2^64 times
    // the modulus more.
    let base = bytes("cae662172fd450bb0cd710a769079c05bfc5d8e35efa6576edc7d0377afdd4a2");
    let exponent = bytes("dd7a946de8");
    let odd = bytes("990cb8ebd0afb7150da453a213036a92f2c05e091df0d803e62d257ea7796c27");
    let even = bytes("ec38063c881f0a5edfef6a5233925fe7e555746ebdc0865af3eb13c4e1805f46");
    let above_odd = bytes("990cb8ebd0afb715d88ab5b942d7bb4dff976eb086f87409a5f2fe620673d19dedc7d0377afdd4a2");
    let above_even =
        bytes("ec38063c881f0a5faad5cc696366b0a2f22c851626c82260b3b0eca8407ac4bcedc7d0377afdd4a2");
    let of_odd = bytes("433a8735b727a61bbbc0aa983ea6d4298593ba3f4290507bc42c1298b6f90dd2");
    let of_even = bytes("60248055537d1c278ec06207bcefb514864ee8928fce90d37a0695d9952a0a4e");
    vec![
        // EIP-198's first example.
        modexp(&[3], &less, &prime, &small(1, 32)),
        modexp(&[3], &wide_less, &wide, &small(1, 64)),
        modexp(&wide, &[5], &[0; 64], &[0; 64]),
        modexp(&[], &[], &[0, 7], &[0, 1]),
        modexp(&[2], &[3], &[], &[]),
        modexp(&[0xFF; 40], &[2], &[0, 0, 10], &[0, 0, 5]),
        modexp(&base, &exponent, &odd, &of_odd),
        modexp(&above_odd, &exponent, &odd, &of_odd),
        modexp(&base, &exponent, &even, &of_even),
        modexp(&above_even, &exponent, &even, &of_even),
    ]
}

/// Keccak-256, of which only what is looked at here is known.
fn tiny_keccak(message: &[u8]) -> Vec<u8> {
    bytes(match message.len() {
        0 => "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
        3 => "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
        _ => "a5343e831c31b00305b45eb2e0e5a7901fc6801df72fdeece0915f21e4fa7bec",
    })
}
