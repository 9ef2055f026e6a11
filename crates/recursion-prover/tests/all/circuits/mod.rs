//! Circuits as a whole: they compute what they say, proofs of their runs verify, and no other values pass.
//!
//! | | |
//! |---|---|
//! | `arithmetic` | random expressions, against direct evaluation |
//! | `proofs` | what a proof refuses |

mod arithmetic;
mod proofs;
mod recursion;

use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit};
use aver_stark::field::{EF, F, coefficients};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub fn base(rng: &mut StdRng) -> F {
    F::new(rng.random_range(0..aver_stark::field::P))
}

pub fn cell(rng: &mut StdRng) -> Cell {
    std::array::from_fn(|_| base(rng))
}

pub fn cell_of(value: EF) -> Cell {
    std::array::from_fn(|i| coefficients(&value)[i])
}

/// x ↦ x^(2^8) + 3, whose value is public.
pub fn powers() -> Circuit {
    let b = Builder::new();
    let (out, mut x) = (b.public(), b.hint());
    for _ in 0..8 {
        x = x * x;
    }
    b.assert_equal(x + 3, out);
    b.finish()
}
