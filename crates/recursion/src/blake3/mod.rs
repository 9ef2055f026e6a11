//! BLAKE3 of rows of field elements: what leaves of Merkle trees are hashed with.
//!
//! | chip | a row is |
//! |---|---|
//! | [`compress`] | one compression: a block of 16 elements, or a parent of two chaining values |
//! | [`digest`] | eight words as nine field elements |
//! | [`padding`] | a cell that ends with zeros |
//! | [`tables`] | what they look up |
//!
//! [`circuit`] hashes rows with them. The eight words of a chaining value are no cell: they have an address of their own, on the bus [`WORDS`].
//! `spec/recursion-blake3.md` has the argument.

use aver_stark::air::Bus;

use crate::cell::FIRST_OWN_BUS;

pub mod circuit;
pub mod columns;
pub mod compress;
pub mod digest;
pub mod padding;
pub mod tables;
mod word;

/// Address, part (0: words 0 to 3, 1: words 4 to 7), the halves of four words, low ones first.
pub const WORDS: Bus = Bus::local(FIRST_OWN_BUS, 10, "words");
/// Bytes x and y, and x ⊕ y.
pub const XOR: Bus = Bus::local(FIRST_OWN_BUS + 1, 3, "xor");
/// Bytes x and y, and the low and high four bits of x ⊕ y.
pub const NIBBLES: Bus = Bus::local(FIRST_OWN_BUS + 2, 4, "nibbles");
/// Sixteen bits.
pub const HALF: Bus = Bus::local(FIRST_OWN_BUS + 3, 1, "half");
/// The high half of an element below p, and whether it is that of p − 1.
pub const CANONICAL: Bus = Bus::local(FIRST_OWN_BUS + 4, 2, "canonical");

/// The high half of p − 1, whose low half is zero.
pub const LAST_HIGH: u32 = aver_stark::field::P >> 16;

/// Elements in a block.
pub const BLOCK: usize = 16;
/// Blocks in a chunk.
pub const CHUNK: usize = 16;
/// Rounds of a compression.
pub const ROUNDS: usize = 7;
/// Bytes in a block: those of 16 elements, or of two chaining values. Rows are padded to whole blocks.
pub const BLOCK_BYTES: u32 = 64;

/// Flag of a chunk's first block.
pub const CHUNK_START: u32 = 1;
/// Flag of a chunk's last block.
pub const CHUNK_END: u32 = 2;
/// Flag of a compression of two chaining values.
pub const PARENT: u32 = 4;
/// Flag of the last compression.
pub const ROOT: u32 = 8;

/// Chaining value of a chunk's first block and of a parent.
pub const IV: [u32; 8] =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];

/// Which word of a block's comes next in each place, from round to round.
const PERMUTATION: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];

/// The words of the state that each G of a round works on: columns, then diagonals.
const LANES: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

/// A G: its number, the words of the state it works on, and the two of the block it takes.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// From 0 to 55.
    pub number: usize,
    /// Of the state: a, b, c, d.
    pub state: [usize; 4],
    /// Of the block.
    pub block: [usize; 2],
}

/// All G of a compression in order.
pub fn steps() -> impl Iterator<Item = Step> {
    let mut order: [usize; 16] = core::array::from_fn(|i| i);
    (0..ROUNDS).flat_map(move |round| {
        if round > 0 {
            order = PERMUTATION.map(|i| order[i]);
        }
        let order = order;
        (0..8).map(move |g| Step {
            number: 8 * round + g,
            state: LANES[g],
            block: [order[2 * g], order[2 * g + 1]],
        })
    })
}
