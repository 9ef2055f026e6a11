//! Numbers in a row: in limbs of 16 bits, or in bytes, the least significant first. How many there are, [`Size`] says.
//!
//! **Products.** Numbers are multiplied by bytes: position k of a product is Σ a_i b_{k−i}, of weight 2^(8k). That sums
//! of such are zero as integers is shown from below upwards, with carries: [`bytewise`] goes position by position,
//! [`pairwise`] takes two positions at a time. Both need bounds, which [`Bounds`] has: an equation holds modulo p, so
//! its sides must differ by less than p.
//!
//! **Below a constant.** [`below`]: the highest limb that differs from the constant's is marked, and is less.

use aver_machine::buses::{BITS, RANGE};
use aver_machine::cpu::{INV_BYTE, Row};
use aver_stark::air::{Builder, Expr};
use aver_stark::field::{F, P, f};

use crate::size::{Array, Size};

/// What the top byte of a quotient is more than it counts for: so quotients may be negative.
pub const QUOTIENT_OFFSET: u32 = 32;
/// Carries of [`bytewise`] are not below −this, and less than 2^16 above that.
pub const CARRY_OFFSET: u32 = 45_000;
/// Bits of a carry of [`pairwise`], which is not below −[`Size::PAIR_CARRY_OFFSET`].
pub const PAIR_CARRY_BITS: u32 = 15;

/// The field element of a small integer.
pub const fn signed(value: i32) -> F {
    f(value.rem_euclid(P as i32) as u32)
}

/// Cells from `from` on.
#[inline(always)]
pub fn cells<B: Builder, A: Array<B::E>>(b: &B, from: usize) -> A {
    A::from_fn(|i| b.row()[from + i])
}

/// Σ of values.
#[inline(always)]
pub fn sum<E: Expr>(values: &[E]) -> E {
    values.iter().fold(E::zero(), |sum, &value| sum + value)
}

/// The bytes of limbs, whose low bytes are `low`.
#[inline(always)]
pub fn split<S: Size, B: Builder>(
    row: &mut Row<'_, B>,
    limbs: S::Limbs<B::E>,
    low: S::Limbs<B::E>,
) -> S::Bytes<B::E> {
    for i in 0..S::LIMBS {
        row.byte(low[i]);
        row.byte((limbs[i] - low[i]) * INV_BYTE);
    }
    Array::from_fn(|i| if i % 2 == 0 { low[i / 2] } else { (limbs[i / 2] - low[i / 2]) * INV_BYTE })
}

/// Bytes from `from` on.
#[inline(always)]
pub fn bytes<B: Builder, A: Array<B::E>>(row: &mut Row<'_, B>, from: usize) -> A {
    let bytes: A = cells(row.b, from);
    bytes.as_ref().iter().for_each(|&byte| row.byte(byte));
    bytes
}

/// A quotient whose bytes are from `from` on: less 2^([`BYTES`](Size::BYTES) · 8) [`QUOTIENT_OFFSET`], but for padding.
#[inline(always)]
pub fn quotient<S: Size, B: Builder>(row: &mut Row<'_, B>, from: usize) -> S::Quotient<B::E> {
    let mut quotient: S::Quotient<B::E> = bytes(row, from);
    quotient[S::BYTES] = quotient[S::BYTES] - row.real * QUOTIENT_OFFSET;
    quotient
}

/// Position `k` of a product.
#[inline(always)]
pub fn product<E: Expr>(a: &[E], b: &[E], k: usize) -> E {
    let places = (k + 1).saturating_sub(b.len())..(k + 1).min(a.len());
    places.fold(E::zero(), |sum, i| sum + a[i] * b[k - i])
}

/// Position `k` of a square.
#[inline(always)]
pub fn square<E: Expr>(a: &[E], k: usize) -> E {
    let lower = (k + 1).saturating_sub(a.len())..k.div_ceil(2);
    let sum = lower.fold(E::zero(), |sum, i| sum + a[i] * a[k - i]);
    let middle = a.get(k / 2).filter(|_| k.is_multiple_of(2));
    middle.map_or(sum + sum, |&middle| sum + sum + middle * middle)
}

/// Position `k` of the product with a constant: signed digits, each with its place.
#[inline(always)]
pub fn times<E: Expr>(a: &[E], digits: &[(usize, F)], k: usize) -> E {
    let terms = digits.iter().filter_map(|&(place, digit)| Some((a.get(k.checked_sub(place)?)?, digit)));
    terms.fold(E::zero(), |sum, (&byte, digit)| sum + byte * digit)
}

