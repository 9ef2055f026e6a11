//! Encoding and committing stacks (`spec/proof-system.md`, "commit").
//!
//! A matrix is encoded coset by coset of the subgroup its columns were given on: first layers of each column,
//! then, block by block of rows, last layers of all columns. A block's rows are hashed while they are in
//! cache, and dropped: the few that are opened are computed again.

use std::sync::OnceLock;

use aver_stark::eq::bit_reverse;
use aver_stark::field::{F, PF};
use aver_stark::hash::{DIGEST_BYTES, Digest};
use aver_stark::params::MAX_LOG_HEIGHT;
use aver_stark::transcript::Hint;
use aver_stark::whir::GroupCommitment;
use p3_field::{PackedValue, PrimeCharacteristicRing, TwoAdicField};
use rayon::prelude::*;

use crate::arena::Arena;
use crate::dft::{LINE, ZERO, load_columns, roots, transform, two_layers, two_layers_into};
use crate::merkle::{Tree, hash_rows};
use crate::transcript::Writer;

/// log2 of the rows of a block, or one more (first layers are done by twos): a block of all columns fits the
/// second cache.
const LOG_BLOCK: usize = 8;
/// So much longer is a column of first layers than its values, or the same lines of all columns would
/// fall into the same places of the cache.
const GAP: usize = LINE;

/// What a prover keeps from proof to proof: buffers and roots of unity.
#[derive(Default)]
pub struct Encoder {
    /// Buffers.
    pub arena: Arena,
    roots: [OnceLock<Vec<F>>; MAX_LOG_HEIGHT + 2],
}

impl Encoder {
    /// Encodes stacks of 2^`log_height` elements each at rate 1/2, and commits to them.
    pub fn commit(&self, log_height: usize, stacks: &[&[F]]) -> Committed {
        let width = stacks.len();
        if width == 0 {
            return Committed { width, tree: None };
        }
        let mut leaves = vec![[0; DIGEST_BYTES]; 2 << log_height];
        let code = Code::new(self, stacks, log_height + 1);
        code.blocks(
            &mut leaves,
            1,
            || vec![F::ZERO; code.block * width],
            |rows, leaves, fill| {
                fill(rows);
                hash_rows(rows, width, leaves);
            },
        );
        Committed { width, tree: Some(Tree::from_leaves(leaves, width)) }
    }

    /// Values of the polynomials with these coefficients, 2^n each, on the subgroup of order
    /// 2^`log_domain`: a row-major matrix, row i at ω^{bitrev(i)}.
    pub fn encode(&self, log_domain: usize, columns: &[&[F]]) -> Vec<F> {
        let mut rows = self.arena.take(columns.len() << log_domain);
        Code::new(self, columns, log_domain).blocks(
            &mut rows,
            columns.len(),
            || (),
            |(), rows, fill| fill(rows),
        );
        rows
    }

    /// Rows `indices` of that matrix.
    pub fn encoded_rows(&self, log_domain: usize, columns: &[&[F]], indices: &[usize]) -> Vec<F> {
        Code::new(self, columns, log_domain).rows(indices)
    }

    /// The roots of blocks of transforms of length up to 2^`log`.
    pub fn roots(&self, log: usize) -> &[F] {
        self.roots[log].get_or_init(|| roots(log.saturating_sub(1)))
    }
}

/// Columns to encode.
struct Code<'a> {
    encoder: &'a Encoder,
    columns: &'a [&'a [F]],
    log_domain: usize,
    roots: &'a [F],
    /// Length of a column.
    height: usize,
    /// Rows of a block.
    block: usize,
}

impl<'a> Code<'a> {
    fn new(encoder: &'a Encoder, columns: &'a [&'a [F]], log_domain: usize) -> Self {
        let height = columns.first().map_or(1, |c| c.len());
        debug_assert!(columns.iter().all(|c| c.len() == height));
        let log = height.trailing_zeros() as usize;
        let block = 1 << log.min(LOG_BLOCK + (log - LOG_BLOCK.min(log)) % 2);
        Self { encoder, columns, log_domain, roots: encoder.roots(log_domain), height, block }
    }

    /// For each block of rows: its part of `out`, `each` elements a row, and what writes the rows.
    fn blocks<T: Send, S>(
        &self,
        out: &mut [T],
        each: usize,
        state: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, &mut [T], &dyn Fn(&mut [F])) + Sync,
    ) {
        let stride = self.height + GAP;
        let mut first = self.encoder.arena.take(self.columns.len() * stride);
        for (coset, out) in out.chunks_mut(each * self.height).enumerate() {
            let columns = first.par_chunks_mut(stride).zip(self.columns);
            columns.for_each(|(first, column)| self.first_layers(coset, column, &mut first[..self.height]));
            let first: Vec<&[F]> = first.chunks_exact(stride).collect();
            out.par_chunks_mut(each * self.block).enumerate().for_each_init(&state, |state, (i, out)| {
                let block = coset * (self.height / self.block) + i;
                work(state, out, &|rows| self.last_layers(block, i * self.block, &first, rows));
            });
        }
        self.encoder.arena.give(first);
    }

