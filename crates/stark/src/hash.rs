//! The hashes: BLAKE3, and Poseidon2 where circuits verify.
//!
//! Everything that depends on the choice of hash is here: leaves, nodes, work, and the sponge of the
//! transcript.

use alloc::boxed::Box;
use alloc::vec::Vec;

use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::field::{D, EF, F, P, encode_base, from_coefficients};
use crate::poseidon2::{self, Domain};

/// Bytes of a digest of bytes.
pub const DIGEST_BYTES: usize = 32;
/// A digest of bytes: a program's key, an output.
pub type Digest = [u8; DIGEST_BYTES];
/// Elements of a tree's digests.
pub const NODE: usize = poseidon2::DIGEST;

/// Elements in a block of BLAKE3.
pub const BLOCK: usize = 16;

/// Digest of a leaf or a node of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Node(pub [F; NODE]);

/// The most bits of work: so many times 2 divides p − 1.
pub const MAX_WORK: usize = 24;

/// Provable bits of collision resistance, of a 256-bit digest.
pub const HASH_BITS: f64 = 128.0;

/// What proofs are hashed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hash {
    /// BLAKE3 for leaves of columns, Poseidon2 for all else: cheap to make, and to verify in a circuit.
    #[default]
    Mixed,
    /// Poseidon2 for everything: cheapest to verify in a circuit.
    Poseidon2,
    /// BLAKE3 for everything: cheapest to make, and to verify natively.
    Blake3,
}

impl Hash {
    /// What oracles after the columns are hashed with: they are few, and as wide at any size of the columns, so that circuits save more than
    /// provers pay.
    pub fn of_oracles(self) -> Self {
        if self == Self::Mixed { Self::Poseidon2 } else { self }
    }

    /// Digest of a tree's leaf.
    pub fn leaf(self, row: &[F]) -> Node {
        match self {
            Self::Poseidon2 => Node(poseidon2::hash_row(row)),
            Self::Mixed | Self::Blake3 => node_from(&hash_row(row)),
        }
    }

    /// Digest of a tree's inner node. With BLAKE3 its children are [digests of bytes](node_from).
    pub fn compress(self, left: &Node, right: &Node) -> Node {
        match self {
            Self::Mixed | Self::Poseidon2 => Node(poseidon2::compress(&left.0, &right.0)),
            Self::Blake3 => node_from(blake3::hash(&children(left, right)).as_bytes()),
        }
    }

    /// Digests of many inner nodes, from their children.
    pub fn compress_all(self, children: &[[Node; 2]]) -> Vec<Node> {
        match self {
            Self::Mixed | Self::Poseidon2 => {
                let children: Vec<_> = children.iter().map(|pair| pair.map(|node| node.0)).collect();
                poseidon2::compress_all(&children).into_iter().map(Node).collect()
            }
            Self::Blake3 => children.iter().map(|[left, right]| self.compress(left, right)).collect(),
        }
    }

    /// Whether `nonce` is work of `bits` bits on the seed; of more than [`MAX_WORK`] there is none.
    pub fn is_work(self, seed: &Node, nonce: F, bits: usize) -> bool {
        let first = match self {
            Self::Mixed | Self::Poseidon2 => {
                let mut values = [F::ZERO; NODE];
                values[0] = nonce;
                poseidon2::compress(&seed.0, &values)[0]
            }
            Self::Blake3 => self.leaf(&work_row(seed, nonce)).0[0],
        };
        bits <= MAX_WORK && index_from(first, bits) == 0
    }

    /// A transcript.
    pub fn transcript(self, domain: &str) -> FiatShamir {
        match self {
            Self::Mixed | Self::Poseidon2 => {
                let mut sponge = poseidon2::Sponge::new(Domain::Transcript);
                domain_cells(domain).iter().for_each(|cell| sponge.absorb(cell));
                FiatShamir::Poseidon2(sponge)
            }
            Self::Blake3 => FiatShamir::Blake3(Box::new(Sponge::new(domain))),
        }
    }
}

/// What a Poseidon2 transcript starts with.
pub fn domain_cells(domain: &str) -> [Cell; 2] {
    let [a, b, c, d, e, f, g, h, i] = node_from(blake3::hash(domain.as_bytes()).as_bytes()).0;
    [[a, b, c, d, e], [f, g, h, i, F::ZERO]]
}

/// The nine elements that stand for 256 bits: 29 of each word, and the 3 bits left of all eight. Different
/// digests stay different.
pub fn node_from(digest: &Digest) -> Node {
    const LOW: u32 = (1 << 29) - 1;
    let (words, _) = digest.as_chunks::<4>();
    let mut node = [F::ZERO; NODE];
    let mut rest = 0;
    for (i, word) in words.iter().enumerate() {
        let word = u32::from_le_bytes(*word);
        node[i] = F::new(word & LOW);
        rest |= (word >> 29) << (3 * i);
    }
    node[NODE - 1] = F::new(rest);
    Node(node)
}

/// The 256 bits that a node of BLAKE3 stands for.
pub fn digest_from(node: &Node) -> Digest {
    let mut digest = Digest::default();
    let (words, _) = digest.as_chunks_mut::<4>();
    let [elements @ .., rest] = node.0.map(|element| element.as_canonical_u32());
    for (i, (word, low)) in words.iter_mut().zip(elements).enumerate() {
        *word = (low | (rest >> (3 * i)) << 29).to_le_bytes();
    }
    digest
}

