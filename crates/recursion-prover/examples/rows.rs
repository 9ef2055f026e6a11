//! What a row of each chip costs to prove, in processor time: `cargo run --release -p aver-recursion-prover --example rows [height]`.

use aver_recursion::blake3::circuit as blake3;
use aver_recursion::builder::Sponge;
use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion::{Builder, Circuit, Wire};
use aver_recursion_prover::{Prover, prove, verify};
use aver_stark::field::F;
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2::Domain;
use aver_stark_prover::stages::Stages;
use p3_field::PrimeCharacteristicRing;

/// So many rows that what a proof costs anyway weighs little.
fn circuit(kind: Kind) -> Circuit {
    let b = Builder::new();
    let packed = b.hint();
    let w: [Wire<'_>; 5] = std::array::from_fn(|_| b.hint());
    let [bit, ..] = b.unpack(packed);
    let mut x = w[0];
    match kind {
        Kind::Hint => (0..1 << 17).for_each(|_| _ = b.call(Kind::Hint, &[None], Vec::new(), 1)),
        Kind::Mul => (0..1 << 17).for_each(|_| x *= w[1]),
        Kind::MulAdd => (0..1 << 17).for_each(|_| x = x * w[1] + w[2]),
        Kind::Add => (0..1 << 17).for_each(|i| x = if i % 2 == 0 { w[1] - x } else { x + w[2] }),
        Kind::Dot => (0..1 << 16).for_each(|_| x = b.dot(x, packed, w)),
        Kind::Select => (0..1 << 17).for_each(|_| x = b.select(bit, x, w[1])),
        Kind::Pack => (0..1 << 17).for_each(|_| _ = b.unpack(packed)),
        Kind::Bits => (0..1 << 15).for_each(|_| _ = b.bits(bit)),
        Kind::Permute => {
            let mut sponge = Sponge::new(&b, Domain::Transcript);
            (0..3 << 14).for_each(|_| _ = sponge.squeeze());
        }
        Kind::Node => {
            let mut digest = [Wire::ZERO; 2];
            (0..1 << 14).for_each(|_| digest = b.node(digest, bit));
        }
        Kind::Cap => {
            let digests = [[w[0], w[1]], [w[2], w[3]]];
            let entries = b.entries(&digests);
            (0..1 << 17).for_each(|_| b.look_up(entries, bit, digests[1]));
        }
        // 16 for each leaf, and a row of `digest`.
        Kind::Compress => (0..1 << 8).for_each(|_| _ = blake3::leaf(&b, 256)),
        _ => {}
    }
    // Something reads what the chain ends with.
    b.unpack(x);
    b.finish()
}

/// Processor time of all threads so far, in µs, to 10 ms.
fn now() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let user = stat.rsplit(')').next().and_then(|fields| fields.split_whitespace().nth(11));
    user.and_then(|ticks| ticks.parse::<f64>().ok()).expect("Linux") * 1e4
}

fn main() {
    let log_height = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(17);
    println!("h = {log_height}, 128 bits, {} threads", rayon::current_num_threads());
    println!(
        "| chip | fixed | witness | messages | rows | µs a row | of it running | filling |\n|---|---|---|---|---|---|---|---|"
    );
    let kinds = [
        Kind::Hint,
        Kind::MulAdd,
        Kind::Mul,
        Kind::Add,
        Kind::Dot,
        Kind::Select,
        Kind::Pack,
        Kind::Bits,
        Kind::Permute,
        Kind::Node,
        Kind::Cap,
        Kind::Compress,
    ];
    for kind in kinds {
        let params = Params::new(Profile::Bits128, log_height).expect("height within limits");
        let prover = Prover::new(circuit(kind), params).expect("a circuit");
        // A bit that is one, and any other cells.
        let cell =
            |i: usize| -> Cell { std::array::from_fn(|k| F::from_usize(if i + k == 0 { 1 } else { i + k })) };
        let mut hints: Vec<Cell> = (0..prover.circuit.hints).map(cell).collect();
        if matches!(kind, Kind::Node | Kind::Cap) {
            hints.iter_mut().for_each(|hint| hint[4] = F::ZERO);
        }
        // A block's last cell has one element.
        if kind == Kind::Compress {
            hints.iter_mut().for_each(|hint| hint[1..].fill(F::ZERO));
        }
        let rows = prover.circuit.of(kind).count();
        let us = |start: f64| (now() - start) / rows as f64;
        let mut best = [f64::MAX; 3];
        let mut stages = Stages::default();
        for _ in 0..3 {
            let start = now();
            let values = aver_recursion_prover::run(&prover.circuit, &[], &hints).expect("it runs");
            best[0] = best[0].min(us(start));
            let start = now();
            let tables = aver_recursion_prover::tables::fill(
                &prover.circuit,
                &prover.fixed.columns,
                &values,
                log_height,
            );
            best[1] = best[1].min(us(start));
            let start = now();
            let proof =
                prove(&prover, &tables, &[], prover.transcript("rows"), &mut stages).expect("a proof");
            best[2] = best[2].min(us(start));
            verify(&prover, &[], prover.transcript("rows"), &proof).expect("an honest proof");
        }
        let described = &prover.system.described[kind as usize];
        println!(
            "| `{}` | {} | {} | {} | {rows} | {:.2} | {:.2} | {:.2} |",
            described.name,
            described.widths[0],
            described.widths[2],
            described.description.interactions.len(),
            best.iter().sum::<f64>(),
            best[0],
            best[1],
        );
        if std::env::args().nth(2).is_some() {
            let part = |s: &(&str, std::time::Duration)| {
                format!("{} {:.2}", s.0, s.1.as_secs_f64() * 1e6 / rows as f64 / 3.0)
            };
            println!("{}", stages.0.iter().map(part).collect::<Vec<_>>().join(", "));
        }
    }
}
