//! What a compression of BLAKE3 costs: `blake3 [compressions [log_height]]`.
//!
//! Proves a circuit of rows of 16 blocks, and one of a quarter as many: what the larger one takes more is the
//! compressions', without tables and what every proof has. `RAYON_NUM_THREADS=1` for one thread.

use std::time::Instant;

use aver_recursion::Builder;
use aver_recursion::blake3::circuit;
use aver_recursion::blake3::{BLOCK, CHUNK};
use aver_recursion::cell::Cell;
use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::field::F;
use aver_stark::hash::Sponge;
use aver_stark::params::{Params, Profile};
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

/// Elements of a row: a chunk.
const WIDTH: usize = BLOCK * CHUNK;
/// Each circuit is proved so many times; the least counts.
const TIMES: usize = 5;

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (compressions, log_height) = (argument(1, 4096), argument(2, 16));
    let few = compressions / 4;
    println!(
        "{compressions} and {few} compressions, h = {log_height}, 128 bits, {} threads",
        rayon::current_num_threads()
    );
    let [more, less] = [compressions, few].map(|compressions| measure(compressions / CHUNK, log_height));
    let rows = (compressions - few) as f64;
    println!("a compression: {:.1} µs", (more - less) * 1e6 / rows);
}

/// Seconds of processor time that proving takes.
fn measure(leaves: usize, log_height: usize) -> f64 {
    let builder = Builder::new();
    for _ in 0..leaves {
        circuit::leaf(&builder, WIDTH);
    }
    let params = Params::new(Profile::Bits128, log_height).expect("a height within limits");
    let prover = Prover::new(builder.finish(), params).expect("a circuit that can be proved");
    let hint = |cell: usize| -> Cell {
        let element = |i: usize| F::new((cell * 5 + i) as u32 * 7919);
        std::array::from_fn(|i| if cell % 4 == 3 && i > 0 { F::ZERO } else { element(i) })
    };
    let hints: Vec<Cell> = (0..prover.circuit.hints).map(hint).collect();
    let mut least = f64::INFINITY;
    for _ in 0..TIMES {
        let (start, clock) = (processor_seconds(), Instant::now());
        let tables = prover.tables(&[], &hints).expect("hints as asked for");
        let filled = processor_seconds() - start;
        let mut stages = Stages::default();
        let proof = prove(&prover, &tables, &[], Sponge::new("bench"), &mut stages).expect("honest tables");
        let seconds = processor_seconds() - start;
        let elapsed = clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        verify(&prover, &[], Sponge::new("bench"), &proof).expect("an honest proof");
        if seconds < least {
            least = seconds;
            let shares =
                stages.0.iter().map(|(stage, time)| format!("{stage} {:.0}", time.as_secs_f64() * 1e3));
            println!(
                "{} compressions: {:.0} ms ({:.0} by the clock), {:.0} to fill tables; ms by the clock: {}; {} KB, verified in {:.1} ms",
                leaves * CHUNK,
                seconds * 1e3,
                elapsed * 1e3,
                filled * 1e3,
                shares.collect::<Vec<_>>().join(", "),
                proof.len() / 1000,
                clock.elapsed().as_secs_f64() * 1e3,
            );
        }
    }
    least
}

/// Processor time of all threads.
fn processor_seconds() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    let nanoseconds = tasks.filter_map(|task| {
        let stat = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() * 1e-9
}
