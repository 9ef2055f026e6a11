//! Two chips: a row of `keccak` is a call, a row of `keccak_round` one of its 24 rounds (FIPS 202, 3.2).
//!
//! With A(x, y, z) the bits of a state, indices x and y modulo 5 and z modulo 64, round r is
//!
//! ```text
//! C(x, z)       = ⊕_y A(x, y, z)
//! A'(x, y, z)   = A(x, y, z) ⊕ C(x − 1, z) ⊕ C(x + 1, z − 1)                         θ
//! B(x, y, z)    = A'(x + 3y, x, z − rotation)                                        ρ, π
//! out(x, y, z)  = B(x, y, z) ⊕ (1 ⊕ B(x + 1, y, z)) B(x + 2, y, z)                   χ
//! out(0, 0, z) ⊕= RC_r(z)                                                            ι
//! ```
//!
//! A has no bits of its own: with C and A' as bits, A is their sum. That C is the parity of A's columns is
//! said by A': its columns have the parity P(x, z) = C(x, z) ⊕ C(x − 1, z) ⊕ C(x + 1, z − 1), as five lanes
//! take the same bits. RC_r has ones at seven places only, where χ has columns of its own.
//!
//! | columns of `keccak` | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (5) | the call |
//! | state (25 × 6), new (25 × 4) | the state's words, before and after |
//!
//! | columns of `keccak_round` | |
//! |---|---|
//! | is_real, ts | of the call |
//! | step (24) | which round |
//! | in (100) | limbs of the state before |
//! | c (320), parity (320) | C, P |
//! | a (1600) | A' |
//! | chi (7) | lane 0 after χ where ι changes it |
//! | out (100) | limbs of the state after |
//!
//! | buses | |
//! |---|---|
//! | exec 2, instr 1, mem 6 + 50, range 3 + 1 + 25 + 100, bytes 13 | the call; limbs of `new` |
//! | keccak 10 + 10 | each: (ts, 10 r + i, limbs 10 i … 10 i + 9) before round r, i < 10 |
//!
//! 1. `step` are booleans whose sum is `is_real`.
//! 2. `c` and `a` are booleans.
//! 3. `parity`.
//! 4. The sum of a column of A' is `parity` + 0, 2 or 4.
//! 5. `in` is made of A' and C.
//! 6. `chi`.
//! 7. `out`.
//!
//! In 4, 5 and 7 both sides are below 2^16: they hold for integers. All of 2 to 7 hold for zeros.

mod air;
pub mod columns;
mod permutation;

use aver_machine::buses;
use aver_stark::air::Bus;

pub use air::Round;
pub use permutation::Permutation;

/// (ts, 10 r + i, ten limbs): a tenth of the state before round r of the call at ts.
pub const STATE: Bus = Bus::local(buses::own(crate::CALL, 0), 12, "keccak");

/// Rounds of the permutation.
pub const ROUNDS: usize = 24;
/// Lanes of a state.
pub const LANES: usize = 25;
/// Limbs of a state.
pub const LIMBS: usize = 4 * LANES;
/// Limbs in a message.
pub const PART: usize = 10;

/// Rotations of ρ, lane (x, y) at x + 5y.
pub const ROTATIONS: [usize; LANES] =
    [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

/// Round constants of ι.
pub const RC: [u64; ROUNDS] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Bits of a lane in which round constants differ from zero.
pub const RC_BITS: [usize; 7] = [0, 1, 3, 7, 15, 31, 63];

/// The lane that ρ and π bring to (x, y).
pub const fn source(x: usize, y: usize) -> usize {
    (x + 3 * y) % 5 + 5 * x
}
