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

/// Hexadecimal digits as bytes.
fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2).map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// The generators of BLS12-381's groups, twice that of G1, and its opposite (EIP-2537).
fn bls12_381() -> [Vec<u8>; 4] {
    let x =
        "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
    let y =
        "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    let minus_y =
        "114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca";
    let twice = concat!(
        "0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e",
        "166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28",
    );
    let h = concat!(
        "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
        "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e",
        "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801",
        "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be",
    );
    [&[x, y].concat(), h, twice, &[x, minus_y].concat()].map(hex)
}

/// go-ethereum's `core/vm/testdata/precompiles/pointEvaluation.json`: a point evaluation, and its result.
fn point_evaluation() -> [Vec<u8>; 2] {
    let input = concat!(
        "01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b",
        "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306",
        "24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1",
        "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7",
        "873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a",
    );
    let output = concat!(
        "0000000000000000000000000000000000000000000000000000000000001000",
        "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001",
    );
    [input, output].map(hex)
}

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
    // The same on BLS12-381, and 4 G − 2 G, or what that is no point; a point evaluation, and one of another hash.
    let [g, h, twice, minus] = bls12_381();
    ask(b"c", &[&twice, &h, &minus, &h, &minus, &h], b"y");
    ask(b"a", &[&g, &h], b"n");
    ask(b"b", &[&[0; 96], &h, &g, &[0; 192]], b"y");
    ask(b"a", &[&g, &h[48..], &h[..48]], b".");
    ask(b"s", &[&g, &number("4"), &minus, &number("2")], &twice);
    ask(b"s", &[&g, &number("4"), &h[..96], &number("2")], b".");
    let [evaluation, result] = point_evaluation();
    ask(b"k", &[&evaluation], &result);
    ask(b"k", &[&[2], &evaluation[1..]], b".");
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
