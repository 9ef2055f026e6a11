//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use super::columns::{At, NUMBERS};
use super::{Fp12, QUOTIENT_OFFSET, SizeOf, Tower};
use crate::group::Curve;
use crate::size::{Array, Size};
use crate::witness::{Number, Wide, number, wide, words};

/// x0 and x1 of coefficients in turn.
pub type Element = [Number; NUMBERS];

/// A product, with what is computed on the way.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Numbers below p.
    pub element: Element,
    /// For each number, what the product is in multiples of p, rounded down, and [`QUOTIENT_OFFSET`] times 2^8 of the first
    /// power of two that no number is below, more.
    pub quotients: [Wide; NUMBERS],
}

/// Messages of a row.
const fn messages<S: Size>() -> usize {
    // Those of the ecall and its pointers, and of each access.
    let accesses = 14 + 2 * At::<S>::WORDS * 4;
    let of_numbers = 2 * S::BYTES + At::<S>::QUOTIENT_BYTES + At::<S>::CARRIES;
    accesses + (NUMBERS * of_numbers).div_ceil(2) + NUMBERS * (S::LIMBS + 1 + At::<S>::CARRIES)
}

/// a b
pub fn multiply<T: Tower>(a: &Element, b: &Element) -> Product {
    let prime = wide(number(T::Curve::PRIME));
    // Sums are negative on the way.
    let offset = (prime * Wide::from(QUOTIENT_OFFSET)) << (8 * (SizeOf::<T>::BYTES + 1));
    let mut sums = [offset; NUMBERS];
    let product = |x: Number, y: Number| Wide::from(x.widening_mul::<384, 6, 768, 12>(y));
    let root = Wide::from(T::ROOT);
    for i in 0..NUMBERS / 2 {
        for j in 0..NUMBERS / 2 {
            let ([x0, x1], [y0, y1]) = ([a[2 * i], a[2 * i + 1]], [b[2 * j], b[2 * j + 1]]);
            let z0 = product(x0, y0).wrapping_sub(product(x1, y1));
            let z1 = product(x0, y1).wrapping_add(product(x1, y0));
            let k = (i + j) % (NUMBERS / 2);
            let (z0, z1) = if k == i + j {
                (z0, z1)
            } else {
                (z0.wrapping_mul(root).wrapping_sub(z1), z1.wrapping_mul(root).wrapping_add(z0))
            };
            sums[2 * k] = sums[2 * k].wrapping_add(z0);
            sums[2 * k + 1] = sums[2 * k + 1].wrapping_add(z1);
        }
    }
    let divided = sums.map(|sum| sum.div_rem(prime));
    Product { element: divided.map(|(_, rest)| rest.to()), quotients: divided.map(|(quotient, _)| quotient) }
}

/// The element of these words.
pub(crate) fn element<S: Size>(words: &[u64]) -> Element {
    core::array::from_fn(|n| number(&words[S::WORDS * n..S::WORDS * (n + 1)]))
}

impl<T: Tower> Coprocessor for Fp12<T> {
    fn call(&self) -> u32 {
        Self::CALL
    }

    fn name(&self) -> &str {
        T::ADDRESS
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let mut b = <SizeOf<T> as Size>::Element::from_fn(|_| 0);
        let mut a = b;
        for (i, b) in b.as_mut().iter_mut().enumerate() {
            *b = memory.read(word(a1, i))?;
        }
        for (i, a) in a.as_mut().iter_mut().enumerate() {
            *a = memory.peek(word(a0, i))?;
        }
        let [a, b] = [a, b].map(|words| element::<SizeOf<T>>(words.as_ref()));
        let product = multiply::<T>(&a, &b);
        for (i, &new) in product.element.iter().flat_map(words::<SizeOf<T>>).enumerate() {
            memory.update(word(a0, i), new)?;
        }
        Ok(())
    }

    /// Its row, and the words it may be the first to touch.
    fn cost(&self) -> u64 {
        let words = At::<SizeOf<T>>::WORDS as u64;
        row_bytes(At::<SizeOf<T>>::WIDTH, messages::<SizeOf<T>>()) + 2 * words * WORD_BYTES
    }
}
