//! Sums by additions beside those of `ark-bls12-381`, and vectors of the standards: EIP-2537's, and that of EIP-4844's
//! implementation in go-ethereum (`core/vm/testdata/precompiles/pointEvaluation.json`).

extern crate std;

use std::vec::Vec;

use super::*;
use crate::ecdsa::point::bytes_of;

/// Bytes of hexadecimal digits; zeros in front of numbers are left out.
fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2).map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap()).collect()
}

/// With the zeros of precompiles.
fn padded(numbers: &[u8]) -> Vec<u8> {
    numbers.chunks(48).flat_map(|number| [0; 16].iter().chain(number).copied()).collect()
}

const G: &str = concat!(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb",
    "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1",
);
const G_TWICE: &str = concat!(
    "0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e",
    "166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28",
);
/// Of the curve, but not of G1.
const STRAY: &str = concat!(
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000004",
    "0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706c",
);
const H: &str = concat!(
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8",
    "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e",
    "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801",
    "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be",
);
const H_TWICE: &str = concat!(
    "1638533957d540a9d2370f17cc7ed5863bc0b995b8825e0ee1ea1e1e4d00dbae81f14b0bf3611b78c952aacab827a053",
    "0a4edef9c1ed7f729f520e47730a124fd70662a904ba1074728114d1031e1572c6c886f6b57ec72a6178288c47c33577",
    "0468fb440d82b0630aeb8dca2b5256789a66da69bf91009cbfe6bd221e47aa8ae88dece9764bf3bd999d95d71e4c9899",
    "0f6d4552fa65dd2638b361543f887136a43253d9c66c411697003f7a13c308f5422e1aa0a59c8967acdefd8b6e36ccf3",
);

fn scalar(n: u64) -> [u8; 32] {
    bytes_of(&[n, 0, 0, 0])
}

/// What the coprocessor does.
fn add_points(p: &mut Point, q: &Point) {
    *p = group::sum(Some(*p), Some(*q)).unwrap_or(PointOf([0; 12]));
}

#[test]
fn by_additions() {
    let g = decode(&hex(G)).unwrap().unwrap();
    let order = [0xFFFF_FFFF_0000_0001, 0x53BD_A402_FFFE_5BFE, 0x3339_D808_09A1_D805, 0x73ED_A753_299D_7D48];
    for n in [[0; 4], [16, 0, 0, 0], order, [u64::MAX; 4]] {
        assert_eq!(by_addition::multiples(&[(n, g)], add_points), group::multiples(&[(n, g)]));
    }
    let twice = by_addition::sum(Some(g), Some(g), add_points);
    assert_eq!(encode(twice)[..], hex(G_TWICE));
    let terms = [([7, 8, 9, 10], g), ([1, 2, 3, u64::MAX], twice.unwrap())];
    assert_eq!(by_addition::multiples(&terms, add_points), group::multiples(&terms));
    assert_eq!(by_addition::sum(None, Some(g), add_points), Some(g));
    assert_eq!(by_addition::sum(Some(g), None, add_points), Some(g));
    // Points that are in the group, others, and one of order 3: its multiples are infinity on the way.
    let stray = decode(&hex(STRAY)).unwrap().unwrap();
    let mut small = [0; 96];
    small[95] = 2;
    let small = decode(&small).unwrap().unwrap();
    for (point, is_in) in [(g, true), (twice.unwrap(), true), (stray, false), (small, false)] {
        assert_eq!(by_addition::has(&point, add_points), is_in);
        assert_eq!(group::has(&point), is_in);
    }
}

