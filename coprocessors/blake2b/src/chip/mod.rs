//! Two chips: a row of `blake2b` is a call, a row of `blake2b_round` one of its rounds.
//!
//! Round r of a vector v and a block m (RFC 7693, 3.1 and 3.2) is G on v's columns, then on its diagonals; with words
//! a, b, c, d of v and x, y of m, in the order of round r, G is, modulo 2^64, where ror is a rotation to the right,
//!
//! ```text
//! a ← a + b + x,  d ← ror(d ⊕ a, 32),  c ← c + d,  b ← ror(b ⊕ c, 24)
//! a ← a + b + y,  d ← ror(d ⊕ a, 16),  c ← c + d,  b ← ror(b ⊕ c, 63)
//! ```
//!
//! Words are bytes, of which the machine's table looks up ANDs: p ⊕ q = p + q − 2 (p and q) has no columns, and three of
//! the rotations move bytes. The fourth moves the top bit of each. Carries have no columns.
//!
//! | columns of `blake2b` | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (5) | the call |
//! | rounds | the lowest four bits of a1 |
//! | v (16 × 6), new (16 × 4) | the vector's words, before and after |
//! | m (16 × 6) | the block's words |
//!
//! | columns of `blake2b_round` | |
//! |---|---|
//! | is_real, ts | of the call |
//! | step (15) | which round |
//! | a (4 × 4), b (4 × 8), c (4 × 4), d (4 × 8) | the vector before: limbs of what is added to, bytes of the rest |
//! | m (16 × 4) | limbs of the block's words, in the order of this round |
//! | for each G: a (8), da (8), c (8), bc (8), and again | bytes of the sums, and ANDs with what is rotated after them |
//! | … top (8; of the last four G: 4) | the top bits of the bytes, or limbs, of b ⊕ c |
//!
//! 1. `step` are booleans whose sum is `is_real`.
//! 2. Carries of a + b + x are 0, 1 or 2.
//! 3. Carries of c + d are 0 or 1.
//! 4. `top` are booleans.

mod air;
mod call;
pub mod columns;

use aver_machine::buses;
use aver_stark::air::Bus;

pub use air::Round;
pub use call::Mixing;

/// (ts, 8 r + i, eight limbs): two words of the vector before round r of the call at ts.
pub const VECTOR: Bus = Bus::local(buses::own(crate::CALL, 0), 10, "blake2b");
/// (ts, 16 r + i, four limbs): word i of the block, for round r of the call at ts.
pub const BLOCK: Bus = Bus::local(buses::own(crate::CALL, 1), 6, "blake2b_block");

/// Most rounds of a call.
pub const ROUNDS: usize = 15;
/// Words of the vector, and of the block.
pub const WORDS: usize = 16;
/// Messages of a vector.
pub const PARTS: usize = 8;

/// The order of the block's words in each round; the eleventh is the first again.
pub const ORDER: [[usize; WORDS]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// The words of v that each G works on: columns, then diagonals.
pub const WORKS_ON: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];
