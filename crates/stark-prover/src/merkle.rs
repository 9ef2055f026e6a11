//! The tree over the rows of a matrix. Mirrors `aver_stark::merkle`.

use core::ops::Range;

use aver_stark::field::F;
use aver_stark::hash::{
    BLOCK, DIGEST_BYTES, Digest, Hash, NODE, Node, children, digest_from, node_from, work_row,
};
use aver_stark::merkle::{distinct, hash_leaf, log_cap, log_leaf};
use aver_stark::protocol::{SIBLINGS, SIBLINGS_OF_BLAKE3};
use aver_stark::transcript::Hint;
use blake3::IncrementCounter;
use blake3::platform::Platform;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use crate::arena::Buffer;
use crate::poseidon2;
use crate::transcript::Writer;

/// Inputs hashed side by side, at most.
const LANES: usize = 16;
/// Rows, or nodes, a task hashes.
const TASK: usize = 256;

/// The tree over a power of two of rows.
pub struct Tree {
    hash: Hash,
    width: usize,
    /// log2 of the rows of a leaf.
    log_leaf: usize,
    /// None, if what the leaves are was not kept.
    rows: Buffer,
    /// Digests by level: leaves first, the root last.
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// Commits to a row-major matrix of `width` > 0 columns and a power of two of rows.
    pub fn new(hash: Hash, rows: impl Into<Buffer>, width: usize) -> Self {
        let rows = rows.into();
        let height = rows.len() / width;
        debug_assert!(height.is_power_of_two() && rows.len() == height * width);
        let log_leaf = log_leaf(hash, height.trailing_zeros() as usize, width);
        Self::with_leaves_of(hash, rows, width, log_leaf)
    }

    /// The same with 2^`log_leaf` rows in a leaf.
    pub(crate) fn with_leaves_of(hash: Hash, rows: impl Into<Buffer>, width: usize, log_leaf: usize) -> Self {
        let (rows, leaf) = (rows.into(), width << log_leaf);
        let mut leaves = vec![Node::default(); rows.len() / leaf];
        leaves.par_chunks_mut(TASK).zip(rows.par_chunks(TASK * leaf)).for_each(|(out, rows)| {
            hash_rows(hash, rows, leaf, out);
        });
        Self { rows, width, log_leaf, ..Self::from_leaves(hash, leaves) }
    }

    /// The tree over these leaves, or nodes.
    pub fn from_leaves(hash: Hash, leaves: Vec<Node>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|l| l.len() > 1) {
            let mut level = vec![Node::default(); below.len() / 2];
            level.par_chunks_mut(TASK).zip(below.par_chunks(2 * TASK)).for_each(|(out, nodes)| {
                compress_pairs(hash, nodes, out);
            });
            levels.push(level);
        }
        Self { hash, width: 0, log_leaf: 0, rows: Buffer::default(), levels }
    }

    /// The root.
    pub fn root(&self) -> Node {
        self.levels.last().and_then(|l| l.first()).copied().unwrap_or_default()
    }

    /// Node `i` of a level; leaves are level 0.
    pub fn node(&self, level: usize, i: usize) -> &Node {
        &self.levels[level][i]
    }

    /// Level 0.
    pub fn leaves(&self) -> &[Node] {
        &self.levels[0]
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[F] {
        &self.rows[i * self.width..(i + 1) * self.width]
    }

    /// The rows of leaf `i`.
    pub fn leaf(&self, i: usize) -> &[F] {
        let width = self.width << self.log_leaf;
        &self.rows[i * width..(i + 1) * width]
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The matrix.
    pub fn into_rows(self) -> Buffer {
        self.rows
    }

    /// Writes the opening of the rows at `positions`, in the order they were drawn in.
    pub fn open(&self, writer: &mut Writer, rows: Hint<F>, positions: &[usize]) {
        let leaves = distinct(positions.iter().map(|i| i >> self.log_leaf));
        leaves.iter().for_each(|&i| writer.hints(rows, self.leaf(i)));
        self.write_siblings(writer, &leaves, log_cap(self.levels.len() - 1, positions.len()));
    }

    /// Writes what of an opening follows the leaves, up to a cap of 2^`log_cap` nodes.
    pub(crate) fn write_siblings(&self, writer: &mut Writer, indices: &[usize], log_cap: usize) {
        let level = self.levels.len() - 1 - log_cap;
        let known = write_siblings(writer, self.hash, indices, level, |level, i| self.node(level, i));
        let missing = (0..1 << log_cap).filter(|i| known.binary_search(i).is_err());
        missing.for_each(|i| write_sibling(writer, self.hash, self.node(level, i)));
    }
}

/// Writes the siblings on `levels` levels from the nodes `indices` up, increasing, each once; what is known
/// of the level above them.
pub(crate) fn write_siblings<'a>(
    writer: &mut Writer,
    hash: Hash,
    indices: &[usize],
    levels: usize,
    node: impl Fn(usize, usize) -> &'a Node,
) -> Vec<usize> {
    let mut known = indices.to_vec();
    for level in 0..levels {
        let mut parents = Vec::with_capacity(known.len());
        let mut nodes = known.iter().copied().peekable();
        while let Some(i) = nodes.next() {
            if nodes.next_if(|&j| i % 2 == 0 && j == i + 1).is_none() {
                write_sibling(writer, hash, node(level, i ^ 1));
            }
            parents.push(i / 2);
        }
        known = parents;
    }
    known
}

