//! Constraints of chips that have a single row left, the first: all others are zero.
//!
//! A variable of chunks scales the row by 1 − X, so constraints are a polynomial of one scalar.

use aver_stark::field::{EF, F};
use aver_stark::zerocheck::cubic;
use p3_field::PrimeCharacteristicRing;

use super::nodes::{NODES, nodes};

/// Σ constraints of s times each chip's row, for s at the nodes.
#[derive(Default)]
pub struct Last([EF; NODES]);

impl Last {
    /// Adds a chip's.
    pub fn add(&mut self, values: [EF; NODES]) {
        self.0.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    }

    /// The round polynomial at the nodes; `r` belongs to the variables that come after it.
    pub fn round(&self, r: &[EF]) -> [EF; NODES] {
        let weight: EF = r.iter().map(|&z| EF::ONE - z).product();
        // 1 − X at the nodes.
        let [zero, one, minus, two] = self.0;
        [one, zero, two, minus].map(|value| value * weight)
    }

    /// Binds a variable.
    pub fn bind(&mut self, x: EF) {
        self.0 = nodes().map(|s: F| cubic(self.0, (EF::ONE - x) * s));
    }
}
