//! What rows say about large numbers ([`crate::limbs`]), filled in.

use aver_stark::field::f;
use aver_trace::rows::RowMut;
use p3_field::{Field, PrimeField32};
use ruint::Uint;
use ruint::aliases::U256;

use crate::limbs::{BYTES, CARRIES, LIMBS, PAIR_CARRIES, POSITIONS, QUOTIENT, QUOTIENT_OFFSET};

/// Has room for sums of products of numbers and quotients.
pub type Wide = Uint<576, 9>;

/// A number as a wide one.
pub fn wide(value: U256) -> Wide {
    Wide::from(value)
}

/// Limbs of a number.
pub fn limbs(value: U256) -> [u16; LIMBS] {
    core::array::from_fn(|i| (value.as_limbs()[i / 4] >> (16 * (i % 4))) as u16)
}

/// Bytes of a number.
pub fn bytes(value: U256) -> [i64; BYTES] {
    value.to_le_bytes::<BYTES>().map(i64::from)
}

/// Sets cells to bytes, or limbs.
pub fn set(row: &mut RowMut<'_>, from: usize, values: impl IntoIterator<Item = u32>) {
    values.into_iter().enumerate().for_each(|(i, value)| row.set(from + i, value));
}

/// Sets the low bytes of limbs.
pub fn set_low(row: &mut RowMut<'_>, from: usize, value: U256) {
    set(row, from, limbs(value).map(|limb| u32::from(limb) & 0xFF));
}

/// Sets the quotient of `value` + 2^256 [`QUOTIENT_OFFSET`] `prime`, given as `raised`, by `prime`; gives the bytes of
/// what it counts for.
pub fn set_quotient(row: &mut RowMut<'_>, from: usize, raised: Wide, prime: U256) -> [i64; QUOTIENT] {
    let quotient = raised / wide(prime);
    let bytes = quotient.to_le_bytes::<72>();
    set(row, from, bytes[..QUOTIENT].iter().map(|&byte| byte.into()));
    let mut values = core::array::from_fn(|i| i64::from(bytes[i]));
    values[BYTES] -= i64::from(QUOTIENT_OFFSET);
    values
}

/// 2^256 [`QUOTIENT_OFFSET`] `prime`.
pub fn offset(prime: U256) -> Wide {
    (wide(prime) * Wide::from(QUOTIENT_OFFSET)) << 256
}

/// Values of positions.
pub struct Positions([i64; POSITIONS + 1]);

impl Default for Positions {
    fn default() -> Self {
        Self([0; POSITIONS + 1])
    }
}

impl Positions {
    /// Adds `factor` times the product.
    pub fn product(mut self, factor: i64, a: &[i64; BYTES], b: &[i64; BYTES]) -> Self {
        for (i, &a) in a.iter().enumerate() {
            let a = factor * a;
            self.0[i..i + BYTES].iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
        }
        self
    }
    /// Takes off the product with a constant.
    pub fn less_times(mut self, quotient: &[i64; QUOTIENT], digits: &[(usize, i32)]) -> Self {
        for &(place, digit) in digits {
            let sums = self.0[place..place + QUOTIENT].iter_mut();
            sums.zip(quotient).for_each(|(sum, byte)| *sum -= i64::from(digit) * byte);
        }
        self
    }
    /// Adds `factor` times the limbs of a number.
    pub fn limbs(mut self, factor: i64, value: U256) -> Self {
        let limbs = limbs(value);
        (0..LIMBS).for_each(|i| self.0[2 * i] += factor * i64::from(limbs[i]));
        self
    }
    /// Adds a small number.
    pub fn number(mut self, value: i64) -> Self {
        self.0[0] += value;
        self
    }
    /// Sets the carries of [`crate::limbs::bytewise`].
    pub fn bytewise(&self, row: &mut RowMut<'_>, from: usize) {
        set_carries(row, from, 8, &self.0[..CARRIES]);
    }
    /// Sets the carries of [`crate::limbs::pairwise`].
    pub fn pairwise(&self, row: &mut RowMut<'_>, from: usize) {
        let pairs: [i64; PAIR_CARRIES] = core::array::from_fn(|i| self.0[2 * i] + (self.0[2 * i + 1] << 8));
        set_carries(row, from, 16, &pairs);
    }
}

/// Sets the carries of sums by which `bits` bits vanish.
pub fn set_carries(row: &mut RowMut<'_>, from: usize, bits: u32, sums: &[i64]) {
    let mut carry = 0;
    for (i, sum) in sums.iter().enumerate() {
        carry = (sum + carry) >> bits;
        row.signed(from + i, carry);
    }
}

/// Sets the cells of [`crate::limbs::below`].
pub fn set_below(row: &mut RowMut<'_>, from: usize, value: U256, constant: &[u16; LIMBS]) {
    let limbs = limbs(value);
    if let Some(i) = (0..LIMBS).rev().find(|&i| limbs[i] != constant[i]) {
        row.set(from + i, 1);
        row.signed(from + LIMBS, i64::from(constant[i]) - i64::from(limbs[i]) - 1);
    }
}

/// The inverse of the sum of limbs, or 0.
pub fn inverse_of_sum(value: U256) -> u32 {
    let sum: u32 = limbs(value).into_iter().map(u32::from).sum();
    f(sum).try_inverse().map_or(0, |inverse| inverse.as_canonical_u32())
}
