//! LogUp-GKR alone, over random leaves that cost next to nothing: `gkr [places [log_chunk [messages]]]`, so many
//! messages of each chunk.

use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use aver_stark::field::{D, F, PF};
use aver_stark::hash::Hash;
use aver_stark::layout::LOG_BUNDLE;
use aver_stark_prover::arena::Arena;
use aver_stark_prover::gkr::{LANES, Leaves, Tree};
use aver_stark_prover::transcript::Writer;
use p3_field::{PackedValue, PrimeCharacteristicRing};

/// log2 of the places there could be.
const LOG_PLACES: usize = 21;
/// log2 of a column's rows.
const LOG_ROWS: usize = 17;

/// Messages of one table, all with as many values.
struct Random {
    columns: Vec<Vec<F>>,
    places: Vec<usize>,
    log_chunk: usize,
}

impl Random {
    fn new(places: usize, log_chunk: usize, messages: usize) -> Self {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            F::new((state >> 34) as u32)
        };
        let columns = (0..32).map(|_| (0..1 << LOG_ROWS).map(|_| next()).collect()).collect();
        let place = |i: usize| ((i / messages) << LOG_BUNDLE) + i % messages;
        Self { columns, places: (0..places).map(place).collect(), log_chunk }
    }
}

impl Leaves for Random {
    fn places(&self) -> &[usize] {
        &self.places
    }

    fn fill(&self, index: usize, first: usize, m: &mut [PF], d: &mut [[PF; D]]) {
        let place = self.places[index];
        let start = ((place >> LOG_BUNDLE) << self.log_chunk) % (1 << LOG_ROWS);
        let column = |i: usize, row: usize| {
            PF::from_slice(&self.columns[(place + i) % self.columns.len()][row..row + LANES])
        };
        for (i, (m, d)) in m.iter_mut().zip(d).enumerate() {
            let row = start + first + i * LANES;
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

/// The most memory that was resident, as Linux tells it.
fn peak_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim_end_matches("kB").trim().parse::<f64>().ok().map(|kb| kb * 1024.0)
}

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (places, log_chunk, messages) = (argument(1, 2048), argument(2, 12), argument(3, 17));
    let leaves = Random::new(places, log_chunk, messages);
    let count = (places << log_chunk) as f64;
    let arena = Arena::default();
    let threads = rayon::current_num_threads();
    println!("{places} places of 2^{log_chunk}, {messages} of each chunk, {threads} threads");
    let (start, memory) = (Instant::now(), peak_bytes());
    let now = || cpu_time().unwrap_or_else(|| start.elapsed().as_nanos() as f64);
    let mut best = [f64::MAX; 2];
    for _ in 0..6 {
        let start = now();
        let tree = Tree::new(&leaves, LOG_PLACES, log_chunk, &arena);
        let built = now();
        tree.prove(&mut Writer::new(Hash::default().transcript("bench")));
        best = [best[0].min(built - start), best[1].min(now() - built)];
    }
    println!("ns of CPU time a leaf: tree {:.1}, proof {:.1}", best[0] / count, best[1] / count);
    if let (Some(before), Some(after)) = (memory, peak_bytes()) {
        println!("bytes a leaf: {:.1}", (after - before) / count);
    }
}
