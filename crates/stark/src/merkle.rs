//! Opening rows of a committed matrix (`spec/proof-system.md`, "commit").
//!
//! A leaf of a tree is the hash of a row, or of as many neighbours as fit into a block of the hash: narrow trees have fewer
//! nodes so, and a leaf costs no more. For BLAKE3 it is filled up with zeros to a multiple of 16 elements (a whole
//! block); a node is `compress` of its children. An opening is the leaves in increasing order, all of their rows, then,
//! level by level from the leaves, left to right, the siblings that cannot be computed, up to the cap: of that level all
//! nodes that cannot be computed. Nearly all can: so a cap costs an opening nothing, and circuits compute what is above
//! it once.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::error::{Error, Result};
use crate::field::F;
use crate::hash::{BLOCK, Hash, Node, node_from};
use crate::poseidon2::{self, RATE};
use crate::protocol::{SIBLINGS, SIBLINGS_OF_BLAKE3};
use crate::transcript::{Hint, Reader};

/// log2 of the rows of `width` elements that share a leaf, in a tree over 2^`log_rows` rows: at most half of all.
pub fn log_leaf(hash: Hash, log_rows: usize, width: usize) -> usize {
    let fit = block(hash).checked_div(width).and_then(usize::checked_ilog2).unwrap_or(0);
    log_rows.saturating_sub(1).min(fit as usize)
}

/// The longest rows of which as many share a leaf as of those of `width` elements; as they are if they share none.
pub fn full_width(hash: Hash, log_rows: usize, width: usize) -> usize {
    match log_leaf(hash, log_rows, width) {
        0 => width,
        log_leaf => block(hash) >> log_leaf,
    }
}

fn block(hash: Hash) -> usize {
    if hash == Hash::Poseidon2 { RATE } else { BLOCK }
}

/// Digest of a leaf.
pub fn hash_leaf(hash: Hash, row: &[F]) -> Node {
    if hash == Hash::Poseidon2 || row.len().is_multiple_of(BLOCK) {
        return hash.leaf(row);
    }
    let mut padded = row.to_vec();
    padded.resize(row.len().next_multiple_of(BLOCK), F::ZERO);
    hash.leaf(&padded)
}

/// Digests of leaves of as many elements each.
pub fn hash_leaves(hash: Hash, leaves: &[Vec<F>]) -> Vec<Node> {
    match hash {
        Hash::Poseidon2 => poseidon2::hash_rows(leaves).into_iter().map(Node).collect(),
        Hash::Mixed | Hash::Blake3 => leaves.iter().map(|leaf| hash_leaf(hash, leaf)).collect(),
    }
}

/// Row `i` of a tree, in its leaf of 2^`log_leaf` rows.
pub fn row_of(leaf: &[F], i: usize, log_leaf: usize) -> &[F] {
    let width = leaf.len() >> log_leaf;
    &leaf[(i % (1 << log_leaf)) * width..][..width]
}

/// The distinct ones, increasing.
pub fn distinct(indices: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut indices: Vec<usize> = indices.into_iter().collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

/// log2 of the nodes of the cap of a tree with 2^`log_leaves` leaves of which so many are opened: about half of them.
pub fn log_cap(log_leaves: usize, count: usize) -> usize {
    /// Levels below every cap: provers need not keep them.
    const BELOW: usize = 4;
    let half = count.checked_ilog2().unwrap_or(0).saturating_sub(1);
    log_leaves.saturating_sub(BELOW).min(half as usize)
}

/// Reads a node that cannot be computed.
pub fn read_sibling(reader: &mut Reader, hash: Hash) -> Result<Node> {
    if hash == Hash::Blake3 {
        return Ok(node_from(&reader.hint(SIBLINGS_OF_BLAKE3)?));
    }
    reader.hint(SIBLINGS)
}

/// The rows at `positions` of the tree over 2^`log_rows` rows with this root, `width` elements each.
pub fn verify_rows(
    reader: &mut Reader,
    hash: Hash,
    hint: Hint<F>,
    root: &Node,
    log_rows: usize,
    width: usize,
    positions: &[usize],
) -> Result<Vec<Vec<F>>> {
    let log_leaf = log_leaf(hash, log_rows, width);
    let log_leaves = log_rows - log_leaf;
    let indices = distinct(positions.iter().map(|i| i >> log_leaf));
    let leaves = indices.iter().map(|_| reader.hints(hint, width << log_leaf)).collect::<Result<Vec<_>>>()?;
    let mut level: Vec<(usize, Node)> = indices.iter().copied().zip(hash_leaves(hash, &leaves)).collect();
    let log_cap = log_cap(log_leaves, positions.len());
    for _ in log_cap..log_leaves {
        let mut parents = Vec::with_capacity(level.len());
        let mut children = Vec::with_capacity(level.len());
        let mut nodes = level.iter().peekable();
        while let Some(&(i, digest)) = nodes.next() {
            let right = nodes.next_if(|&&(j, _)| i % 2 == 0 && j == i + 1);
            children.push(match right {
                Some(&(_, right)) => [digest, right],
                None => {
                    let sibling = read_sibling(reader, hash)?;
                    if i % 2 == 0 { [digest, sibling] } else { [sibling, digest] }
                }
            });
            parents.push(i / 2);
        }
        level = parents.into_iter().zip(hash.compress_all(&children)).collect();
    }
    let mut known = level.into_iter().peekable();
    let mut cap = Vec::with_capacity(1 << log_cap);
    for i in 0..1 << log_cap {
        cap.push(match known.next_if(|node| node.0 == i) {
            Some((_, digest)) => digest,
            None => read_sibling(reader, hash)?,
        });
    }
    while cap.len() > 1 {
        cap = hash.compress_all(cap.as_chunks().0);
    }
    match cap.as_slice() {
        [digest] if digest == root && known.peek().is_none() => {
            let leaf = |i: usize| indices.binary_search(&i).ok().and_then(|at| leaves.get(at));
            let row = |i: &usize| Some(row_of(leaf(i >> log_leaf)?, *i, log_leaf).to_vec());
            positions.iter().map(row).collect::<Option<_>>().ok_or(Error::Merkle { label: hint.step().label })
        }
        _ => Err(Error::Merkle { label: hint.step().label }),
    }
}
