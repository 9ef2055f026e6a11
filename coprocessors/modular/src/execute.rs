//! Executes the call.

use aver_exec::{CallMemory, Coprocessor, FaultKind, WORD_BYTES, row_bytes};
use ruint::aliases::{U256, U512};

use crate::chip::columns::{WIDTH, WORDS};
use crate::{ADDRESS, CALL, Modular};

/// Cost of a call: its row, and the words it may be the first to touch.
const COST: u64 = row_bytes(WIDTH, 206) + 3 * WORDS as u64 * WORD_BYTES;

/// a b = q M + r.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// q
    pub quotient: U512,
    /// r
    pub remainder: U256,
}

impl Division {
    /// q modulo 2^256.
    pub fn low(&self) -> U256 {
        let limbs = self.quotient.as_limbs();
        U256::from_limbs(core::array::from_fn(|i| limbs[i]))
    }
}

/// a b by m, or by 2^256 if m = 0.
pub fn divide(a: U256, b: U256, m: U256) -> Division {
    let product: U512 = a.widening_mul(b);
    let (quotient, remainder) = match m {
        U256::ZERO => (product >> 256, product & (U512::MAX >> 256)),
        _ => product.div_rem(U512::from(m)),
    };
    Division { quotient, remainder: remainder.to() }
}

/// The number of these words.
pub(crate) fn number(words: &[u64]) -> U256 {
    U256::from_limbs(core::array::from_fn(|i| words.get(i).copied().unwrap_or(0)))
}

impl Coprocessor for Modular {
    fn call(&self) -> u32 {
        CALL
    }

    fn name(&self) -> &str {
        ADDRESS
    }

    fn execute(&self, a0: u64, a1: u64, memory: &mut dyn CallMemory) -> Result<(), FaultKind> {
        let word = |pointer: u64, i: usize| pointer.wrapping_add(8 * i as u64);
        let (mut m, mut ab) = ([0; WORDS], [0; 2 * WORDS]);
        for (i, m) in m.iter_mut().enumerate() {
            *m = memory.read(word(a1, i))?;
        }
        for (i, ab) in ab.iter_mut().enumerate() {
            *ab = memory.peek(word(a0, i))?;
        }
        let division = divide(number(&ab[..WORDS]), number(&ab[WORDS..]), number(&m));
        for (i, &new) in division.remainder.as_limbs().iter().chain(division.low().as_limbs()).enumerate() {
            memory.update(word(a0, i), new)?;
        }
        Ok(())
    }

    fn cost(&self) -> u64 {
        COST
    }
}
