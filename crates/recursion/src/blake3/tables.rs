//! Lookup tables, in the circuit's key. Witness columns count lookups, free of constraints: a message that is not in
//! a table stays on its bus.
//!
//! | chip | fixed | answers |
//! |---|---|---|
//! | `xor` | bytes x and y, x ⊕ y, its high four bits | [`XOR`], [`NIBBLES`]; [`HALF`] of 256 x + y |
//! | `canonical` | 0 … (p − 1) / 2^16, and whether it is the last | [`CANONICAL`] |
//!
//! Padding rows answer for zeros, which is true.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use aver_stark::air::{Air, Builder, Columns};
use aver_stark::field::{F, f};

use super::{CANONICAL, HALF, LAST_HIGH, NIBBLES, XOR};

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Two bytes.
    Xor,
    /// High halves of elements.
    Canonical,
}

impl Air for Table {
    fn name(&self) -> &str {
        match self {
            Self::Xor => "xor",
            Self::Canonical => "canonical",
        }
    }
    fn columns(&self) -> Columns {
        let (fixed, witness): (&[&str], &[&str]) = match self {
            Self::Xor => (&["x", "y", "xor", "high"], &["xor_count", "nibbles_count", "half_count"]),
            Self::Canonical => (&["value", "last"], &["count"]),
        };
        let names = |names: &[&str]| -> Vec<String> { names.iter().map(|n| n.to_string()).collect() };
        Columns { fixed: names(fixed), boundary: Vec::new(), witness: names(witness) }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        match self {
            Self::Xor => {
                let [x, y, xor, high] = core::array::from_fn(|i| b.row()[i]);
                let [xors, nibbles, halves] = core::array::from_fn(|i| b.row()[4 + i]);
                b.receive(XOR, xors, &[x, y, xor]);
                b.receive(NIBBLES, nibbles, &[x, y, xor - high * (1 << 4), high]);
                b.receive(HALF, halves, &[x * (1 << 8) + y]);
            }
            Self::Canonical => {
                let [value, last, count] = core::array::from_fn(|i| b.row()[i]);
                b.receive(CANONICAL, count, &[value, last]);
            }
        }
    }
}

impl Table {
    /// All, in the order of the key.
    pub const ALL: &'static [Self] = &[Self::Xor, Self::Canonical];

    /// Its rows.
    pub fn rows(self) -> usize {
        match self {
            Self::Xor => 1 << 16,
            Self::Canonical => LAST_HIGH as usize + 1,
        }
    }

    /// The fixed columns.
    pub fn fixed(self) -> Vec<Vec<F>> {
        let column =
            |value: &dyn Fn(u32) -> u32| (0..self.rows() as u32).map(|i| f(value(i))).collect::<Vec<F>>();
        match self {
            Self::Xor => {
                let xor = |i: u32| (i >> 8) ^ (i & 0xFF);
                let columns: [&dyn Fn(u32) -> u32; 4] = [&|i| i >> 8, &|i| i & 0xFF, &xor, &|i| xor(i) >> 4];
                columns.map(column).into()
            }
            Self::Canonical => {
                let columns: [&dyn Fn(u32) -> u32; 2] = [&|i| i, &|i| u32::from(i == LAST_HIGH)];
                columns.map(column).into()
            }
        }
    }
}
