//! Sums of multiples of points, by an addition of points.

use alloc::vec::Vec;

use super::point::Point;

/// Bits of a signed digit, which is odd and less than 2^4 in absolute value, or zero.
const BITS: u32 = 5;
/// Odd multiples of a point that digits ask for.
const MULTIPLES: usize = 1 << (BITS - 2);
/// Digits of a number of 256 bits.
const DIGITS: usize = 257;

/// Σ scalar · point, for points of a curve of prime order other than infinity; none if that is infinity. Coordinates are of
/// the prime's words.
///
/// One chain of doublings for all, from the top; scalars in signed digits, five bits apart at least (wNAF).
pub fn sum<const W: usize>(
    terms: &[([u64; 4], Point<W>)],
    prime: &[u64],
    add: impl Fn(&mut Point<W>, &Point<W>),
) -> Option<Point<W>> {
    let digits: Vec<_> = terms.iter().map(|(scalar, _)| digits(scalar)).collect();
    let multiples: Vec<_> = terms.iter().map(|(_, point)| odd_multiples(point, &add)).collect();
    let mut sum = Sum { point: None, add };
    for k in (0..DIGITS).rev() {
        sum.double();
        for (digits, multiples) in digits.iter().zip(&multiples) {
            let digit = digits[k];
            if digit != 0 {
                let multiple = &multiples[usize::from(digit.unsigned_abs() / 2)];
                if digit > 0 { sum.plus(multiple) } else { sum.plus(&negative(multiple, prime)) }
            }
        }
    }
    sum.point
}

/// A point, or infinity.
pub(crate) struct Sum<A, const W: usize> {
    /// None is infinity.
    pub point: Option<Point<W>>,
    /// Addition of points other than infinity.
    pub add: A,
}

impl<A: Fn(&mut Point<W>, &Point<W>), const W: usize> Sum<A, W> {
    /// There is no point with −P = P, the order being odd.
    pub fn double(&mut self) {
        if let Some(point) = &mut self.point {
            let same = *point;
            (self.add)(point, &same);
        }
    }

    /// Adds a point.
    pub fn plus(&mut self, other: &Point<W>) {
        match &mut self.point {
            None => self.point = Some(*other),
            Some(point) => {
                (self.add)(point, other);
                if point.0[0] == 0 && point.0 == [0; W] {
                    self.point = None;
                }
            }
        }
    }
}

/// 1, 3, 5, … times the point. None of these, nor any sum on the way, is infinity: the order is a large prime.
fn odd_multiples<const W: usize>(
    point: &Point<W>,
    add: &impl Fn(&mut Point<W>, &Point<W>),
) -> [Point<W>; MULTIPLES] {
    let mut twice = *point;
    add(&mut twice, point);
    let mut multiples = [*point; MULTIPLES];
    for i in 1..MULTIPLES {
        multiples[i] = multiples[i - 1];
        add(&mut multiples[i], &twice);
    }
    multiples
}

/// (x, −y). No point of a curve of odd order has y = 0.
pub fn negative<const W: usize>(point: &Point<W>, prime: &[u64]) -> Point<W> {
    let mut negative = *point;
    let mut borrow = false;
    for (y, p) in negative.0[W / 2..].iter_mut().zip(prime) {
        let (difference, first) = p.overflowing_sub(*y);
        let (difference, second) = difference.overflowing_sub(borrow.into());
        (*y, borrow) = (difference, first | second);
    }
    negative
}

/// Digits d of a number, which is Σ 2^k d_k.
fn digits(number: &[u64; 4]) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let (mut k, mut carry) = (0, 0);
    while k < DIGITS {
        let bits = window(number, k);
        if bits & 1 == carry {
            k += 1;
            continue;
        }
        let digit = (bits & ((1 << BITS) - 1)) + carry;
        carry = digit >> (BITS - 1) & 1;
        digits[k] = (digit as i8) - ((carry << BITS) as i8);
        k += BITS as usize;
    }
    digits
}

/// Bits from `k` on, [`BITS`] of them at least.
fn window(number: &[u64; 4], k: usize) -> u64 {
    let word = |i: usize| number.get(i).copied().unwrap_or(0);
    let (at, shift) = (k / 64, k % 64);
    let low = word(at) >> shift;
    if shift > 64 - BITS as usize { low | word(at + 1) << (64 - shift) } else { low }
}
