//! Columns of `compress`: the names, and where each kind begins among those of the witness.

use crate::port::{Port, Shape};

/// Gs of a compression.
pub const STEPS: usize = 56;
/// The first Gs, whose d is no more than a byte, and fixed.
pub const FIRST: usize = 4;
/// Which of them have a d that is not always zero.
pub const FIRST_D: [bool; FIRST] = [true, false, true, true];
/// Cells of all d after the first half of a G: four a word, but in the first Gs only the byte that changes.
const D1_CELLS: usize = 3 + 4 * (STEPS - FIRST);

/// Ports of cells: a block's elements, in fives.
pub const CELLS: usize = 4;
/// All ports: the cells, the chaining value before, those of the two children, and the one after.
pub const PORTS: usize = CELLS + 4;

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "compress",
    real: true,
    ports: &[
        ("elements0", Port::Either),
        ("elements1", Port::Either),
        ("elements2", Port::Either),
        ("elements3", Port::Either),
        ("before", Port::Either),
        ("left", Port::Either),
        ("right", Port::Either),
        ("out", Port::Write),
    ],
    constants: &["block", "start", "counter", "flags"],
    witness: &[
        ("low", 16),
        ("high", 16),
        ("last", 16),
        ("cv_half", 8),
        ("cv_byte", 16),
        ("a1_", 4 * STEPS),
        ("d1_", D1_CELLS),
        ("c1_", 4 * STEPS),
        ("b1_low", 4 * STEPS),
        ("b1_high", 4 * STEPS),
        ("a2_", 4 * STEPS),
        ("d2_", 4 * STEPS),
        ("c2_", 4 * STEPS),
        ("b2_", 4 * STEPS),
        ("b2_top", 4 * STEPS),
        ("out", 32),
    ],
};

/// Where the kinds of [`SHAPE`] begin, in its order.
const STARTS: [usize; SHAPE.witness.len() + 1] = {
    let mut starts = [0; SHAPE.witness.len() + 1];
    let mut i = 0;
    while i < SHAPE.witness.len() {
        starts[i + 1] = starts[i] + SHAPE.witness[i].1;
        i += 1;
    }
    starts
};

/// Low halves of the block's words.
pub const LOW: usize = STARTS[0];
/// High halves.
pub const HIGH: usize = STARTS[1];
/// Whether the high half is that of p − 1.
pub const LAST: usize = STARTS[2];
/// Halves of words 0 to 3 of the chaining value.
pub const CV_HALF: usize = STARTS[3];
/// Bytes of words 4 to 7.
pub const CV_BYTE: usize = STARTS[4];
/// a + b + m, bytes.
pub const A1: usize = STARTS[5];
/// d ⊕ a, bytes before they are rotated by 16.
const D1: usize = STARTS[6];
/// c + d.
pub const C1: usize = STARTS[7];
/// b ⊕ c: low four bits of each byte, before they are rotated by 12.
pub const B1_LOW: usize = STARTS[8];
/// High four bits.
pub const B1_HIGH: usize = STARTS[9];
/// The second half: a + b + m'.
pub const A2: usize = STARTS[10];
/// d ⊕ a before it is rotated by 8.
pub const D2: usize = STARTS[11];
/// c + d.
pub const C2: usize = STARTS[12];
/// b ⊕ c before it is rotated by 7.
pub const B2: usize = STARTS[13];
/// Its bytes' top bits.
pub const B2_TOP: usize = STARTS[14];
/// Bytes of the chaining value after.
pub const OUT: usize = STARTS[15];
/// Witness columns.
pub const WIDTH: usize = STARTS[16];

/// Where step `number`'s cells of d ⊕ a are.
pub const fn d1(number: usize) -> usize {
    match number {
        0 | 1 => D1,
        2 => D1 + 1,
        3 => D1 + 2,
        _ => D1 + 3 + 4 * (number - FIRST),
    }
}
