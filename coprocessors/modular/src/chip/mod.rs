//! A row is a call: a b = q M + r, 0 ≤ r < M, where M = m, or 2^256 if m = 0.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (4), m (4 × 6) | m's words, and whether they are text |
//! | a (4 × 6), b (4 × 6), r (4 × 4), q (4 × 4) | the words that are replaced, before and after |
//! | wide, inverse | whether m = 0; inverse of the sum of m's limbs |
//! | a_low, b_low, m_low, q_low (16 each) | low bytes of limbs |
//! | q_high (32) | bytes of q above 2^256 |
//! | r.mark (16), r.rest | that r is below m |
//! | carry (47) | of a b − q M − r |
//!
//! 1. Flags: `text`, `wide`.
//! 2. m = 0 if `wide`, else not.
//! 3. r < m, unless `wide`.
//! 4. a b − q (m + 2^256 wide) − r = 0.

mod air;
pub mod columns;

pub use air::Division;
