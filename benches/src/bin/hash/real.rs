//! Real proofs, verified by a verifier that counts.

use aver_benches::loops::{CYCLES, program};
use aver_exec::{Input, Silent};
use aver_prover::steps::Pass1;
use aver_prover::{Options, Setup};
use aver_stark::verify::{Statement, verify};
use aver_stark_prover::stages::Stages;
use aver_verifier::verify::part_transcript;

use crate::count::{Counter, Counts, Shape};

/// What was found in a shard's proof.
pub struct Shard {
    pub widths: [usize; 3],
    pub counted: Counts,
    pub expected: Counts,
    pub proof_bytes: usize,
}

/// Proves a shard of so many cycles and verifies it.
pub fn shard(log_height: usize, log_cycles: u32) -> Shard {
    let cycles = 1u64 << log_cycles;
    let options =
        Options { log_height, max_shard_cycles: Some(cycles), memory: 1 << 40, ..Options::default() };
    let setup = Setup::new(&program(cycles / CYCLES), &[], options).expect("the program loads");
    let input = Input::default();
    let Pass1 { header, end, .. } = setup.pass_1(&input, &mut Silent).expect("the program runs");
    let (transcript, shared, _) = setup.shared_challenge(&header).expect("a challenge");
    let index = header.memory.len();
    let from = setup.checkpoints(end, &input).nth(index).expect("there is a shard").expect("it runs again");
    let part = setup.part(&header, &from).expect("there are tables");
    let (publics, messages) = (part.publics.clone(), part.messages.clone());
    let (system, params) = (setup.system(false), setup.params());
    let log_chunk = part.log_chunk;
    let widths = setup.stacks(&part).expect("within limits");
    let proof = setup
        .prove_part(part, part_transcript(&transcript, index), &shared, &mut Stages::default())
        .expect("it is proved");
    let statement = Statement {
        system,
        params,
        log_chunk,
        fixed: setup.fixed(false).expect("it is committed").key(),
        boundary: &header.shards[0].boundary,
        publics: &publics,
        messages: &messages,
        shared: &shared,
    };
    let mut counter = Counter::new(part_transcript(&transcript, index), widths[2]);
    verify(&statement, &mut counter, &proof).expect("an honest proof");
    let expected = Shape { params, widths }.expected();
    Shard { widths, counted: counter.counts, expected, proof_bytes: proof.len() }
}

/// A few shards.
pub fn counts() {
    println!("Hashing of a verifier of a shard's proof, BLAKE3 compressions / Poseidon2 permutations:");
    println!("counted in its run, and in brackets expected from the shape\n");
    println!("| h | cycles | columns: fixed, boundary, witness | leaves | nodes | transcript | all | KB |");
    println!("|---|---|---|---|---|---|---|---|");
    for (log_height, log_cycles) in [(16, 18), (17, 18), (17, 20), (18, 20), (19, 20)] {
        let s = shard(log_height, log_cycles);
        let (c, e) = (&s.counted, &s.expected);
        println!(
            "| {log_height} | 2^{log_cycles} | {:?} | {:.0} / {:.0} ({:.0} / {:.0}) | {:.0} ({:.0}) | {:.0} / {:.0} | {:.0} / {:.0} | {} |",
            s.widths,
            c.leaves().blake3,
            c.leaves().poseidon2,
            e.leaves().blake3,
            e.leaves().poseidon2,
            c.nodes.blake3,
            e.nodes.blake3,
            c.transcript.blake3,
            c.transcript.poseidon2,
            c.total().blake3,
            c.total().poseidon2,
            s.proof_bytes / 1000
        );
    }
    println!();
}
