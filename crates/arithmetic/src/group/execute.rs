//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};
use ruint::aliases::U256;

use super::columns::WIDTH;
use super::{COORDINATE, Curve, Group, POINT};

/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 347) + 2 * POINT as u64 * WORD_BYTES;

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
    pub run: U256,
    /// x2 − x1, less run when it is that, in multiples of p.
    pub x_times: i64,
    /// y1 + y2 − run in multiples of p, when run is that.
    pub y_times: i64,
    /// Below p.
    pub slope: U256,
    /// The sum.
    pub point: [U256; 2],
}

/// The sum of two points.
pub fn law<C: Curve>([x1, y1]: [U256; 2], [x2, y2]: [U256; 2]) -> Law {
    let p = U256::from_limbs(C::PRIME);
    let times = |value: U256| value.wrapping_div(p).to::<i64>();
    let minus = |a: U256, b: U256| a.add_mod(p - b.reduce_mod(p), p);
    let mut law = Law {
        case: Case::Add,
        run: minus(x2, x1),
        x_times: times(x2) - times(x1),
        y_times: 0,
        slope: U256::ZERO,
        point: [U256::ZERO; 2],
    };
    let rise = if law.run != U256::ZERO {
        law.x_times -= i64::from(x2.reduce_mod(p) < x1.reduce_mod(p));
        minus(y2, y1)
    } else {
        law.run = y1.add_mod(y2, p);
        law.y_times = times(y1) + times(y2) + i64::from(law.run < y1.reduce_mod(p));
        if law.run == U256::ZERO {
            law.case = Case::Opposite;
            return law;
        }
        law.case = Case::Double;
        let square = x1.mul_mod(x1, p);
        let a = if C::A < 0 { p - U256::from(C::A.unsigned_abs()) } else { U256::from(C::A) };
        square.add_mod(square, p).add_mod(square, p).add_mod(a, p)
    };
    // p is a prime, so run has an inverse.
    law.slope = rise.mul_mod(law.run.inv_mod(p).unwrap_or_default(), p);
    let x3 = minus(minus(law.slope.mul_mod(law.slope, p), x1), x2);
    law.point = [x3, minus(law.slope.mul_mod(minus(x1, x3), p), y1)];
    law
}

/// The point of these words.
pub(crate) fn point(words: [u64; POINT]) -> [U256; 2] {
    [0, COORDINATE].map(|from| U256::from_limbs(core::array::from_fn(|i| words[from + i])))
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
        let (mut p, mut q) = ([0; POINT], [0; POINT]);
        for i in 0..POINT {
            q[i] = memory.read(word(a1, i))?;
        }
        for i in 0..POINT {
            p[i] = memory.peek(word(a0, i))?;
        }
        let [x, y] = law::<C>(point(p), point(q)).point;
        for (i, &limb) in x.as_limbs().iter().chain(y.as_limbs()).enumerate() {
            memory.update(word(a0, i), limb)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}