    /// Layers with rows of different blocks, on a coset.
    fn first_layers(&self, coset: usize, column: &[F], out: &mut [F]) {
        if self.height == self.block {
            return out.copy_from_slice(column);
        }
        two_layers_into(PF::pack_slice(column), PF::pack_slice_mut(out), self.roots, coset);
        for (i, part) in out.chunks_exact_mut(self.height / 4).enumerate() {
            self.layers_down_to_blocks(4 * coset + i, part);
        }
    }

    /// Layers of block `block`, down to blocks of `self.block` rows: part by part, so that smaller ones are
    /// done while in cache.
    fn layers_down_to_blocks(&self, block: usize, values: &mut [F]) {
        if values.len() == self.block {
            return;
        }
        two_layers(PF::pack_slice_mut(values), self.roots, block);
        let quarter = values.len() / 4;
        for (i, part) in values.chunks_exact_mut(quarter).enumerate() {
            self.layers_down_to_blocks(4 * block + i, part);
        }
    }

    /// Layers within block `block`, which starts at `at` in the columns; writes its rows.
    fn last_layers(&self, block: usize, at: usize, first: &[&[F]], rows: &mut [F]) {
        let width = first.len();
        let mut tile = [ZERO; 2 << LOG_BLOCK];
        let tile = &mut tile[..self.block];
        for (i, columns) in first.chunks(LINE).enumerate() {
            load_columns(columns, at, tile);
            transform(tile, self.roots, block);
            for (row, line) in rows.chunks_exact_mut(width).zip(&*tile) {
                let row = &mut row[i * LINE..];
                if columns.len() == LINE {
                    row[..LINE].copy_from_slice(PF::unpack_slice(line));
                } else {
                    row.copy_from_slice(&PF::unpack_slice(line)[..columns.len()]);
                }
            }
        }
    }

    /// Rows by themselves: after first layers, a value is that of a polynomial as long as a block.
    fn rows(&self, indices: &[usize]) -> Vec<F> {
        let generator = F::two_adic_generator(self.log_domain);
        let powers: Vec<Vec<F>> = indices
            .iter()
            .map(|&i| {
                generator.exp_u64(bit_reverse(i, self.log_domain) as u64).powers().collect_n(self.block)
            })
            .collect();
        let column = |first: &mut Vec<F>, column: &&[F]| {
            let mut values = Vec::with_capacity(indices.len());
            let mut done = None;
            for (&i, powers) in indices.iter().zip(&powers) {
                let (coset, row) = (i / self.height, i % self.height);
                if done != Some(coset) {
                    self.first_layers(coset, column, first);
                    done = Some(coset);
                }
                let block = row / self.block * self.block;
                values.push(dot(&first[block..block + self.block], powers));
            }
            values
        };
        let first = || vec![F::ZERO; self.height];
        let columns: Vec<Vec<F>> = self.columns.par_iter().map_init(first, column).collect();
        (0..indices.len()).flat_map(|i| columns.iter().map(move |c| c[i])).collect()
    }
}

fn dot(a: &[F], b: &[F]) -> F {
    const BATCH: usize = 8;
    if a.len() < BATCH * PF::WIDTH {
        return a.iter().zip(b).map(|(&a, &b)| a * b).sum();
    }
    let (a, _) = PF::pack_slice(a).as_chunks::<BATCH>();
    let (b, _) = PF::pack_slice(b).as_chunks::<BATCH>();
    let sum: PF = a.iter().zip(b).map(|(a, b)| PF::dot_product(a, b)).sum();
    sum.as_slice().iter().copied().sum()
}

/// A committed group of stacks.
pub struct Committed {
    /// Number of stacks.
    pub width: usize,
    tree: Option<Tree>,
}

impl Committed {
    /// Commits to rows as they are: a power of two of them, of `width` > 0 elements.
    pub fn from_rows(rows: Vec<F>, width: usize) -> Self {
        Self { width, tree: Some(Tree::new(rows, width)) }
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
    /// Writes the opening of the rows at `indices`, increasing, each once; `stacks` as they were committed.
    pub fn open(
        &self,
        encoder: &Encoder,
        writer: &mut Writer,
        stacks: &[&[F]],
        rows: Hint<F>,
        indices: &[usize],
    ) {
        match &self.tree {
            Some(tree) if tree.keeps_rows() => tree.open(writer, rows, indices),
            Some(tree) => {
                let opened = encoder.encoded_rows(tree.log_leaves(), stacks, indices);
                opened.chunks_exact(self.width).for_each(|row| writer.hints(rows, row));
                tree.siblings(writer, indices);
            }
            None => {}
        }
    }
}
