//! Multilinear polynomials, given by their values on {0, 1}^m.
//!
//! A polynomial of m variables is a vector of 2^m values; variable 0 is the most significant bit of an
//! index. eq(a, b) = Π_i (a_i b_i + (1 − a_i)(1 − b_i)).

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::channel::Number;
use crate::field::EF;

/// eq(point, x) for all x: 2^m values.
pub fn eq_table<N: Number>(point: &[N]) -> Vec<N> {
    scaled_eq_table(point, N::one())
}

/// `scale` times [`eq_table`].
pub fn scaled_eq_table<N: Number>(point: &[N], scale: N) -> Vec<N> {
    let mut table = Vec::with_capacity(1 << point.len());
    table.push(scale);
    for &p in point.iter().rev() {
        let zeros = table.len();
        table.extend_from_within(..);
        let (low, high) = table.split_at_mut(zeros);
        for (l, h) in low.iter_mut().zip(high) {
            *h = *h * p;
            *l = *l - *h;
        }
    }
    table
}

/// The first `count` values of [`eq_table`], or all when there are not as many.
pub fn eq_weights<N: Number>(point: &[N], count: usize) -> Vec<N> {
    let (high, low) = point.split_at(point.len().saturating_sub(log2_ceil(count)));
    let scale = high.iter().fold(N::one(), |scale, &p| scale * (N::one() - p));
    let mut table = scaled_eq_table(low, scale);
    table.truncate(count);
    table
}

/// Σ_{x < count} eq(point, x), for `count` up to 2^m.
pub fn eq_prefix<N: Number>(point: &[N], count: usize) -> N {
    if count >> point.len() > 0 {
        return N::one();
    }
    let (mut sum, mut same) = (N::zero(), N::one());
    for (i, &p) in point.iter().rev().enumerate().rev() {
        // `same` is the weight of the numbers that agree with `count` so far.
        let one = same * p;
        if count >> i & 1 == 1 {
            sum = sum + same - one;
            same = one;
        } else {
            same = same - one;
        }
    }
    sum
}

/// [`eq_prefix`] for a count given by its bits, lowest first, of which there may be one more than coordinates.
pub fn eq_prefix_bits<N: Number>(point: &[N], bits: &[N]) -> N {
    let mut sum = bits.get(point.len()).copied().unwrap_or_else(N::zero);
    let mut same = N::one() - sum;
    for (i, &p) in point.iter().rev().enumerate().rev() {
        let bit = bits.get(i).copied().unwrap_or_else(N::zero);
        let one = same * p;
        let zero = same - one;
        sum = N::select(bit, sum + zero, sum);
        same = N::select(bit, one, zero);
    }
    sum
}

/// eq(point, x), where x is given by its bits, lowest first.
pub fn eq_bits<N: Number>(point: &[N], bits: &[N]) -> N {
    let mut product = N::one();
    for (i, &p) in point.iter().rev().enumerate().rev() {
        product = product * N::select(bits.get(i).copied().unwrap_or_else(N::zero), p, N::one() - p);
    }
    product
}

/// eq of two coordinates.
pub fn eq_one<N: Number>(a: N, b: N) -> N {
    let ab = a * b;
    N::one() - a - b + ab + ab
}

/// eq(a, b), over the coordinates both have.
pub fn eq_eval(a: &[EF], b: &[EF]) -> EF {
    a.iter().zip(b).map(|(&a, &b)| eq_one(a, b)).product()
}

/// eq(point, x) at the index x: weight of one value.
pub fn eq_index(point: &[EF], x: usize) -> EF {
    let bit = |i: usize| x.checked_shr((point.len() - 1 - i) as u32).unwrap_or(0) & 1;
    point.iter().enumerate().map(|(i, &p)| if bit(i) == 1 { p } else { EF::ONE - p }).product()
}

/// Value at `point` of the polynomial with `values`; missing values are zero.
pub fn eval(values: &[EF], point: &[EF]) -> EF {
    values.iter().zip(eq_table(point)).map(|(&v, w)| v * w).sum()
}

/// Binds variable 0 at `r`: halves the vector.
pub fn bind<N: Number>(values: &mut Vec<N>, r: N) {
    let half = values.len() / 2;
    let (low, high) = values.split_at_mut(half);
    for (l, &mut h) in low.iter_mut().zip(high) {
        *l = *l + (h - *l) * r;
    }
    values.truncate(half);
}

/// ⌈log2 n⌉, zero for n ≤ 1.
pub fn log2_ceil(n: usize) -> usize {
    n.max(1).next_power_of_two().trailing_zeros() as usize
}

/// The lowest `bits` bits of `x`, reversed.
pub fn bit_reverse(x: usize, bits: usize) -> usize {
    if bits == 0 { 0 } else { x.reverse_bits() >> (usize::BITS as usize - bits.min(usize::BITS as usize)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Sponge;

    #[test]
    fn tables_agree_with_definitions() {
        let mut sponge = Sponge::new("eq");
        let mut draw = |n: usize| (0..n).map(|_| sponge.challenge("x")).collect::<Vec<_>>();
        for m in 0..6 {
            let (a, b, mut values) = (draw(m), draw(m), draw(1 << m));
            let table = eq_table(&a);
            for (x, &t) in table.iter().enumerate() {
                assert_eq!(t, eq_index(&a, x));
            }
            assert_eq!(eq_eval(&a, &b), eval(&table, &b));
            for count in 0..=table.len() {
                assert_eq!(eq_weights(&a, count), table[..count]);
                assert_eq!(eq_prefix(&a, count), table[..count].iter().copied().sum());
                let bits: Vec<EF> = (0..=m).map(|i| EF::from_bool(count >> i & 1 == 1)).collect();
                assert_eq!(eq_prefix_bits(&a, &bits), eq_prefix(&a, count));
                table.get(count).inspect(|&&value| assert_eq!(eq_bits(&a, &bits), value));
            }
            let expected = eval(&values, &a);
            for &r in &a {
                bind(&mut values, r);
            }
            assert_eq!(values, [expected]);
        }
        assert_eq!(bit_reverse(0b0011, 4), 0b1100);
        assert_eq!((log2_ceil(0), log2_ceil(1), log2_ceil(5), log2_ceil(8)), (0, 0, 3, 3));
    }
}
