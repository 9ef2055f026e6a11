//! Powers modulo any number, all of any length (Ethereum's precompile, EIP-198): in software, by `num-bigint`, or, with the
//! feature `modular-coprocessor`, by products of 256-bit limbs, by the coprocessor of that name. Up to 256 bits they are
//! [`pow_mod`]'s.
//!
//! Lengths are bounded by memory only: those of EIP-7823, 1024 bytes, are for who reads a call's input.

use alloc::vec;
use alloc::vec::Vec;

use crate::u256::{U256, pow_mod};

#[cfg(any(test, feature = "modular-coprocessor"))]
mod barrett;
#[cfg(any(test, feature = "modular-coprocessor"))]
mod window;

/// base^exponent mod modulus, in as many bytes as the modulus has; of all numbers the most significant byte first.
///
/// Modulo zero all is zero, and 0^0 = 1.
pub fn modexp(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let mut power = vec![0; modulus.len()];
    let [base, exponent, modulus] = [base, exponent, modulus].map(significant);
    let start = power.len() - modulus.len();
    let power_end = &mut power[start..];
    if base.len().max(modulus.len()) <= 32 {
        let result = pow_mod(&number(base), exponent, &number(modulus));
        write(&result.0, power_end);
    } else if !modulus.is_empty() {
        large(base, exponent, modulus, power_end);
    }
    power
}

/// Fills `power`, which is as long as the modulus; neither that nor the base starts with a zero.
#[cfg(not(feature = "modular-coprocessor"))]
fn large(base: &[u8], exponent: &[u8], modulus: &[u8], power: &mut [u8]) {
    let [base, exponent, modulus] = [base, exponent, modulus].map(num_bigint::BigUint::from_bytes_be);
    let result = base.modpow(&exponent, &modulus).to_bytes_be();
    let start = power.len() - result.len();
    power[start..].copy_from_slice(&result);
}

/// Fills `power`, which is as long as the modulus; neither that nor the base starts with a zero.
#[cfg(feature = "modular-coprocessor")]
fn large(base: &[u8], exponent: &[u8], modulus: &[u8], power: &mut [u8]) {
    barrett::power(crate::u256::multiply, base, exponent, modulus, power);
}

/// Without the zeros that it starts with.
fn significant(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..]
}

/// Of 32 bytes at most.
fn number(bytes: &[u8]) -> U256 {
    let mut number = U256::ZERO;
    read(bytes, &mut number.0);
    number
}

/// The words of a number, the least significant first, of its bytes, the most significant first; there are words for all.
fn read(bytes: &[u8], words: &mut [u64]) {
    for (word, bytes) in words.iter_mut().zip(bytes.rchunks(8)) {
        *word = bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
}

/// The other way: fills `bytes`, as far as there are words.
fn write(words: &[u64], bytes: &mut [u8]) {
    for (bytes, word) in bytes.rchunks_mut(8).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes()[8 - bytes.len()..]);
    }
}

#[cfg(test)]
mod tests;
