//! The columns: those of the call in a struct, since messages are made of them; behind them the bits and
//! carries, which `eval` and the filler go through in order.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

use super::{LAST, STATE_BITS, W_ADDED};

/// The ecall and its memory.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where the hash value is.
    pub a0: Pointer<T>,
    /// a1: where the block is.
    pub a1: Pointer<T>,
    /// Whether the block's words are text.
    pub text: [T; 8],
    /// The block.
    pub block: [Word<T>; 8],
    /// The hash value before.
    pub state: [Word<T>; 4],
    /// The hash value after.
    pub new: [[T; 4]; 4],
}

impl<T: Copy> Call<T> {
    /// Takes its cells.
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        const BLOCK: [&str; 8] =
            ["block0", "block1", "block2", "block3", "block4", "block5", "block6", "block7"];
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: l.array("text"),
            block: BLOCK.map(|name| Word::new(l, name)),
            state: ["state0", "state1", "state2", "state3"].map(|name| Word::new(l, name)),
            new: ["new0", "new1", "new2", "new3"].map(|name| l.array(name)),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 10 + 8 + 8 * 6 + 4 * 6 + 16;

/// Values of a digit of a carry.
pub const DIGIT_VALUES: u32 = 3;

/// Digits a carry out of a sum of `terms` 16-bit numbers and the carry of such a sum has: it is less than
/// `terms`.
pub const fn digits(terms: u32) -> usize {
    let (mut digits, mut values) = (0, 1);
    while values < terms {
        digits += 1;
        values *= DIGIT_VALUES;
    }
    digits
}

/// Terms of w_t as a sum.
pub const W_TERMS: u32 = 4;

/// Terms w_t counts for where it is added.
const fn terms_of_w(t: usize) -> u32 {
    if t < W_ADDED { 1 } else { W_TERMS }
}

/// Terms of e_t as a sum: e_{t−4}, Σ1, Ch, K_t, w_t, a_{t−4}; and H_4 for the last.
pub const fn terms_of_e(t: usize) -> u32 {
    5 + terms_of_w(t) + (t == LAST) as u32
}

/// Terms of a_t as a sum: e_{t−4}, Σ1, Ch, K_t, w_t, Σ0, Maj; and H_0 for the last.
pub const fn terms_of_a(t: usize) -> u32 {
    6 + terms_of_w(t) + (t == LAST) as u32
}

/// Number of columns.
pub const WIDTH: usize = {
    let mut width = CALL_WIDTH + (STATE_BITS.len() + 16) * 30;
    let mut t = 0;
    while t < 64 {
        if t >= 16 && t < W_ADDED {
            width += 32 + 2 * digits(W_TERMS);
        }
        if t < LAST {
            width += 2 * 32;
        }
        width += 2 * digits(terms_of_e(t)) + 2 * digits(terms_of_a(t));
        t += 1;
    }
    width
};

/// Names of all columns.
pub fn names() -> Vec<String> {
    let mut names = Names::default();
    Call::new(&mut names);
    let mut names = names.0;
    let mut bits = |word: &str, bits: &mut dyn Iterator<Item = u32>| {
        names.extend(bits.map(|i| format!("{word}.bit{i}")));
    };
    for i in STATE_BITS {
        bits(&format!("h{i}"), &mut (0..31).filter(|i| i % 16 != 15));
    }
    for t in 0..16 {
        bits(&format!("w{t}"), &mut (0..31).filter(|i| i % 16 != 15));
    }
    let mut sum = |word: &str, has_bits: bool, terms: u32| {
        names.extend((0..32).filter(|_| has_bits).map(|i| format!("{word}.bit{i}")));
        for half in ["low", "high"] {
            names.extend((0..digits(terms)).map(|i| format!("{word}.{half}_carry{i}")));
        }
    };
    for t in 0..64 {
        if (16..W_ADDED).contains(&t) {
            sum(&format!("w{t}"), true, W_TERMS);
        }
        sum(&format!("e{t}"), t < LAST, terms_of_e(t));
        sum(&format!("a{t}"), t < LAST, terms_of_a(t));
    }
    names
}
