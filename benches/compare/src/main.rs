//! `aver-compare [LOG_ROWS ...]`: the same table proved by this repository's proof system and by
//! `p3-multi-stark`, on one thread (`RAYON_NUM_THREADS` for more), with the proofs verified and the
//! same false tables refused by both.
//!
//! `benches/compare/run` builds it, runs it, and keeps what it prints in `benches/results/`.

mod clock;
mod machine;
mod ours;
mod theirs;

use aver_benches::synthetic::{self, MESSAGES, Tamper, WIDTH};
use clock::Time;
use serde_json::{Value, json};

/// Both keep their memory between proofs, as `aver` does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What one prover made of one table.
pub struct Outcome {
    /// The system and its settings.
    pub system: String,
    /// Provable security, all errors added up.
    pub bits: f64,
    /// Proving, best of the repetitions.
    pub prove: Time,
    /// Of the last proof.
    pub proof_bytes: usize,
    /// Verifying, best of the repetitions.
    pub verify: Time,
}

/// How often an honest table is proved; the best counts.
pub const REPETITIONS: usize = 5;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).map(|a| a.parse().expect("LOG_ROWS")).collect();
    let sizes = if sizes.is_empty() { vec![18, 19, 20] } else { sizes };
    if std::env::var_os("RAYON_NUM_THREADS").is_none() {
        rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool yet");
    }
    let machine = machine::describe();
    let refused: Vec<Value> = [Tamper::Constraint, Tamper::Bus].map(refused).into();
    let mut measured = Vec::new();
    for log_rows in sizes {
        for outcome in [ours::measure(log_rows), theirs::measure(log_rows)].into_iter().flatten() {
            let row = row(log_rows, &outcome);
            eprintln!("{row}");
            measured.push(row);
        }
    }
    let report = json!({
        "table": { "columns": WIDTH, "constraints": WIDTH - 11 + 1, "messages": MESSAGES, "values_per_message": 7 },
        "machine": machine,
        "threads": rayon::current_num_threads(),
        "hash": "BLAKE3",
        "field": "KoalaBear, degree 5",
        "measured": measured,
        "refused_by_both": refused,
    });
    println!("{report:#}");
}

fn row(log_rows: usize, outcome: &Outcome) -> Value {
    let rounded = |value: f64, digits: i32| (value * 10f64.powi(digits)).round() / 10f64.powi(digits);
    let rows = (1u64 << log_rows) as f64;
    json!({
        "log_rows": log_rows,
        "system": outcome.system,
        "provable_bits": rounded(outcome.bits, 1),
        "microseconds_per_row": rounded(outcome.prove.wall * 1e6 / rows, 2),
        "cpu_microseconds_per_row": rounded(outcome.prove.cpu * 1e6 / rows, 2),
        "proof_bytes": outcome.proof_bytes,
        "verify_milliseconds": rounded(outcome.verify.wall * 1e3, 1),
    })
}

/// Gives both the same false table, and panics if one accepts it.
fn refused(tamper: Tamper) -> Value {
    const LOG_ROWS: usize = 12;
    let table = synthetic::tampered(1 << LOG_ROWS, tamper);
    let ours = ours::verdict(table.clone()).expect_err("Aver accepts a false table");
    let theirs = theirs::verdict(&table).expect_err("p3-multi-stark accepts a false table");
    let honest = synthetic::table(1 << LOG_ROWS);
    ours::verdict(honest.clone()).expect("Aver refuses an honest table");
    theirs::verdict(&honest).expect("p3-multi-stark refuses an honest table");
    json!({ "table": tamper.name(), "aver": ours, "p3-multi-stark": theirs })
}