fn write_sibling(writer: &mut Writer, hash: Hash, node: &Node) {
    if hash == Hash::Blake3 {
        writer.hint(SIBLINGS_OF_BLAKE3, &digest_from(node));
    } else {
        writer.hint(SIBLINGS, node);
    }
}

/// The first of these nonces, [`LANES`] at a time, for which the first element of what BLAKE3 makes of it is accepted.
pub(crate) fn first_work(seed: &Node, nonces: Range<u32>, is_work: impl Fn(F) -> bool) -> Option<F> {
    let mut rows = [work_row(seed, F::ZERO); LANES];
    nonces.clone().step_by(LANES).find_map(|from| {
        for (row, nonce) in rows.iter_mut().zip(from..) {
            row[NODE] = F::new(nonce);
        }
        let mut nodes = [Node::default(); LANES];
        let count = LANES.min((nonces.end - from) as usize);
        hash_rows(Hash::Blake3, rows[..count].as_flattened(), BLOCK, &mut nodes[..count]);
        let lane = nodes[..count].iter().position(|node| is_work(node.0[0]))?;
        Some(rows[lane][NODE])
    })
}

/// The roots of the trees over as many rows each.
pub(crate) fn subtree_roots(hash: Hash, rows: &[F], width: usize, roots: &mut [Node]) {
    let mut level = vec![Node::default(); rows.len() / width];
    hash_rows(hash, rows, width, &mut level);
    while level.len() > roots.len() {
        let mut above = vec![Node::default(); level.len() / 2];
        compress_pairs(hash, &level, &mut above);
        level = above;
    }
    roots.copy_from_slice(&level);
}

/// Leaves of rows.
fn hash_rows(hash: Hash, rows: &[F], width: usize, out: &mut [Node]) {
    if hash == Hash::Poseidon2 {
        return poseidon2::hash_rows(rows, width, out);
    }
    let mut nodes = vec![[[0; DIGEST_BYTES]; LANES]; width.div_ceil(CHUNK)];
    for (rows, out) in rows.chunks(LANES * width).zip(out.chunks_mut(LANES)) {
        let mut digests = [[0; DIGEST_BYTES]; LANES];
        let digests = &mut digests[..out.len()];
        if width <= CHUNK {
            hash_columns(rows, width, 0..width, &WHOLE, digests);
        } else {
            hash_wide_rows(rows, width, &mut nodes, digests);
        }
        out.iter_mut().zip(digests).for_each(|(out, digest)| *out = node_from(digest));
    }
}

/// Hashes [`LANES`] rows or fewer, of more than a chunk each: their chunks, then the tree over these. A node
/// without a neighbour moves up as it is.
fn hash_wide_rows(rows: &[F], width: usize, nodes: &mut [[Digest; LANES]], out: &mut [Digest]) {
    for (i, node) in nodes.iter_mut().enumerate() {
        let columns = i * CHUNK..width.min((i + 1) * CHUNK);
        let mode = Mode { chunk: i as u64, end: CHUNK_END, ..WHOLE };
        hash_columns(rows, width, columns, &mode, &mut node[..out.len()]);
    }
    let mut count = nodes.len();
    while count > 1 {
        let flags = if count == 2 { PARENT | ROOT } else { PARENT };
        for i in 0..count / 2 {
            let (left, right) = (&nodes[2 * i], &nodes[2 * i + 1]);
            let inputs = core::array::from_fn(|lane| join(&left[lane], &right[lane]));
            let mode = Mode { chunk: 0, flags, start: 0, end: 0 };
            hash_blocks(&inputs, &mode, &mut nodes[i][..out.len()]);
        }
        if count % 2 == 1 {
            nodes[count / 2] = nodes[count - 1];
        }
        count = count.div_ceil(2);
    }
    out.copy_from_slice(&nodes[0][..out.len()]);
}

