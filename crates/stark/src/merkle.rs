//! Opening rows of a committed matrix (`spec/proof-system.md`, "commit").
//!
//! Leaf i of a tree is the hash of row i, for BLAKE3 filled up with zeros to a multiple of 16 elements (a whole
//! block of the hash); a node is `compress` of its children. An opening is the rows in increasing order, then,
//! level by level from the leaves, left to right, the siblings that cannot be computed, up to the cap: of that level all
//! nodes that cannot be computed. Nearly all can: so a cap costs an opening nothing, and circuits compute what is above
//! it once.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::error::{Error, Result};
use crate::field::F;
use crate::hash::{Hash, Node};
use crate::protocol::SIBLINGS;
use crate::transcript::{Hint, Reader};

/// Elements in a block of BLAKE3: rows are filled up to a multiple.
pub const BLOCK: usize = 16;

/// Digest of a leaf.
pub fn hash_leaf(hash: Hash, row: &[F]) -> Node {
    if hash == Hash::Poseidon2 || row.len().is_multiple_of(BLOCK) {
        return hash.leaf(row);
    }
    let mut padded = row.to_vec();
    padded.resize(row.len().next_multiple_of(BLOCK), F::ZERO);
    hash.leaf(&padded)
}

/// The distinct ones, increasing: what an opening of `positions` opens.
pub fn distinct(positions: &[usize]) -> Vec<usize> {
    let mut indices = positions.to_vec();
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

/// The rows at `positions` of the tree of 2^`log_leaves` leaves with this root, `width` elements each.
pub fn verify_rows(
    reader: &mut Reader,
    hash: Hash,
    hint: Hint<F>,
    root: &Node,
    log_leaves: usize,
    width: usize,
    positions: &[usize],
) -> Result<Vec<Vec<F>>> {
    let indices = distinct(positions);
    let rows = indices.iter().map(|_| reader.hints(hint, width)).collect::<Result<Vec<_>>>()?;
    let mut level: Vec<(usize, Node)> =
        indices.iter().zip(&rows).map(|(&i, row)| (i, hash_leaf(hash, row))).collect();
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
                    let sibling = reader.hint(SIBLINGS)?;
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
            None => reader.hint(SIBLINGS)?,
        });
    }
    while cap.len() > 1 {
        cap = hash.compress_all(cap.as_chunks().0);
    }
    match cap.as_slice() {
        [digest] if digest == root && known.peek().is_none() => {
            let row = |i: &usize| indices.binary_search(i).ok().and_then(|at| rows.get(at)).cloned();
            positions.iter().map(row).collect::<Option<_>>().ok_or(Error::Merkle { label: hint.step().label })
        }
        _ => Err(Error::Merkle { label: hint.step().label }),
    }
}
