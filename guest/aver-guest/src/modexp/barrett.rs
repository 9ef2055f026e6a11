//! Powers by products of 256-bit limbs, with Barrett's reduction ("Implementing the Rivest Shamir and Adleman public key
//! encryption algorithm on a standard digital signal processor", 1986), which takes even moduli as well as odd ones.
//!
//! With b = 2^256, numbers have n limbs, and N is a multiple of the modulus by a power of two such that N ≥ b^n / 2: what is
//! computed modulo N is right modulo the modulus too. M = ⌊(b^2n − 1) / N⌋ is in b^n … 2 b^n − 1.
//!
//! A product x < N² is reduced by Q, n limbs of a number that is x M / b^2n, or less than two below: of the product by M only
//! the upper half of x is multiplied, and of its columns only those from n − 1 on are summed; what is cut off is estimated by highest
//! words. As M > b^2n / N − 1, ⌊x / N⌋ is in Q … Q + 2, and x − Q N is known by n limbs and the word above. So a product modulo N
//! takes n² calls, or n (n + 1) / 2 if it is a square, and n (n + 1) to be reduced.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::window::{Step, steps, width};
use super::{read, write};
use crate::u256::{Pair, U256, pow_mod};
use ruint::algorithms::div;

/// Words, the least significant first.
type Limb = [u64; 4];

/// Fills `power`, which is as long as the modulus, with the power of the base modulo that. The modulus does not start with a
/// zero. `multiply` makes a b of a and b, the lower half first.
pub fn power(multiply: impl Fn(&mut Pair), base: &[u8], exponent: &[u8], modulus: &[u8], power: &mut [u8]) {
    let mut divisor = vec![[0; 4]; modulus.len().div_ceil(32)];
    read(modulus, divisor.as_flattened_mut());
    let mut numerator = vec![0; base.len().div_ceil(8)];
    read(base, &mut numerator);
    let mut base = divisor.clone();
    div(&mut numerator, base.as_flattened_mut());
    if let ([base], [modulus]) = (&base[..], &divisor[..]) {
        return write(&pow_mod(&U256(*base), exponent, &U256(*modulus)).0, power);
    }
    let mut result = Reduction::new(multiply, &divisor).power(base, exponent);
    div(result.as_flattened_mut(), divisor.as_flattened_mut());
    write(divisor.as_flattened(), power);
}

/// Multiplication modulo N.
struct Reduction<F> {
    multiply: F,
    /// N.
    modulus: Vec<Limb>,
    /// M − b^n.
    reciprocal: Vec<Limb>,
    /// Room for a product: 2 n limbs.
    product: Vec<Limb>,
    /// Room for Q.
    quotient: Vec<Limb>,
}

impl<F: Fn(&mut Pair)> Reduction<F> {
    /// Of a modulus whose highest limb is not zero.
    fn new(multiply: F, divisor: &[Limb]) -> Self {
        let n = divisor.len();
        let modulus = shifted(divisor);
        // b^2n − 1 − b^n N is divided.
        let mut numerator = vec![[u64::MAX; 4]; n];
        numerator.extend(modulus.iter().map(|limb| limb.map(|word| !word)));
        div(numerator.as_flattened_mut(), modulus.clone().as_flattened_mut());
        numerator.truncate(n);
        Self {
            multiply,
            modulus,
            reciprocal: numerator,
            product: vec![[0; 4]; 2 * n],
            quotient: vec![[0; 4]; n],
        }
    }

    /// The power of a number that is below N.
    fn power(&mut self, base: Vec<Limb>, exponent: &[u8]) -> Vec<Limb> {
        let width = width(exponent);
        let mut odd_powers = vec![base];
        if width > 1 {
            let mut square = odd_powers[0].clone();
            self.square(&mut square);
            for i in 1..1 << (width - 1) {
                let mut power = odd_powers[i - 1].clone();
                self.times(&mut power, &square);
                odd_powers.push(power);
            }
        }
        let mut power = vec![[0; 4]; self.modulus.len()];
        power[0][0] = 1;
        steps(exponent, width, |step| match step {
            Step::Start(i) => power.copy_from_slice(&odd_powers[i]),
            Step::Square => self.square(&mut power),
            Step::Times(i) => self.times(&mut power, &odd_powers[i]),
        });
        power
    }