/// What BLAKE3 hashes for work: a block.
pub fn work_row(seed: &Node, nonce: F) -> [F; BLOCK] {
    let mut row = [F::ZERO; BLOCK];
    row[..NODE].copy_from_slice(&seed.0);
    row[NODE] = nonce;
    row
}

/// What BLAKE3 hashes for an inner node: the digests of its children.
pub fn children(left: &Node, right: &Node) -> [u8; 2 * DIGEST_BYTES] {
    let mut bytes = [0; 2 * DIGEST_BYTES];
    bytes[..DIGEST_BYTES].copy_from_slice(&digest_from(left));
    bytes[DIGEST_BYTES..].copy_from_slice(&digest_from(right));
    bytes
}

/// BLAKE3 of elements, canonical, little-endian.
pub fn hash_row(row: &[F]) -> Digest {
    let mut bytes = [0u8; 1024];
    let mut hasher = blake3::Hasher::new();
    for chunk in row.chunks(256) {
        for (out, &value) in bytes.chunks_exact_mut(4).zip(chunk) {
            out.copy_from_slice(&encode_base(value));
        }
        hasher.update(&bytes[..4 * chunk.len()]);
    }
    *hasher.finalize().as_bytes()
}

/// A cell of a transcript: an extension element, or a few base elements.
pub type Cell = [F; D];

/// The sponge of a transcript.
#[derive(Clone, Debug)]
pub enum FiatShamir {
    /// Labels and lengths are absorbed too.
    Blake3(Box<Sponge>),
    /// Labels are not: what comes when, and how long it is, follows from what came before.
    Poseidon2(poseidon2::Sponge),
}

impl FiatShamir {
    /// Absorbs cells.
    pub fn absorb(&mut self, label: &str, cells: &[Cell]) {
        match self {
            Self::Blake3(sponge) => sponge.absorb_cells(label, cells),
            Self::Poseidon2(sponge) => cells.iter().for_each(|cell| sponge.absorb(cell)),
        }
    }

    /// Gives cells of uniform elements, which depend on everything absorbed.
    pub fn squeeze(&mut self, label: &str, out: &mut [Cell]) {
        match self {
            Self::Blake3(sponge) => sponge.squeeze_cells(label, out),
            Self::Poseidon2(sponge) => out.iter_mut().for_each(|cell| *cell = sponge.squeeze()),
        }
    }
}

/// An element from uniform bytes: 64 bits reduced mod p.
fn element_from(bytes: &[u8; 8]) -> F {
    F::new((u64::from_le_bytes(*bytes) % u64::from(P)) as u32)
}

/// An index of `bits` bits, at most 24, from a uniform element: any but 0 has 127 · 2^(24 − bits) elements of
/// p = 127 · 2^24 + 1, so it is at most 1/p from uniform.
pub fn index_from(element: F, bits: usize) -> usize {
    element.as_canonical_u32() as usize & ((1 << bits.min(24)) - 1)
}

/// A hash chain: absorbs labelled bytes, gives challenges that depend on all of them.
#[derive(Clone, Debug)]
pub struct Sponge {
    hasher: blake3::Hasher,
}

impl Sponge {
    /// An empty one; `domain` separates protocols and versions.
    pub fn new(domain: &str) -> Self {
        let mut sponge = Self { hasher: blake3::Hasher::new() };
        sponge.absorb(domain, &[]);
        sponge
    }

    /// Absorbs a labelled message. Label and length are part of it.
    pub fn absorb(&mut self, label: &str, bytes: &[u8]) {
        self.hasher.update(&(label.len() as u64).to_le_bytes());
        self.hasher.update(label.as_bytes());
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }

    /// Bytes that depend on everything absorbed; the sponge goes on from them.
    pub fn squeeze(&mut self, label: &str, out: &mut [u8]) {
        self.absorb(label, b"challenge");
        self.hasher.finalize_xof().fill(out);
        let state = self.hasher.finalize();
        self.hasher = blake3::Hasher::new();
        self.hasher.update(state.as_bytes());
    }

    /// Absorbs cells.
    pub fn absorb_cells(&mut self, label: &str, cells: &[Cell]) {
        let bytes: Vec<u8> = cells.as_flattened().iter().flat_map(|&v| encode_base(v)).collect();
        self.absorb(label, &bytes);
    }

    /// Cells of uniform elements.
    pub fn squeeze_cells(&mut self, label: &str, out: &mut [Cell]) {
        let mut bytes = alloc::vec![0; 8 * D * out.len()];
        self.squeeze(label, &mut bytes);
        let (words, _) = bytes.as_chunks::<8>();
        out.as_flattened_mut().iter_mut().zip(words).for_each(|(value, word)| *value = element_from(word));
    }

    /// An extension element.
    pub fn challenge(&mut self, label: &str) -> EF {
        let mut cells = [Cell::default()];
        self.squeeze_cells(label, &mut cells);
        from_coefficients(cells[0])
    }

    /// A digest of everything absorbed.
    pub fn digest(&mut self, label: &str) -> Digest {
        let mut digest = Digest::default();
        self.squeeze(label, &mut digest);
        digest
    }
}
