//! The columns: those of the call in a struct, since messages are made of them; the others by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_arithmetic::size::{Bits256, Size};
use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

/// Words of a number.
pub const WORDS: usize = Bits256::WORDS;
/// Limbs of a number.
pub const LIMBS: usize = Bits256::LIMBS;
/// Bytes of a number.
pub const BYTES: usize = Bits256::BYTES;
/// Bytes of the quotient.
pub const QUOTIENT: usize = 2 * BYTES;
/// Carries: positions of q M are taken two at a time.
pub const CARRIES: usize = (QUOTIENT + BYTES) / 2 - 1;

/// The ecall and its memory.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where a and b are.
    pub a0: Pointer<T>,
    /// a1: where m is.
    pub a1: Pointer<T>,
    /// Whether m's words are text.
    pub text: [T; WORDS],
    /// m
    pub m: [Word<T>; WORDS],
    /// a
    pub a: [Word<T>; WORDS],
    /// b
    pub b: [Word<T>; WORDS],
    /// What a becomes.
    pub r: [[T; 4]; WORDS],
    /// What b becomes.
    pub q: [[T; 4]; WORDS],
}

impl<T: Copy> Call<T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: l.array("text"),
            m: ["m0", "m1", "m2", "m3"].map(|name| Word::new(l, name)),
            a: ["a_0", "a_1", "a_2", "a_3"].map(|name| Word::new(l, name)),
            b: ["b_0", "b_1", "b_2", "b_3"].map(|name| Word::new(l, name)),
            r: ["r0", "r1", "r2", "r3"].map(|name| core::array::from_fn(|u| l.cell(name, "l", u, 4))),
            q: ["q0", "q1", "q2", "q3"].map(|name| core::array::from_fn(|u| l.cell(name, "l", u, 4))),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 10 + WORDS * (1 + 3 * 6 + 2 * 4);
/// Whether m = 0.
pub const WIDE: usize = CALL_WIDTH;
/// Inverse of the sum of m's limbs.
pub const INVERSE: usize = WIDE + 1;
/// Low bytes of a's limbs.
pub const A_LOW: usize = INVERSE + 1;
/// Low bytes of b's limbs.
pub const B_LOW: usize = A_LOW + LIMBS;
/// Low bytes of m's limbs.
pub const M_LOW: usize = B_LOW + LIMBS;
/// Low bytes of q's limbs.
pub const Q_LOW: usize = M_LOW + LIMBS;
/// Bytes of q above 2^256.
pub const Q_HIGH: usize = Q_LOW + LIMBS;
/// That r is below m.
pub const R_BELOW: usize = Q_HIGH + BYTES;
/// Carries.
pub const CARRY: usize = R_BELOW + Bits256::BELOW;
/// Number of columns.
pub const WIDTH: usize = CARRY + CARRIES;

/// Names of all columns.
pub fn names() -> Vec<String> {
    let mut names = Names::default();
    Call::new(&mut names);
    let mut names = names.0;
    names.extend(["wide".into(), "inverse".into()]);
    let mut add = |name: &str, n: usize| names.extend((0..n).map(|i| format!("{name}{i}")));
    for name in ["a_low", "b_low", "m_low", "q_low"] {
        add(name, LIMBS);
    }
    add("q_high", BYTES);
    add("r.mark", LIMBS);
    names.push("r.rest".into());
    names.extend((0..CARRIES).map(|i| format!("carry{i}")));
    names
}