    /// a becomes a b mod N.
    fn times(&mut self, a: &mut [Limb], b: &[Limb]) {
        let n = a.len();
        let mut column = Column::default();
        for k in 0..2 * n - 1 {
            column.add_products(&self.multiply, a, b, k, (k + 1).saturating_sub(n)..n.min(k + 1));
            self.product[k] = column.shift();
        }
        self.product[2 * n - 1] = column.shift();
        self.reduce(a);
    }

    /// a becomes a² mod N.
    fn square(&mut self, a: &mut [Limb]) {
        let n = a.len();
        let mut column = Column::default();
        for k in 0..2 * n - 1 {
            let mut half = Column::default();
            half.add_products(&self.multiply, a, a, k, (k + 1).saturating_sub(n)..k.div_ceil(2));
            column.add_twice(&half);
            if k % 2 == 0 {
                let mut pair = Pair([U256::ZERO; 2]);
                column.add_product(&self.multiply, &mut pair, &a[k / 2], &a[k / 2]);
            }
            self.product[k] = column.shift();
        }
        self.product[2 * n - 1] = column.shift();
        self.reduce(a);
    }

    /// Writes the product modulo N.
    fn reduce(&mut self, to: &mut [Limb]) {
        let n = to.len();
        let (lower, upper) = self.product.split_at(n);

        // Of ⌊x / b^n⌋ (M − b^n), the column before those that are summed; its unit is 2^192 of the next one's.
        let estimate = upper.iter().zip(self.reciprocal[..n - 1].iter().rev());
        let estimate: u128 = estimate.map(|(x, m)| (u128::from(x[3]) * u128::from(m[3])) >> 64).sum();
        let mut column = Column::default();
        (column.words[3], column.words[4]) = (estimate as u64, (estimate >> 64) as u64);
        let mut fraction = 0;
        for k in n - 1..2 * n - 1 {
            column.add_products(&self.multiply, upper, &self.reciprocal, k, k + 1 - n..n);
            let limb = column.shift();
            match k.checked_sub(n) {
                Some(k) => self.quotient[k] = limb,
                None => fraction = limb[3],
            }
        }
        self.quotient[n - 1] = column.shift();
        // What is cut off of that, and of x modulo b^n times M, by 2^-64.
        let [rest, reciprocal] = [lower, &self.reciprocal].map(|number| u128::from(number[n - 1][3]));
        let cut_off = u128::from(fraction) + rest + ((rest * reciprocal) >> 64);
        add(&mut self.quotient, upper, (cut_off >> 64) as u64);

        let mut column = Column::default();
        for (k, limb) in to.iter_mut().enumerate() {
            column.add_products(&self.multiply, &self.quotient, &self.modulus, k, 0..k + 1);
            *limb = column.shift();
        }
        let above = self.quotient[1..].iter().zip(self.modulus[1..].iter().rev());
        let above = above.fold(column.words[0], |sum, (q, m)| sum.wrapping_add(q[0].wrapping_mul(m[0])));
        let borrow = subtract_from(to, lower);
        let mut above = upper[0][0].wrapping_sub(above).wrapping_sub(borrow);
        while above != 0 || to.as_flattened().iter().rev().ge(self.modulus.as_flattened().iter().rev()) {
            above = above.wrapping_sub(subtract(to, &self.modulus));
        }
    }
}

/// A product by a power of two, as large as it can be in as many words. The highest limb is not zero.
fn shifted(number: &[Limb]) -> Vec<Limb> {
    let words = number.as_flattened();
    let zeros = words.iter().rev().take_while(|&&word| word == 0).count();
    let bits = words[words.len() - 1 - zeros].leading_zeros();
    let mut shifted = vec![[0; 4]; number.len()];
    let mut below = 0;
    for (to, &word) in shifted.as_flattened_mut()[zeros..].iter_mut().zip(words) {
        let wide = u128::from(word) << bits;
        (*to, below) = (wide as u64 | below, (wide >> 64) as u64);
    }
    shifted
}

