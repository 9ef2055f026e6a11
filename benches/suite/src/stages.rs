//! The stages that are shown, of those a prover reports.

/// Their names. `rest` is all the time that belongs to none of the others.
pub const STAGES: [&str; 7] = ["pass 1", "pass 2", "commit", "gkr", "zerocheck", "openings", "rest"];

/// Index of `rest`.
const REST: usize = STAGES.len() - 1;

/// Where the prover's stage `name` belongs.
fn index(name: &str) -> usize {
    match name {
        "pass 1" => 0,
        "trace" => 1,
        "commit" => 2,
        "leaves" | "gkr" => 3,
        "zerocheck" => 4,
        "open" => 5,
        _ => REST,
    }
}

/// Seconds of each stage, of a proof that took `seconds` in all.
pub fn group(reported: &[(&'static str, f64)], seconds: f64) -> [f64; STAGES.len()] {
    let mut stages = [0.0; STAGES.len()];
    for &(name, time) in reported {
        stages[index(name)] += time;
    }
    stages[REST] = (seconds - stages[..REST].iter().sum::<f64>()).max(0.0);
    stages
}
