//! The columns: those of the call in a struct, since messages are made of them; the others by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

use super::POINT;
use crate::limbs::{BELOW, BYTES, CARRIES, LIMBS, PAIR_CARRIES, QUOTIENT};

/// The ecall and its memory.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where P is.
    pub a0: Pointer<T>,
    /// a1: where Q is.
    pub a1: Pointer<T>,
    /// Whether Q's words are text.
    pub text: [T; POINT],
    /// Q.
    pub q: [Word<T>; POINT],
    /// P.
    pub p: [Word<T>; POINT],
    /// R.
    pub new: [[T; 4]; POINT],
}

impl<T: Copy> Call<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        const Q: [&str; POINT] = ["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7"];
        const P: [&str; POINT] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"];
        const NEW: [&str; POINT] = ["new0", "new1", "new2", "new3", "new4", "new5", "new6", "new7"];
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: l.array("text"),
            q: Q.map(|name| Word::new(l, name)),
            p: P.map(|name| Word::new(l, name)),
            new: NEW.map(|name| core::array::from_fn(|u| l.cell(name, "l", u, 4))),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 10 + POINT * (1 + 6 + 6 + 4);
/// Whether x1 ≠ x2.
pub const ADD: usize = CALL_WIDTH;
/// Whether x1 = x2 and y1 ≠ −y2.
pub const DOUBLE: usize = ADD + 1;
/// Low bytes of x1's limbs.
pub const X_LOW: usize = DOUBLE + 1;
/// Low bytes of x3's limbs.
pub const R_LOW: usize = X_LOW + LIMBS;
/// Limbs of run.
pub const RUN: usize = R_LOW + LIMBS;
/// Low bytes of run's limbs.
pub const RUN_LOW: usize = RUN + LIMBS;
/// That run is below p.
pub const RUN_BELOW: usize = RUN_LOW + LIMBS;
/// Inverse of the sum of run's limbs.
pub const INVERSE: usize = RUN_BELOW + BELOW;
/// The multiple of p between x2 − x1 and run; carries.
pub const X_TIMES: usize = INVERSE + 1;
/// The multiple of p between y1 + y2 and run; carries.
pub const Y_TIMES: usize = X_TIMES + LIMBS;
/// That x3 is below p.
pub const X_BELOW: usize = Y_TIMES + LIMBS;
/// That y3 is below p.
pub const Y_BELOW: usize = X_BELOW + BELOW;
/// Bytes of slope.
pub const SLOPE: usize = Y_BELOW + BELOW;
/// Quotient and carries of slope run − rise.
pub const SLOPE_Q: usize = SLOPE + BYTES;
/// Quotient and carries of slope² − x1 − x2 − x3.
pub const X_Q: usize = SLOPE_Q + QUOTIENT + CARRIES;
/// Quotient and carries of slope (x1 − x3) − y1 − y3.
pub const Y_Q: usize = X_Q + QUOTIENT + PAIR_CARRIES;
/// Number of columns.
pub const WIDTH: usize = Y_Q + QUOTIENT + PAIR_CARRIES;

/// Names of all columns.
pub fn names() -> Vec<String> {
    let mut names = Names::default();
    Call::new(&mut names);
    let mut names = names.0;
    let mut add = |name: &str, n: usize| match n {
        1 => names.push(name.into()),
        _ => names.extend((0..n).map(|i| format!("{name}{i}"))),
    };
    add("add", 1);
    add("double", 1);
    for name in ["x_low", "r_low", "run", "run_low"] {
        add(name, LIMBS);
    }
    let below = |add: &mut dyn FnMut(&str, usize), name: &str| {
        add(&format!("{name}.mark"), LIMBS);
        add(&format!("{name}.rest"), 1);
    };
    below(&mut add, "run");
    add("inverse", 1);
    for name in ["x", "y"] {
        add(&format!("{name}_times"), 1);
        add(&format!("{name}_carry"), LIMBS - 1);
    }
    below(&mut add, "x");
    below(&mut add, "y");
    add("slope", BYTES);
    for (name, carries) in [("slope", CARRIES), ("x", PAIR_CARRIES), ("y", PAIR_CARRIES)] {
        add(&format!("{name}_q"), QUOTIENT);
        add(&format!("{name}_c"), carries);
    }
    names
}
