//! The columns: those of the call in a struct, since messages are made of them; the others by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_arithmetic::limbs::{BELOW, LIMBS};
use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

/// Numbers of an element.
pub const NUMBERS: usize = 12;
/// Words of a number.
pub const NUMBER: usize = 4;
/// Words of an element.
pub const WORDS: usize = NUMBERS * NUMBER;
/// Bytes of a quotient.
pub const QUOTIENT_BYTES: usize = 34;
/// Carries of an equation: one from each position to the next.
pub const CARRIES: usize = 64;

/// The ecall and its memory.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where a is.
    pub a0: Pointer<T>,
    /// a1: where b is.
    pub a1: Pointer<T>,
    /// Whether b's words are text.
    pub text: [T; WORDS],
    /// b
    pub b: [Word<T>; WORDS],
    /// a
    pub a: [Word<T>; WORDS],
    /// What a becomes.
    pub r: [[T; 4]; WORDS],
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
            b: core::array::from_fn(|i| Word::new(l, B_NAMES[i])),
            a: core::array::from_fn(|i| Word::new(l, A_NAMES[i])),
            r: core::array::from_fn(|i| core::array::from_fn(|u| l.cell(R_NAMES[i], "l", u, 4))),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 10 + WORDS * (1 + 6 + 6 + 4);
/// Low bytes of a's limbs.
pub const A_LOW: usize = CALL_WIDTH;
/// Low bytes of b's limbs.
pub const B_LOW: usize = A_LOW + NUMBERS * LIMBS;
/// That r's numbers are below p.
pub const R_BELOW: usize = B_LOW + NUMBERS * LIMBS;
/// Quotients.
pub const QUOTIENT: usize = R_BELOW + NUMBERS * BELOW;
/// Low bits of carries.
pub const CARRY_LOW: usize = QUOTIENT + NUMBERS * QUOTIENT_BYTES;
/// High bits of carries.
pub const CARRY_HIGH: usize = CARRY_LOW + NUMBERS * CARRIES;
/// Number of columns.
pub const WIDTH: usize = CARRY_HIGH + NUMBERS * CARRIES;

/// Names of all columns.
pub fn names() -> Vec<String> {
    let mut names = Names::default();
    Call::new(&mut names);
    let mut names = names.0;
    let add = |names: &mut Vec<String>, name: &str, n: usize| {
        names.extend((0..n).map(|i| format!("{name}{i}")));
    };
    add(&mut names, "a_low", NUMBERS * LIMBS);
    add(&mut names, "b_low", NUMBERS * LIMBS);
    for n in 0..NUMBERS {
        add(&mut names, &format!("below{n}.mark"), LIMBS);
        names.push(format!("below{n}.rest"));
    }
    add(&mut names, "quotient", NUMBERS * QUOTIENT_BYTES);
    add(&mut names, "carry_low", NUMBERS * CARRIES);
    add(&mut names, "carry_high", NUMBERS * CARRIES);
    names
}

#[rustfmt::skip]
const A_NAMES: [&str; WORDS] = [
        "a_0", "a_1", "a_2", "a_3", "a_4", "a_5", "a_6", "a_7", "a_8", "a_9", "a_10", "a_11", "a_12",
        "a_13", "a_14", "a_15", "a_16", "a_17", "a_18", "a_19", "a_20", "a_21", "a_22", "a_23", "a_24",
        "a_25", "a_26", "a_27", "a_28", "a_29", "a_30", "a_31", "a_32", "a_33", "a_34", "a_35", "a_36",
        "a_37", "a_38", "a_39", "a_40", "a_41", "a_42", "a_43", "a_44", "a_45", "a_46", "a_47",
];
#[rustfmt::skip]
const B_NAMES: [&str; WORDS] = [
        "b_0", "b_1", "b_2", "b_3", "b_4", "b_5", "b_6", "b_7", "b_8", "b_9", "b_10", "b_11", "b_12",
        "b_13", "b_14", "b_15", "b_16", "b_17", "b_18", "b_19", "b_20", "b_21", "b_22", "b_23", "b_24",
        "b_25", "b_26", "b_27", "b_28", "b_29", "b_30", "b_31", "b_32", "b_33", "b_34", "b_35", "b_36",
        "b_37", "b_38", "b_39", "b_40", "b_41", "b_42", "b_43", "b_44", "b_45", "b_46", "b_47",
];
#[rustfmt::skip]
const R_NAMES: [&str; WORDS] = [
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
        "r15", "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28",
        "r29", "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39", "r40", "r41", "r42",
        "r43", "r44", "r45", "r46", "r47",
];
