//! How often each row of a table is looked up.

use aver_recursion::blake3::LAST_HIGH;
use aver_stark::field::F;
use rayon::prelude::*;

/// Lookups by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    xor: Vec<u32>,
    nibbles: Vec<u32>,
    half: Vec<u32>,
    canonical: Vec<u32>,
}

impl Default for Counts {
    fn default() -> Self {
        let zeros = || vec![0; 1 << 16];
        Self { xor: zeros(), nibbles: zeros(), half: zeros(), canonical: vec![0; LAST_HIGH as usize + 1] }
    }
}

fn index(x: u8, y: u8) -> usize {
    usize::from(x) << 8 | usize::from(y)
}

impl Counts {
    /// x ⊕ y.
    pub fn xor(&mut self, x: u8, y: u8) {
        self.xor[index(x, y)] += 1;
    }
    /// x ⊕ y by its low and high four bits.
    pub fn nibbles(&mut self, x: u8, y: u8) {
        self.nibbles[index(x, y)] += 1;
    }
    /// Sixteen bits.
    pub fn half(&mut self, value: u16) {
        self.half[usize::from(value)] += 1;
    }
    /// The high half of an element.
    pub fn canonical(&mut self, high: u16) {
        self.canonical[usize::from(high)] += 1;
    }

    /// With those of other rows.
    pub fn plus(mut self, other: &Self) -> Self {
        let pairs = [
            (&mut self.xor, &other.xor),
            (&mut self.nibbles, &other.nibbles),
            (&mut self.half, &other.half),
            (&mut self.canonical, &other.canonical),
        ];
        for (sum, more) in pairs {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self
    }

    /// The witness columns of each table, in the order of `tables::Table::ALL`.
    pub fn columns(&self) -> [Vec<Vec<F>>; 2] {
        let columns = |counts: &[&Vec<u32>]| -> Vec<Vec<F>> {
            counts.par_iter().map(|counts| counts.iter().map(|&count| F::new(count)).collect()).collect()
        };
        [columns(&[&self.xor, &self.nibbles, &self.half]), columns(&[&self.canonical])]
    }
}
