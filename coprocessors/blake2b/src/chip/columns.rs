//! The columns.

use alloc::format;
use alloc::string::String;

use aver_machine::calls::{self, Argument, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::Layout;

use super::{ROUNDS, WORDS, WORKS_ON};

/// Name of the i-th of several.
pub type Numbered = fn(&str, usize) -> String;

/// What it is called, for `new`.
pub fn numbered(name: &str, i: usize) -> String {
    format!("{name}{i}")
}

/// Where names are not looked at.
pub fn unnamed(_: &str, _: usize) -> String {
    String::new()
}

fn cells<const N: usize, L: Layout>(l: &mut L, name: &str, field: &str) -> [L::Cell; N] {
    core::array::from_fn(|i| l.cell(name, field, i, N))
}

/// Columns of a call.
#[derive(Clone, Copy, Debug)]
pub struct Call<T> {
    /// Common.
    pub call: calls::Call<T>,
    /// a0: where vector and block are.
    pub a0: Pointer<T>,
    /// a1: how many rounds, and more.
    pub a1: Argument<T>,
    /// How many.
    pub rounds: T,
    /// The vector before.
    pub v: [Word<T>; WORDS],
    /// The block.
    pub m: [Word<T>; WORDS],
    /// The vector after.
    pub new: [[T; 4]; WORDS],
}

impl<T: Copy> Call<T> {
    /// Takes its cells, with names by `name`.
    pub fn new(l: &mut impl Layout<Cell = T>, name: Numbered) -> Self {
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Argument::new(l, "a1"),
            rounds: l.one("rounds"),
            v: core::array::from_fn(|i| Word::new(l, &name("v", i))),
            m: core::array::from_fn(|i| Word::new(l, &name("m", i))),
            new: core::array::from_fn(|i| cells(l, &name("new", i), "l")),
        }
    }
}

/// Columns of [`Call`].
pub const CALL_WIDTH: usize = 13 + WORDS * (6 + 6 + 4);

/// Columns of a round.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// Not padding.
    pub is_real: T,
    /// When the call is made.
    pub ts: T,
    /// Which round.
    pub step: [T; ROUNDS],
    /// Limbs of v_0 … v_3.
    pub a: [[T; 4]; 4],
    /// Bytes of v_4 … v_7.
    pub b: [[T; 8]; 4],
    /// Limbs of v_8 … v_11.
    pub c: [[T; 4]; 4],
    /// Bytes of v_12 … v_15.
    pub d: [[T; 8]; 4],
    /// Limbs of the block's words, in order.
    pub m: [[T; 4]; WORDS],
    /// Each G.
    pub g: [G<T>; WORKS_ON.len()],
}

/// Columns of G.
#[derive(Clone, Copy, Debug)]
pub struct G<T> {
    /// Both halves.
    pub halves: [Half<T>; 2],
    /// The top bit of each limb of the last b ⊕ c, below its rotation.
    pub top: [T; 4],
    /// That of the limb's lower byte, if the rotated bytes are needed.
    pub low_top: Option<[T; 4]>,
}

/// Columns of a line of G.
#[derive(Clone, Copy, Debug)]
pub struct Half<T> {
    /// Bytes of a.
    pub a: [T; 8],
    /// d and a.
    pub da: [T; 8],
    /// Bytes of c.
    pub c: [T; 8],
    /// b and c.
    pub bc: [T; 8],
}

impl<T: Copy> Half<T> {
    fn new(l: &mut impl Layout<Cell = T>, name: &str) -> Self {
        Self {
            a: cells(l, name, "a"),
            da: cells(l, name, "da"),
            c: cells(l, name, "c"),
            bc: cells(l, name, "bc"),
        }
    }
}

impl<T: Copy> Cols<T> {
    /// Takes its cells, with names by `name`.
    pub fn new(l: &mut impl Layout<Cell = T>, name: Numbered) -> Self {
        Self {
            is_real: l.one("is_real"),
            ts: l.one("ts"),
            step: l.array("step"),
            a: core::array::from_fn(|i| cells(l, &name("a", i), "l")),
            b: core::array::from_fn(|i| cells(l, &name("b", i), "y")),
            c: core::array::from_fn(|i| cells(l, &name("c", i), "l")),
            d: core::array::from_fn(|i| cells(l, &name("d", i), "y")),
            m: core::array::from_fn(|i| cells(l, &name("m", i), "l")),
            g: core::array::from_fn(|i| G {
                halves: ["first", "second"].map(|half| Half::new(l, &name(half, i))),
                top: cells(l, &name("top", i), "bit"),
                low_top: (i < 4).then(|| cells(l, &name("low_top", i), "bit")),
            }),
        }
    }
}

/// Columns of [`Cols`].
pub const WIDTH: usize = 2 + ROUNDS + 2 * 16 + 2 * 32 + 4 * WORDS + 8 * (64 + 4) + 4 * 4;
