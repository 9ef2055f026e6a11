//! The chip.

use alloc::vec::Vec;
use core::marker::PhantomData;

use aver_machine::calls::{A0, A1, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, Row};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use super::columns::{At, Call, names};
use super::{Curve, Group};
use crate::limbs::{
    below, bytes, bytewise, cells, pairwise, product, quotient, signed, split, square, sum, times,
};
use crate::size::{Array, Size};

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

/// Limbs of the words from `from` on.
#[inline(always)]
fn limbs<S: Size, E: Copy>(words: &S::Point<[E; 4]>, from: usize) -> S::Limbs<E> {
    Array::from_fn(|i| words[from + i / 4][i % 4])
}

/// Limb by limb: `value(i)` − `multiple` p = 0, with carries behind the multiple.
#[inline(always)]
fn is_multiple<C: Curve, B: Builder>(
    row: &mut Row<'_, B>,
    label: &'static str,
    from: usize,
    value: impl Fn(usize) -> B::E,
) {
    let (limbs, small) = (C::Size::LIMBS, C::Size::SMALL);
    let multiple = row.b.row()[from];
    row.byte(multiple + small);
    let mut carry = B::E::zero();
    for i in 0..limbs {
        let sum = value(i) - multiple * u32::from(C::prime_limb(i)) + carry;
        if i + 1 < limbs {
            carry = row.b.row()[from + 1 + i];
            row.byte(carry + small);
            row.assert_zero(label, sum - carry * (1 << 16));
        } else {
            row.assert_zero(label, sum);
        }
    }
}

/// Shorter names.
type Limbs<C, B> = <<C as Curve>::Size as Size>::Limbs<<B as Builder>::E>;
type Bytes<C, B> = <<C as Curve>::Size as Size>::Bytes<<B as Builder>::E>;

impl<C: Curve> Air for Addition<C> {
    fn name(&self) -> &str {
        C::NAME
    }
    fn columns(&self) -> Columns {
        Columns::witness(names::<C::Size>())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::<C::Size, B::E>::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, Group::<C>::CALL, c.call.cpu.index + 1);
        memory::<C, B>(&mut row, &c);
        let real = row.real;

        let [add, double] = cells(row.b, At::<C::Size>::ADD);
        let other = real - add - double;
        [add, double, other].into_iter().for_each(|flag| row.assert_bool(C::LABELS[0], flag));

        let [p, q] = [&c.p, &c.q].map(|words| Array::from_fn(|i| words[i].value));
        let [x1, y1] = [0, C::Size::WORDS].map(|from| limbs::<C::Size, _>(&p, from));
        let [x2, y2] = [0, C::Size::WORDS].map(|from| limbs::<C::Size, _>(&q, from));
        let [x3, y3] = [0, C::Size::WORDS].map(|from| limbs::<C::Size, _>(&c.new, from));

        let run: Limbs<C, B> = cells(row.b, At::<C::Size>::RUN);
        is_multiple::<C, B>(&mut row, C::LABELS[1], At::<C::Size>::X_TIMES, |i| x2[i] - x1[i] - add * run[i]);
        is_multiple::<C, B>(&mut row, C::LABELS[2], At::<C::Size>::Y_TIMES, |i| {
            (double + other) * (y1[i] + y2[i] - run[i])
        });
        let bound: Limbs<C, B> = Array::from_fn(|i| B::E::constant(f(C::prime_limb(i).into())));
        let bound = bound.as_ref();
        below(&mut row, C::LABELS[3], At::<C::Size>::RUN_BELOW, real, run.as_ref(), bound);
        let inverse = row.b.row()[At::<C::Size>::INVERSE];
        row.assert_zero(C::LABELS[4], sum(run.as_ref()) * inverse - add - double);
        row.assert_zero(C::LABELS[4], sum(run.as_ref()) * other);

        let slope: Bytes<C, B> = bytes(&mut row, At::<C::Size>::SLOPE);
        let [x_low, r_low, run_low] = [At::<C::Size>::X_LOW, At::<C::Size>::R_LOW, At::<C::Size>::RUN_LOW]
            .map(|from| cells(row.b, from));
        let run = split::<C::Size, B>(&mut row, run, run_low);
        let x = split::<C::Size, B>(&mut row, x1, x_low);
        let r = split::<C::Size, B>(&mut row, x3, r_low);
        let digits = &self.digits[..];
        let quotient_width = C::Size::QUOTIENT;

        let from = At::<C::Size>::SLOPE_Q;
        let q = quotient::<C::Size, B>(&mut row, from);
        bytewise::<C::Size, B>(&mut row, C::LABELS[5], from + quotient_width, |k| {
            let mut rise = square(x.as_ref(), k) * 3;
            if k == 0 {
                rise = rise + B::E::constant(signed(C::A));
            }
            rise = rise * double;
            if k < C::Size::BYTES && k % 2 == 0 {
                rise = rise + add * (y2[k / 2] - y1[k / 2]);
            }
            product(slope.as_ref(), run.as_ref(), k) - rise - times(q.as_ref(), digits, k)
        });
        let some = add + double;
        let from = At::<C::Size>::X_Q;
        let q = quotient::<C::Size, B>(&mut row, from);
        pairwise::<C::Size, B>(
            &mut row,
            C::LABELS[6],
            from + quotient_width,
            C::Size::PAIR_CARRIES,
            |k| square(slope.as_ref(), k) - times(q.as_ref(), digits, k),
            |i| -(some * (x1[i] + x2[i])) - x3[i],
        );
        let from = At::<C::Size>::Y_Q;
        let q = quotient::<C::Size, B>(&mut row, from);
        let across: Bytes<C, B> = Array::from_fn(|i| x[i] - r[i]);
        pairwise::<C::Size, B>(
            &mut row,
            C::LABELS[7],
            from + quotient_width,
            C::Size::PAIR_CARRIES,
            |k| product(slope.as_ref(), across.as_ref(), k) - times(q.as_ref(), digits, k),
            |i| -(some * y1[i]) - y3[i],
        );

        for (from, limbs) in [(At::<C::Size>::X_BELOW, &x3), (At::<C::Size>::Y_BELOW, &y3)] {
            below(&mut row, C::LABELS[8], from, real, limbs.as_ref(), bound);
            row.assert_zero(C::LABELS[8], sum(limbs.as_ref()) * other);
        }
        // The limbs of x3 have 16 bits, being two bytes.
        y3.as_ref().iter().for_each(|&limb| row.range(limb));
    }
}

/// Q is read, P replaced.
#[inline(always)]
fn memory<C: Curve, B: Builder>(row: &mut Row<'_, B>, c: &Call<C::Size, B::E>) {
    let real = row.real;
    let p = word_of_pointer(row, 1, A0, &c.a0);
    let q = word_of_pointer(row, 2, A1, &c.a1);
    for i in 0..C::Size::POINT {
        row.assert_bool(C::LABELS[0], c.text[i]);
        row.load(real, MEM0, c.text[i], q + i as u32, &c.q[i]);
        row.store(real, MEM1, p + i as u32, &c.p[i], c.new[i]);
    }
}
