use alloc::vec::Vec;

use super::*;
use crate::u256::multiply;
use num_bigint::BigUint;

/// What the coprocessor makes of it, of large numbers.
fn by_limbs(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let mut power = vec![0; modulus.len()];
    let [base, exponent, modulus] = [base, exponent, modulus].map(significant);
    let start = power.len() - modulus.len();
    barrett::power(multiply, base, exponent, modulus, &mut power[start..]);
    power
}

/// What both make of it.
fn both(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let power = modexp(base, exponent, modulus);
    if !significant(modulus).is_empty() {
        assert_eq!(by_limbs(base, exponent, modulus), power, "{base:x?} {exponent:x?} {modulus:x?}");
    }
    power
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

/// EIP-198's examples.
#[test]
fn examples() {
    let mut prime = [0xFF; 32];
    prime[27..].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFC, 0x2F]);
    let mut less = prime;
    less[31] -= 1;
    let mut one = [0; 32];
    one[31] = 1;
    assert_eq!(both(&[3], &less, &prime), one);
    assert_eq!(both(&[], &less, &prime), [0; 32]);
    // 3^0xffff modulo 2^255, in as many bytes as are asked for.
    let mut modulus = [0; 33];
    modulus[1] = 0x80;
    let power = bytes("3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab");
    assert_eq!(both(&[3], &[0xFF, 0xFF], &modulus[1..]), power);
    assert_eq!(both(&[3], &[0xFF, 0xFF], &modulus)[1..], power);
    // EIP-2565's nagydani-1-pow0x10001, of 512 bits.
    let power = both(
        &bytes(concat!(
            "e09ad9675465c53a109fac66a445c91b292d2bb2c5268addb30cd82f80fcb003",
            "3ff97c80a5fc6f39193ae969c6ede6710a6b7ac27078a06d90ef1c72e5c85fb5"
        )),
        &[1, 0, 1],
        &bytes(concat!(
            "fc9e1f6beb81516545975218075ec2af118cd8798df6e08a147c60fd6095ac2b",
            "b02c2908cf4dd7c81f11c289e4bce98f3553768f392a80ce22bf5c4f4a248c6b"
        )),
    );
    let expected = concat!(
        "c36d804180c35d4426b57b50c5bfcca5c01856d104564cd513b461d3c8b84091",
        "28a5573e416d0ebe38f5f736766d9dc27143e4da981dfa4d67f7dc474cbee6d2"
    );
    assert_eq!(power, bytes(expected));
}

#[test]
fn operands_that_are_nothing() {
    assert!(modexp(&[2], &[3], &[]).is_empty());
    assert!(modexp(&[], &[], &[]).is_empty());
    for len in [1, 32, 33, 200] {
        let (zeros, mut one) = (vec![0; len], vec![0; len]);
        one[len - 1] = 1;
        assert_eq!(modexp(&[0xFF; 40], &[2], &zeros), zeros);
        assert_eq!(both(&[0xFF; 40], &[2], &one), zeros);
        assert_eq!(both(&[], &[], &one), zeros);
        let most = vec![0xFF; len];
        // 0^0 = 1, and leading zeros are nothing.
        for (base, exponent) in [(&[][..], &[][..]), (&[0; 50], &[0; 3]), (&[7; 300], &[0; 40])] {
            assert_eq!(both(base, exponent, &most), one);
        }
        assert_eq!(both(&[0; 60], &[5], &most), zeros);
        assert_eq!(both(&most, &[5], &most), zeros);
    }
}

/// splitmix64
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    fn below(&mut self, n: u64) -> usize {
        (self.next() % n) as usize
    }

    /// Of any length up to `most`, in runs of zeros, of ones, and of what is random.
    fn number(&mut self, most: usize) -> Vec<u8> {
        let mut number = Vec::new();
        let len = self.below(most as u64 + 1);
        while number.len() < len {
            let run = (1 + self.below(40)).min(len - number.len());
            match self.below(4) {
                0 => number.extend(core::iter::repeat_n(0, run)),
                1 => number.extend(core::iter::repeat_n(0xFF, run)),
                _ => number.extend((0..run).map(|_| self.next() as u8)),
            }
        }
        number
    }
}

#[test]
fn numbers_of_all_kinds() {
    let mut random = Random(1);
    for i in 0..1000 {
        let most = if i % 20 == 0 { 700 } else { 140 };
        let [base, modulus] = [(); 2].map(|()| random.number(most));
        let exponent = random.number(if i % 20 == 1 { 30 } else { 3 });
        let power = both(&base, &exponent, &modulus);
        let [base, exponent, modulus] = [&base, &exponent, &modulus].map(|n| BigUint::from_bytes_be(n));
        let expected = match modulus.bits() {
            0 => modulus,
            _ => base.modpow(&exponent, &modulus),
        };
        assert_eq!(BigUint::from_bytes_be(&power), expected);
    }
}

/// Powers of two, and what is beside them, where quotients are furthest from what is estimated.
#[test]
fn moduli_at_limits() {
    let near = |bits: u32, sign: i8| {
        let power = BigUint::from(1u8) << bits;
        (if sign < 0 { power - 1u8 } else { power + sign as u8 }).to_bytes_be()
    };
    for bits in [256, 257, 320, 511, 512, 513, 768, 1023, 1024, 2047, 2048] {
        for modulus in [-1, 0, 1].map(|sign| near(bits, sign)) {
            for base in [-1, 0, 1].map(|sign| near(bits - 1, sign)).iter().chain([&near(bits, -1)]) {
                for exponent in [&[1][..], &[2], &[0xFF, 0xFF]] {
                    let power = both(base, exponent, &modulus);
                    let [base, exponent, modulus] = [base, exponent, &modulus].map(BigUint::from_bytes_be);
                    assert_eq!(BigUint::from_bytes_be(&power), base.modpow(&exponent, &modulus));
                }
            }
        }
    }
}
