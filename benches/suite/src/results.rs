//! What was measured, as it is printed and kept.

use std::collections::BTreeMap;

use aver_bench_programs::host::Size;
use serde::{Deserialize, Serialize};

use crate::ceilings::Ceilings;
use crate::floors::{Work, floors};
use crate::machine::{Commit, Machine};
use crate::run::{Compressed, Run};
use crate::stages::STAGES;

/// Of all programs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Results {
    /// Where.
    pub machine: Machine,
    /// Of what.
    #[serde(flatten)]
    pub commit: Option<Commit>,
    /// Provable bits of the proofs.
    pub security_bits: u32,
    /// How large the programs' inputs were.
    #[serde(default)]
    pub size: Size,
    /// How many are meant by "all threads".
    pub threads: usize,
    /// The machine's.
    pub ceilings: Ceilings,
    /// One after the other.
    pub programs: Vec<ProgramResult>,
    /// The median of [`ProgramResult::khz_1`].
    pub median_khz_1: f64,
    /// The median of [`ProgramResult::khz_all`].
    pub median_khz_all: f64,
    /// The median of [`ProgramResult::khz_compressed`], of the programs that have it.
    #[serde(default)]
    pub median_khz_compressed: Option<f64>,
    /// The mean of [`ProgramResult::cells_per_cycle`].
    pub mean_cells_per_cycle: f64,
    /// The mean of [`ProgramResult::interactions_per_cycle`].
    pub mean_interactions_per_cycle: f64,
}

/// Of one program; with one thread where nothing else is said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgramResult {
    /// The program.
    pub name: String,
    /// What it ran on.
    pub input: String,
    /// Micro-operations.
    pub cycles: u64,
    /// Instructions.
    pub instructions: u64,
    /// Shards.
    pub shards: usize,
    /// Thousand cycles a second.
    pub khz_1: f64,
    /// The same for the first proof of a process.
    pub khz_1_first: f64,
    /// With all threads.
    pub khz_all: f64,
    /// `khz_all / khz_1`.
    pub speedup: f64,
    /// Time to prove over time to run the same function natively.
    pub slowdown: f64,
    /// Time to prove.
    pub prove_seconds: f64,
    /// Processor time of that.
    pub processor_seconds: Option<f64>,
    /// Time to run natively.
    pub native_seconds: f64,
    /// The most memory that the process had.
    pub peak_bytes: Option<u64>,
    /// Size of the proof.
    pub proof_bytes: u64,
    /// Time to verify it.
    pub verify_ms: f64,
    /// Cells of all tables, with padding and lookup tables.
    pub cells_per_cycle: f64,
    /// Interactions likewise.
    pub interactions_per_cycle: f64,
    /// Cells of rows in use, without lookup tables.
    pub row_cells_per_instruction: f64,
    /// Interactions likewise.
    pub row_interactions_per_instruction: f64,
    /// By name.
    pub stages: BTreeMap<String, Stage>,
    /// What the floors are computed from.
    pub work: Work,
    /// One proof of all proofs of the run.
    #[serde(default)]
    pub compressed: Option<Compressed>,
    /// Thousand cycles a second with that, from the ELF file to the compressed proof, circuits apart.
    #[serde(default)]
    pub khz_compressed: Option<f64>,
}

/// A stage of proving.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Stage {
    /// Time.
    pub seconds: f64,
    /// Part of the whole.
    pub share: f64,
    /// What the machine's ceilings allow.
    pub floor_seconds: Option<f64>,
}

impl ProgramResult {
    /// From one thread's run, and one of all threads.
    pub fn new(name: &str, one: &Run, all: &Run, ceilings: &Ceilings) -> Self {
        let (cycles, instructions) = (one.cycles as f64, one.instructions as f64);
        let khz = |seconds: f64| cycles / seconds / 1e3;
        let floors = floors(&one.work, ceilings);
        let stage = |i: usize| Stage {
            seconds: one.stages[i],
            share: one.stages[i] / one.seconds,
            floor_seconds: floors[i],
        };
        Self {
            name: name.into(),
            input: one.input.clone(),
            cycles: one.cycles,
            instructions: one.instructions,
            shards: one.shards,
            khz_1: khz(one.seconds),
            khz_1_first: khz(one.first_seconds),
            khz_all: khz(all.seconds),
            speedup: one.seconds / all.seconds,
            slowdown: one.seconds / one.native_seconds,
            prove_seconds: one.seconds,
            processor_seconds: one.processor_seconds,
            native_seconds: one.native_seconds,
            peak_bytes: one.peak_bytes,
            proof_bytes: one.proof_bytes,
            verify_ms: one.verify_seconds * 1e3,
            cells_per_cycle: one.work.cells() as f64 / cycles,
            interactions_per_cycle: one.work.leaves as f64 / cycles,
            row_cells_per_instruction: one.work.row_cells as f64 / instructions,
            row_interactions_per_instruction: one.work.row_interactions as f64 / instructions,
            stages: STAGES.iter().enumerate().map(|(i, name)| ((*name).into(), stage(i))).collect(),
            work: one.work,
            compressed: one.compressed,
            khz_compressed: one.compressed.map(|c| khz(one.seconds + c.seconds - c.circuits_seconds)),
        }
    }
}

impl Results {
    /// Of these programs, of which there is at least one.
    pub fn new(
        machine: Machine,
        commit: Option<Commit>,
        security_bits: u32,
        size: Size,
        threads: usize,
        ceilings: Ceilings,
        programs: Vec<ProgramResult>,
    ) -> Self {
        let all = |of: fn(&ProgramResult) -> f64| programs.iter().map(of).collect::<Vec<f64>>();
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        Self {
            median_khz_1: median(all(|p| p.khz_1)),
            median_khz_all: median(all(|p| p.khz_all)),
            median_khz_compressed: programs
                .iter()
                .map(|p| p.khz_compressed)
                .collect::<Option<Vec<f64>>>()
                .map(median),
            mean_cells_per_cycle: mean(all(|p| p.cells_per_cycle)),
            mean_interactions_per_cycle: mean(all(|p| p.interactions_per_cycle)),
            machine,
            commit,
            security_bits,
            size,
            threads,
            ceilings,
            programs,
        }
    }

    /// The name of the file that keeps them.
    pub fn file_name(&self) -> String {
        let size = match self.size {
            Size::Quick => "-quick",
            Size::Full => "",
            Size::Large => "-large",
        };
        match &self.commit {
            Some(commit) => format!("{}-{}{size}.json", commit.date, commit.name),
            None => format!("unknown{size}.json"),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[half],
        _ => (values[half - 1] + values[half]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn medians() {
        assert_eq!(median(vec![3.0]), 3.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