/// Σ 2^(8k) position(k) = 0, carries from `from` on.
#[inline(always)]
pub fn bytewise<S: Size, B: Builder>(
    row: &mut Row<'_, B>,
    label: &'static str,
    from: usize,
    position: impl Fn(usize) -> B::E,
) {
    let mut carry = B::E::zero();
    for k in 0..S::POSITIONS {
        let sum = position(k) + carry;
        if k < S::CARRIES {
            carry = row.b.row()[from + k];
            row.look_up(RANGE, &[carry + CARRY_OFFSET]);
            row.assert_zero(label, sum - carry * (1 << 8));
        } else {
            row.assert_zero(label, sum);
        }
    }
}

/// Σ 2^(8k) position(k) + Σ 2^(16i) limb(i) = 0, `carries` carries from `from` on.
#[inline(always)]
pub fn pairwise<S: Size, B: Builder>(
    row: &mut Row<'_, B>,
    label: &'static str,
    from: usize,
    carries: usize,
    position: impl Fn(usize) -> B::E,
    limb: impl Fn(usize) -> B::E,
) {
    let mut carry = B::E::zero();
    let [n, pow] = [PAIR_CARRY_BITS, 1 << PAIR_CARRY_BITS].map(|n| B::E::constant(f(n)));
    for i in 0..=carries {
        let low = if i < S::LIMBS { limb(i) + carry } else { carry };
        let sum = low + position(2 * i) + position(2 * i + 1) * (1 << 8);
        if i < carries {
            carry = row.b.row()[from + i];
            row.look_up(BITS, &[n, pow, carry + S::PAIR_CARRY_OFFSET]);
            row.assert_zero(label, sum - carry * (1 << 16));
        } else {
            row.assert_zero(label, sum);
        }
    }
}

/// In rows where the boolean `when` is 1, the number of these limbs is below the other one. Limbs are below 2^16; cells
/// are from `from` on, and zero in other rows.
///
/// One limb is marked; those above it are the same, and it is less.
#[inline(always)]
pub fn below<B: Builder>(
    row: &mut Row<'_, B>,
    label: &'static str,
    from: usize,
    when: B::E,
    limbs: &[B::E],
    other: &[B::E],
) {
    let mut unmarked = when;
    let mut difference = B::E::zero();
    for i in (0..limbs.len()).rev() {
        let mark = row.b.row()[from + i];
        row.assert_bool(label, mark);
        let less = other[i] - limbs[i];
        unmarked = unmarked - mark;
        row.assert_zero(label, if i > 0 { unmarked * less } else { unmarked });
        difference = difference + mark * less;
    }
    let rest = row.b.row()[from + limbs.len()];
    row.range(rest);
    row.assert_zero(label, difference - when - rest);
}

/// How far the values of positions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
}

impl Bounds {
    /// Of a product of numbers: bytes are multiplied, at most as many as a number has at a position.
    pub const fn product<S: Size>() -> Self {
        Self { min: 0, max: S::BYTES as i64 * 255 * 255 }
    }
    /// Of the product of a quotient and a constant.
    pub const fn times(digits: &[(usize, i32)]) -> Self {
        let (mut i, mut sum) = (0, 0);
        while i < digits.len() {
            sum += digits[i].1.unsigned_abs() as i64;
            i += 1;
        }
        Self { min: -255 * sum, max: 255 * sum }
    }
    /// Of the sum of one and `factor` times another.
    pub const fn plus(self, factor: i64, other: Self) -> Self {
        let (a, b) = (factor * other.min, factor * other.max);
        Self { min: self.min + if a < b { a } else { b }, max: self.max + if a < b { b } else { a } }
    }
    /// Whether positions so far apart can be summed [`bytewise`]: equations hold for integers, carries fit.
    pub const fn bytewise(self) -> bool {
        self.carries(255, 1 << 8, CARRY_OFFSET as i64, 1 << 16)
    }
    /// Whether positions so far apart, and limbs in these bounds, can be summed [`pairwise`].
    pub const fn pairwise<S: Size>(self, limbs: Self) -> bool {
        let pair = Self { min: 257 * self.min, max: 257 * self.max }.plus(1, limbs);
        pair.carries(65535, 1 << 16, S::PAIR_CARRY_OFFSET as i64, 1 << PAIR_CARRY_BITS)
    }

    /// Carries c of sums s in these bounds, c = (s + c before) / base: if c before is in s / (base − 1), so is c. They
    /// are to be in −offset .. values − offset; and no s + c before − base c of such is as far from zero as p.
    const fn carries(self, less: i64, base: i64, offset: i64, values: i64) -> bool {
        let fit = self.min >= -offset * less && self.max <= (values - offset - 1) * less;
        let least = self.min - offset - base * (values - offset - 1);
        let most = self.max + (values - offset - 1) + base * offset;
        fit && -least < P as i64 && most < P as i64
    }
}
