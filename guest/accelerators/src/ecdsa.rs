//! Signatures over secp256k1 and secp256r1.
//!
//! A key that is no point of the curve is an error. A signature whose r or s is out of range is one that does not verify,
//! and nobody's, so that recovering its key is an error.

use crate::memory::{Status, answer, give, read};
use aver_guest::{secp256k1, secp256r1};

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_secp256k1_verify(
    msg: *const [u8; 32],
    sig: *const [u8; 64],
    pubkey: *const [u8; 64],
    verified: *mut bool,
) -> Status {
    let (hash, signature, key) = unsafe { (read(msg), read(sig), encoded(read(pubkey))) };
    let holds = secp256k1::is_key(&key).then(|| secp256k1::verify(&key, &hash, &signature));
    unsafe { answer(holds, verified) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_secp256k1_ecrecover(
    msg: *const [u8; 32],
    sig: *const [u8; 64],
    recid: u8,
    output: *mut [u8; 64],
) -> Status {
    let (hash, signature) = unsafe { (read(msg), read(sig)) };
    unsafe { give(secp256k1::recover(&hash, &signature, recid), output) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_secp256r1_verify(
    msg: *const [u8; 32],
    sig: *const [u8; 64],
    pubkey: *const [u8; 64],
    verified: *mut bool,
) -> Status {
    let (hash, signature, key) = unsafe { (read(msg), read(sig), encoded(read(pubkey))) };
    let holds = secp256r1::is_key(&key).then(|| secp256r1::verify(&key, &hash, &signature));
    unsafe { answer(holds, verified) }
}

/// As SEC 1 writes the point with these coordinates.
fn encoded(coordinates: [u8; 64]) -> [u8; 65] {
    let mut point = [4; 65];
    point[1..].copy_from_slice(&coordinates);
    point
}
