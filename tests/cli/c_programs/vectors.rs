//! Calls of accelerators, and what comes of them: vectors of EIPs 196, 197, 2537, 4844 and 7951, what crates say, and operands
//! that are none.

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
    [hashes(), signatures(), powers(), bn254(), bls12(), kzg()].into_iter().flatten().collect()
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
    vec![
        // EIP-198's first example.
        modexp(&[3], &less, &prime, &small(1, 32)),
        modexp(&[3], &wide_less, &wide, &small(1, 64)),
        modexp(&wide, &[5], &[0; 64], &[0; 64]),
        modexp(&[], &[], &[0, 7], &[0, 1]),
        modexp(&[2], &[3], &[], &[]),
        modexp(&[0xFF; 40], &[2], &[0, 0, 10], &[0, 0, 5]),
    ]
}

fn bn254() -> Vec<Call> {
    let prime = bytes("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");
    let g = [small(1, 32), small(2, 32)].concat();
    let twice = bytes(concat!(
        "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3",
        "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4"
    ));
    let h_x = concat!(
        "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    );
    let h_y = concat!(
        "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
        "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
    );
    let minus_h_y = concat!(
        "275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec",
        "1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d"
    );
    let with = |y: &str| [g.clone(), bytes(h_x), bytes(y)].concat();
    let (pair, inverse) = (with(h_y), with(minus_h_y));
    // Of the twisted curve, but not of the subgroup: x is 1.
    let stray_y = concat!(
        "0d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a4",
        "2869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb"
    );
    let stray = [g.clone(), small(0, 32), small(1, 32), bytes(stray_y)].concat();
    let large_x = [prime, small(2, 32)].concat();
    let pairing = "bn254_pairing";
    vec![
        call("bn254_g1_add", &[&g, &g], OK, &twice),
        call("bn254_g1_add", &[&g, &[0; 64]], OK, &g),
        // The first operand lies where the result would.
        call("bn254_g1_add", &[&next(&g), &g], FAIL, &next(&g)),
        call("bn254_g1_add", &[&g, &large_x], FAIL, &g),
        call("bn254_g1_mul", &[&g, &small(2, 32)], OK, &twice),
        call("bn254_g1_mul", &[&twice, &[0; 32]], OK, &[0; 64]),
        fails("bn254_g1_mul", &[&next(&g), &small(0, 32)], 64),
        call(pairing, &[&number(2), &[pair.clone(), inverse].concat()], OK, &[1]),
        call(pairing, &[&number(1), &pair], OK, &[0]),
        call(pairing, &[&number(0)], OK, &[1]),
        call(pairing, &[&number(1), &[g.clone(), vec![0; 128]].concat()], OK, &[1]),
        senseless(pairing, &[&number(1), &next(&pair)]),
        senseless(pairing, &[&number(1), &stray]),
    ]
}

/// The generators, their doubles, and −G.
struct Generators {
    g: Vec<u8>,
    g_twice: Vec<u8>,
    minus_g: Vec<u8>,
    h: Vec<u8>,
    h_twice: Vec<u8>,
}

fn generators() -> Generators {
    let g_x = concat!(
        "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905",
        "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    );
    let g_y = concat!(
        "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af6",
        "00db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
    );
    let minus_g_y = concat!(
        "114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c9",
        "6655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca"
    );
    Generators {
        g: bytes(&[g_x, g_y].concat()),
        minus_g: bytes(&[g_x, minus_g_y].concat()),
        g_twice: bytes(concat!(
            "0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e",
            "166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28"
        )),
        h: bytes(concat!(
            "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
            "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e",
            "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801",
            "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"
        )),
        h_twice: bytes(concat!(
            "1638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a053",
            "0a4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c33577",
            "0468fb440d82b0630aeb8dca2b5256789a66da69bf91009cbfe6bd221e47aa8ae88dece9764bf3bd999d95d71e4c9899",
            "0f6d4552fa65dd2638b361543f887136a43253d9c66c411697003f7a13c308f5422e1aa0a59c8967acdefd8b6e36ccf3"
        )),
    }
}

fn bls12() -> Vec<Call> {
    let Generators { g, g_twice, minus_g, h, h_twice } = generators();
    // Of the curves, but not of the subgroups: x is 4 and 2.
    let stray_g = [
        small(4, 48),
        bytes("0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706c"),
    ]
    .concat();
    let stray_h = [
        small(2, 48),
        small(0, 48),
        bytes("18c6b864ae17dc9da64203ffefb966306425a7bc6aeb7c75247438372716284a4173830420cd476ba1a365b95bfcec38"),
        bytes("172e93db764a8400a7d5071b6b6f5de0da2f0f4a063119abca014006b7c40a2cfe291a1924e65db0d6d0fcfbf3bf3d5c"),
    ]
    .concat();
    let prime = bytes(concat!(
        "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf",
        "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab"
    ));
    // The order and 2: scalars need not be below it.
    let two = bytes("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000003");
    let one = small(1, 32);
    let join = |parts: &[&[u8]]| parts.concat();
    let g_msm = join(&[&g, &two, &[0; 96], &two, &minus_g, &one, &g, &one]);
    let h_msm = join(&[&h, &two]);
    let pairs = join(&[&g, &h_twice, &minus_g, &h, &minus_g, &h]);
    // EIP-2537's first vectors.
    let (fp, fp_mapped) = (
        bytes(
            "14406e5bfb9209256a3820879a29ac2f62d6aca82324bf3ae2aa7d3c54792043bd8c791fccdb080c1a52dc68b8b69350",
        ),
        bytes(concat!(
            "0d7721bcdb7ce1047557776eb2659a444166dc6dd55c7ca6e240e21ae9aa18f529f04ac31d861b54faf3307692545db7",
            "108286acbdf4384f67659a8abe89e712a504cb3ce1cba07a716869025d60d499a00d1da8cdc92958918c222ea93d87f0"
        )),
    );
    let fp2 = [
        &fp[..],
        &bytes("0e885bb33996e12f07da69073e2c0cc880bc8eff26d2a724299eb12d54f4bcf26f4748bb020e80a7e3794a7b0e47a641"),
    ]
    .concat();
    let fp2_mapped = bytes(concat!(
        "0d029393d3a13ff5b26fe52bd8953768946c5510f9441f1136f1e938957882db6adbd7504177ee49281ecccba596f2bf",
        "1993f668fb1ae603aefbb1323000033fcb3b65d8ed3bf09c84c61e27704b745f540299a1872cd697ae45a5afd780f1d6",
        "079cb41060ef7a128d286c9ef8638689a49ca19da8672ea5c47b6ba6dbde193ee835d3b87a76a689966037c07159c10d",
        "17c688ae9a8b59a7069c27f2d58dd2196cb414f4fb89da8510518a1142ab19d158badd1c3bad03408fafb1669903cd6c"
    ));
    let (g_add, h_add, pairing) = ("bls12_g1_add", "bls12_g2_add", "bls12_pairing");
    vec![
        call(g_add, &[&g, &g], OK, &g_twice),
        call(g_add, &[&g, &minus_g], OK, &[0; 96]),
        call(g_add, &[&stray_g, &[0; 96]], OK, &stray_g),
        fails(g_add, &[&g, &next(&g)], 96),
        fails(g_add, &[&join(&[&prime, &small(2, 48)]), &g], 96),
        call("bls12_g1_msm", &[&number(4), &g_msm], OK, &g_twice),
        fails("bls12_g1_msm", &[&number(0)], 96),
        fails("bls12_g1_msm", &[&number(1), &join(&[&stray_g, &one])], 96),
        call(h_add, &[&h, &h], OK, &h_twice),
        call(h_add, &[&stray_h, &[0; 192]], OK, &stray_h),
        fails(h_add, &[&next(&h), &h], 192),
        call("bls12_g2_msm", &[&number(1), &h_msm], OK, &h_twice),
        fails("bls12_g2_msm", &[&number(0)], 192),
        fails("bls12_g2_msm", &[&number(1), &join(&[&stray_h, &one])], 192),
        call(pairing, &[&number(3), &pairs], OK, &[1]),
        call(pairing, &[&number(1), &join(&[&g, &h])], OK, &[0]),
        senseless(pairing, &[&number(0)]),
        senseless(pairing, &[&number(1), &join(&[&stray_g, &h])]),
        senseless(pairing, &[&number(1), &join(&[&g, &stray_h])]),
        call("bls12_map_fp_to_g1", &[&fp], OK, &fp_mapped),
        fails("bls12_map_fp_to_g1", &[&prime], 96),
        call("bls12_map_fp2_to_g2", &[&fp2], OK, &fp2_mapped),
        fails("bls12_map_fp2_to_g2", &[&join(&[&fp, &prime])], 192),
    ]
}

fn kzg() -> Vec<Call> {
    // `verify_kzg_proof_case_correct_proof_4_4` of the consensus specification.
    let commitment = bytes(
        "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7",
    );
    let z = bytes("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000");
    let y = bytes("1522a4a7f34e1ea350ae07c29c96c7e79655aa926122e95fe69fcbd932ca49e9");
    let proof = bytes(
        "a62ad71d14c5719385c0686f1871430475bf3a00f0aa3f7b8dd99a9abc2160744faf0070725e00b60ad9a026a15b1a8c",
    );
    // The same numbers with the order added, or what is no compressed point of the subgroup.
    let order = next(&z);
    let mut stray = small(4, 48);
    stray[0] = 0x80;
    let mut infinity = [0; 48];
    infinity[0] = 0xC0;
    let name = "kzg_point_eval";
    vec![
        call(name, &[&commitment, &z, &y, &proof], OK, &[1]),
        call(name, &[&commitment, &z, &next(&y), &proof], OK, &[0]),
        // The constant polynomial 0.
        call(name, &[&infinity, &z, &[0; 32], &infinity], OK, &[1]),
        senseless(name, &[&infinity, &order, &[0; 32], &infinity]),
        senseless(name, &[&infinity, &z, &order, &infinity]),
        senseless(name, &[&stray, &z, &y, &proof]),
        senseless(name, &[&commitment, &z, &y, &[0; 48]]),
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
