//! Products of elements whose numbers are bytes, position by position, by Karatsuba's method wherever two are split: for the
//! two numbers of x0 + x1 u; for the six coefficients, in halves of three; for bytes, twice, so that four blocks and five sums
//! of them are multiplied instead of sixteen pairs. What blocks of the same place give is put together block by block, bytes
//! at the end.

use alloc::vec::Vec;
use core::array::from_fn;
use core::ops::Add;

use aver_stark::air::Expr;

use super::columns::NUMBERS;
use crate::size::{Array, Size};

/// Coefficients of an element.
const COEFFICIENTS: usize = NUMBERS / 2;
/// Blocks of a number: lower, upper, and sums, of lower and upper halves and their sum.
const BLOCKS: usize = 9;
/// Elements of Fp2 that are multiplied: of two halves and their sum, three coefficients and sums of two.
const FACTORS: usize = 18;
/// Coefficients of a product before w^6 is replaced.
const DEGREES: usize = 2 * COEFFICIENTS - 1;

/// For each of the 12 numbers, what the product has at each position. w^6 = `root` + u.
#[inline(always)]
pub fn product<S: Size, E: Expr>(
    a: &[S::Bytes<E>; NUMBERS],
    b: &[S::Bytes<E>; NUMBERS],
    root: u32,
) -> Vec<Vec<E>> {
    let mut sums: Vec<Vec<S::BlockProduct<E>>> = (0..NUMBERS).map(|_| Vec::with_capacity(BLOCKS)).collect();
    for at in 0..BLOCKS {
        let [x, y] = [a, b].map(|element| factors::<S, E>(element, at));
        // x0 y0, x1 y1 and (x0 + x1)(y0 + y1) of all pairs of factors.
        let products: Vec<[S::BlockProduct<E>; 3]> =
            x.iter().zip(&y).map(|(x, y)| from_fn(|part| convolution::<S, E>(&x[part], &y[part]))).collect();
        let numbers: Vec<[E; NUMBERS]> = (0..2 * S::BYTES / 4 - 1)
            .map(|k| {
                let [low, high, both] = from_fn(|part| degrees(from_fn(|i| products[i][part][k])));
                reduced(&from_fn(|n| [low[n] - high[n], both[n] - low[n] - high[n]]), root)
            })
            .collect();
        for (n, sums) in sums.iter_mut().enumerate() {
            sums.push(Array::from_fn(|k| numbers[k][n]));
        }
    }
    sums.iter().map(|sums| positions::<S, E>(sums)).collect()
}

/// Block `at` of the factors that an element gives; of each x0, x1 and their sum.
#[inline(always)]
fn factors<S: Size, E: Expr>(a: &[S::Bytes<E>; NUMBERS], at: usize) -> Vec<[S::Block<E>; 3]> {
    let mut factors: Vec<[S::Block<E>; 3]> = Vec::with_capacity(FACTORS);
    let plus = |x: &S::Block<E>, y: &S::Block<E>| -> S::Block<E> { Array::from_fn(|i| x[i] + y[i]) };
    let both = |x: &[S::Block<E>; 3], y: &[S::Block<E>; 3]| from_fn(|part| plus(&x[part], &y[part]));
    let coefficients: [[S::Block<E>; 3]; COEFFICIENTS] = from_fn(|i| {
        let [x0, x1] = [0, 1].map(|part| block::<S, E>(&a[2 * i + part], at));
        [x0, x1, plus(&x0, &x1)]
    });
    for half in 0..3 {
        let of: [[S::Block<E>; 3]; 3] = from_fn(|i| match half {
            0 | 1 => coefficients[3 * half + i],
            _ => both(&coefficients[i], &coefficients[3 + i]),
        });
        factors.extend(of);
        factors.extend([(0, 1), (0, 2), (1, 2)].map(|(i, j)| both(&of[i], &of[j])));
    }
    factors
}

/// Block `at` of a number.
#[inline(always)]
fn block<S: Size, E: Expr>(bytes: &S::Bytes<E>, at: usize) -> S::Block<E> {
    let length = S::BYTES / 4;
    // Byte k of half 0, 1 or, as 2, the sum of both.
    let half = |half: usize, k: usize| match half {
        0 | 1 => bytes[half * 2 * length + k],
        _ => bytes[k] + bytes[2 * length + k],
    };
    Array::from_fn(|k| match (at / 3, at % 3) {
        (of, part @ (0 | 1)) => half(of, part * length + k),
        (of, _) => half(of, k) + half(of, length + k),
    })
}

/// A product of blocks.
#[inline(always)]
fn convolution<S: Size, E: Expr>(a: &S::Block<E>, b: &S::Block<E>) -> S::BlockProduct<E> {
    let length = S::BYTES / 4;
    Array::from_fn(|k| {
        let places = (k + 1).saturating_sub(length)..(k + 1).min(length);
        places.map(|i| a[i] * b[k - i]).reduce(Add::add).unwrap_or_else(E::zero)
    })
}

/// The coefficients of a product, of the products of factors.
#[inline(always)]
fn degrees<E: Expr>(products: [E; FACTORS]) -> [E; DEGREES] {
    let [low, high, both]: [[E; 5]; 3] = from_fn(|half| {
        let [p0, p1, p2, p01, p02, p12] = from_fn(|i| products[6 * half + i]);
        [p0, p01 - p0 - p1, p02 - p0 - p2 + p1, p12 - p1 - p2, p2]
    });
    let middle: [E; 5] = from_fn(|i| both[i] - low[i] - high[i]);
    from_fn(|n| match n {
        0..3 => low[n],
        3 | 4 => low[n] + middle[n - 3],
        5 => middle[2],
        6 | 7 => middle[n - 3] + high[n - 6],
        _ => high[n - 6],
    })
}

/// The numbers of an element with powers of w above the fifth.
#[inline(always)]
fn reduced<E: Expr>(x: &[[E; 2]; DEGREES], root: u32) -> [E; NUMBERS] {
    let times = |value: E| if root == 1 { value } else { value * root };
    from_fn(|n| {
        let (i, part) = (n / 2, n % 2);
        match x.get(i + COEFFICIENTS) {
            Some([x0, x1]) if part == 0 => x[i][0] + (times(*x0) - *x1),
            Some([x0, x1]) => x[i][1] + (times(*x1) + *x0),
            None => x[i][part],
        }
    })
}

/// Positions of a number, of its blocks.
#[inline(always)]
fn positions<S: Size, E: Expr>(blocks: &[S::BlockProduct<E>]) -> Vec<E> {
    let halves: Vec<Vec<E>> = blocks
        .chunks(3)
        .map(|of| joined(of[0].as_ref(), of[1].as_ref(), of[2].as_ref(), S::BYTES / 4))
        .collect();
    joined(&halves[0], &halves[1], &halves[2], S::BYTES / 2)
}

/// low + x^`shift` (both − low − high) + x^(2 `shift`) high
#[inline(always)]
fn joined<E: Expr>(low: &[E], high: &[E], both: &[E], shift: usize) -> Vec<E> {
    let position = |k: usize| {
        let low_part = low.get(k).copied();
        let at_middle = k.checked_sub(shift).filter(|&k| k < both.len());
        let middle = at_middle.map(|k| both[k] - low[k] - high[k]);
        let high_part = k.checked_sub(2 * shift).and_then(|k| high.get(k)).copied();
        [low_part, middle, high_part].into_iter().flatten().reduce(Add::add).unwrap_or_else(E::zero)
    };
    (0..low.len() + 2 * shift).map(position).collect()
}
