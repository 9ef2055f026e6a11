//! What a recursion pays for each hash, beside what committing with it costs.
//!
//! A compression or permutation is a row of a table of the recursion. Constraints have degree 3 at most.
//!
//! **BLAKE3**, one compression a row: columns and messages of `aver_recursion::blake3::compress`
//! (`spec/recursion-blake3.md`), whether it is a block of a leaf or a node.
//!
//! **Poseidon2**, width 24, one permutation a row: the input, the results of 24 cubes in each of 8 rounds and of one in each
//! of 23. A leaf's row gets 15 elements in two messages, and 9 of the row before; a node's its two
//! children in two. Each sends its result.
//!
//! **Between** BLAKE3 leaves and Poseidon2 nodes: those of `aver_recursion::blake3::digest`.

use std::time::Instant;

use aver_benches::proving::Proving;
use aver_benches::synthetic::{MESSAGES, WIDTH, table as synthetic_table};
use aver_stark::layout::MAX_LOG_CHUNK;
use aver_stark::params::{Params, Profile};
use aver_stark::poseidon2::RATE;
use aver_stark_prover::stages::Stages;

use crate::commit::{measure, thread_ns};
use crate::count::{Count, Counts, Shape};
use crate::real;

/// Cells and messages of something.
#[derive(Clone, Copy)]
struct Cost(f64, f64);

const FLAGS: f64 = 4.0;
const BLAKE3: Cost = Cost(2331.0 + 21.0, 959.0);
const POSEIDON2: f64 = 24.0 + 8.0 * 24.0 + 23.0 + FLAGS;
const POSEIDON2_LEAF: Cost = Cost(POSEIDON2, 4.0);
const POSEIDON2_NODE: Cost = Cost(POSEIDON2, 3.0);
const BETWEEN: Cost = Cost(40.0 + 6.0, 12.0);

/// Cells and messages of a cycle, all tables included: `sha256-chain`.
const CYCLE: Cost = Cost(33.0, 17.0);

/// Nanoseconds a cell and a message take, BLAKE3 being the hash.
#[derive(Clone, Copy)]
struct Unit {
    cell: f64,
    message: f64,
}

impl Unit {
    fn of(self, cost: Cost) -> f64 {
        self.cell * cost.0 + self.message * cost.1
    }
}

/// Of the proof system: stages that grow with columns, and those that grow with messages.
fn measure_unit() -> Unit {
    const LOG_ROWS: usize = 18;
    let proving = Proving::new(Profile::Bits128, 17);
    let mut table = synthetic_table(1 << LOG_ROWS);
    table.pad(MAX_LOG_CHUNK);
    let mut unit = Unit { cell: f64::INFINITY, message: f64::INFINITY };
    for _ in 0..6 {
        let mut stages = Stages::default();
        let start = (Instant::now(), thread_ns());
        proving.prove(&table, &mut stages);
        let running = (thread_ns() - start.1) / start.0.elapsed().as_secs_f64();
        let rows = (1u64 << LOG_ROWS) as f64;
        let of = |names: &[&str]| {
            let time = stages.0.iter().filter(|(name, _)| names.contains(name)).map(|(_, t)| t.as_secs_f64());
            time.sum::<f64>() * running / rows
        };
        unit.cell = unit.cell.min(of(&["commit", "zerocheck", "open"]) / WIDTH as f64);
        unit.message = unit.message.min(of(&["leaves", "gkr"]) / MESSAGES as f64);
    }
    unit
}

/// Which hash is used where.
struct Choice {
    name: &'static str,
    /// BLAKE3, not Poseidon2: for rows of the witness, other rows, nodes and transcript.
    witness: bool,
    others: bool,
    rest: bool,
}

const CHOICES: [Choice; 4] = [
    Choice { name: "BLAKE3", witness: true, others: true, rest: true },
    Choice { name: "BLAKE3 leaves", witness: true, others: true, rest: false },
    Choice { name: "BLAKE3 witness", witness: true, others: false, rest: false },
    Choice { name: "Poseidon2", witness: false, others: false, rest: false },
];

impl Choice {
    /// All leaves, at a price for each block, and for each row where Poseidon2 is above BLAKE3.
    fn leaves(&self, counts: &Counts, blake3: f64, poseidon2: f64, between: f64) -> f64 {
        let of = |is_blake3: bool, count: Count, rows: f64| match is_blake3 {
            true => count.blake3 * blake3 + if self.rest { 0.0 } else { rows * between },
            false => count.poseidon2 * poseidon2,
        };
        of(self.witness, counts.witness, counts.rows[0]) + of(self.others, counts.others, counts.rows[1])
    }

