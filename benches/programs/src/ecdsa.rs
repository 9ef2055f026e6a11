//! ECDSA over secp256k1, with the pure Rust of `k256`.

use alloc::vec::Vec;

use k256::ecdsa::{Signature, VerifyingKey, signature::hazmat::PrehashVerifier};

/// Bytes of a public key, a hash and a signature.
const BYTES: usize = 33 + 32 + 64;

/// Input: public keys (SEC1, compressed), hashes and signatures, one behind the other. Output: how many
/// signatures are valid, 8 bytes.
pub fn run(input: &[u8]) -> Vec<u8> {
    let valid = input.chunks_exact(BYTES).filter(|signed| is_valid(signed)).count() as u64;
    valid.to_le_bytes().into()
}

fn is_valid(signed: &[u8]) -> bool {
    let (key, rest) = signed.split_at(33);
    let (hash, signature) = rest.split_at(32);
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_sec1_bytes(key), Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify_prehash(hash, &signature).is_ok()
}

/// So many signatures, all valid.
#[cfg(feature = "host")]
pub fn signatures(n: u64) -> Vec<u8> {
    use crate::random::Random;
    use k256::ecdsa::{SigningKey, signature::hazmat::PrehashSigner};

    let mut random = Random::new(4);
    let mut bytes = || -> [u8; 32] {
        let words = core::array::from_fn::<_, 4, _>(|_| random.next().to_le_bytes());
        core::array::from_fn(|i| words[i / 8][i % 8])
    };
    let mut input = Vec::new();
    for _ in 0..n {
        let key = SigningKey::from_slice(&bytes()).expect("a number below the order, but for bad luck");
        let hash = bytes();
        let signature: Signature = key.sign_prehash(&hash).expect("a hash of 32 bytes can be signed");
        input.extend(key.verifying_key().to_encoded_point(true).as_bytes());
        input.extend(hash);
        input.extend(signature.to_bytes());
    }
    input
}
