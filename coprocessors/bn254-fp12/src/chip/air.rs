//! The chip.

use alloc::vec::Vec;
use core::array::from_fn;

use aver_arithmetic::group::Curve;
use aver_arithmetic::limbs::{BELOW, BYTES, Bounds, LIMBS, below, bytes, cells, signed, split, times};
use aver_bn254::CurveBn254;
use aver_machine::buses::BITS;
use aver_machine::calls::{A0, A1, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, Row};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, P, f};

use super::columns::{
    A_LOW, B_LOW, CARRIES, CARRY_HIGH, CARRY_LOW, Call, NUMBER, NUMBERS, QUOTIENT, QUOTIENT_BYTES, R_BELOW,
    WORDS, names,
};
use super::convolution::{Blocks, POSITIONS, blocks, combined, positions, sums};
use crate::CALL;

/// Coefficients of an element.
const COEFFICIENTS: usize = NUMBERS / 2;
/// What the top byte of a quotient is more than it counts for.
pub const QUOTIENT_OFFSET: u32 = 16;
/// Carries are not below −this, for x0 and x1 of a coefficient, and less than 2^20 above that.
pub const CARRY_OFFSETS: [u32; 2] = [480_000, 100_000];
/// Low bits of a carry; there are eight more.
pub const LOW_BITS: u32 = 12;

/// 3 holds for integers, and carries of honest rows fit.
const _: () = {
    let quotient = Bounds::times(CurveBn254::DIGITS);
    let limb = Bounds { min: 0, max: 0xFFFF };
    // Of up to 6 terms of T_k and T_{k+6}, the wrapped count 9 and 1 times. The most is wrapped at k = 0: five.
    let x0 = Bounds { min: 0, max: 0 }
        .plus(1 + 9 * 5, Bounds::PRODUCT)
        .plus(-(1 + 9 * 5 + 2 * 5), Bounds::PRODUCT);
    let x1 = Bounds { min: 0, max: 0 }.plus(2 + (18 + 1) * 5, Bounds::PRODUCT).plus(-5, Bounds::PRODUCT);
    let mut i = 0;
    while i < 2 {
        let sum = [x0, x1][i].plus(-1, quotient).plus(-1, limb);
        let (offset, values) = (CARRY_OFFSETS[i] as i64, 1 << 20);
        // Carries c of sums s, c = (s + c before) / 2^8: if c before is in s / 255, so is c.
        assert!(sum.min >= -offset * 255 && sum.max <= (values - offset - 1) * 255);
        // And no s + c before − 2^8 c is as far from zero as KoalaBear's prime.
        assert!(sum.max + values + 256 * offset < P as i64);
        assert!(-sum.min + offset + 256 * values < P as i64);
        i += 1;
    }
    // Every number of 256 bits has a quotient: |V| < 102 · 2^512, p > 2^253.
    assert!(CurveBn254::PRIME[3] >> 61 != 0 && 102 << 3 < (QUOTIENT_OFFSET as u64) << 8);
};

/// A row is a product.
pub struct Product {
    digits: Vec<(usize, F)>,
}

impl Product {
    /// The chip.
    pub fn new() -> Self {
        Self { digits: CurveBn254::DIGITS.iter().map(|&(place, digit)| (place, signed(digit))).collect() }
    }
}

impl Default for Product {
    fn default() -> Self {
        Self::new()
    }
}

/// x0, x1 and their sum, for x0 + x1 u.
type Coefficient<E> = [Blocks<E>; 3];

impl Air for Product {
    fn name(&self) -> &str {
        "bn254_fp12"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        memory(&mut row, &c);
        let a = element(&mut row, &c.a.map(|word| word.value), A_LOW);
        let b = element(&mut row, &c.b.map(|word| word.value), B_LOW);
        let prime = CurveBn254::PRIME_LIMBS.map(|limb| B::E::constant(f(limb.into())));
        for n in 0..NUMBERS {
            let limbs = limbs(&c.r, n);
            limbs.into_iter().for_each(|limb| row.range(limb));
            let real = row.real;
            below(&mut row, "bn254_fp12/2", R_BELOW + n * BELOW, real, &limbs, &prime);
        }
        for k in 0..COEFFICIENTS {
            let products = coefficient(&a, &b, k);
            for part in 0..2 {
                let n = 2 * k + part;
                self.equation(&mut row, n, &products[part], &limbs(&c.r, n));
            }
        }
    }
}

