//! Executes the call.

use aver_arithmetic::group::Curve;
use aver_arithmetic::witness::{Wide, wide};
use aver_bn254::CurveBn254;
use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};
use ruint::aliases::U256;

use crate::chip::QUOTIENT_OFFSET;
use crate::chip::columns::{NUMBER, NUMBERS, WIDTH, WORDS};
use crate::{ADDRESS, CALL, Fp12};

/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 2294) + 2 * WORDS as u64 * WORD_BYTES;

/// x0 and x1 of coefficients in turn.
pub type Element = [U256; NUMBERS];

/// A product, with what is computed on the way.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// Numbers below p.
    pub element: Element,
    /// For each number, what the product is in multiples of p, rounded down, and [`QUOTIENT_OFFSET`] 2^264 more.
    pub quotients: [Wide; NUMBERS],
}

/// a b
pub fn multiply(a: &Element, b: &Element) -> Product {
    let prime = U256::from_limbs(CurveBn254::PRIME);
    // Sums are negative on the way.
    let mut sums: [Wide; NUMBERS] = [(wide(prime) * Wide::from(QUOTIENT_OFFSET)) << 264; NUMBERS];
    let product = |x: U256, y: U256| Wide::from(x.widening_mul::<256, 4, 512, 8>(y));
    for i in 0..NUMBERS / 2 {
        for j in 0..NUMBERS / 2 {
            let ([x0, x1], [y0, y1]) = ([a[2 * i], a[2 * i + 1]], [b[2 * j], b[2 * j + 1]]);
            let z0 = product(x0, y0).wrapping_sub(product(x1, y1));
            let z1 = product(x0, y1).wrapping_add(product(x1, y0));
            let k = (i + j) % (NUMBERS / 2);
            let nine = Wide::from(9);
            let (z0, z1) = if k == i + j {
                (z0, z1)
            } else {
                (z0.wrapping_mul(nine).wrapping_sub(z1), z1.wrapping_mul(nine).wrapping_add(z0))
            };
            sums[2 * k] = sums[2 * k].wrapping_add(z0);
            sums[2 * k + 1] = sums[2 * k + 1].wrapping_add(z1);
        }
    }
    let divided = sums.map(|sum| sum.div_rem(wide(prime)));
    Product { element: divided.map(|(_, rest)| rest.to()), quotients: divided.map(|(quotient, _)| quotient) }
}

/// The element of these words.
pub(crate) fn element(words: &[u64; WORDS]) -> Element {
    core::array::from_fn(|n| U256::from_limbs(core::array::from_fn(|i| words[NUMBER * n + i])))
}

impl Coprocessor for Fp12 {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        ADDRESS
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let (mut a, mut b) = ([0; WORDS], [0; WORDS]);
        for (i, b) in b.iter_mut().enumerate() {
            *b = memory.read(word(a1, i))?;
        }
        for (i, a) in a.iter_mut().enumerate() {
            *a = memory.peek(word(a0, i))?;
        }
        let product = multiply(&element(&a), &element(&b));
        for (i, &new) in product.element.iter().flat_map(|number| number.as_limbs()).enumerate() {
            memory.update(word(a0, i), new)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}