/// A sum of products of limbs, and of what columns below carry: Σ 2^64i (words_i + 2^64 overs_i). Its own carries are left for
/// when all is summed.
#[derive(Default)]
struct Column {
    words: [u64; 8],
    overs: [u64; 8],
}

impl Column {
    /// Adds a b.
    #[inline(always)]
    fn add_product(&mut self, multiply: &impl Fn(&mut Pair), pair: &mut Pair, a: &Limb, b: &Limb) {
        let Pair([left, right]) = pair;
        (left.0, right.0) = (*a, *b);
        multiply(pair);
        let Pair([low, high]) = pair;
        for (i, summand) in low.0.iter().chain(&high.0).enumerate() {
            let (sum, is_over) = self.words[i].overflowing_add(*summand);
            self.words[i] = sum;
            self.overs[i] += u64::from(is_over);
        }
    }

    /// Adds Σ a_i b_(k − i).
    #[inline(always)]
    fn add_products(
        &mut self,
        multiply: &impl Fn(&mut Pair),
        a: &[Limb],
        b: &[Limb],
        k: usize,
        range: Range<usize>,
    ) {
        if range.is_empty() {
            return;
        }
        let b = &b[k + 1 - range.end..k + 1 - range.start];
        let mut pair = Pair([U256::ZERO; 2]);
        for (a, b) in a[range].iter().zip(b.iter().rev()) {
            self.add_product(multiply, &mut pair, a, b);
        }
    }

    /// Adds another twice.
    #[inline(always)]
    fn add_twice(&mut self, other: &Self) {
        for i in 0..8 {
            let (sum, is_over) = self.words[i].overflowing_add(other.words[i] << 1);
            self.words[i] = sum;
            self.overs[i] += (other.overs[i] << 1) + (other.words[i] >> 63) + u64::from(is_over);
        }
    }

    /// The limb of this column; the next one is left.
    #[inline(always)]
    fn shift(&mut self) -> Limb {
        let mut carry = 0;
        for i in 0..8 {
            let (sum, is_over) = self.words[i].overflowing_add(carry);
            self.words[i] = sum;
            carry = self.overs[i] + u64::from(is_over);
        }
        let [limb @ .., w4, w5, w6, w7] = self.words;
        *self = Self { words: [w4, w5, w6, w7, carry, 0, 0, 0], overs: [0; 8] };
        limb
    }
}

/// a becomes a + b + carry, which is not longer.
fn add(a: &mut [Limb], b: &[Limb], mut carry: u64) {
    for (a, b) in a.iter_mut().zip(b) {
        for i in 0..4 {
            let (sum, first) = a[i].overflowing_add(b[i]);
            let (sum, second) = sum.overflowing_add(carry);
            (a[i], carry) = (sum, u64::from(first) + u64::from(second));
        }
    }
}

/// a becomes a − b; what is borrowed is returned.
fn subtract(a: &mut [Limb], b: &[Limb]) -> u64 {
    let mut borrow = 0;
    for (a, b) in a.iter_mut().zip(b) {
        for i in 0..4 {
            (a[i], borrow) = less(a[i], b[i], borrow);
        }
    }
    borrow
}

/// b becomes a − b; what is borrowed is returned.
fn subtract_from(b: &mut [Limb], a: &[Limb]) -> u64 {
    let mut borrow = 0;
    for (b, a) in b.iter_mut().zip(a) {
        for i in 0..4 {
            (b[i], borrow) = less(a[i], b[i], borrow);
        }
    }
    borrow
}

/// a − b − borrow, and what that borrows.
#[inline(always)]
fn less(a: u64, b: u64, borrow: u64) -> (u64, u64) {
    let (rest, first) = a.overflowing_sub(b);
    let (rest, second) = rest.overflowing_sub(borrow);
    (rest, u64::from(first) + u64::from(second))
}
