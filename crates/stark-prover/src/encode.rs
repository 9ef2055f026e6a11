//! Encoding and committing stacks (`spec/proof-system.md`, "commit").

use aver_stark::field::F;
use aver_stark::hash::Digest;
use aver_stark::transcript::Hint;
use aver_stark::whir::GroupCommitment;
use p3_dft::{Radix2DitParallel, TwoAdicSubgroupDft};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use crate::arena::Arena;
use crate::merkle::Tree;
use crate::transcript::Writer;

/// What a prover keeps from proof to proof: buffers and roots of unity.
#[derive(Default)]
pub struct Encoder {
    /// Buffers.
    pub arena: Arena,
    dft: Radix2DitParallel<F>,
}

impl Encoder {
    /// Evaluations of each column on the subgroup of the matrix's height: row-major coefficients in,
    /// row i of the result at ω^{bitrev(i)}.
    pub fn dft(&self, rows: Vec<F>, width: usize) -> Vec<F> {
        self.dft.dft_batch(RowMajorMatrix::new(rows, width)).bit_reverse_rows_values()
    }

    /// Encodes stacks of 2^`log_height` elements each at rate 1/2, and commits to them.
    pub fn commit(&self, log_height: usize, stacks: &[&[F]]) -> Committed {
        let width = stacks.len();
        if width == 0 {
            return Committed { width, log_height, tree: None };
        }
        let mut rows = self.arena.take(width << (log_height + 1));
        let (coefficients, rest) = rows.split_at_mut(width << log_height);
        transpose(stacks, coefficients);
        rest.par_chunks_mut(1 << 16).for_each(|r| r.fill(F::ZERO));
        Committed::from_rows(log_height, self.dft(rows, width), width)
    }
}

/// The `BitReversedMatrixView` of p3 holds the rows in bit-reversed order: takes them as they lie.
trait Values {
    fn bit_reverse_rows_values(self) -> Vec<F>;
}

impl<M: BitReversibleMatrix<F, BitRev = RowMajorMatrix<F>>> Values for M {
    fn bit_reverse_rows_values(self) -> Vec<F> {
        self.bit_reverse_rows().values
    }
}

/// A committed group of stacks.
pub struct Committed {
    /// Number of stacks.
    pub width: usize,
    /// log2 of their length.
    pub log_height: usize,
    tree: Option<Tree>,
}

impl Committed {
    /// Commits to rows as they are: 2^(`log_height` + 1) of `width` > 0 elements.
    pub fn from_rows(log_height: usize, rows: Vec<F>, width: usize) -> Self {
        Self { width, log_height, tree: Some(Tree::new(rows, width)) }
    }
    /// The root; none without stacks.
    pub fn root(&self) -> Option<Digest> {
        self.tree.as_ref().map(Tree::root)
    }
    /// What the verifier knows of it.
    pub fn commitment(&self) -> GroupCommitment {
        GroupCommitment { root: self.root(), width: self.width }
    }
    /// The tree over the encoded rows.
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.as_ref()
    }
    /// Writes the opening of the rows at `indices`, increasing, each once.
    pub fn open(&self, writer: &mut Writer, rows: Hint<F>, indices: &[usize]) {
        if let Some(tree) = &self.tree {
            tree.open(writer, rows, indices);
        }
    }
    /// Gives its memory back.
    pub fn recycle(self, encoder: &Encoder) {
        if let Some(tree) = self.tree {
            encoder.arena.give(tree.into_rows());
        }
    }
}

/// Writes the columns as rows.
fn transpose(columns: &[&[F]], rows: &mut [F]) {
    const TILE: usize = 16;
    let width = columns.len();
    rows.par_chunks_mut(TILE * width).enumerate().for_each(|(block, rows)| {
        let first = block * TILE;
        for (tile, columns) in columns.chunks(TILE).enumerate() {
            for (y, column) in columns.iter().enumerate() {
                let column = &column[first..];
                for (row, &value) in rows.chunks_exact_mut(width).zip(column) {
                    row[tile * TILE + y] = value;
                }
            }
        }
    });
}
