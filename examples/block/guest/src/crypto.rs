//! Cryptography by coprocessors, where alloy and revm would have it in software.

use alloc::{sync::Arc, vec::Vec};
use alloy_consensus::crypto::{
    RecoveryError,
    backend::{CryptoProvider, install_default_provider},
};
use alloy_primitives::Address;
use aver_guest::{bn254, modexp, secp256k1, sha256::Sha256};
use block_stateless::revm::precompile::{Crypto, PrecompileHalt, install_crypto};

#[derive(Debug)]
struct Coprocessors;

/// For all that is executed from now on.
pub fn install() {
    let senders = install_default_provider(Arc::new(Coprocessors));
    assert!(senders.is_ok() && install_crypto(Coprocessors), "installed once");
}

/// Who signed, if anyone can have.
fn signer(signature: &[u8; 64], id: u8, hash: &[u8; 32]) -> Option<Address> {
    secp256k1::recover(hash, signature, id).map(|key| Address::from_raw_public_key(&key))
}

/// Of transactions.
impl CryptoProvider for Coprocessors {
    fn recover_signer_unchecked(
        &self,
        signature: &[u8; 65],
        hash: &[u8; 32],
    ) -> Result<Address, RecoveryError> {
        let [rs @ .., id] = signature;
        signer(rs, *id, hash).ok_or_else(RecoveryError::new)
    }

    fn verify_and_compute_signer_unchecked(
        &self,
        key: &[u8; 65],
        signature: &[u8; 64],
        hash: &[u8; 32],
    ) -> Result<Address, RecoveryError> {
        let is_valid = secp256k1::verify(key, hash, signature);
        is_valid.then(|| Address::from_raw_public_key(&key[1..])).ok_or_else(RecoveryError::new)
    }
}

/// Of precompiled contracts.
impl Crypto for Coprocessors {
    fn sha256(&self, input: &[u8]) -> [u8; 32] {
        Sha256::digest(input)
    }

    fn secp256k1_ecrecover(
        &self,
        signature: &[u8; 64],
        id: u8,
        hash: &[u8; 32],
    ) -> Result<[u8; 32], PrecompileHalt> {
        let signer = signer(signature, id, hash).ok_or(PrecompileHalt::Secp256k1RecoverFailed)?;
        Ok(signer.into_word().0)
    }

    fn bn254_g1_add(&self, p: &[u8], q: &[u8]) -> Result<[u8; 64], PrecompileHalt> {
        let sum = point(p).zip(point(q)).and_then(|(p, q)| bn254::add(p, q));
        sum.ok_or(PrecompileHalt::Bn254AffineGFailedToCreate)
    }

    fn bn254_g1_mul(&self, p: &[u8], scalar: &[u8]) -> Result<[u8; 64], PrecompileHalt> {
        let multiple = point(p).zip(scalar.first_chunk()).and_then(|(p, scalar)| bn254::mul(p, scalar));
        multiple.ok_or(PrecompileHalt::Bn254AffineGFailedToCreate)
    }

    fn bn254_pairing_check(&self, pairs: &[(&[u8], &[u8])]) -> Result<bool, PrecompileHalt> {
        let pairs: Vec<u8> = pairs.iter().flat_map(|(p, q)| [*p, *q]).flatten().copied().collect();
        bn254::pairing_check(&pairs).ok_or(PrecompileHalt::Bn254AffineGFailedToCreate)
    }

    fn modexp(&self, base: &[u8], exponent: &[u8], modulus: &[u8]) -> Result<Vec<u8>, PrecompileHalt> {
        Ok(modexp(base, exponent, modulus))
    }
}

fn point(bytes: &[u8]) -> Option<&[u8; 64]> {
    bytes.first_chunk()
}
