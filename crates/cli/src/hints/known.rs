//! Which crates do in software what a coprocessor could do.

/// Work that crates do in software.
pub struct Work {
    pub coprocessor: &'static str,
    pub what: &'static str,
    /// Crates, and how the paths of their functions for this begin, `::` behind it.
    pub crates: &'static [(&'static str, &'static str)],
    /// How many times faster it was proved with the coprocessor, where that was measured (`docs/coprocessors.md`).
    pub times: Option<u32>,
    /// Whether these crates still do a part of it where the coprocessor is used.
    pub shared: bool,
    /// What to do about it.
    pub how: &'static str,
}

/// All that coprocessors do, beside copying.
pub const KNOWN: &[Work] = &[
    Work {
        coprocessor: "keccak",
        what: "Keccak",
        crates: &[
            ("keccak", "keccak"),
            ("tiny-keccak", "tiny_keccak::keccakf"),
            ("aver-guest", "aver_guest::keccak::software"),
        ],
        times: Some(9),
        shared: false,
        how: "aver-guest's feature keccak-coprocessor, with its module keccak, with alloy-primitives/native-keccak, \
              or with the crates of guest/patches",
    },
    Work {
        coprocessor: "sha256",
        what: "SHA-256",
        crates: &[("sha2", "sha2::sha256")],
        times: Some(20),
        shared: false,
        how: "aver-guest's feature sha256-coprocessor (digests of outputs take it by themselves), with its module \
              sha256, or with the crate of guest/patches",
    },
    Work {
        coprocessor: "secp256k1",
        what: "arithmetic of secp256k1",
        crates: &[("k256", "k256")],
        times: Some(23),
        shared: true,
        how: "aver-guest's feature secp256k1-coprocessor, with its module secp256k1",
    },
    Work {
        coprocessor: "secp256r1",
        what: "arithmetic of P-256",
        crates: &[("p256", "p256")],
        times: Some(30),
        shared: true,
        how: "aver-guest's feature secp256r1-coprocessor, with its module secp256r1",
    },
    Work {
        coprocessor: "bn254",
        what: "arithmetic of BN254",
        crates: &[("ark-bn254", "ark_bn254"), ("substrate-bn", "substrate_bn")],
        times: None,
        shared: true,
        how: "for sums and multiples of points aver-guest's feature bn254-coprocessor, for pairings bn254-fp12-coprocessor, \
              with its module bn254",
    },
    Work {
        coprocessor: "bls12-381",
        what: "arithmetic of BLS12-381",
        crates: &[("ark-bls12-381", "ark_bls12_381"), ("bls12_381", "bls12_381"), ("blst", "blst")],
        times: None,
        shared: true,
        how: "for sums and multiples of points of G1 aver-guest's feature bls12-381-coprocessor, for pairings and KZG \
              bls12-381-fp12-coprocessor too, with its module bls12_381",
    },
    Work {
        coprocessor: "modular",
        what: "arithmetic of large numbers",
        crates: &[("num-bigint", "num_bigint"), ("crypto-bigint", "crypto_bigint")],
        times: None,
        shared: true,
        how: "aver-guest's feature modular-coprocessor: for 256 bits with its module u256, for powers of any width with modexp",
    },
    Work {
        coprocessor: "ripemd160",
        what: "RIPEMD-160",
        crates: &[("ripemd", "ripemd"), ("aver-guest", "aver_guest::ripemd160::software")],
        times: Some(11),
        shared: false,
        how: "aver-guest's feature ripemd160-coprocessor, with its module ripemd160",
    },
    Work {
        coprocessor: "blake2b",
        what: "BLAKE2b",
        crates: &[("blake2", "blake2"), ("aver-guest", "aver_guest::blake2b::software")],
        times: Some(4),
        shared: false,
        how: "aver-guest's feature blake2b-coprocessor, with its module blake2b",
    },
];
