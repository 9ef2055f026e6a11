//! Sums of products of numbers in bytes, by Karatsuba's method twice: four blocks of eight bytes and five sums of them
//! are multiplied instead of sixteen pairs. Sums of products are put together once.

use core::ops::Add;

use aver_arithmetic::limbs::BYTES;
use aver_stark::air::Expr;

/// Bytes of a block.
const BLOCK: usize = BYTES / 4;
/// Positions of a product of blocks.
const PRODUCT: usize = 2 * BLOCK - 1;
/// Blocks: lower, upper, and sums, of lower and upper halves and their sum.
const BLOCKS: usize = 9;
/// Positions of a product of numbers.
pub const POSITIONS: usize = 2 * BYTES - 1;

/// A number.
pub type Blocks<E> = [[E; BLOCK]; BLOCKS];
/// A sum of products, not put together.
pub type Sums<E> = [[E; PRODUCT]; BLOCKS];

/// The blocks of a number.
#[inline(always)]
pub fn blocks<E: Expr>(bytes: &[E; BYTES]) -> Blocks<E> {
    // Byte k of half 0, 1 or, as 2, the sum of both.
    let half = |half: usize, k: usize| match half {
        0 | 1 => bytes[half * BYTES / 2 + k],
        _ => bytes[k] + bytes[BYTES / 2 + k],
    };
    core::array::from_fn(|block| {
        core::array::from_fn(|k| match (block / 3, block % 3) {
            (of, part @ (0 | 1)) => half(of, part * BLOCK + k),
            (of, _) => half(of, k) + half(of, BLOCK + k),
        })
    })
}

/// Σ of products.
#[inline(always)]
pub fn sums<E: Expr>(pairs: &[(&Blocks<E>, &Blocks<E>)]) -> Sums<E> {
    core::array::from_fn(|block| {
        core::array::from_fn(|k| {
            let places = (k + 1).saturating_sub(BLOCK)..(k + 1).min(BLOCK);
            let products = |(a, b): &(&Blocks<E>, &Blocks<E>)| {
                let products = places.clone().map(|i| a[block][i] * b[block][k - i]);
                products.reduce(Add::add).unwrap_or_else(E::zero)
            };
            pairs.iter().map(products).reduce(Add::add).unwrap_or_else(E::zero)
        })
    })
}

/// For each place, `f` of what the sums have there.
#[inline(always)]
pub fn combined<E: Expr>(f: impl Fn(usize, usize) -> E) -> Sums<E> {
    core::array::from_fn(|block| core::array::from_fn(|k| f(block, k)))
}

/// Positions of a sum of products.
#[inline(always)]
pub fn positions<E: Expr>(sums: &Sums<E>) -> [E; POSITIONS] {
    let halves = [0, 3, 6].map(|of| joined(&sums[of], &sums[of + 1], &sums[of + 2], BLOCK));
    let [low, high, both]: [[E; 2 * PRODUCT + 1]; 3] = halves;
    joined(&low, &high, &both, 2 * BLOCK)
}

/// low + x^`shift` (both − low − high) + x^(2 `shift`) high
#[inline(always)]
fn joined<E: Expr, const N: usize, const M: usize>(
    low: &[E; N],
    high: &[E; N],
    both: &[E; N],
    shift: usize,
) -> [E; M] {
    core::array::from_fn(|k| {
        let low_part = low.get(k).copied();
        let middle = k.checked_sub(shift).filter(|&k| k < N).map(|k| both[k] - low[k] - high[k]);
        let high_part = k.checked_sub(2 * shift).and_then(|k| high.get(k)).copied();
        let parts = [low_part, middle, high_part].into_iter().flatten();
        parts.reduce(Add::add).unwrap_or_else(E::zero)
    })
}
