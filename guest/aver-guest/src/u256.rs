//! Products of numbers of 256 bits, and what remains of them modulo any number: in software, by `ruint`, or, with the
//! feature `modular-coprocessor`, by the coprocessor of that name.
//!
//! Modulo zero all is zero, as Ethereum's `MULMOD`, `DIV` and `MOD` have it, and its precompile for powers (EIP-198).

/// A number of 256 bits, the least significant word first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct U256(pub [u64; 4]);

impl U256 {
    /// 0
    pub const ZERO: Self = Self([0; 4]);
    /// 1
    pub const ONE: Self = Self([1, 0, 0, 0]);

    fn is_zero(&self) -> bool {
        self.0 == [0; 4]
    }
}

/// a and b.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct Pair(pub(crate) [U256; 2]);

/// With M = m, or 2^256 if m = 0, a b = q M + r: a becomes r, b becomes q modulo 2^256.
#[cfg(not(feature = "modular-coprocessor"))]
fn divide(pair: &mut Pair, m: &U256) {
    use ruint::Uint;
    let wide = |n: &U256| Uint::<512, 8>::from(Uint::<256, 4>::from_limbs(n.0));
    let m = if m.is_zero() { Uint::<512, 8>::from(1) << 256 } else { wide(m) };
    let (q, r) = (wide(&pair.0[0]) * wide(&pair.0[1])).div_rem(m);
    pair.0 = [r, q].map(|n| U256(core::array::from_fn(|i| n.as_limbs()[i])));
}

#[cfg(feature = "modular-coprocessor")]
crate::coprocessor_note!(MODULAR, "modular@cf74192609370c92dd253cc2c7d98fb4");

/// With M = m, or 2^256 if m = 0, a b = q M + r: a becomes r, b becomes q modulo 2^256.
#[cfg(feature = "modular-coprocessor")]
#[inline(always)]
fn divide(pair: &mut Pair, m: &U256) {
    let pair: *mut Pair = pair;
    // SAFETY: the call reads 32 bytes at a1 and updates 64 at a0; the types align both.
    unsafe { crate::sys::coprocessor(MODULAR, pair as usize, core::ptr::from_ref(m) as usize) };
}

/// a and b become the lower half of a b, and the upper.
#[cfg(any(test, feature = "modular-coprocessor"))]
#[inline(always)]
pub(crate) fn multiply(pair: &mut Pair) {
    divide(pair, &U256::ZERO);
}

/// a b mod m.
#[inline]
pub fn mul_mod(a: &U256, b: &U256, m: &U256) -> U256 {
    if m.is_zero() {
        return U256::ZERO;
    }
    let mut pair = Pair([*a, *b]);
    divide(&mut pair, m);
    pair.0[0]
}

/// a b: the lower half, and the upper.
#[inline]
pub fn mul_wide(a: &U256, b: &U256) -> (U256, U256) {
    let mut pair = Pair([*a, *b]);
    divide(&mut pair, &U256::ZERO);
    (pair.0[0], pair.0[1])
}

/// a / m rounded down, and a mod m.
#[inline]
pub fn div_rem(a: &U256, m: &U256) -> (U256, U256) {
    if m.is_zero() {
        return (U256::ZERO, U256::ZERO);
    }
    let mut pair = Pair([*a, U256::ONE]);
    divide(&mut pair, m);
    (pair.0[1], pair.0[0])
}

/// base^exponent mod m; bytes of the exponent, the most significant first, as many as there are.
pub fn pow_mod(base: &U256, exponent: &[u8], m: &U256) -> U256 {
    if m.is_zero() {
        return U256::ZERO;
    }
    let mut pair = Pair([U256::ONE, U256::ONE]);
    divide(&mut pair, m);
    let mut power = pair.0[0];
    let start = exponent.iter().position(|&byte| byte != 0).unwrap_or(exponent.len());
    for byte in &exponent[start..] {
        for bit in (0..8).rev() {
            power = mul_mod(&power, &power, m);
            if byte >> bit & 1 == 1 {
                power = mul_mod(&power, base, m);
            }
        }
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: U256 = U256([u64::MAX; 4]);

    fn small(n: u64) -> U256 {
        U256([n, 0, 0, 0])
    }

    #[test]
    fn products() {
        let less = U256([u64::MAX - 1, u64::MAX, u64::MAX, u64::MAX]);
        assert_eq!(mul_wide(&MOST, &MOST), (U256::ONE, less));
        assert_eq!(mul_wide(&small(7), &small(9)), (small(63), U256::ZERO));
        // (2^256 − 1)² = 1 modulo 2^256 − 2, and 0 modulo 2^256 − 1.
        assert_eq!(mul_mod(&MOST, &MOST, &less), U256::ONE);
        assert_eq!(mul_mod(&MOST, &MOST, &MOST), U256::ZERO);
        assert_eq!(mul_mod(&MOST, &MOST, &U256::ONE), U256::ZERO);
        assert_eq!(mul_mod(&MOST, &MOST, &U256::ZERO), U256::ZERO);
        assert_eq!(mul_mod(&small(123), &small(456), &small(1000)), small(88));
    }

    #[test]
    fn quotients() {
        assert_eq!(div_rem(&small(1000), &small(77)), (small(12), small(76)));
        assert_eq!(div_rem(&MOST, &U256::ONE), (MOST, U256::ZERO));
        assert_eq!(div_rem(&small(5), &MOST), (U256::ZERO, small(5)));
        assert_eq!(div_rem(&MOST, &U256::ZERO), (U256::ZERO, U256::ZERO));
    }

    #[test]
    fn powers() {
        // Fermat, for the prime of secp256k1: the first example of EIP-198.
        let p = U256([0xFFFF_FFFE_FFFF_FC2F, u64::MAX, u64::MAX, u64::MAX]);
        let mut exponent = [0xFF; 32];
        exponent[24..].copy_from_slice(&0xFFFF_FFFE_FFFF_FC2Eu64.to_be_bytes());
        assert_eq!(pow_mod(&small(3), &exponent, &p), U256::ONE);
        assert_eq!(pow_mod(&U256::ZERO, &exponent, &p), U256::ZERO);
        assert_eq!(pow_mod(&small(3), &[0, 0, 1, 4], &small(1000)), small(201));
        assert_eq!(pow_mod(&U256::ZERO, &[], &small(5)), U256::ONE);
        assert_eq!(pow_mod(&small(2), &[0, 0], &U256::ONE), U256::ZERO);
        assert_eq!(pow_mod(&small(2), &[3], &U256::ZERO), U256::ZERO);
    }
}
