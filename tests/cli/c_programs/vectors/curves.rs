//! Of pairing-friendly curves.

use super::{Call, FAIL, OK, bytes, call, fails, next, number, senseless, small};

pub fn bn254() -> Vec<Call> {
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

pub fn bls12() -> Vec<Call> {
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

pub fn kzg() -> Vec<Call> {
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
