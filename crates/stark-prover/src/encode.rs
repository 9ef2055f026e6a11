//! Encoding and committing stacks (`spec/proof-system.md`, "commit").
//!
//! A matrix is encoded coset by coset of the subgroup its columns were given on: first layers of each column,
//! then, block by block of rows, last layers of all columns. A block's rows are hashed while they are in
//! cache, and dropped with the lowest levels of the tree: what is opened is computed again, by groups of rows.

use std::sync::OnceLock;

use aver_stark::eq::bit_reverse;
use aver_stark::field::{F, PF};
use aver_stark::hash::{Hash, Node};
use aver_stark::merkle::{distinct, log_cap, log_leaf};
use aver_stark::params::MAX_LOG_DOMAIN;
use aver_stark::transcript::Hint;
use aver_stark::whir::GroupCommitment;
use p3_field::{Algebra, PackedValue, PrimeCharacteristicRing, TwoAdicField};
use rayon::prelude::*;

use crate::arena::{Arena, Buffer};
use crate::dft::{LINE, PACKS, load_columns, roots, transform, two_layers, two_layers_into};
use crate::merkle::{Tree, subtree_roots, write_siblings};
use crate::transcript::Writer;

/// log2 of the rows of a block, or one more (first layers are done by twos): a block of all columns fits the
/// second cache.
const LOG_BLOCK: usize = 8;
/// Rows of a group, at most: groups are below the cap.
const GROUP: usize = 16;
/// So much longer is a column of first layers than its values, or the same lines of all columns would
/// fall into the same places of the cache.
const GAP: usize = LINE;

/// What a prover keeps from proof to proof: buffers and roots of unity.
#[derive(Default)]
pub struct Encoder {
    /// What trees are hashed with.
    pub hash: Hash,
    /// Buffers.
    pub arena: Arena,
    roots: [OnceLock<Vec<F>>; MAX_LOG_DOMAIN + 1],
}

impl Encoder {
    /// One that hashes trees with `hash`.
    pub fn new(hash: Hash) -> Self {
        Self { hash, ..Self::default() }
    }

    /// Encodes stacks of equal length as words of 2^`log_domain` elements each, and commits to them. Empty ones stand for zeros;
    /// they are the last, and not all.
    pub fn commit(&self, log_domain: usize, stacks: &[&[F]]) -> Committed {
        let width = stacks.len();
        if width == 0 {
            return Committed { width, log_domain, tree: Kept::Nothing };
        }
        let code = Code::new(self, stacks, log_domain);
        let mut groups = vec![Node::default(); (1 << log_domain) / code.group];
        code.blocks(&mut groups, |compute, groups| {
            let mut rows = self.arena.take(code.block * width);
            compute(&mut rows);
            subtree_roots(self.hash, &rows, width << log_leaf(self.hash, code.log_domain, width), groups);
        });
        Committed { width, log_domain, tree: Kept::Groups(Tree::from_leaves(self.hash, groups)) }
    }

    /// The same, where what [`Committed::groups`] gave is known: without encoding, and without a look at the stacks. None if there are not as
    /// many of them.
    pub fn commit_again(&self, log_domain: usize, stacks: &[&[F]], groups: Vec<Node>) -> Option<Committed> {
        let code = Code::new(self, stacks, log_domain);
        let fits = !stacks.is_empty() && groups.len() == (1 << log_domain) / code.group;
        let tree = || Kept::Groups(Tree::from_leaves(self.hash, groups));
        fits.then(|| Committed { width: stacks.len(), log_domain, tree: tree() })
    }

    /// Values of the polynomials with these coefficients, 2^n each, on the subgroup of order
    /// 2^`log_domain`: a row-major matrix, row i at ω^{bitrev(i)}.
    pub fn encode(&self, log_domain: usize, columns: &[&[F]]) -> Buffer {
        let mut rows = self.arena.take(columns.len() << log_domain);
        Code::new(self, columns, log_domain).blocks(&mut rows, |compute, rows| compute(rows));
        rows
    }

    /// The roots of blocks of transforms of length up to 2^`log`.
    pub fn roots(&self, log: usize) -> &[F] {
        self.roots[log].get_or_init(|| roots(log.saturating_sub(1)))
    }
}

