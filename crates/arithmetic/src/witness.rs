//! What rows say about large numbers ([`crate::limbs`]), filled in. Numbers are words, the least significant first, as many
//! as the chip has for a number.

use aver_stark::field::f;
use aver_trace::rows::RowMut;
use p3_field::{Field, PrimeField32};
use ruint::Uint;

use crate::limbs::QUOTIENT_OFFSET;
use crate::size::Size;

/// Has room for the numbers of all sizes.
pub type Number = Uint<384, 6>;
/// Has room for sums of products of numbers and quotients.
pub type Wide = Uint<832, 13>;

/// A number as a wide one.
pub fn wide(value: Number) -> Wide {
    Wide::from(value)
}

/// The number of these words.
pub fn number(words: &[u64]) -> Number {
    Number::from_limbs_slice(words)
}

/// The words of a number of this size.
pub fn words<S: Size>(value: &Number) -> &[u64] {
    &value.as_limbs()[..S::WORDS]
}

/// Limb `i`.
pub fn limb(words: &[u64], i: usize) -> u16 {
    (words[i / 4] >> (16 * (i % 4))) as u16
}

/// Limbs of a number.
pub fn limbs(words: &[u64]) -> impl Iterator<Item = u32> {
    (0..4 * words.len()).map(|i| limb(words, i).into())
}

/// Bytes of a number.
pub fn bytes(words: &[u64]) -> Vec<i64> {
    words.iter().flat_map(|word| word.to_le_bytes()).map(i64::from).collect()
}

/// Sets cells to bytes, or limbs.
pub fn set(row: &mut RowMut<'_>, from: usize, values: impl IntoIterator<Item = u32>) {
    values.into_iter().enumerate().for_each(|(i, value)| row.set(from + i, value));
}

/// Sets the low bytes of limbs.
pub fn set_low(row: &mut RowMut<'_>, from: usize, words: &[u64]) {
    set(row, from, limbs(words).map(|limb| limb & 0xFF));
}

/// Sets the quotient of `value` + 2^(8 [`Size::BYTES`]) [`QUOTIENT_OFFSET`] `prime`, given as `raised`, by `prime`; gives
/// the bytes of what it counts for.
pub fn set_quotient<S: Size>(row: &mut RowMut<'_>, from: usize, raised: Wide, prime: Number) -> Vec<i64> {
    let quotient = raised / wide(prime);
    let mut values = bytes(quotient.as_limbs());
    values.truncate(S::QUOTIENT);
    set(row, from, values.iter().map(|&byte| byte as u32));
    values[S::BYTES] -= i64::from(QUOTIENT_OFFSET);
    values
}

/// 2^(8 [`Size::BYTES`]) [`QUOTIENT_OFFSET`] `prime`.
pub fn offset<S: Size>(prime: Number) -> Wide {
    (wide(prime) * Wide::from(QUOTIENT_OFFSET)) << (8 * S::BYTES)
}

/// Values of positions.
pub struct Positions(Vec<i64>);

impl Positions {
    /// So many, all zero.
    pub fn new(count: usize) -> Self {
        Self(vec![0; count])
    }
    /// Of equations of numbers of a size.
    pub fn of<S: Size>() -> Self {
        // Pairs are of an even number.
        Self::new(S::POSITIONS + 1)
    }
    /// Adds `factor` times the product, of which all that is not zero is to have a position.
    pub fn add_product(&mut self, factor: i64, a: &[i64], b: &[i64]) {
        for (i, &a) in a.iter().enumerate().filter(|(_, a)| **a != 0) {
            let a = factor * a;
            self.0[i..].iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
        }
    }
    /// [`Self::add_product`]
    pub fn product(mut self, factor: i64, a: &[i64], b: &[i64]) -> Self {
        self.add_product(factor, a, b);
        self
    }
    /// Takes off the product with a constant.
    pub fn less_times(mut self, quotient: &[i64], digits: &[(usize, i32)]) -> Self {
        for &(place, digit) in digits {
            let sums = self.0[place..].iter_mut();
            sums.zip(quotient).for_each(|(sum, byte)| *sum -= i64::from(digit) * byte);
        }
        self
    }
    /// Adds `factor` times the limbs of a number.
    pub fn limbs(mut self, factor: i64, words: &[u64]) -> Self {
        limbs(words).enumerate().for_each(|(i, limb)| self.0[2 * i] += factor * i64::from(limb));
        self
    }
    /// Adds a small number.
    pub fn number(mut self, value: i64) -> Self {
        self.0[0] += value;
        self
    }
    /// The carry from each position to the next, by which 8 bits vanish.
    pub fn carries(&self) -> impl Iterator<Item = i64> {
        carries(8, self.0.iter().copied())
    }
    /// Sets the carries of [`crate::limbs::bytewise`].
    pub fn bytewise<S: Size>(&self, row: &mut RowMut<'_>, from: usize) {
        self.carries().take(S::CARRIES).enumerate().for_each(|(i, carry)| row.signed(from + i, carry));
    }
    /// Sets so many carries of [`crate::limbs::pairwise`].
    pub fn pairwise(&self, row: &mut RowMut<'_>, from: usize, count: usize) {
        let pairs = self.0.as_chunks::<2>().0.iter().map(|[low, high]| low + (high << 8));
        carries(16, pairs).take(count).enumerate().for_each(|(i, carry)| row.signed(from + i, carry));
    }
}

/// The carries of sums by which `bits` bits vanish.
fn carries(bits: u32, sums: impl Iterator<Item = i64>) -> impl Iterator<Item = i64> {
    sums.scan(0, move |carry, sum| {
        *carry = (sum + *carry) >> bits;
        Some(*carry)
    })
}

/// Sets the carries of sums by which 16 bits vanish.
pub fn set_carries(row: &mut RowMut<'_>, from: usize, sums: impl Iterator<Item = i64>) {
    carries(16, sums).enumerate().for_each(|(i, carry)| row.signed(from + i, carry));
}

/// Sets the cells of [`crate::limbs::below`].
pub fn set_below(row: &mut RowMut<'_>, from: usize, words: &[u64], constant: &[u64]) {
    let count = 4 * words.len();
    if let Some(i) = (0..count).rev().find(|&i| limb(words, i) != limb(constant, i)) {
        row.set(from + i, 1);
        row.signed(from + count, i64::from(limb(constant, i)) - i64::from(limb(words, i)) - 1);
    }
}

/// The inverse of the sum of limbs, or 0.
pub fn inverse_of_sum(words: &[u64]) -> u32 {
    f(limbs(words).sum()).try_inverse().map_or(0, |inverse| inverse.as_canonical_u32())
}
