//! The columns.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use aver_machine::calls::{self, Pointer};
use aver_machine::cpu::Word;
use aver_machine::layout::Layout;

use super::{ROTATED, STEPS};

/// Name of the i-th of several.
pub type Numbered = fn(&str, usize) -> String;

/// What it is called, for [`Cols::new`].
pub fn numbered(name: &str, i: usize) -> String {
    format!("{name}{i}")
}

/// Where names are not looked at.
pub fn unnamed(_: &str, _: usize) -> String {
    String::new()
}

/// Columns of a row.
#[derive(Clone, Debug)]
pub struct Cols<T> {
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
    pub state: [Word<T>; 3],
    /// Halves of the hash value after.
    pub new: [[T; 2]; 5],
    /// Low bytes of the halves of h_1, h_2, h_3.
    pub low: [[T; 2]; 3],
    /// Bits 6 and 7 of the bytes of h_1, h_2.
    pub top: [[T; 4]; 2],
    /// Steps of both lines.
    pub lines: [Vec<Step<T>>; 2],
}

/// Columns of a step.
#[derive(Clone, Copy, Debug)]
pub struct Step<T> {
    /// Two ANDs of each byte.
    pub n: [[T; 4]; 2],
    /// Lower parts of S's halves.
    pub lower: [T; 2],
    /// Upper parts.
    pub higher: [T; 2],
    /// Bytes of b.
    pub y: [T; 4],
    /// Bits 6 and 7 of each, where b is rotated.
    pub top: Option<[T; 4]>,
}

fn cells<const N: usize, L: Layout>(l: &mut L, name: &str, field: &str) -> [L::Cell; N] {
    core::array::from_fn(|i| l.cell(name, field, i, N))
}

impl<T: Copy> Step<T> {
    fn new(l: &mut impl Layout<Cell = T>, name: &str, t: usize) -> Self {
        Self {
            n: [cells(l, name, "n"), cells(l, name, "o")],
            lower: cells(l, name, "lower"),
            higher: cells(l, name, "higher"),
            y: cells(l, name, "y"),
            top: (t < ROTATED).then(|| cells(l, name, "top")),
        }
    }
}

impl<T: Copy> Cols<T> {
    /// Takes its cells, with names by `name`.
    pub fn new(l: &mut impl Layout<Cell = T>, name: Numbered) -> Self {
        Self {
            call: calls::Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            text: l.array("text"),
            block: core::array::from_fn(|i| Word::new(l, &name("block", i))),
            state: core::array::from_fn(|i| Word::new(l, &name("state", i))),
            new: core::array::from_fn(|i| cells(l, &name("new", i), "l")),
            low: core::array::from_fn(|i| cells(l, &name("h", i + 1), "low")),
            top: core::array::from_fn(|i| cells(l, &name("h", i + 1), "top")),
            lines: ["left", "right"]
                .map(|line| (0..STEPS).map(|t| Step::new(l, &name(line, t), t)).collect()),
        }
    }
}

/// Number of columns.
pub const WIDTH: usize = 10 + 8 + 11 * 6 + 5 * 2 + 3 * 2 + 2 * 4 + 2 * (16 * STEPS + 4 * ROTATED);
