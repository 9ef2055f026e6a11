//! Arithmetic of long integers, with `num-bigint`: a power modulo a Mersenne number, and a factorial
//! in decimal.

use alloc::string::ToString;
use alloc::vec::Vec;

use num_bigint::BigUint;

/// Input: a number of bits n (8 little-endian bytes). Output: 3^(2^n − 2) mod 2^n − 1, and behind it n!
/// in decimal.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input);
    let one = BigUint::from(1u32);
    let modulus = (&one << n) - &one;
    let power = BigUint::from(3u32).modpow(&(&modulus - &one), &modulus);
    let factorial = (1..=n).fold(one, |product, factor| product * factor);
    let mut output = power.to_bytes_le();
    output.extend(factorial.to_string().into_bytes());
    output
}
