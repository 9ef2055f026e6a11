//! A row is a call: a b = r in Fp12.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (48), b (48 × 6) | b's words, and whether they are text |
//! | a (48 × 6), r (48 × 4) | a's words, and what they become |
//! | a_low (192), b_low (192) | low bytes of limbs |
//! | below (12 × 17) | that the numbers of r are below p |
//! | quotient (12 × 34) | bytes of quotients by p |
//! | carry_low, carry_high (12 × 64 each) | carries: 12 bits, and 8 bits above |
//!
//! 1. Flags: `text`.
//! 2. The numbers of r are below p.
//! 3. For each of the 12 numbers, what the product has there − quotient p − r = 0, position by position.
//!
//! With T_n = Σ a_i b_{n−i} the coefficient of w^k is T_k + (9 + u) T_{k+6}.

mod air;
pub mod columns;
mod convolution;

pub use air::{CARRY_OFFSETS, LOW_BITS, Product, QUOTIENT_OFFSET};
