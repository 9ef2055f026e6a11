//! A row is a compression (FIPS 180-4, 6.2.2), with the ecall that asks for it.
//!
//! With a_{−1} … a_{−4} = H_0 … H_3 and e_{−1} … e_{−4} = H_4 … H_7, modulo 2^32, for t = 0 … 63:
//!
//! ```text
//! w_t = σ1(w_{t−2}) + w_{t−7} + σ0(w_{t−15}) + w_{t−16}                             t ≥ 16
//! T1  = e_{t−4} + Σ1(e_{t−1}) + Ch(e_{t−1}, e_{t−2}, e_{t−3}) + K_t + w_t
//! e_t = a_{t−4} + T1
//! a_t = T1 + Σ0(a_{t−1}) + Maj(a_{t−1}, a_{t−2}, a_{t−3})
//! H_i ← H_i + a_{63−i},  H_{4+i} ← H_{4+i} + e_{63−i}                               i = 0 … 3
//! ```
//!
//! Words that σ, Σ, Ch or Maj are taken of have a column for each bit. Sums are closed in two halves of
//! 16 bits, `sum + carry in = out + 2^16 carry`; a carry out of n terms is below n, and has as many
//! columns of 0, 1 or 2 as its base-3 digits need.
//!
//! No columns have: a_{−4} and e_{−4} as bits (only added); w_62 and w_63, a_63 and e_63 (only added:
//! the sums they are added to have more terms instead); the top bit of each limb in memory (the limb
//! says it); carries of sums whose terms all are columns.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (8), block (8 × 6) | the block's words, and whether they are text |
//! | state (4 × 6), new (4 × 4) | the hash value's words, before and after |
//! | h0, h1, h2, h4, h5, h6 (30 each) | bits 0 … 14 and 16 … 30 |
//! | w0 … w15 (30 each) | bits 0 … 14 and 16 … 30 of the 32-bit words in memory, little-endian |
//! | for each t: w (32), its carries (4) | 16 ≤ t < 62 |
//! | … e (32), its carries (4), a (32), its carries (4; t = 62: 6) | t < 63 |
//! | e63 (6), a63 (6) | carries of the sums H_4 + e_63, H_0 + a_63 |
//!
//! | buses | |
//! |---|---|
//! | exec 2, instr 1 | the ecall |
//! | mem 6 | a7 is [`crate::CALL`], at slot 0; a0 at 1; a1 at 2 |
//! | mem 16 | the block is read at slot 2 |
//! | mem 8 | the hash value is updated at slot 3; the text is another space, so it is not there |
//! | range 2 + 15, bytes 6 | pointers are multiples of 8; accesses are later than those before |
//! | range 16 | the limbs of `new` |
//!
//! 1. `text` are booleans.
//! 2. Bits are booleans, of which the limbs in memory (16 bits, as all that is in memory) are made. Block
//!    words are big-endian: bit i of the word is bit i xor 24 of the little-endian one.
//! 3. Digits of carries are 0, 1 or 2.
//! 4. w_t, 16 ≤ t < 62.
//! 5. e_t, t < 63.
//! 6. a_t, t < 63. In padding K_t is zero, so that zeros satisfy 4 to 6.
//! 7. The sums of the last line. Limbs of `new` have 16 bits by lookup.
//!
//! In 4 to 7 both sides are below 2^21: the equations hold for integers, and their right sides are
//! determined by their left sides.

mod air;
mod bits;
pub mod columns;

pub use air::Compression;

/// Fractional parts of cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
pub const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// Rotations of Σ0.
pub const BIG0: [u32; 3] = [2, 13, 22];
/// Rotations of Σ1.
pub const BIG1: [u32; 3] = [6, 11, 25];
/// Rotations and shift of σ0.
pub const SMALL0: [u32; 3] = [7, 18, 3];
/// Rotations and shift of σ1.
pub const SMALL1: [u32; 3] = [17, 19, 10];

/// The last round, whose a and e are only added to the hash value.
pub const LAST: usize = 63;
/// From this round on w is only added.
pub const W_ADDED: usize = 62;
/// Words of the hash value that have columns for their bits.
pub const STATE_BITS: [usize; 6] = [0, 1, 2, 4, 5, 6];