/// Columns to encode.
struct Code<'a> {
    /// Without those of zeros at the end.
    columns: &'a [&'a [F]],
    /// Number of all columns.
    width: usize,
    log_domain: usize,
    arena: &'a Arena,
    roots: &'a [F],
    /// Length of a column.
    height: usize,
    /// Rows of a block.
    block: usize,
    /// Rows whose part of the tree is not kept.
    group: usize,
}

impl<'a> Code<'a> {
    fn new(encoder: &'a Encoder, columns: &'a [&'a [F]], log_domain: usize) -> Self {
        let width = columns.len();
        let columns = &columns[..columns.partition_point(|c| !c.is_empty())];
        let height = columns.first().map_or(1, |c| c.len());
        debug_assert!(columns.iter().all(|c| c.len() == height));
        let log = height.trailing_zeros() as usize;
        let block = 1 << log.min(LOG_BLOCK + (log - LOG_BLOCK.min(log)) % 2);
        let (arena, roots) = (&encoder.arena, encoder.roots(log_domain));
        Self { columns, width, log_domain, arena, roots, height, block, group: block.min(GROUP) }
    }

    /// For each block of rows: what computes them, and the block's part of `out`.
    fn blocks<T: Send>(&self, out: &mut [T], work: impl Fn(&dyn Fn(&mut [F]), &mut [T]) + Sync) {
        let cosets = (1 << self.log_domain) / self.height;
        let each = out.len() / cosets;
        let blocks = self.height / self.block;
        let stride = self.height + GAP;
        let mut first = self.arena.take(self.columns.len() * stride);
        for (coset, out) in out.chunks_mut(each).enumerate() {
            let columns = first.par_chunks_mut(stride).zip(self.columns);
            columns.for_each(|(first, column)| self.first_layers(coset, column, &mut first[..self.height]));
            let first: Vec<&[F]> = first.chunks_exact(stride).collect();
            out.par_chunks_mut(each / blocks).enumerate().for_each(|(i, out)| {
                let at = i * self.block;
                work(&|rows| self.last_layers(coset * blocks + i, at, self.block, &first, rows), out);
            });
        }
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

    /// Layers within block `block` of `height` rows, which starts at `at` in the columns; writes its rows.
    fn last_layers(&self, block: usize, at: usize, height: usize, columns: &[&[F]], rows: &mut [F]) {
        let (width, zeros) = (self.width, columns.len());
        let layers = height.trailing_zeros() as usize;
        if zeros < width {
            rows.chunks_exact_mut(width).for_each(|row| row[zeros..].fill(F::ZERO));
        }
        let mut tile = [PF::ZERO; PACKS << (LOG_BLOCK + 1)];
        for (i, columns) in columns.chunks(LINE).enumerate() {
            let packs = columns.len().div_ceil(PF::WIDTH);
            let tile = &mut tile[..height * packs];
            load_columns(columns, at, packs, tile);
            transform(tile, layers, self.roots, block);
            for (row, values) in rows.chunks_exact_mut(width).zip(tile.chunks_exact(packs)) {
                let (row, values) = (&mut row[i * LINE..], PF::unpack_slice(values));
                if columns.len() == LINE {
                    row[..LINE].copy_from_slice(&values[..LINE]);
                } else {
                    row[..columns.len()].copy_from_slice(&values[..columns.len()]);
                }
            }
        }
    }

    /// The rows of some groups, by themselves.
    fn groups(&self, groups: &[usize]) -> Vec<F> {
        let mut groups_and_powers: Vec<Group> = groups.iter().map(|&g| (g, Vec::new())).collect();
        let of_coset = |&(g, _): &Group| g * self.group / self.height;
        let of_cosets = groups_and_powers.chunk_by_mut(|a, b| of_coset(a) == of_coset(b));
        of_cosets.for_each(|groups| self.powers(self.height, groups));
        let remainders = |first: &mut Vec<F>, column: &&[F]| {
            let mut remainders = Vec::with_capacity(groups.len() * self.group);
            for groups in groups_and_powers.chunk_by(|a, b| of_coset(a) == of_coset(b)) {
                let coset = of_coset(&groups[0]);
                if self.few(self.height, groups) {
                    self.push_remainders(column, groups, &mut remainders);
                    continue;
                }
                two_layers_into(PF::pack_slice(column), PF::pack_slice_mut(first), self.roots, coset);
                self.quarters(coset, first, groups, &mut remainders);
            }
            remainders
        };
        let first = || vec![F::ZERO; self.height];
        let columns: Vec<Vec<F>> = self.columns.par_iter().map_init(first, remainders).collect();
        let columns: Vec<&[F]> = columns.iter().map(Vec::as_slice).collect();
        let mut rows = vec![F::ZERO; groups.len() * self.group * self.width];
        let parts = rows.par_chunks_exact_mut(self.group * self.width).zip(groups);
        parts.enumerate().for_each(|(i, (rows, &g))| {
            self.last_layers(g, i * self.group, self.group, &columns, rows);
        });
        rows
    }
}

/// A group of rows, and the powers of c, where its rows follow from columns modulo X^group − c.
type Group = (usize, Vec<F>);

/// After some layers of a column it is known modulo X^n − z, n being the size of a block of rows, from which it follows modulo
/// X^group − c for each group of the block.
impl Code<'_> {
    /// Whether blocks of so many rows have so few of these groups that more layers take longer than what they spare. Two
    /// layers take some 19 instructions an element of a register, a remainder 11.
    fn few(&self, rows: usize, groups: &[Group]) -> bool {
        groups.len() <= 2 || rows <= self.block
    }

    /// As many powers as the remainders of groups of a block take, which are found from it or from parts of it.
    fn powers(&self, rows: usize, groups: &mut [Group]) {
        if self.few(rows, groups) {
            let log = self.log_domain - self.group.trailing_zeros() as usize;
            let generator = F::two_adic_generator(log);
            for (g, powers) in groups {
                let c = generator.exp_u64(bit_reverse(*g, log) as u64);
                *powers = c.powers().collect_n(rows / self.group);
            }
        } else {
            let quarter = |(g, _): &Group| g * self.group / (rows / 4);
            let quarters = groups.chunk_by_mut(|a, b| quarter(a) == quarter(b));
            quarters.for_each(|groups| self.powers(rows / 4, groups));
        }
    }

    /// The remainders for groups of block `block`, whose last two layers are done.
    fn quarters(&self, block: usize, values: &mut [F], groups: &[Group], remainders: &mut Vec<F>) {
        let rows = values.len() / 4;
        let quarter = |(g, _): &Group| g * self.group / rows % 4;
        for groups in groups.chunk_by(|a, b| quarter(a) == quarter(b)) {
            let i = quarter(&groups[0]);
            let values = &mut values[i * rows..][..rows];
            if self.few(rows, groups) {
                self.push_remainders(values, groups, remainders);
            } else {
                two_layers(PF::pack_slice_mut(values), self.roots, 4 * block + i);
                self.quarters(4 * block + i, values, groups, remainders);
            }
        }
    }

    /// The remainders for groups of a block, one by one.
    fn push_remainders(&self, values: &[F], groups: &[Group], remainders: &mut Vec<F>) {
        for (_, powers) in groups {
            let start = remainders.len();
            remainders.resize(start + self.group, F::ZERO);
            add_remainder(values, powers, &mut remainders[start..]);
        }
    }
}

/// Adds the remainder of a polynomial modulo X^n − c, n being the length of `out`.
fn add_remainder(values: &[F], powers: &[F], out: &mut [F]) {
    /// Terms that are reduced at once.
    const TERMS: usize = 8;
    if out.len().is_multiple_of(PF::WIDTH) && values.len().is_multiple_of(TERMS * out.len()) {
        let packs = out.len() / PF::WIDTH;
        let (values, out) = (PF::pack_slice(values), PF::pack_slice_mut(out));
        for (values, powers) in values.chunks_exact(TERMS * packs).zip(powers.as_chunks::<TERMS>().0) {
            for (i, out) in out.iter_mut().enumerate() {
                let terms: [PF; TERMS] = std::array::from_fn(|k| values[k * packs + i]);
                *out += PF::mixed_dot_product(&terms, powers);
            }
        }
    } else {
        for (values, &power) in values.chunks_exact(out.len()).zip(powers) {
            out.iter_mut().zip(values).for_each(|(out, &v)| *out += v * power);
        }
    }
}

/// A committed group of stacks.
pub struct Committed {
    /// Number of stacks.
    pub width: usize,
    /// log2 of the number of rows.
    log_domain: usize,
    tree: Kept,
}

/// What is kept of a tree.
enum Kept {
    /// There is none.
    Nothing,
    /// All of it, and the rows.
    All(Tree),
    /// The nodes above groups of rows.
    Groups(Tree),
}

impl Committed {
    /// Commits to rows as they are: a power of two of them, of `width` > 0 elements.
    pub fn from_rows(hash: Hash, rows: impl Into<Buffer>, width: usize) -> Self {
        let rows = rows.into();
        let log_domain = (rows.len() / width).trailing_zeros() as usize;
        Self { width, log_domain, tree: Kept::All(Tree::new(hash, rows, width)) }
    }
    /// The root; none without stacks.
    pub fn root(&self) -> Option<Node> {
        match &self.tree {
            Kept::Nothing => None,
            Kept::All(tree) | Kept::Groups(tree) => Some(tree.root()),
        }
    }
    /// The nodes over groups of rows, which all of it follows from but the rows; none where more is kept.
    pub fn groups(&self) -> Option<&[Node]> {
        match &self.tree {
            Kept::Groups(tree) => Some(tree.leaves()),
            _ => None,
        }
    }
    /// What the verifier knows of it.
    pub fn commitment(&self) -> GroupCommitment {
        GroupCommitment { root: self.root(), width: self.width }
    }
    /// The tree over the encoded rows, if rows are kept.
    pub fn tree(&self) -> Option<&Tree> {
        match &self.tree {
            Kept::All(tree) => Some(tree),
            _ => None,
        }
    }
    /// Writes the opening of the rows at `positions`, in the order they were drawn in; `stacks` as they were committed.
    pub fn open(
        &self,
        encoder: &Encoder,
        writer: &mut Writer,
        stacks: &[&[F]],
        hint: Hint<F>,
        positions: &[usize],
    ) {
        match &self.tree {
            Kept::Nothing => {}
            Kept::All(tree) => tree.open(writer, hint, positions),
            Kept::Groups(upper) => {
                let log_leaf = log_leaf(encoder.hash, self.log_domain, self.width);
                let code = Code::new(encoder, stacks, self.log_domain);
                let leaves = distinct(positions.iter().map(|i| i >> log_leaf));
                // Leaves of a group.
                let group = code.group >> log_leaf;
                let mut groups: Vec<usize> = leaves.iter().map(|i| i / group).collect();
                groups.dedup();
                let rows = code.groups(&groups);
                let trees: Vec<Tree> = rows
                    .par_chunks_exact(code.group * self.width)
                    .map(|rows| Tree::with_leaves_of(encoder.hash, rows.to_vec(), self.width, log_leaf))
                    .collect();
                // Both are in order: group by group, leaf by leaf.
                let tree = |leaf: usize| &trees[groups.partition_point(|&g| g < leaf / group)];
                leaves.iter().for_each(|&i| writer.hints(hint, tree(i).leaf(i % group)));
                let log_group = group.trailing_zeros() as usize;
                let node = |level: usize, i: usize| tree(i << level).node(level, i % (group >> level));
                let groups = write_siblings(writer, encoder.hash, &leaves, log_group, node);
                upper.write_siblings(writer, &groups, log_cap(self.log_domain - log_leaf, positions.len()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_rows_are_those_of_all() {
        let encoder = Encoder::default();
        for (log_height, log_domain) in [(0, 1), (3, 5), (6, 8), (9, 10), (10, 13), (13, 14), (12, 16)] {
            let value = |i: u32| F::from_u32(i.wrapping_mul(0x9E37_79B9) >> 2);
            let column = |j: u32| (0..1 << log_height).map(|i| value(i + (j << 16))).collect();
            let columns: [Vec<F>; 3] = [0, 1, 2].map(column);
            let columns: Vec<&[F]> = columns.iter().map(Vec::as_slice).collect();
            let rows = encoder.encode(log_domain, &columns);
            let code = Code::new(&encoder, &columns, log_domain);
            let (count, each) = ((1 << log_domain) / code.group, code.group * columns.len());
            // One, few and many of a coset; and all.
            for step in [count, count.div_ceil(3), 37, 5, 1] {
                let groups: Vec<usize> = (step.min(count) - 1..count).step_by(step).collect();
                let expected: Vec<F> =
                    groups.iter().flat_map(|g| &rows[g * each..][..each]).copied().collect();
                assert!(code.groups(&groups) == expected, "{log_height} {log_domain} {step}");
            }
        }
    }
}
