//! The chip.

use alloc::vec::Vec;
use core::marker::PhantomData;

use aver_machine::calls::{A0, A1, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, Row};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use super::columns::{
    ADD, Call, INVERSE, R_LOW, RUN, RUN_BELOW, RUN_LOW, SLOPE, SLOPE_Q, X_BELOW, X_LOW, X_Q, X_TIMES,
    Y_BELOW, Y_Q, Y_TIMES, names,
};
use super::{COORDINATE, Curve, Group, POINT};
use crate::limbs::{
    BYTES, LIMBS, PAIR_CARRIES, QUOTIENT, below, bytes, bytewise, cells, pairwise, product, quotient, signed,
    split, square, sum, times,
};

/// What is added to multiples of p and to carries between limbs, which then are bytes.
pub const SMALL: u32 = 16;

/// A row is an addition.
pub struct Addition<C> {
    digits: Vec<(usize, F)>,
    curve: PhantomData<C>,
}

impl<C: Curve> Addition<C> {
    /// The chip of a curve.
    pub fn new() -> Self {
        let () = C::FITS;
        let digits = C::DIGITS.iter().map(|&(place, digit)| (place, signed(digit))).collect();
        Self { digits, curve: PhantomData }
    }
}

impl<C: Curve> Default for Addition<C> {
    fn default() -> Self {
        Self::new()
    }
}

/// Limbs of the four words from `from` on.
#[inline(always)]
fn limbs<E: Copy>(words: &[[E; 4]; POINT], from: usize) -> [E; LIMBS] {
    core::array::from_fn(|i| words[from + i / 4][i % 4])
}

/// Limb by limb: `value(i)` − `multiple` p = 0, with carries behind the multiple.
#[inline(always)]
fn is_multiple<B: Builder>(
    row: &mut Row<'_, B>,
    label: &'static str,
    from: usize,
    prime: &[u16; LIMBS],
    value: impl Fn(usize) -> B::E,
) {
    let multiple = row.b.row()[from];
    row.byte(multiple + SMALL);
    let mut carry = B::E::zero();
    for i in 0..LIMBS {
        let sum = value(i) - multiple * u32::from(prime[i]) + carry;
        if i + 1 < LIMBS {
            carry = row.b.row()[from + 1 + i];
            row.byte(carry + SMALL);
            row.assert_zero(label, sum - carry * (1 << 16));
        } else {
            row.assert_zero(label, sum);
        }
    }
}

impl<C: Curve> Air for Addition<C> {
    fn name(&self) -> &str {
        C::NAME
    }
    fn columns(&self) -> Columns {
        Columns::witness(names())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()));
        let prime = &C::PRIME_LIMBS;
        let mut row = c.call.eval(b, Group::<C>::CALL, c.call.cpu.index + 1);
        memory::<C, B>(&mut row, &c);
        let real = row.real;

        let [add, double] = cells(row.b, ADD);
        let other = real - add - double;
        [add, double, other].into_iter().for_each(|flag| row.assert_bool(C::LABELS[0], flag));

        let (p, q) = (c.p.map(|word| word.value), c.q.map(|word| word.value));
        let [x1, y1] = [limbs(&p, 0), limbs(&p, COORDINATE)];
        let [x2, y2] = [limbs(&q, 0), limbs(&q, COORDINATE)];
        let [x3, y3] = [limbs(&c.new, 0), limbs(&c.new, COORDINATE)];

        let run: [B::E; LIMBS] = cells(row.b, RUN);
        is_multiple(&mut row, C::LABELS[1], X_TIMES, prime, |i| x2[i] - x1[i] - add * run[i]);
        is_multiple(&mut row, C::LABELS[2], Y_TIMES, prime, |i| (double + other) * (y1[i] + y2[i] - run[i]));
        let bound = prime.map(|limb| B::E::constant(f(limb.into())));
        below(&mut row, C::LABELS[3], RUN_BELOW, real, &run, &bound);
        let inverse = row.b.row()[INVERSE];
        row.assert_zero(C::LABELS[4], sum(&run) * inverse - add - double);
        row.assert_zero(C::LABELS[4], sum(&run) * other);

        let slope: [B::E; BYTES] = bytes(&mut row, SLOPE);
        let [x_low, r_low, run_low] = [X_LOW, R_LOW, RUN_LOW].map(|from| cells(row.b, from));
        let run = split(&mut row, run, run_low);
        let x = split(&mut row, x1, x_low);
        let r = split(&mut row, x3, r_low);
        let digits = &self.digits[..];

        let q = quotient(&mut row, SLOPE_Q);
        bytewise(&mut row, C::LABELS[5], SLOPE_Q + QUOTIENT, |k| {
            let mut rise = square(&x, k) * 3;
            if k == 0 {
                rise = rise + B::E::constant(signed(C::A));
            }
            rise = rise * double;
            if k < BYTES && k % 2 == 0 {
                rise = rise + add * (y2[k / 2] - y1[k / 2]);
            }
            product(&slope, &run, k) - rise - times(&q, digits, k)
        });
        let some = add + double;
        let q = quotient(&mut row, X_Q);
        pairwise(
            &mut row,
            C::LABELS[6],
            X_Q + QUOTIENT,
            PAIR_CARRIES,
            |k| square(&slope, k) - times(&q, digits, k),
            |i| -(some * (x1[i] + x2[i])) - x3[i],
        );
        let q = quotient(&mut row, Y_Q);
        let across: [B::E; BYTES] = core::array::from_fn(|i| x[i] - r[i]);
        pairwise(
            &mut row,
            C::LABELS[7],
            Y_Q + QUOTIENT,
            PAIR_CARRIES,
            |k| product(&slope, &across, k) - times(&q, digits, k),
            |i| -(some * y1[i]) - y3[i],
        );

        for (from, limbs) in [(X_BELOW, x3), (Y_BELOW, y3)] {
            below(&mut row, C::LABELS[8], from, real, &limbs, &bound);
            row.assert_zero(C::LABELS[8], sum(&limbs) * other);
        }
        // The limbs of x3 have 16 bits, being two bytes.
        y3.into_iter().for_each(|limb| row.range(limb));
    }
}

/// Q is read, P replaced.
#[inline(always)]
fn memory<C: Curve, B: Builder>(row: &mut Row<'_, B>, c: &Call<B::E>) {
    let real = row.real;
    let p = word_of_pointer(row, 1, A0, &c.a0);
    let q = word_of_pointer(row, 2, A1, &c.a1);
    for i in 0..POINT {
        row.assert_bool(C::LABELS[0], c.text[i]);
        row.load(real, MEM0, c.text[i], q + i as u32, &c.q[i]);
        row.store(real, MEM1, p + i as u32, &c.p[i], c.new[i]);
    }
}