/// `add_G1_bls.json` and the others of EIP-2537.
#[test]
fn precompiles() {
    use precompile as of;
    let [g, g_twice, h, h_twice] = [G, G_TWICE, H, H_TWICE].map(|point| padded(&hex(point)));
    assert_eq!(of::g1_add(&[&g[..], &g].concat()), Some(g_twice.clone()));
    assert_eq!(of::g1_add(&[&g[..], &[0; 128]].concat()), Some(g.clone()));
    assert_eq!(of::g1_msm(&[&g[..], &scalar(2)].concat()), Some(g_twice.clone()));
    assert_eq!(of::g2_add(&[&h[..], &h].concat()), Some(h_twice.clone()));
    assert_eq!(of::g2_msm(&[&h[..], &scalar(2)].concat()), Some(h_twice.clone()));
    let pairing = |p: &[u8], q: &[u8]| of::pairing_check(&[p, q].concat()).map(|holds| holds[31]);
    assert_eq!(pairing(&g, &h), Some(0));
    assert_eq!(pairing(&g, &[0; 256]), Some(1));
    let fp = hex(
        "14406e5bfb9209256a3820879a29ac2f62d6aca82324bf3ae2aa7d3c54792043bd8c791fccdb080c1a52dc68b8b69350",
    );
    let mapped = concat!(
        "0d7721bcdb7ce1047557776eb2659a444166dc6dd55c7ca6e240e21ae9aa18f529f04ac31d861b54faf3307692545db7",
        "108286acbdf4384f67659a8abe89e712a504cb3ce1cba07a716869025d60d499a00d1da8cdc92958918c222ea93d87f0",
    );
    assert_eq!(of::map_fp_to_g1(&padded(&fp)), Some(padded(&hex(mapped))));
    let fp2 = hex(
        "0e885bb33996e12f07da69073e2c0cc880bc8eff26d2a724299eb12d54f4bcf26f4748bb020e80a7e3794a7b0e47a641",
    );
    let mapped = of::map_fp2_to_g2(&padded(&[fp.clone(), fp2].concat())).unwrap();
    assert_eq!(
        mapped[16..64],
        hex(
            "0d029393d3a13ff5b26fe52bd8953768946c5510f9441f1136f1e938957882db6adbd7504177ee49281ecccba596f2bf"
        )
    );

    // Lengths.
    for length in [0, 127, 128, 255, 257] {
        let input = std::vec![0; length];
        assert!(of::g1_add(&input).is_none() && of::g2_add(&input).is_none() && of::g1_msm(&input).is_none());
        assert!(of::pairing_check(&input).is_none() && of::map_fp_to_g1(&input).is_none());
    }
    // Bytes that are to be zero; numbers that are not below the prime; points off the curve, and not in the group.
    for (at, byte) in [(15, 1), (16, 0xFF), (63, 0)] {
        let mut bad = g.clone();
        bad[at] = byte;
        assert!(of::g1_add(&[&bad[..], &g].concat()).is_none());
        assert!(of::g1_msm(&[&bad[..], &scalar(0)].concat()).is_none());
        assert_eq!(pairing(&bad, &h), None);
        bad = h.clone();
        bad[at] = byte;
        assert!(of::g2_add(&[&h[..], &bad].concat()).is_none());
        assert!(of::g2_msm(&[&bad[..], &scalar(0)].concat()).is_none());
        assert_eq!(pairing(&g, &bad), None);
    }
    let stray = padded(&hex(STRAY));
    assert_eq!(of::g1_add(&[&stray[..], &[0; 128]].concat()), Some(stray.clone()));
    assert!(of::g1_msm(&[&stray[..], &scalar(1)].concat()).is_none());
    assert_eq!(pairing(&stray, &h), None);
}

#[test]
fn point_evaluation() {
    let input = hex(concat!(
        "01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b",
        "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306",
        "24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1",
        "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7",
        "873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a",
    ));
    let output = hex(concat!(
        "0000000000000000000000000000000000000000000000000000000000001000",
        "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001",
    ));
    assert_eq!(kzg::verify_point_evaluation(&input).unwrap()[..], output);
    // Of the hash its version, and its end; z, y, and both points. What is too short, or too long.
    for at in [0, 31, 63, 95, 143, 191] {
        let mut changed = input.clone();
        changed[at] ^= 1;
        assert_eq!(kzg::verify_point_evaluation(&changed), None, "{at}");
    }
    assert_eq!(kzg::verify_point_evaluation(&input[1..]), None);
    assert_eq!(kzg::verify_point_evaluation(&[&input[..], &[0]].concat()), None);
}
