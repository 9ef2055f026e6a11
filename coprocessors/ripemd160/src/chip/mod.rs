//! A row is a compression, with the ecall that asks for it.
//!
//! Two lines of 80 steps work on the hash value. With b_{−1}, b_{−2} = h_1, h_2 and d_{−3}, d_{−4}, d_{−5} = h_3, h_4,
//! h_0, step t = 0 … 79 of a line is, modulo 2^32, where rol is a rotation to the left,
//!
//! ```text
//! S_t = d_{t−5} + f(b_{t−1}, b_{t−2}, d_{t−3}) + X[r_t] + K
//! b_t = rol(S_t, s_t) + d_{t−4}
//! d_t = rol(b_t, 10)
//! ```
//!
//! f and K change every 16 steps. In the end h_0 … h_4 become, with b', d' those of the second line,
//!
//! ```text
//! h_1 + b_78 + d'_77,  h_2 + d_77 + d'_76,  h_3 + d_76 + d'_75,  h_4 + d_75 + b'_79,  h_0 + b_79 + b'_78
//! ```
//!
//! Numbers are bytes, of which the machine's table looks up ANDs: each f takes two of each byte, and what else it needs
//! is affine. A sum is split where it is rotated, each half into a lower and a higher part. Carries have no columns.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (8), block (8 × 6) | the block's words, and whether they are text |
//! | state (3 × 6), new (5 × 2) | the hash value's words before, its numbers after |
//! | low (3 × 2) | low bytes of the halves of h_1, h_2, h_3 |
//! | top (2 × 4) | bits 6 and 7 of the bytes of b_{−1}, b_{−2} |
//! | for each line and t: n (8) | ANDs |
//! | … lower (2), higher (2) | S's halves: the lower 16 − s bits, the s above |
//! | … y (4) | bytes of b_t |
//! | … top (4; t < 78) | bits 6 and 7 of each |
//!
//! 1. `text` are booleans.
//! 2. The carries of b_t are 0 or 1.
//!
//! All else is said by lookups, and needs no constraints.

mod air;
pub mod columns;

pub use air::Compression;

/// Steps of a line.
pub const STEPS: usize = 80;
/// Steps whose b is rotated by 10.
pub const ROTATED: usize = 78;
/// Steps with the same function and constant.
pub const ROUND: usize = 16;

/// What K is in the rounds of each line.
pub const K: [[u32; 5]; 2] = [
    [0, 0x5A82_7999, 0x6ED9_EBA1, 0x8F1B_BCDC, 0xA953_FD4E],
    [0x50A2_8BE6, 0x5C4D_D124, 0x6D70_3EF3, 0x7A6D_76E9, 0],
];

/// s of each step of each line.
pub const SHIFTS: [[u32; STEPS]; 2] = [
    [
        11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8, 7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11,
        7, 13, 12, 11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5, 11, 12, 14, 15, 14, 15, 9, 8, 9,
        14, 5, 6, 8, 6, 5, 12, 9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
    ],
    [
        8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6, 9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6,
        15, 13, 11, 9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5, 15, 5, 8, 11, 14, 14, 6, 14, 6,
        9, 12, 9, 12, 5, 15, 8, 8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
    ],
];

/// A round's order of the block's numbers, by that of the round before.
const ORDER: [usize; ROUND] = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8];

/// r: which number of the block step `t` of a line adds.
pub fn number(line: usize, t: usize) -> usize {
    let first = if line == 0 { t % ROUND } else { (9 * t + 5) % ROUND };
    (0..t / ROUND).fold(first, |i, _| ORDER[i])
}

/// Which of f's five functions step `t` of a line has.
pub const fn function(line: usize, t: usize) -> usize {
    if line == 0 { t / ROUND } else { 4 - t / ROUND }
}
