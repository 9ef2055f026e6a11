//! The columns: those of the call in a struct, since messages are made of them; the others by number.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;

use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::{Layout, Names};

use crate::size::{Array, Size};

/// Numbers of an element.
pub const NUMBERS: usize = 12;
/// The most words of an element.
const MAX_WORDS: usize = 72;

/// The ecall and its memory.
pub struct Call<S: Size, T: Copy> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where a is.
    pub a0: Pointer<T>,
    /// a1: where b is.
    pub a1: Pointer<T>,
    /// Whether b's words are text.
    pub text: S::Element<T>,
    /// b
    pub b: S::Element<Word<T>>,
    /// a
    pub a: S::Element<Word<T>>,
    /// What a becomes.
    pub r: S::Element<[T; 4]>,
}

impl<S: Size, T: Copy> Call<S, T> {
    /// Takes its cells.
    #[inline(always)]
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        const { assert!(NUMBERS * S::WORDS <= MAX_WORDS) };
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: Array::from_fn(|i| l.cell("text", "", i, NUMBERS * S::WORDS)),
            b: Array::from_fn(|i| Word::new(l, B_NAMES[i])),
            a: Array::from_fn(|i| Word::new(l, A_NAMES[i])),
            r: Array::from_fn(|i| core::array::from_fn(|u| l.cell(R_NAMES[i], "l", u, 4))),
        }
    }
}

/// How many columns there are of a kind, and where.
pub struct At<S>(PhantomData<S>);

impl<S: Size> At<S> {
    /// Words of an element.
    pub const WORDS: usize = NUMBERS * S::WORDS;
    /// Bytes of a quotient.
    pub const QUOTIENT_BYTES: usize = S::BYTES + 2;
    /// Carries of an equation: one from each position to the next.
    pub const CARRIES: usize = 2 * S::BYTES;

    /// Columns of [`Call`].
    pub const CALL_WIDTH: usize = 10 + Self::WORDS * (1 + 6 + 6 + 4);
    /// Low bytes of a's limbs.
    pub const A_LOW: usize = Self::CALL_WIDTH;
    /// Low bytes of b's limbs.
    pub const B_LOW: usize = Self::A_LOW + NUMBERS * S::LIMBS;
    /// That r's numbers are below p.
    pub const R_BELOW: usize = Self::B_LOW + NUMBERS * S::LIMBS;
    /// Quotients.
    pub const QUOTIENT: usize = Self::R_BELOW + NUMBERS * S::BELOW;
    /// Low bits of carries.
    pub const CARRY_LOW: usize = Self::QUOTIENT + NUMBERS * Self::QUOTIENT_BYTES;
    /// High bits of carries.
    pub const CARRY_HIGH: usize = Self::CARRY_LOW + NUMBERS * Self::CARRIES;
    /// Number of columns.
    pub const WIDTH: usize = Self::CARRY_HIGH + NUMBERS * Self::CARRIES;
}

/// Names of all columns.
pub fn names<S: Size>() -> Vec<String> {
    let mut names = Names::default();
    Call::<S, usize>::new(&mut names);
    let mut names = names.0;
    let add = |names: &mut Vec<String>, name: &str, n: usize| {
        names.extend((0..n).map(|i| format!("{name}{i}")));
    };
    add(&mut names, "a_low", NUMBERS * S::LIMBS);
    add(&mut names, "b_low", NUMBERS * S::LIMBS);
    for n in 0..NUMBERS {
        add(&mut names, &format!("below{n}.mark"), S::LIMBS);
        names.push(format!("below{n}.rest"));
    }
    add(&mut names, "quotient", NUMBERS * At::<S>::QUOTIENT_BYTES);
    add(&mut names, "carry_low", NUMBERS * At::<S>::CARRIES);
    add(&mut names, "carry_high", NUMBERS * At::<S>::CARRIES);
    names
}

#[rustfmt::skip]
const A_NAMES: [&str; MAX_WORDS] = [
    "a_0", "a_1", "a_2", "a_3", "a_4", "a_5", "a_6", "a_7", "a_8", "a_9", "a_10", "a_11", "a_12", "a_13",
    "a_14", "a_15", "a_16", "a_17", "a_18", "a_19", "a_20", "a_21", "a_22", "a_23", "a_24", "a_25",
    "a_26", "a_27", "a_28", "a_29", "a_30", "a_31", "a_32", "a_33", "a_34", "a_35", "a_36", "a_37",
    "a_38", "a_39", "a_40", "a_41", "a_42", "a_43", "a_44", "a_45", "a_46", "a_47", "a_48", "a_49",
    "a_50", "a_51", "a_52", "a_53", "a_54", "a_55", "a_56", "a_57", "a_58", "a_59", "a_60", "a_61",
    "a_62", "a_63", "a_64", "a_65", "a_66", "a_67", "a_68", "a_69", "a_70", "a_71",
];
#[rustfmt::skip]
const B_NAMES: [&str; MAX_WORDS] = [
    "b_0", "b_1", "b_2", "b_3", "b_4", "b_5", "b_6", "b_7", "b_8", "b_9", "b_10", "b_11", "b_12", "b_13",
    "b_14", "b_15", "b_16", "b_17", "b_18", "b_19", "b_20", "b_21", "b_22", "b_23", "b_24", "b_25",
    "b_26", "b_27", "b_28", "b_29", "b_30", "b_31", "b_32", "b_33", "b_34", "b_35", "b_36", "b_37",
    "b_38", "b_39", "b_40", "b_41", "b_42", "b_43", "b_44", "b_45", "b_46", "b_47", "b_48", "b_49",
    "b_50", "b_51", "b_52", "b_53", "b_54", "b_55", "b_56", "b_57", "b_58", "b_59", "b_60", "b_61",
    "b_62", "b_63", "b_64", "b_65", "b_66", "b_67", "b_68", "b_69", "b_70", "b_71",
];
#[rustfmt::skip]
const R_NAMES: [&str; MAX_WORDS] = [
    "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29",
    "r30", "r31", "r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39", "r40", "r41", "r42", "r43",
    "r44", "r45", "r46", "r47", "r48", "r49", "r50", "r51", "r52", "r53", "r54", "r55", "r56", "r57",
    "r58", "r59", "r60", "r61", "r62", "r63", "r64", "r65", "r66", "r67", "r68", "r69", "r70", "r71",
];
