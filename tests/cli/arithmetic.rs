//! What guests compute with large numbers, in software and by coprocessors. Skips, and says so, where no guest toolchain
//! is installed.

use crate::common::*;
use aver_build::{Options, Toolchain};
use aver_sdk::{Input, Program, Prover};
use std::path::Path;

/// Decimal digits as 32 bytes.
fn number(digits: &str) -> [u8; 32] {
    let mut bytes = [0u8; 32];
    for digit in digits.bytes() {
        let mut carry = u32::from(digit - b'0');
        for byte in bytes.iter_mut().rev() {
            carry += 10 * u32::from(*byte);
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    bytes
}

fn numbers(digits: &[&str]) -> Vec<u8> {
    digits.iter().flat_map(|digits| number(digits)).collect()
}

/// The prime less y, for small y.
fn minus(y: u8) -> [u8; 32] {
    let mut bytes = number("21888242871839275222246405745257275088696311157297823662689037894645226208583");
    bytes[31] -= y;
    bytes
}

/// EIP-197's generator of G2.
const G2: [&str; 4] = [
    "11559732032986387107991004021392285783925812861821192530917403151452391805634",
    "10857046999023057135944570762232829481370756359578518086990519993285655852781",
    "4082367875863433681332203403145435568316851327593401208105741076214120093531",
    "8495653923123431417604973247489272438418190587263600148770280649306958101930",
];
const TWICE_G1: [&str; 2] = [
    "1368015179489954701390400359078579693043519447331113978918064868415326638035",
    "9918110051302171585080402603319702774565515993150576347155970296011118125764",
];

/// Questions, and the answers to them.
fn questions() -> (Vec<u8>, Vec<u8>) {
    let (one, g2, twice) = (numbers(&["1", "2"]), numbers(&G2), numbers(&TWICE_G1));
    let minus_one = [&number("1")[..], &minus(2)].concat();
    let (mut input, mut expected) = (Vec::new(), Vec::new());
    let mut ask = |what: &[u8], operands: &[&[u8]], answer: &[u8]| {
        input.extend([what, &operands.concat()].concat());
        expected.extend_from_slice(answer);
    };
    ask(b"+", &[&one, &one], &twice);
    ask(b"+", &[&twice, &minus_one], &one);
    ask(b"+", &[&one, &numbers(&["1", "3"])], b".");
    ask(b"*", &[&one, &number("2")], &twice);
    // e(2 P, Q) e(−P, Q)², e(P, Q), infinity, and no point.
    ask(b"3", &[&twice, &g2, &minus_one, &g2, &minus_one, &g2], b"y");
    ask(b"1", &[&one, &g2], b"n");
    ask(b"2", &[&[0; 64], &g2, &one, &[0; 128]], b"y");
    ask(b"1", &[&one, &g2[..96], &number("7")], b".");
    // 1000 · 77 modulo 9; the wide product; 1000 / 9; 1000^77 modulo 9.
    let answers = numbers(&["5", "77000", "0", "111", "1", "1"]);
    ask(b"m", &[&numbers(&["1000", "77", "9"])], &answers);
    let wide = [&[0xFF; 31][..], &[0xFE], &[0; 31], &[1]].concat();
    let modulo_zero = [&[0; 32][..], &wide[32..], &wide[..32], &[0; 96]].concat();
    ask(b"m", &[&[0xFF; 64], &[0; 32]], &modulo_zero);
    // Modulo 2^768 − 2^512, where 2^768 is 2^512, an even number of three limbs; modulo zero, and a small one.
    let even = [&[0xFF; 32][..], &[0; 64]].concat();
    let [two, five] = [2, 5].map(|n| [&[0; 95][..], &[n]].concat());
    let exponent = [&[0; 94][..], &(768u16 + 7).to_be_bytes()].concat();
    let power = [&[0; 31][..], &[0x80], &[0; 64]].concat();
    ask(b"^\x03", &[&two, &exponent, &even], &power);
    ask(b"^\x03", &[&two, &exponent, &[0; 96]], &[0; 96]);
    // 2^775 = 2^3 (2^4)^193
    ask(b"^\x03", &[&two, &exponent, &five], &[&[0; 95][..], &[3]].concat());
    (input, expected)
}

#[test]
fn software_and_coprocessors_give_the_same() {
    if let Err(error) = Toolchain::find() {
        return eprintln!("skipped: {error}");
    }
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/guests/arithmetic");
    let (input, expected) = questions();
    let cycles = [&[][..], &["coprocessors".to_string()]].map(|features| {
        let options = Options {
            features: features.to_vec(),
            locked: true,
            target_dir: Some(guest_target()),
            ..Options::default()
        };
        let program = Program::build_with(&guest, &options).unwrap();
        let execution = Prover::new(&program).unwrap().execute(&Input::from(&input[..])).unwrap();
        assert_eq!(execution.exit_code, 0);
        assert_eq!(execution.output, expected, "{features:?}");
        execution.cycles
    });
    assert!(cycles[1] < cycles[0] / 20, "{cycles:?}");
}
