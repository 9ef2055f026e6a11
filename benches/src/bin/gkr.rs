//! LogUp-GKR alone, over random leaves: `gkr [stacks [log_height]]`.

use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use aver_stark::field::{D, F, PF};
use aver_stark::hash::Sponge;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::gkr::{LANES, Leaves, Tree};
use aver_stark_prover::transcript::Writer;
use p3_field::{PackedValue, PrimeCharacteristicRing};

/// Messages of one table, all with as many values.
struct Random {
    columns: Vec<Vec<F>>,
    stacks: usize,
}

impl Random {
    fn new(stacks: usize, log_height: usize) -> Self {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            F::new((state >> 34) as u32)
        };
        let columns = (0..32).map(|_| (0..1 << log_height).map(|_| next()).collect()).collect();
        Self { columns, stacks }
    }
}

impl Leaves for Random {
    fn stacks(&self) -> usize {
        self.stacks
    }

    fn fill(&self, stack: usize, first: usize, m: &mut [PF], d: &mut [[PF; D]]) {
        let column = |i: usize, row: usize| {
            PF::from_slice(&self.columns[(stack + i) % self.columns.len()][row..row + LANES])
        };
        for (i, (m, d)) in m.iter_mut().zip(d).enumerate() {
            let row = first + i * LANES;
            *m = *column(0, row);
            for (k, d) in d.iter_mut().enumerate() {
                *d = *column(k, row) + PF::broadcast(F::ONE);
            }
        }
    }
}

/// Nanoseconds of CPU time of all threads, where Linux tells them: busy machines disturb it less.
fn cpu_time() -> Option<f64> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let times = threads.map(|thread| {
        let times = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        times.split(' ').next()?.parse::<f64>().ok()
    });
    times.sum()
}

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (stacks, log_height) = (argument(1, 64), argument(2, 17));
    let leaves = Random::new(stacks, log_height);
    let arena = Arena::default();
    println!("{stacks} stacks of 2^{log_height}, {} threads", rayon::current_num_threads());
    let start = Instant::now();
    let now = || cpu_time().unwrap_or_else(|| start.elapsed().as_nanos() as f64);
    let ns = |start: f64| (now() - start) / (stacks << log_height) as f64;
    let mut best = [f64::MAX; 3];
    for _ in 0..6 {
        let start = now();
        let (mut m, mut d) = ([PF::ZERO; 16], [[PF::ZERO; D]; 16]);
        for first in (0..1 << log_height).step_by(16 * LANES) {
            (0..stacks).for_each(|stack| leaves.fill(stack, first, &mut m, &mut d));
        }
        best[0] = best[0].min(ns(start));
        let start = now();
        let tree = Tree::new(&leaves, log_height, &arena);
        best[1] = best[1].min(ns(start));
        let start = now();
        tree.prove(&mut Writer::new(Sponge::new("bench")));
        best[2] = best[2].min(ns(start));
    }
    println!(
        "ns of CPU time a leaf: fill {:.1} (three times), tree {:.1}, proof {:.1}",
        best[0], best[1], best[2]
    );
}
