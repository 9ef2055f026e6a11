//! What one core of this machine can do, in the kernels that proving is made of.

use std::hint::black_box;
use std::time::Instant;

use aver_stark::field::{F, PEF, PF};
use aver_stark::hash::{Hash, Node};
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::merkle::Tree;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Nanoseconds of one thread.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ceilings {
    /// A multiplication in the base field, vectorised.
    pub base_multiplication_ns: f64,
    /// A multiplication in the extension of degree 5, vectorised.
    pub extension_multiplication_ns: f64,
    /// An element of a code word: the prover's own transform, of stacks as long as a shard's.
    pub encode_ns: f64,
    /// A byte of the leaves of a Merkle tree.
    pub hash_byte_ns: f64,
    /// A node of a Merkle tree: one compression.
    pub hash_node_ns: f64,
    /// A byte copied, from and to memory that no cache holds.
    pub copy_byte_ns: f64,
}

const LOG_HEIGHT: usize = 17;
/// Stacks side by side.
const WIDTH: usize = 32;

impl Ceilings {
    /// Takes about a second.
    pub fn measure() -> Result<Self, Error> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        Ok(pool.install(|| {
            let hash_node_ns = hash_node();
            Self {
                base_multiplication_ns: multiplication::<PF>() / PF::WIDTH as f64,
                extension_multiplication_ns: multiplication::<PEF>() / PF::WIDTH as f64,
                encode_ns: encode(),
                hash_byte_ns: hash_byte(hash_node_ns),
                hash_node_ns,
                copy_byte_ns: copy_byte(),
            }
        }))
    }
}

/// Nanoseconds of `work`, the least of so many times. The first also touches memory.
fn least<T>(times: usize, mut work: impl FnMut() -> T) -> f64 {
    let times = (0..=times).map(|_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64() * 1e9
    });
    times.skip(1).fold(f64::INFINITY, f64::min)
}

/// Of independent elements that the first cache holds.
fn multiplication<E: PrimeCharacteristicRing + Copy>() -> f64 {
    const ELEMENTS: usize = 128;
    const ROUNDS: usize = 1000;
    let three: [E; ELEMENTS] = core::array::from_fn(|i| E::from_u32(3 + i as u32));
    let mut values = three;
    let round = || {
        for _ in 0..ROUNDS {
            values.iter_mut().zip(&three).for_each(|(value, &factor)| *value *= factor);
        }
        values[0]
    };
    least(20, round) / (ELEMENTS * ROUNDS) as f64
}

fn values(len: usize) -> Vec<F> {
    (0..len).map(|i| F::from_u32(i as u32)).collect()
}

fn encode() -> f64 {
    let encoder = Encoder::default();
    let stacks: Vec<Vec<F>> = (0..WIDTH).map(|_| values(1 << LOG_HEIGHT)).collect();
    let stacks: Vec<&[F]> = stacks.iter().map(Vec::as_slice).collect();
    let transform = || drop(encoder.encode(LOG_HEIGHT + 1, &stacks));
    least(4, transform) / (WIDTH << (LOG_HEIGHT + 1)) as f64
}

/// Of a tree over leaves that are there already.
fn hash_node() -> f64 {
    let leaves = vec![Node::default(); 1 << LOG_HEIGHT];
    least(4, || _ = black_box(Tree::from_leaves(Hash::default(), leaves.clone()))) / (1 << LOG_HEIGHT) as f64
}

/// Of rows as long as a large shard's, so that little of the time is the nodes', which is taken off.
fn hash_byte(node: f64) -> f64 {
    const LEAVES: usize = 1 << 13;
    const COLUMNS: usize = 1 << 9;
    let mut matrix = Some(values(LEAVES * COLUMNS).into());
    let tree = least(8, || {
        matrix = matrix.take().map(|rows: Buffer| Tree::new(Hash::default(), rows, COLUMNS).into_rows())
    });
    (tree / LEAVES as f64 - node) / (4 * COLUMNS) as f64
}

fn copy_byte() -> f64 {
    const BYTES: usize = 64 << 20;
    let from = vec![1u8; BYTES];
    let mut to = vec![0u8; BYTES];
    least(4, || black_box(&mut to).copy_from_slice(black_box(&from))) / BYTES as f64
}
