//! The columns: those of the call in a struct, since messages are made of them; the others by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

use crate::size::{Array, Size};

/// The most words of a point.
const MAX_POINT: usize = 12;

/// The ecall and its memory.
pub struct Call<S: Size, T: Copy> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where P is.
    pub a0: Pointer<T>,
    /// a1: where Q is.
    pub a1: Pointer<T>,
    /// Whether Q's words are text.
    pub text: S::Point<T>,
    /// Q.
    pub q: S::Point<Word<T>>,
    /// P.
    pub p: S::Point<Word<T>>,
    /// R.
    pub new: S::Point<[T; 4]>,
}

impl<S: Size, T: Copy> Call<S, T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        const Q: [&str; MAX_POINT] =
            ["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9", "q10", "q11"];
        const P: [&str; MAX_POINT] =
            ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11"];
        const NEW: [&str; MAX_POINT] = [
            "new0", "new1", "new2", "new3", "new4", "new5", "new6", "new7", "new8", "new9", "new10", "new11",
        ];
        const { assert!(S::POINT <= MAX_POINT) };
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: Array::from_fn(|i| l.cell("text", "", i, S::POINT)),
            q: Array::from_fn(|i| Word::new(l, Q[i])),
            p: Array::from_fn(|i| Word::new(l, P[i])),
            new: Array::from_fn(|i| core::array::from_fn(|u| l.cell(NEW[i], "l", u, 4))),
        }
    }
}

/// Where the others are.
pub struct At<S>(PhantomData<S>);

impl<S: Size> At<S> {
    /// Columns of [`Call`].
    pub const CALL_WIDTH: usize = 10 + S::POINT * (1 + 6 + 6 + 4);
    /// Whether x1 ≠ x2.
    pub const ADD: usize = Self::CALL_WIDTH;
    /// Whether x1 = x2 and y1 ≠ −y2.
    pub const DOUBLE: usize = Self::ADD + 1;
    /// Low bytes of x1's limbs.
    pub const X_LOW: usize = Self::DOUBLE + 1;
    /// Low bytes of x3's limbs.
    pub const R_LOW: usize = Self::X_LOW + S::LIMBS;
    /// Limbs of run.
    pub const RUN: usize = Self::R_LOW + S::LIMBS;
    /// Low bytes of run's limbs.
    pub const RUN_LOW: usize = Self::RUN + S::LIMBS;
    /// That run is below p.
    pub const RUN_BELOW: usize = Self::RUN_LOW + S::LIMBS;
    /// Inverse of the sum of run's limbs.
    pub const INVERSE: usize = Self::RUN_BELOW + S::BELOW;
    /// The multiple of p between x2 − x1 and run; carries.
    pub const X_TIMES: usize = Self::INVERSE + 1;
    /// The multiple of p between y1 + y2 and run; carries.
    pub const Y_TIMES: usize = Self::X_TIMES + S::LIMBS;
    /// That x3 is below p.
    pub const X_BELOW: usize = Self::Y_TIMES + S::LIMBS;
    /// That y3 is below p.
    pub const Y_BELOW: usize = Self::X_BELOW + S::BELOW;
    /// Bytes of slope.
    pub const SLOPE: usize = Self::Y_BELOW + S::BELOW;
    /// Quotient and carries of slope run − rise.
    pub const SLOPE_Q: usize = Self::SLOPE + S::BYTES;
    /// Quotient and carries of slope² − x1 − x2 − x3.
    pub const X_Q: usize = Self::SLOPE_Q + S::QUOTIENT + S::CARRIES;
    /// Quotient and carries of slope (x1 − x3) − y1 − y3.
    pub const Y_Q: usize = Self::X_Q + S::QUOTIENT + S::PAIR_CARRIES;
    /// Number of columns.
    pub const WIDTH: usize = Self::Y_Q + S::QUOTIENT + S::PAIR_CARRIES;
}

/// Names of all columns.
pub fn names<S: Size>() -> Vec<String> {
    let mut names = Names::default();
    Call::<S, usize>::new(&mut names);
    let mut names = names.0;
    let mut add = |name: &str, n: usize| match n {
        1 => names.push(name.into()),
        _ => names.extend((0..n).map(|i| format!("{name}{i}"))),
    };
    add("add", 1);
    add("double", 1);
    for name in ["x_low", "r_low", "run", "run_low"] {
        add(name, S::LIMBS);
    }
    let below = |add: &mut dyn FnMut(&str, usize), name: &str| {
        add(&format!("{name}.mark"), S::LIMBS);
        add(&format!("{name}.rest"), 1);
    };
    below(&mut add, "run");
    add("inverse", 1);
    for name in ["x", "y"] {
        add(&format!("{name}_times"), 1);
        add(&format!("{name}_carry"), S::LIMBS - 1);
    }
    below(&mut add, "x");
    below(&mut add, "y");
    add("slope", S::BYTES);
    for (name, carries) in [("slope", S::CARRIES), ("x", S::PAIR_CARRIES), ("y", S::PAIR_CARRIES)] {
        add(&format!("{name}_q"), S::QUOTIENT);
        add(&format!("{name}_c"), carries);
    }
    names
}