impl Product {
    /// Number n of the product is r, modulo p.
    #[inline(always)]
    fn equation<B: Builder>(
        &self,
        row: &mut Row<'_, B>,
        n: usize,
        products: &[B::E; POSITIONS],
        r: &[B::E; LIMBS],
    ) {
        let mut quotient: [B::E; QUOTIENT_BYTES] = bytes(row, QUOTIENT + n * QUOTIENT_BYTES);
        quotient[QUOTIENT_BYTES - 1] = quotient[QUOTIENT_BYTES - 1] - row.real * QUOTIENT_OFFSET;
        let [bits, pow] = [LOW_BITS, 1 << LOW_BITS].map(|n| B::E::constant(f(n)));
        let mut carry = B::E::zero();
        for k in 0..=CARRIES {
            let mut sum = carry - times(&quotient, &self.digits, k);
            if let Some(&product) = products.get(k) {
                sum = sum + product;
            }
            if k < BYTES && k % 2 == 0 {
                sum = sum - r[k / 2];
            }
            if k < CARRIES {
                let [low, high] = [CARRY_LOW, CARRY_HIGH].map(|from| row.b.row()[from + n * CARRIES + k]);
                row.look_up(BITS, &[bits, pow, low]);
                row.byte(high);
                carry = low + high * (1 << LOW_BITS) - row.real * CARRY_OFFSETS[n % 2];
                sum = sum - carry * (1 << 8);
            }
            row.assert_zero("bn254_fp12/3", sum);
        }
    }
}

/// x0 and x1 of the coefficient of w^k in a product: T_k + (9 + u) T_{k+6}, where T_n = Σ a_i b_{n−i}.
#[inline(always)]
fn coefficient<E: Expr>(a: &[Coefficient<E>], b: &[Coefficient<E>], k: usize) -> [[E; POSITIONS]; 2] {
    // Of x0 y0, x1 y1 and (x0 + x1)(y0 + y1).
    let of = |n: usize, part: usize| {
        let range = (n + 1).saturating_sub(COEFFICIENTS)..(n + 1).min(COEFFICIENTS);
        let pairs: Vec<_> = range.map(|i| (&a[i][part], &b[n - i][part])).collect();
        sums(&pairs)
    };
    let [low, high, both] = from_fn(|part| of(k, part));
    if k + 1 == COEFFICIENTS {
        let x0 = combined(|block, i| low[block][i] - high[block][i]);
        let x1 = combined(|block, i| both[block][i] - low[block][i] - high[block][i]);
        return [positions(&x0), positions(&x1)];
    }
    let [low6, high6, both6] = from_fn(|part| of(k + COEFFICIENTS, part));
    let x0 = combined(|block, i| {
        let wrapped = low6[block][i] * 10 - high6[block][i] * 8 - both6[block][i];
        low[block][i] - high[block][i] + wrapped
    });
    let x1 = combined(|block, i| {
        let wrapped = both6[block][i] * 9 - low6[block][i] * 8 - high6[block][i] * 10;
        both[block][i] - low[block][i] - high[block][i] + wrapped
    });
    [positions(&x0), positions(&x1)]
}

/// Limbs of number n.
#[inline(always)]
fn limbs<E: Copy>(words: &[[E; 4]; WORDS], n: usize) -> [E; LIMBS] {
    from_fn(|i| words[NUMBER * n + i / 4][i % 4])
}

/// The coefficients of an element whose limbs have their low bytes from `from` on.
#[inline(always)]
fn element<B: Builder>(
    row: &mut Row<'_, B>,
    words: &[[B::E; 4]; WORDS],
    from: usize,
) -> Vec<Coefficient<B::E>> {
    let mut number = |n: usize| {
        let low = cells(row.b, from + n * LIMBS);
        split(row, limbs(words, n), low)
    };
    let coefficient = |k: usize| {
        let (x0, x1): ([B::E; BYTES], [B::E; BYTES]) = (number(2 * k), number(2 * k + 1));
        let sum = from_fn(|i| x0[i] + x1[i]);
        [blocks(&x0), blocks(&x1), blocks(&sum)]
    };
    (0..COEFFICIENTS).map(coefficient).collect()
}

/// b is read, a replaced.
#[inline(always)]
fn memory<B: Builder>(row: &mut Row<'_, B>, c: &Call<B::E>) {
    let real = row.real;
    let a = word_of_pointer(row, 1, A0, &c.a0);
    let b = word_of_pointer(row, 2, A1, &c.a1);
    for i in 0..WORDS {
        row.assert_bool("bn254_fp12/1", c.text[i]);
        row.load(real, MEM0, c.text[i], b + i as u32, &c.b[i]);
        row.store(real, MEM1, a + i as u32, &c.a[i], c.r[i]);
    }
}
