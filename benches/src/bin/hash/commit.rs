//! Hashing as the prover does it, on one thread: trees over encoded matrices.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use aver_stark::field::F;
use aver_stark::hash::{Hash, NODE, Node};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::merkle::Tree;

/// Nanoseconds of a matrix, and of the hashes' units.
#[derive(Clone, Copy, Default)]
pub struct Times {
    pub encode: f64,
    pub blake3_leaves: f64,
    pub blake3_nodes: f64,
    pub poseidon2_leaves: f64,
    pub poseidon2_nodes: f64,
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
    let encode = least(|| drop(encoder.encode(log_height + 1, &stacks)));
    let mut rows = encoder.encode(log_height + 1, &stacks);
    let leaves: Vec<Node> = (0..height).map(|i| Node([value(i); NODE])).collect();
    let copy = least(|| _ = black_box(leaves.clone()));
    let mut tree = |hash: Hash| {
        let nodes = least(|| _ = black_box(Tree::from_leaves(hash, leaves.clone()))) - copy;
        let all = least(|| rows = Tree::new(hash, std::mem::take(&mut rows), width).into_rows());
        (all - nodes, nodes)
    };
    let (blake3_leaves, blake3_nodes) = tree(Hash::Blake3);
    let (poseidon2_leaves, poseidon2_nodes) = tree(Hash::Poseidon2);
    Times { encode, blake3_leaves, blake3_nodes, poseidon2_leaves, poseidon2_nodes }
}
