//! What all proofs of a run have in common, and leaves need to know.

use alloc::vec::Vec;

use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Wire};
use aver_stark::air::Group;
use aver_stark::field::{D, F};
use aver_stark::hash::Node;
use aver_stark::layout::System;
use aver_stark::poseidon2;
use aver_stark::verify::{Challenge, FixedKey};
use p3_field::PrimeCharacteristicRing;

use crate::Error;
use crate::cells;

/// Cells of a digest of bytes.
pub const BYTES_CELLS: usize = 4;

/// Fixed columns of the proofs of one system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed<T = Cell> {
    /// Their root.
    pub root: [T; 2],
    /// Rows of the chips that have them, five to a cell.
    pub rows: Vec<T>,
}

/// What all proofs of a run have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context<T = Cell> {
    /// Fixed columns of shard proofs, and of memory proofs.
    pub fixed: [Fixed<T>; 2],
    /// Quarters of the status.
    pub status: T,
    /// Halves of the words of the digest that was handed over.
    pub handed_over: [T; BYTES_CELLS],
    /// Number of memory proofs.
    pub memory: T,
    /// What is left of the transcript's state after the shared challenge: the rate is overwritten next.
    pub capacity: [T; 2],
    /// The shared challenge.
    pub shared: Vec<T>,
}

impl Fixed {
    /// What a key says, for the chips of `system`.
    pub fn new(key: &FixedKey, system: &System) -> Result<Self, Error> {
        let refused = Error::Program { what: "the fixed columns" };
        let Some(root) = key.root.filter(|_| key.rows.len() == system.described.len()) else {
            return Err(refused);
        };
        let mut rows = Vec::new();
        for (d, &count) in system.described.iter().zip(&key.rows) {
            match count {
                Some(count) if has_fixed(d.widths) => rows.push(F::from_usize(count)),
                None if !has_fixed(d.widths) => {}
                _ => return Err(refused),
            }
        }
        let cell = |chunk: &[F]| core::array::from_fn(|i| chunk.get(i).copied().unwrap_or(F::ZERO));
        Ok(Self { root: cells::of_node(&root), rows: rows.chunks(D).map(cell).collect() })
    }
}

fn has_fixed(widths: [usize; 3]) -> bool {
    widths[Group::Fixed as usize] > 0
}

/// Cells that rows of the fixed columns of `system` take.
pub fn row_cells(system: &System) -> usize {
    system.described.iter().filter(|d| has_fixed(d.widths)).count().div_ceil(D)
}

impl<T: Copy> Context<T> {
    /// Its cells, in the order of their digest.
    pub fn cells(&self) -> Vec<T> {
        let mut cells = Vec::new();
        for fixed in &self.fixed {
            cells.extend(fixed.root);
            cells.extend(&fixed.rows);
        }
        cells.push(self.status);
        cells.extend(self.handed_over);
        cells.push(self.memory);
        cells.extend(self.capacity);
        cells.extend(&self.shared);
        cells
    }
}

impl Context {
    /// Its digest.
    pub fn digest(&self) -> Node {
        Node(poseidon2::hash_row(self.cells().as_flattened()))
    }
}

impl<'a> Context<Wire<'a>> {
    /// Hints, in the order of [`Context::cells`]; `rows` are the [`row_cells`] of both systems.
    pub fn hints(b: &'a Builder, rows: [usize; 2]) -> Self {
        let hint = || b.hint();
        let fixed =
            rows.map(|count| Fixed { root: [hint(), hint()], rows: (0..count).map(|_| hint()).collect() });
        Self {
            fixed,
            status: hint(),
            handed_over: core::array::from_fn(|_| hint()),
            memory: hint(),
            capacity: [hint(), hint()],
            shared: (0..Challenge::COUNT).map(|_| hint()).collect(),
        }
    }

    /// Its digest.
    pub fn digest(&self, b: &'a Builder) -> Digest<'a> {
        b.hash_row(&self.cells())
    }
}
