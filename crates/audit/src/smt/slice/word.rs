//! Words of a slice: bits, limbs and digits, the lowest first.

use std::ops::Range;

use crate::smt::row::{Result, closed};
use crate::smt::term::Term;

/// A number whose parts are columns, forms, constants, or functions of bits.
#[derive(Clone, Debug)]
pub struct Word {
    pub(crate) parts: Vec<Part>,
}

#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub bits: u32,
    pub is: Is,
}

#[derive(Clone, Debug)]
pub(crate) enum Is {
    /// An unknown of the slice, by its number.
    Unknown(usize),
    Constant(u32),
}

impl Word {
    /// A 32-bit constant.
    pub fn constant(value: u32) -> Self {
        let limb = |value: u32| Part { bits: 16, is: Is::Constant(value & 0xFFFF) };
        Self { parts: vec![limb(value), limb(value >> 16)] }
    }

    /// Parts in another order: rotated to the right by `by` parts.
    pub fn rotated(&self, by: usize) -> Self {
        let mut parts = self.parts.clone();
        parts.rotate_left(by);
        Self { parts }
    }

    /// A word of bits shifted to the right.
    pub fn shifted(&self, by: usize) -> Self {
        let mut parts = self.parts.split_at(by).1.to_vec();
        parts.resize(self.parts.len(), Part { bits: 1, is: Is::Constant(0) });
        Self { parts }
    }

    /// Number of bits.
    pub fn width(&self) -> u32 {
        self.parts.iter().map(|part| part.bits).sum()
    }

    /// Parts of these bits, which must be whole parts, and where each begins.
    pub(crate) fn within(&self, bits: Range<u32>) -> Result<Vec<(u32, &Part)>> {
        let mut at = 0;
        let mut parts = Vec::new();
        for part in &self.parts {
            let end = at + part.bits;
            if bits.contains(&at) && end <= bits.end {
                parts.push((at - bits.start, part));
            } else if at < bits.end && end > bits.start {
                return closed("a word's parts are not of one half");
            }
            at = end;
        }
        Ok(parts)
    }

    pub(crate) fn term(&self, of: impl Fn(usize) -> Term) -> Term {
        let parts = self.parts.iter().map(|part| match part.is {
            Is::Unknown(i) => of(i),
            Is::Constant(value) => Term::constant(part.bits, value.into()),
        });
        Term::concat(&parts.collect::<Vec<_>>())
    }
}
