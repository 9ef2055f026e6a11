//! Functions of bits. A bit x is written as its sign 1 − 2x, so that a sum modulo 2 is a product:
//!
//! | bits | signs |
//! |---|---|
//! | x ⊕ y ⊕ z | X Y Z |
//! | Ch(x, y, z) | (Y + Z − X (Y − Z)) / 2 |
//! | Maj(x, y, z) | (X + Y + Z − X Y Z) / 2 |
//!
//! A half (16 bits) whose signs are S_0 … S_15 is (2^16 − 1 − Σ 2^i S_i) / 2.

use aver_machine::cpu::inverse;
use aver_stark::air::Expr;
use aver_stark::field::F;

const INV_2: F = inverse(2);
const INV_4: F = inverse(4);
const ONES: u32 = 0xFFFF;

/// A 32-bit number.
#[derive(Clone, Copy)]
pub struct Word<E> {
    /// Signs of its bits, lowest first; zero where only its halves are used.
    pub signs: [E; 32],
    /// Low and high 16 bits, or any numbers that have the sum of the word modulo 2^32.
    pub halves: [E; 2],
}

impl<E: Expr> Word<E> {
    /// A number that is only added.
    pub fn sum(halves: [E; 2]) -> Self {
        Self { signs: [E::zero(); 32], halves }
    }
}

/// 1 − 2x.
#[inline(always)]
pub fn sign<E: Expr>(bit: E) -> E {
    E::one() - bit - bit
}

/// Σ 2^i term(i) over each half.
#[inline(always)]
pub fn halves<E: Expr>(term: impl Fn(usize) -> E) -> [E; 2] {
    [0, 16].map(|first| {
        let mut sum = term(first + 15);
        for i in (first..first + 15).rev() {
            sum = sum + sum + term(i);
        }
        sum
    })
}

/// σ: the rotations by `r[0]` and `r[1]` and the shift by `r[2]`, added modulo 2.
#[inline(always)]
pub fn small_sigma<E: Expr>(x: &[E; 32], r: [u32; 3]) -> [E; 2] {
    let [r0, r1, r2] = r.map(|r| r as usize);
    let product = |i: usize| {
        let rotations = x[(i + r0) % 32] * x[(i + r1) % 32];
        if i + r2 < 32 { rotations * x[i + r2] } else { rotations }
    };
    halves(product).map(|sum| -(sum - ONES) * INV_2)
}

/// Four times the signs of Σ (rotations by `r`, added modulo 2) and of another function, of which `twice`
/// gives twice the sign: the sum of both.
#[inline(always)]
fn big_sigma_and<E: Expr>(x: &[E; 32], r: [u32; 3], twice: impl Fn(usize) -> E) -> [E; 2] {
    let [r0, r1, r2] = r.map(|r| r as usize);
    let term = |i: usize| {
        let product = x[(i + r0) % 32] * x[(i + r1) % 32] * x[(i + r2) % 32];
        product + product + twice(i)
    };
    halves(term).map(|sum| -(sum - 4 * ONES) * INV_4)
}

/// Σ1(e) + Ch(e, f, g), where `r` are the rotations of Σ1.
#[inline(always)]
pub fn sigma_and_choice<E: Expr>(r: [u32; 3], [e, f, g]: [&[E; 32]; 3]) -> [E; 2] {
    big_sigma_and(e, r, |i| f[i] + g[i] - e[i] * (f[i] - g[i]))
}

/// Σ0(a) + Maj(a, b, c), where `r` are the rotations of Σ0.
#[inline(always)]
pub fn sigma_and_majority<E: Expr>(r: [u32; 3], [a, b, c]: [&[E; 32]; 3]) -> [E; 2] {
    big_sigma_and(a, r, |i| a[i] + b[i] + c[i] - a[i] * b[i] * c[i])
}

/// x + y, half by half.
#[inline(always)]
pub fn add<E: Expr>(x: [E; 2], y: [E; 2]) -> [E; 2] {
    [x[0] + y[0], x[1] + y[1]]
}
