//! A Poseidon2 sponge in a circuit. Mirrors [`aver_stark::poseidon2::Sponge`].

use aver_stark::field::{F, from_coefficients};
use aver_stark::poseidon2::{Domain, RATE_CELLS};
use p3_field::PrimeCharacteristicRing;

use super::{Builder, Digest, State, Wire};

/// Takes cells and gives cells.
#[derive(Clone, Copy)]
pub struct Sponge<'a> {
    builder: &'a Builder,
    state: State<'a>,
    /// Of the state, after a permutation.
    digest: Digest<'a>,
    taken: usize,
    given: usize,
}

impl<'a> Sponge<'a> {
    /// With nothing in it.
    pub fn new(builder: &'a Builder, domain: Domain) -> Self {
        let mut state = [Wire::ZERO; RATE_CELLS + 2];
        let last = [F::ZERO, F::ZERO, F::ZERO, F::new(domain as u32), F::ZERO];
        state[RATE_CELLS + 1] = Wire::Constant(from_coefficients(last));
        Self { builder, state, digest: [Wire::ZERO; 2], taken: 0, given: RATE_CELLS }
    }

    /// That goes on from another's [`capacity`](Self::capacity), by taking.
    pub fn resume(builder: &'a Builder, capacity: Digest<'a>) -> Self {
        let state = [Wire::ZERO, Wire::ZERO, Wire::ZERO, capacity[0], capacity[1]];
        Self { builder, state, digest: [Wire::ZERO; 2], taken: 0, given: RATE_CELLS }
    }

    /// All that matters of the state when the next thing is to take, if all that was taken has been permuted.
    pub fn capacity(&self) -> Digest<'a> {
        assert_eq!(self.taken, 0, "what was taken has not been permuted");
        [self.state[RATE_CELLS], self.state[RATE_CELLS + 1]]
    }

    /// Takes a cell.
    pub fn absorb(&mut self, cell: Wire<'a>) {
        if self.taken == RATE_CELLS {
            self.permute();
        }
        if self.taken == 0 {
            self.state[..RATE_CELLS].fill(Wire::ZERO);
        }
        self.state[self.taken] = cell;
        self.taken += 1;
        self.given = RATE_CELLS;
    }

    /// Gives a cell.
    pub fn squeeze(&mut self) -> Wire<'a> {
        if self.given == RATE_CELLS {
            self.permute();
            self.given = 0;
        }
        self.given += 1;
        self.state[self.given - 1]
    }

    /// A digest of what has been taken, instead of cells.
    pub fn digest(mut self) -> Digest<'a> {
        self.permute();
        self.digest
    }

    fn permute(&mut self) {
        (self.state, self.digest) = self.builder.permute(self.state, self.taken as u32);
        self.taken = 0;
    }
}
