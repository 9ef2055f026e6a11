//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};

use super::columns::At;
use super::{Curve, Group};
use crate::size::{Array, Size};
use crate::witness::{Number, number, words};

/// Messages of a row.
const fn messages<S: Size>() -> usize {
    // Those of the ecall and its pointers, and of each access.
    let accesses = 14 + 2 * S::POINT * 4;
    let bytes = 2 * S::LIMBS + 4 * S::BYTES + 3 * S::QUOTIENT;
    let ranges = 3 + S::LIMBS + S::CARRIES + 2 * S::PAIR_CARRIES;
    accesses + bytes.div_ceil(2) + ranges
}

/// Which formula a sum is by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// x1 ≠ x2.
    Add,
    /// x1 = x2, y1 ≠ −y2.
    Double,
    /// x1 = x2, y1 = −y2.
    Opposite,
}

/// A sum of points, with what is computed on the way.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// By which formula.
    pub case: Case,
    /// Below p.
    pub run: Number,
    /// x2 − x1, less run when it is that, in multiples of p.
    pub x_times: i64,
    /// y1 + y2 − run in multiples of p, when run is that.
    pub y_times: i64,
    /// Below p.
    pub slope: Number,
    /// The sum.
    pub point: [Number; 2],
}

/// The sum of two points.
pub fn law<C: Curve>([x1, y1]: [Number; 2], [x2, y2]: [Number; 2]) -> Law {
    let p = number(C::PRIME);
    let times = |value: Number| value.wrapping_div(p).to::<i64>();
    let minus = |a: Number, b: Number| a.add_mod(p - b.reduce_mod(p), p);
    let mut law = Law {
        case: Case::Add,
        run: minus(x2, x1),
        x_times: times(x2) - times(x1),
        y_times: 0,
        slope: Number::ZERO,
        point: [Number::ZERO; 2],
    };
    let rise = if law.run != Number::ZERO {
        law.x_times -= i64::from(x2.reduce_mod(p) < x1.reduce_mod(p));
        minus(y2, y1)
    } else {
        law.run = y1.add_mod(y2, p);
        law.y_times = times(y1) + times(y2) + i64::from(law.run < y1.reduce_mod(p));
        if law.run == Number::ZERO {
            law.case = Case::Opposite;
            return law;
        }
        law.case = Case::Double;
        let square = x1.mul_mod(x1, p);
        let a = if C::A < 0 { p - Number::from(C::A.unsigned_abs()) } else { Number::from(C::A) };
        square.add_mod(square, p).add_mod(square, p).add_mod(a, p)
    };
    // p is a prime, so run has an inverse.
    law.slope = rise.mul_mod(law.run.inv_mod(p).unwrap_or_default(), p);
    let x3 = minus(minus(law.slope.mul_mod(law.slope, p), x1), x2);
    law.point = [x3, minus(law.slope.mul_mod(minus(x1, x3), p), y1)];
    law
}

/// The point of these words.
pub(crate) fn point<S: Size>(words: &[u64]) -> [Number; 2] {
    let (x, y) = words.split_at(S::WORDS);
    [number(x), number(y)]
}

impl<C: Curve> Coprocessor for Group<C> {
    fn call(&self) -> u32 {
        Self::CALL
    }

    fn name(&self) -> &str {
        C::ADDRESS
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let mut q = <C::Size as Size>::Point::from_fn(|_| 0);
        let mut p = q;
        for (i, q) in q.as_mut().iter_mut().enumerate() {
            *q = memory.read(word(a1, i))?;
        }
        for (i, p) in p.as_mut().iter_mut().enumerate() {
            *p = memory.peek(word(a0, i))?;
        }
        let [x, y] = law::<C>(point::<C::Size>(p.as_ref()), point::<C::Size>(q.as_ref())).point;
        for (i, &new) in words::<C::Size>(&x).iter().chain(words::<C::Size>(&y)).enumerate() {
            memory.update(word(a0, i), new)?;
        }
        Ok(())
    }

    /// Its row, and the words it may be the first to touch.
    fn cost(&self) -> u64 {
        let words = C::Size::POINT as u64;
        row_bytes(At::<C::Size>::WIDTH, messages::<C::Size>()) + 2 * words * WORD_BYTES
    }
}
