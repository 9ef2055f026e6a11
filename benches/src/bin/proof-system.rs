//! The proof system alone, on a synthetic table: `proof-system [log_rows [log_height]]`.

use std::time::{Duration, Instant};

use aver_benches::proving::Proving;
use aver_benches::synthetic::{MESSAGES, WIDTH, table};
use aver_stark::layout::MAX_LOG_CHUNK;
use aver_stark::params::Profile;
use aver_stark_prover::stages::Stages;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (log_rows, log_height) = (argument(1, 20), argument(2, 17));
    let proving = Proving::new(Profile::Bits128, log_height);
    let mut table = table(1 << log_rows);
    table.pad(MAX_LOG_CHUNK);
    println!(
        "{WIDTH} columns, {MESSAGES} messages, 2^{log_rows} rows, h = {log_height}, 128 bits, {} threads",
        rayon::current_num_threads()
    );
    for _ in 0..3 {
        let start = Instant::now();
        let mut stages = Stages::default();
        let proof = proving.prove(&table, &mut stages);
        let seconds = start.elapsed().as_secs_f64();
        let start = Instant::now();
        proving.verify(&proof).expect("an honest proof");
        let verify_ms = start.elapsed().as_secs_f64() * 1e3;
        let rows = (1u64 << log_rows) as f64;
        println!(
            "{:.2} µs a row ({seconds:.2} s), proof {} KB, verified in {verify_ms:.1} ms",
            seconds * 1e6 / rows,
            proof.len() / 1000
        );
        let part = |s: &(&str, Duration)| format!("{} {:.0}", s.0, s.1.as_secs_f64() * 1e9 / rows);
        println!("  ns a row: {}", stages.0.iter().map(part).collect::<Vec<_>>().join(", "));
    }
}
