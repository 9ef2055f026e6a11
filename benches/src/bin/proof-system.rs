//! The proof system alone, on a synthetic table: `proof-system [log_rows [log_height]]`.

use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use aver_benches::synthetic::{MESSAGES, Synthetic, WIDTH, table};
use aver_stark::field::EF;
use aver_stark::hash::Sponge;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{BoundaryCommitment, Challenge, FixedKey, Statement, verify};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove};
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

fn main() {
    let argument =
        |i: usize, default: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (log_rows, log_height) = (argument(1, 20), argument(2, 17));
    let params = Params::new(Profile::Bits128, log_height).expect("height within limits");
    let system = System::new(vec![Box::new(Synthetic)]).expect("chip is well-formed");
    let encoder = Encoder::default();
    let fixed = Fixed::new(&system, &params, vec![vec![]], &encoder).expect("no fixed columns");
    let mut tables = vec![table(1 << log_rows)];
    tables[0].pad(log_height);
    let boundary = Boundary::new(&system, &params, &tables, &encoder).expect("no boundary columns");
    let shared = Challenge::new(vec![EF::ONE; Challenge::COUNT]);
    println!(
        "{WIDTH} columns, {MESSAGES} messages, 2^{log_rows} rows, h = {log_height}, 128 bits, {} threads",
        rayon::current_num_threads()
    );
    for _ in 0..3 {
        let start = Instant::now();
        let instance = Instance {
            system: &system,
            params: &params,
            fixed: &fixed,
            boundary: &boundary,
            tables: &tables,
            publics: &[],
            shared: &shared,
            sum: EF::ZERO,
        };
        let mut stages = Stages::default();
        let proof = prove(&instance, Sponge::new("bench"), &encoder, &mut stages).expect("honest tables");
        let seconds = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let statement = Statement {
            system: &system,
            params: &params,
            fixed: &FixedKey { root: None, rows: vec![None] },
            boundary: &BoundaryCommitment::default(),
            publics: &[],
            messages: &[],
            shared: &shared,
        };
        verify(&statement, Sponge::new("bench"), &proof).expect("an honest proof");
        let verify_ms = start.elapsed().as_secs_f64() * 1e3;
        let us = seconds * 1e6 / (1 << log_rows) as f64;
        println!(
            "{us:.2} µs a row ({seconds:.2} s), proof {} KB, verified in {verify_ms:.1} ms",
            proof.len() / 1000
        );
        let rows = (1u64 << log_rows) as f64;
        let part = |s: &(&str, std::time::Duration)| format!("{} {:.0}", s.0, s.1.as_secs_f64() * 1e9 / rows);
        println!("  ns a row: {}", stages.0.iter().map(part).collect::<Vec<_>>().join(", "));
    }
}
