//! Which coprocessors are there unless a caller says otherwise.

use crate::Coprocessor;
use std::sync::Arc;

/// The coprocessors that come with Aver. A program gets those that its ELF note names.
pub fn standard() -> Vec<Arc<dyn Coprocessor>> {
    vec![
        Arc::new(aver_sha256::Sha256),
        Arc::new(aver_keccak::Keccak),
        Arc::new(aver_bn254::BN254),
        Arc::new(aver_bn254_fp12::BN254_FP12),
        Arc::new(aver_bls12_381::BLS12_381),
        Arc::new(aver_bls12_381_fp12::BLS12_381_FP12),
        Arc::new(aver_modular::Modular),
        Arc::new(aver_secp256k1::SECP256K1),
        Arc::new(aver_secp256r1::SECP256R1),
        Arc::new(aver_copy::BlockCopy),
        Arc::new(aver_ripemd160::Ripemd160),
        Arc::new(aver_blake2b::Blake2b),
    ]
}
