//! Opening rows of a committed matrix (`spec/proof-system.md`, "commit").
//!
//! Leaf i of a tree is the hash of row i, for BLAKE3 filled up with zeros to a multiple of 16 elements (a whole
//! block of the hash); a node is `compress` of its children. An opening is the rows in increasing order, then,
//! level by level from the leaves, left to right, the siblings that cannot be computed.

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
    for _ in 0..log_leaves {
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
    match level.as_slice() {
        [(0, digest)] if digest == root => {
            let row = |i: &usize| indices.binary_search(i).ok().and_then(|at| rows.get(at)).cloned();
            positions.iter().map(row).collect::<Option<_>>().ok_or(Error::Merkle { label: hint.step().label })
        }
        _ => Err(Error::Merkle { label: hint.step().label }),
    }
}
