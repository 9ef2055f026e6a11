//! Powers modulo any number (EIP-198). Modulo zero, as there, all is zero.

use crate::memory::{Status, list, scope, words, write_words};
use aver_guest::u256::{U256, pow_mod};
use num_bigint::BigUint;

#[unsafe(no_mangle)]
unsafe extern "C" fn zkvm_modexp(
    base: *const u8,
    base_len: usize,
    exp: *const u8,
    exp_len: usize,
    modulus: *const u8,
    mod_len: usize,
    output: *mut u8,
) -> Status {
    let (base, exponent, modulus) =
        unsafe { (list(base, base_len), list(exp, exp_len), list(modulus, mod_len)) };
    assert!(mod_len == 0 || !output.is_null(), "null pointer");
    scope(|| {
        // Kept apart until it is done: the output may lie where operands do.
        let mut power = alloc::vec![0; mod_len];
        modexp(base, exponent, modulus, &mut power);
        // SAFETY: the caller's pointer; the vector is nobody else's.
        unsafe { core::ptr::copy_nonoverlapping(power.as_ptr(), output, mod_len) };
    });
    Status::Done
}

/// Fills `power`, which is zero and as long as the modulus.
fn modexp(base: &[u8], exponent: &[u8], modulus: &[u8], power: &mut [u8]) {
    let significant = |bytes: &[u8]| bytes.len() - bytes.iter().take_while(|&&byte| byte == 0).count();
    if significant(modulus) == 0 {
        return;
    }
    if significant(base).max(significant(modulus)) <= 32 {
        let result = pow_mod(&U256(words(base)), exponent, &U256(words(modulus)));
        let start = power.len().saturating_sub(32);
        let mut bytes = [0; 32];
        write_words(&result.0, &mut bytes);
        let len = power.len() - start;
        power[start..].copy_from_slice(&bytes[32 - len..]);
        return;
    }
    let number = BigUint::from_bytes_be;
    let result = number(base).modpow(&number(exponent), &number(modulus)).to_bytes_be();
    let start = power.len() - result.len();
    power[start..].copy_from_slice(&result);
}
