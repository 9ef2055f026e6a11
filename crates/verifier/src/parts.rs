//! What the header says of each proof, and the chain of it that the run's transcript absorbs: `spec/run.md`,
//! "Chain of parts".

use alloc::vec::Vec;

use aver_stark::field::{F, f};
use aver_stark::hash::Node;
use aver_stark::poseidon2::{compress, hash_row};
use aver_stark::verify::BoundaryCommitment;
use p3_field::PrimeCharacteristicRing;

use crate::proof::Header;

/// What a header says of one proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// A shard's, or of the memory table.
    pub is_shard: bool,
    /// What pass 1 committed to.
    pub boundary: &'a BoundaryCommitment,
    /// log2 of the rows of a chunk.
    pub log_chunk: usize,
    /// Of a shard start, end and end time; of a memory proof the last key, 0 and 0.
    pub numbers: [u32; 3],
    /// The header's.
    pub salt: &'a Node,
}

impl Part<'_> {
    /// Its elements: cells of five with the root and whether there is one, with the salt and the kind, with numbers, with the
    /// boundary tables.
    ///
    /// Numbers within limits are below p, and how many tables there are stands before their rows: so what is different
    /// has different elements, and none are the beginning of others.
    pub fn elements(&self) -> Vec<F> {
        let BoundaryCommitment { root, rows } = self.boundary;
        let mut elements = Vec::from(root.unwrap_or_default().0);
        elements.push(F::from_bool(root.is_some()));
        elements.extend(self.salt.0);
        elements.extend([u32::from(self.is_shard), self.log_chunk as u32].map(f));
        elements.extend(self.numbers.map(f));
        elements.push(f(rows.len() as u32));
        elements.extend(rows.iter().map(|&rows| f(rows as u32)));
        elements
    }

    /// The link behind this part, from that before it.
    pub fn link(&self, before: &Node) -> Node {
        Node(compress(&before.0, &hash_row(&self.elements())))
    }
}

impl Header {
    /// Its parts, memory proofs first.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let memory = self.memory.iter().map(|part| Part {
            is_shard: false,
            boundary: &part.boundary,
            log_chunk: part.log_chunk,
            numbers: [part.last, 0, 0],
            salt: &self.salt,
        });
        let shards = self.shards.iter().map(|part| Part {
            is_shard: true,
            boundary: &part.boundary,
            log_chunk: part.log_chunk,
            numbers: [part.start, part.end, part.end_ts],
            salt: &self.salt,
        });
        memory.chain(shards)
    }

    /// The last link of the chain of parts, which starts from zeros.
    pub fn last_link(&self) -> Node {
        self.parts().fold(Node::default(), |link, part| part.link(&link))
    }
}