/// Hashes a chunk or less of each row.
fn hash_columns(rows: &[F], width: usize, columns: Range<usize>, mode: &Mode, out: &mut [Digest]) {
    macro_rules! blocks {
        ($($n:literal)*) => {
            match columns.len().div_ceil(BLOCK) {
                $($n => hash_side_by_side::<{ 64 * $n }>(rows, width, columns, mode, out),)*
                _ => hash_side_by_side::<1024>(rows, width, columns, mode, out),
            }
        };
    }
    blocks!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}

/// Hashes these columns of each row, filled up to `N` bytes.
fn hash_side_by_side<const N: usize>(
    rows: &[F],
    width: usize,
    columns: Range<usize>,
    mode: &Mode,
    out: &mut [Digest],
) {
    let mut inputs = [[0u8; N]; LANES];
    for (rows, out) in rows.chunks(LANES * width).zip(out.chunks_mut(LANES)) {
        for (input, row) in inputs.iter_mut().zip(rows.chunks_exact(width)) {
            let (words, _) = input.as_chunks_mut::<4>();
            for (word, value) in words.iter_mut().zip(&row[columns.clone()]) {
                *word = value.as_canonical_u32().to_le_bytes();
            }
        }
        hash_blocks(&inputs, mode, out);
    }
}

fn compress_pairs(hash: Hash, nodes: &[Node], out: &mut [Node]) {
    match hash {
        Hash::Mixed | Hash::Poseidon2 => poseidon2::compress_pairs(nodes, out),
        Hash::Blake3 => {
            for (nodes, out) in nodes.chunks(2 * LANES).zip(out.chunks_mut(LANES)) {
                let (pairs, _) = nodes.as_chunks::<2>();
                let (mut inputs, mut digests) = ([[0; 2 * DIGEST_BYTES]; LANES], [[0; DIGEST_BYTES]; LANES]);
                inputs.iter_mut().zip(pairs).for_each(|(input, [l, r])| *input = children(l, r));
                hash_blocks(&inputs, &WHOLE, &mut digests[..out.len()]);
                out.iter_mut().zip(&digests).for_each(|(out, digest)| *out = node_from(digest));
            }
        }
    }
}

fn join(left: &Digest, right: &Digest) -> [u8; 2 * DIGEST_BYTES] {
    let mut bytes = [0; 2 * DIGEST_BYTES];
    bytes[..DIGEST_BYTES].copy_from_slice(left);
    bytes[DIGEST_BYTES..].copy_from_slice(right);
    bytes
}

/// Elements in a chunk of BLAKE3.
const CHUNK: usize = 256;
const CHUNK_START: u8 = 1;
const CHUNK_END: u8 = 2;
const PARENT: u8 = 4;
const ROOT: u8 = 8;

/// What blocks are to BLAKE3: the number of their chunk, flags of all, of the first and of the last.
struct Mode {
    chunk: u64,
    flags: u8,
    start: u8,
    end: u8,
}

/// All of an input, within a chunk.
const WHOLE: Mode = Mode { chunk: 0, flags: 0, start: CHUNK_START, end: CHUNK_END | ROOT };

/// BLAKE3 of the first `out.len()` inputs, whole blocks within one chunk each. The public interface
/// hashes one input at a time; `Platform` is what it does that with. A test holds it to [`Hash::leaf`].
fn hash_blocks<const N: usize>(inputs: &[[u8; N]; LANES], mode: &Mode, out: &mut [Digest]) {
    const IV: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    let refs: [&[u8; N]; LANES] = core::array::from_fn(|i| &inputs[i]);
    Platform::detect().hash_many(
        &refs[..out.len()],
        &IV,
        mode.chunk,
        IncrementCounter::No,
        mode.flags,
        mode.start,
        mode.end,
        out.as_flattened_mut(),
    );
}

/// The root of a tree over these rows, one compression at a time: the definition.
#[doc(hidden)]
pub fn reference_root(hash: Hash, rows: &[F], width: usize) -> Node {
    let leaf = width << log_leaf(hash, (rows.len() / width).ilog2() as usize, width);
    let mut level: Vec<Node> = rows.chunks_exact(leaf).map(|leaf| hash_leaf(hash, leaf)).collect();
    while level.len() > 1 {
        level = level.chunks_exact(2).map(|p| hash.compress(&p[0], &p[1])).collect();
    }
    level[0]
}
