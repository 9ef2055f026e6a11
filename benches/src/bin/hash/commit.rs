//! Hashing as the prover does it, on one thread: trees over encoded matrices.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use aver_stark::field::{F, PF};
use aver_stark::hash::Digest;
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::merkle::Tree;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use p3_koala_bear::{Poseidon2KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::Permutation;

/// Elements of a Poseidon2 digest, and of the sponge's capacity: 9 · 30.98 bits are 256 and more.
pub const DIGEST: usize = 9;
/// Elements of a Poseidon2 state.
pub const WIDTH: usize = 24;
/// Elements absorbed by a permutation.
pub const RATE: usize = WIDTH - DIGEST;

type FieldDigest = [F; DIGEST];

/// Nanoseconds of a matrix, and of the hashes' units.
#[derive(Clone, Copy, Default)]
pub struct Times {
    pub encode: f64,
    pub blake3_leaves: f64,
    pub blake3_nodes: f64,
    pub poseidon2_leaves: f64,
    pub poseidon2_nodes: f64,
    /// BLAKE3 digests made field elements, for Poseidon2 nodes above BLAKE3 leaves.
    pub between: f64,
}

/// Nanoseconds this thread has run, where the system tells: others may be busy on the machine.
pub fn thread_ns() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let running = stat.split(' ').next().and_then(|ns| ns.parse().ok());
    running.unwrap_or_else(|| START.elapsed().as_secs_f64() * 1e9)
}

/// Nanoseconds of a run: the least of a few series, each of a tenth of a second, since the system's clock of a
/// thread ticks slowly.
fn least(mut run: impl FnMut()) -> f64 {
    run();
    let mut series = || {
        let (start, mut runs) = (thread_ns(), 0.0);
        loop {
            run();
            runs += 1.0;
            let time = thread_ns() - start;
            if time > 1e8 {
                return time / runs;
            }
        }
    };
    (0..3).map(|_| series()).fold(f64::INFINITY, f64::min)
}

/// Measures the commitment to `width` stacks of 2^`log_height` elements at rate 1/2.
pub fn measure(log_height: usize, width: usize) -> Times {
    let height = 2usize << log_height;
    let encoder = Encoder::default();
    let value = |i: usize| F::new((i as u32).wrapping_mul(2_654_435_761) >> 2);
    let stacks: Vec<Vec<F>> =
        (0..width).map(|y| (0..height / 2).map(|x| value(x * width + y)).collect()).collect();
    let stacks: Vec<&[F]> = stacks.iter().map(Vec::as_slice).collect();
    let encode = least(|| encoder.arena.give(encoder.encode(log_height + 1, &stacks)));
    let mut rows = encoder.encode(log_height + 1, &stacks);
    let digests: Vec<Digest> = (0..height).map(|i| *blake3::hash(&i.to_le_bytes()).as_bytes()).collect();
    let copy = least(|| _ = black_box(digests.clone()));
    let blake3_nodes = least(|| _ = black_box(Tree::from_leaves(digests.clone()))) - copy;
    let tree = least(|| rows = Tree::new(std::mem::take(&mut rows), width).into_rows());
    let blake3_leaves = tree - blake3_nodes;

    let hash = Poseidon2::default();
    let mut level = vec![[F::ZERO; DIGEST]; height];
    hash.leaves(&rows, width, &mut level);
    assert_eq!(level[height - 1], hash.leaf(&rows[(height - 1) * width..]), "packed as one by one");
    let poseidon2_leaves = least(|| hash.leaves(&rows, width, &mut level));
    let mut above = vec![[F::ZERO; DIGEST]; height / 2];
    let poseidon2_nodes = least(|| _ = hash.root(&level, &mut above));
    let between = least(|| digests.iter().zip(&mut level).for_each(|(d, out)| *out = elements(d)));
    black_box((&level, &above));
    Times { encode, blake3_leaves, blake3_nodes, poseidon2_leaves, poseidon2_nodes, between }
}

/// A BLAKE3 digest as elements, each digest as others: 29 bits of each word, and the eight 3 bits left.
fn elements(digest: &Digest) -> FieldDigest {
    let (words, _) = digest.as_chunks::<4>();
    let words: [u32; 8] = std::array::from_fn(|i| u32::from_le_bytes(words[i]));
    let high = words.iter().fold(0, |high, word| high << 3 | word >> 29);
    std::array::from_fn(|i| F::new(words.get(i).map_or(high, |word| word & ((1 << 29) - 1))))
}

/// Poseidon2 of width 24.
struct Poseidon2 {
    permutation: Poseidon2KoalaBear<WIDTH>,
}

impl Default for Poseidon2 {
    fn default() -> Self {
        Self { permutation: default_koalabear_poseidon2_24() }
    }
}

impl Poseidon2 {
    /// The sponge that overwrites; rows of a tree have one length, so nothing is padded but with zeros.
    fn leaf(&self, row: &[F]) -> FieldDigest {
        let mut state = [F::ZERO; WIDTH];
        for block in row.chunks(RATE) {
            state[..RATE].fill(F::ZERO);
            state[..block.len()].copy_from_slice(block);
            self.permutation.permute_mut(&mut state);
        }
        std::array::from_fn(|i| state[i])
    }

    /// As many rows at a time as a register has lanes.
    fn leaves(&self, rows: &[F], width: usize, out: &mut [FieldDigest]) {
        for (rows, out) in rows.chunks_exact(PF::WIDTH * width).zip(out.chunks_exact_mut(PF::WIDTH)) {
            let mut state = [PF::ZERO; WIDTH];
            for first in (0..width).step_by(RATE) {
                for i in 0..RATE {
                    let column = first + i;
                    let inside = column < width;
                    state[i] =
                        if inside { PF::from_fn(|lane| rows[lane * width + column]) } else { PF::ZERO };
                }
                self.permutation.permute_mut(&mut state);
            }
            write(&state, out);
        }
    }

    /// All levels above the leaves; returns the root.
    fn root(&self, leaves: &[FieldDigest], level: &mut [FieldDigest]) -> FieldDigest {
        self.parents(leaves, level);
        let mut count = level.len();
        while count > 1 {
            // A parent lies at or before its children.
            for first in (0..count / 2).step_by(PF::WIDTH) {
                let mut out = [[F::ZERO; DIGEST]; 16];
                let parents = PF::WIDTH.min(count / 2 - first);
                self.parents(&level[2 * first..2 * (first + parents)], &mut out[..parents]);
                level[first..first + parents].copy_from_slice(&out[..parents]);
            }
            count /= 2;
        }
        level[0]
    }

    /// Two digests and zeros, permuted.
    fn parents(&self, nodes: &[FieldDigest], out: &mut [FieldDigest]) {
        for (nodes, out) in nodes.chunks(2 * PF::WIDTH).zip(out.chunks_mut(PF::WIDTH)) {
            let node = |i: usize| nodes.get(i).copied().unwrap_or_default();
            let mut state = [PF::ZERO; WIDTH];
            for i in 0..2 * DIGEST {
                state[i] = PF::from_fn(|lane| node(2 * lane + i / DIGEST)[i % DIGEST]);
            }
            self.permutation.permute_mut(&mut state);
            write(&state, out);
        }
    }
}

fn write(state: &[PF; WIDTH], out: &mut [FieldDigest]) {
    for (lane, out) in out.iter_mut().enumerate() {
        *out = std::array::from_fn(|i| state[i].as_slice()[lane]);
    }
}
