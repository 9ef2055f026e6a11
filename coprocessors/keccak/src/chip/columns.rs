//! The columns: of a call in a struct, since messages are made of them; of a round by number, since there are
//! thousands.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_machine::calls::{self, Argument, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::Layout;

use super::{LANES, LIMBS, RC_BITS, ROUNDS};

/// Columns of a call.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where the state is.
    pub a0: Pointer<T>,
    /// a1, which every coprocessor's call reads; any number.
    pub a1: Argument<T>,
    /// The state before.
    pub state: [Word<T>; LANES],
    /// The state after.
    pub new: [[T; 4]; LANES],
}

impl<T: Copy> Call<T> {
    /// Takes its cells.
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Argument::new(l, "a1"),
            state: core::array::from_fn(|i| Word::new(l, &format!("state{i}"))),
            new: core::array::from_fn(|i| core::array::from_fn(|u| l.cell(&format!("new{i}"), "l", u, 4))),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 12 + LANES * (6 + 4);

/// Not padding.
pub const IS_REAL: usize = 0;
/// When the call is made.
pub const TS: usize = 1;
/// Which round.
pub const STEP: usize = 2;
/// Limbs of the state before.
pub const IN: usize = STEP + ROUNDS;
const C: usize = IN + LIMBS;
const PARITY: usize = C + 5 * 64;
const A: usize = PARITY + 5 * 64;
/// Bits of lane 0 after χ.
pub const CHI: usize = A + LANES * 64;
/// Limbs of the state after.
pub const OUT: usize = CHI + RC_BITS.len();
/// Columns of a round.
pub const WIDTH: usize = OUT + LIMBS;

/// C(x, z), indices modulo 5 and 64.
#[inline(always)]
pub const fn c(x: usize, z: usize) -> usize {
    C + x % 5 * 64 + z % 64
}

/// P(x, z), indices modulo 5 and 64.
#[inline(always)]
pub const fn parity(x: usize, z: usize) -> usize {
    PARITY + x % 5 * 64 + z % 64
}

/// Bit z, modulo 64, of a lane of A'.
#[inline(always)]
pub const fn a(lane: usize, z: usize) -> usize {
    A + lane * 64 + z % 64
}

/// Names of a round's columns.
pub fn names() -> Vec<String> {
    let mut names = Vec::from(["is_real".into(), "ts".into()]);
    let mut add = |n: usize, name: &dyn Fn(usize) -> String| names.extend((0..n).map(name));
    add(ROUNDS, &|i| format!("step{i}"));
    add(LIMBS, &|i| format!("in{}.l{}", i / 4, i % 4));
    add(5 * 64, &|i| format!("c{}.bit{}", i / 64, i % 64));
    add(5 * 64, &|i| format!("c{}.parity{}", i / 64, i % 64));
    add(LANES * 64, &|i| format!("a{}.bit{}", i / 64, i % 64));
    add(RC_BITS.len(), &|i| format!("chi{i}"));
    add(LIMBS, &|i| format!("out{}.l{}", i / 4, i % 4));
    names
}
