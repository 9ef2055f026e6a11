//! EIP-152's test vectors, by calls.

use aver_audit::coprocessor::Words;
use aver_blake2b::Blake2b;
use aver_exec::Coprocessor;

const IV: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// F of the hash value of nothing, of 64 bytes, and the block "abc", by calls of so many rounds each. Bits of a1 above the
/// lowest four say nothing.
fn compress(calls: &[u64], last: bool) -> String {
    let mut h = IV;
    h[0] ^= 0x0101_0040;
    let mut v = [h, IV].concat();
    v[12] ^= 3;
    v[14] ^= if last { u64::MAX } else { 0 };
    let m = [0x63_6261, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut words = Words([v, m.to_vec()].concat());
    for rounds in calls {
        Blake2b.execute(0, rounds | 0xABCD_0120_0030, &mut words).unwrap();
    }
    assert_eq!(words.0[16..], m);
    let words = (0..8).map(|i| h[i] ^ words.0[i] ^ words.0[i + 8]);
    words.flat_map(u64::to_le_bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn vectors() {
    let zero = concat!(
        "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5",
        "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b"
    );
    let twelve = concat!(
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1",
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    );
    let not_last = concat!(
        "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752",
        "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735"
    );
    let one = concat!(
        "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb",
        "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421"
    );
    assert_eq!(compress(&[0], true), zero);
    assert_eq!(compress(&[12], true), twelve);
    assert_eq!(compress(&[12], false), not_last);
    assert_eq!(compress(&[1], true), one);
}

/// Ten rounds and more are what calls one after the other make of them.
#[test]
fn rounds_go_on() {
    assert_eq!(compress(&[10, 5], true), compress(&[15], true));
    assert_eq!(compress(&[10, 10, 3], false), compress(&[10, 13], false));
}