    /// Of all trees of a proof, ns.
    fn commit(&self, hashes: &Hashes, counts: &Counts) -> f64 {
        let node = if self.rest { hashes.blake3_node } else { hashes.poseidon2_node };
        let leaves = self.leaves(counts, hashes.blake3_block, hashes.poseidon2_block, 0.0);
        leaves + counts.nodes.poseidon2 * node
    }

    /// A recursion's price of what a verifier hashes, ns.
    fn recursion(&self, unit: Unit, counts: &Counts) -> f64 {
        let leaves = self.leaves(counts, unit.of(BLAKE3), unit.of(POSEIDON2_LEAF), unit.of(BETWEEN));
        leaves
            + match self.rest {
                true => unit.of(BLAKE3) * (counts.nodes.blake3 + counts.transcript.blake3),
                false => unit.of(POSEIDON2_NODE) * (counts.nodes.poseidon2 + counts.transcript.poseidon2),
            }
    }
}

/// Nanoseconds of a leaf's block or a node, by the prover. What is between BLAKE3 leaves and nodes is part of the leaves.
struct Hashes {
    blake3_block: f64,
    blake3_node: f64,
    poseidon2_block: f64,
    poseidon2_node: f64,
}

impl Hashes {
    fn measure() -> Self {
        let (log_height, width) = (17, 240);
        let (t, leaves) = (measure(log_height, width), (2 << log_height) as f64);
        Self {
            blake3_block: t.blake3_leaves / leaves / (width / 16) as f64,
            blake3_node: t.blake3_nodes / leaves,
            poseidon2_block: t.poseidon2_leaves / leaves / (width / RATE) as f64,
            poseidon2_node: t.poseidon2_nodes / leaves,
        }
    }
}

/// Shards of all sizes and heights.
pub fn table() {
    let unit = measure_unit();
    let hashes = Hashes::measure();
    println!(
        "A cell {:.1} ns, a message {:.1} ns. Hashes of the prover, ns: BLAKE3 {:.1} a block of 16 elements, {:.1} a",
        unit.cell, unit.message, hashes.blake3_block, hashes.blake3_node
    );
    println!(
        "node; Poseidon2 {:.1} a block of 15, {:.1} a node.",
        hashes.poseidon2_block, hashes.poseidon2_node
    );
    println!("\n| row of a recursion | cells | messages | µs |\n|---|---|---|---|");
    for (name, cost) in [
        ("BLAKE3, block of a leaf, or node", BLAKE3),
        ("Poseidon2, block of a leaf", POSEIDON2_LEAF),
        ("Poseidon2, node", POSEIDON2_NODE),
        ("between", BETWEEN),
    ] {
        println!("| {name} | {} | {} | {:.1} |", cost.0, cost.1, unit.of(cost) / 1e3);
    }
    let real = real::shard(17, 18);
    let cycle = unit.of(CYCLE);
    println!("\nA cycle {cycle:.0} ns with BLAKE3. By choice: {}\n", CHOICES.map(|c| c.name).join(" / "));
    println!(
        "| cycles | h | columns | hashed by a verifier | more commitment, ns a cycle | recursion, ns a cycle | thousand cycles a second |"
    );
    println!("|---|---|---|---|---|---|---|");
    for log_cycles in 20..24 {
        for log_height in 17..21 {
            let params = Params::new(Profile::Bits128, log_height).expect("height within limits");
            let cycles = (1u64 << log_cycles) as f64;
            let stacks = (CYCLE.0 * cycles / (1u64 << log_height) as f64).ceil() as usize;
            let small = |group: usize| (real.widths[group] << 17).div_ceil(1 << log_height);
            let widths = [small(0), small(1), stacks];
            let shape = Shape { params: &params, widths };
            let (mut counts, committed) = (shape.expected(), shape.committed());
            counts.transcript = real.counted.transcript;
            let cells = cycles * CYCLE.0;
            let (mut more, mut recurse, mut speed) = (vec![], vec![], vec![]);
            for choice in &CHOICES {
                let extra = choice.commit(&hashes, &committed) - CHOICES[0].commit(&hashes, &committed);
                // The recursion's own commitment is dearer by as much.
                let unit = Unit { cell: unit.cell + extra / cells, ..unit };
                let recursion = choice.recursion(unit, &counts) / cycles;
                more.push(format!("{:.0}", extra / cycles));
                recurse.push(format!("{recursion:.0}"));
                speed.push(format!("{:.0}", 1e6 / (cycle + extra / cycles + recursion)));
            }
            let total = counts.total();
            println!(
                "| 2^{log_cycles} | {log_height} | {stacks} | {:.0} / {:.0} | {} | {} | {} |",
                total.blake3,
                total.poseidon2,
                more.join(" / "),
                recurse.join(" / "),
                speed.join(" / ")
            );
        }
    }
}
