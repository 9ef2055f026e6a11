//! What a compression of BLAKE3 costs: `blake3 [compressions [log_height]]`.
//!
//! Proves a circuit of rows of 16 blocks, and one of a quarter as many: what the larger one takes more is the
//! compressions', without tables and what every proof has. `RAYON_NUM_THREADS=1` for one thread.

use std::time::Instant;

use aver_recursion::Builder;
use aver_recursion::blake3::circuit;
use aver_recursion::blake3::{BLOCK, CHUNK};
use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::field::F;
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
    let each = |stages: &[&str]| {
        let of = |cost: &Cost| -> f64 {
            let times = cost.stages.0.iter().filter(|(stage, _)| stages.contains(stage));
            times.map(|(_, time)| time.as_secs_f64() * cost.running).sum()
        };
        (of(&more) - of(&less)) * 1e9 / (compressions - few) as f64
    };
    let system = aver_recursion::circuit::system().expect("chips that can be expressed");
    let chip = &system.described[Kind::Compress as usize];
    let ([fixed, _, witness], messages) = (chip.widths, chip.description.interactions.len());
    let (columns, sums) = (each(&["commit", "zerocheck", "open"]), each(&["leaves", "gkr"]));
    println!(
        "a compression: {:.1} µs; {witness} columns and {fixed} fixed, {:.1} ns each; {messages} messages, {:.1} ns each",
        (more.seconds - less.seconds) * 1e6 / (compressions - few) as f64,
        columns / (fixed + witness) as f64,
        sums / messages as f64,
    );
}

/// What a proof takes.
struct Cost {
    /// Of the processor, in all.
    seconds: f64,
    /// By the clock.
    stages: Stages,
    /// What part of the time by the clock the processor ran this.
    running: f64,
}

/// The cheapest of some proofs of rows of a chunk.
fn measure(leaves: usize, log_height: usize) -> Cost {
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
    let proof = || {
        let (start, clock) = (processor_seconds(), Instant::now());
        let mut stages = Stages::default();
        let tables = stages.time("fill", || prover.tables(&[], &hints)).expect("hints as asked for");
        let proof =
            prove(&prover, &tables, &[], prover.transcript("bench"), &mut stages).expect("honest tables");
        let seconds = processor_seconds() - start;
        let running = seconds / clock.elapsed().as_secs_f64();
        let clock = Instant::now();
        verify(&prover, &[], prover.transcript("bench"), &proof).expect("an honest proof");
        let verified = clock.elapsed().as_secs_f64() * 1e3;
        let shares: Vec<String> = stages
            .0
            .iter()
            .map(|(stage, time)| format!("{stage} {:.0}", time.as_secs_f64() * running * 1e3))
            .collect();
        println!(
            "{} compressions: {:.0} ms ({}); {} KB, verified in {verified:.1} ms",
            leaves * CHUNK,
            seconds * 1e3,
            shares.join(", "),
            proof.len() / 1000,
        );
        Cost { seconds, stages, running }
    };
    let costs = (0..TIMES).map(|_| proof());
    costs.min_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("at least one proof")
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
