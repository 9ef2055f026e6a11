//! Proofs of two runs, of each kind in one circuit.

use std::collections::BTreeMap;

use aver_exec::{Input, Silent};
use aver_isa::calls::HALT;
use aver_isa::memory::INPUT_BASE;
use aver_isa::testing::{Asm, reg};
use aver_prover::steps::{Part as Tables, Pass1};
use aver_prover::{Options, Setup};
use aver_recursion::builder::Digest;
use aver_recursion::cell::Cell;
use aver_recursion::part::{Part, Shape, verify_part};
use aver_recursion::{Builder, Circuit};
use aver_recursion_prover::run;
use aver_recursion_prover::witness::of_part;
use aver_stark::error::Result;
use aver_stark::field::{EF, F, f};
use aver_stark::hash::{FiatShamir, Node};
use aver_stark::params::Profile;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message, Statement};
use aver_stark_prover::prove::{Boundary, Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_verifier::verify::part_transcript;
use p3_field::PrimeCharacteristicRing;

use super::cell;

/// A run of a program that stores a few words, in shards of few cycles.
struct Run {
    setup: Setup,
    parts: Vec<Proved>,
    transcript: FiatShamir,
    shared: Challenge,
}

/// One of its proofs.
struct Proved {
    is_memory: bool,
    log_chunk: usize,
    /// Stacks of fixed columns.
    fixed: usize,
    rows: Vec<usize>,
    boundary: BoundaryCommitment,
    publics: Vec<F>,
    messages: Vec<Message>,
    proof: Vec<u8>,
}

/// More boundary and witness stacks than any proof here takes.
const STACKS: [usize; 2] = [12, 180];

impl Run {
    fn new(words: u64) -> Self {
        let options = Options {
            profile: Profile::Bits100,
            log_height: 12,
            max_shard_cycles: Some(40),
            ..Options::default()
        };
        let setup = Setup::new(&program(), &[], options).unwrap();
        let input = Input::new(words.to_le_bytes()).unwrap();
        let Pass1 { mut header, end, .. } = setup.pass_1(&input, &mut Silent).unwrap();
        let tables: Vec<Tables> =
            setup.checkpoints(end, &input).map(|from| setup.part(&header, &from.unwrap()).unwrap()).collect();
        // Pass 1 once more, with more stacks.
        let boundaries: Vec<Boundary> = tables
            .iter()
            .map(|t| {
                let (system, encoder) = (setup.system(t.is_memory), setup.encoder());
                Boundary::with_stacks(system, setup.params(), t.log_chunk, &t.tables, |_| STACKS[0], encoder)
                    .unwrap()
            })
            .collect();
        let keys: Vec<BoundaryCommitment> = boundaries.iter().map(|b| b.key().clone()).collect();
        let parts = header.memory.iter_mut().map(|p| &mut p.boundary);
        let parts = parts.chain(header.shards.iter_mut().map(|p| &mut p.boundary));
        parts.zip(&keys).for_each(|(boundary, key)| *boundary = key.clone());
        let (transcript, shared, _) = setup.shared_challenge(&header).unwrap();
        let parts = tables.into_iter().zip(boundaries).enumerate().map(|(index, (part, boundary))| {
            let [fixed, ..] = setup.stacks(&part).unwrap();
            let Tables { is_memory, log_chunk, tables, publics, messages } = part;
            let system = setup.system(is_memory);
            let instance = Instance {
                system,
                params: setup.params(),
                log_chunk,
                fixed: setup.fixed(is_memory).unwrap(),
                boundary: &boundary,
                stacks: STACKS[1],
                tables: &tables,
                publics: &publics,
                shared: &shared,
                sum: shared_sum(system, &tables, &publics, &messages, &shared),
            };
            let transcript = part_transcript(&transcript, index);
            let proof = prove(&instance, transcript, setup.encoder(), &mut Stages::default()).unwrap();
            let rows = tables.iter().map(|t| t.rows).collect();
            let boundary = boundary.key().clone();
            Proved { is_memory, log_chunk, fixed, rows, boundary, publics, messages, proof }
        });
        let parts = parts.collect();
        Self { setup, parts, transcript, shared }
    }

    fn shape(&self, index: usize) -> Shape<'_> {
        let Proved { is_memory, log_chunk, fixed, .. } = self.parts[index];
        let (system, params) = (self.setup.system(is_memory), self.setup.params());
        Shape { system, params, log_chunk, stacks: [fixed, STACKS[0], STACKS[1]] }
    }

    /// The hints for a proof of part `index`, and its sum.
    fn hints(&self, index: usize, proof: &[u8]) -> Result<(Vec<Cell>, EF)> {
        let part = &self.parts[index];
        let statement = Statement {
            system: self.setup.system(part.is_memory),
            params: self.setup.params(),
            log_chunk: part.log_chunk,
            fixed: self.setup.fixed(part.is_memory).unwrap().key(),
            boundary: &part.boundary,
            publics: &part.publics,
            messages: &part.messages,
            shared: &self.shared,
        };
        of_part(part_transcript(&self.transcript, index), &statement, proof)
    }

    /// A circuit that verifies proofs of that shape; all that it knows of one are public cells.
    fn circuit(&self, index: usize) -> Circuit {
        let (part, b) = (&self.parts[index], Builder::new());
        let publics = |count: usize| (0..count).map(|_| b.public()).collect::<Vec<_>>();
        let digest = || -> Digest<'_> { [b.public(), b.public()] };
        let transcript = digest();
        let shared = Challenge::new(publics(Challenge::COUNT));
        let known = Part {
            index: b.public(),
            fixed: Some(digest()),
            fixed_rows: &publics(self.fixed_rows(part).len()),
            boundary: Some(digest()),
            boundary_rows: &publics(part.boundary.rows.len()),
            publics: &publics(part.publics.len()),
            messages: &part.messages.iter().map(|m| (m.0, m.1, publics(m.2.len()))).collect::<Vec<_>>(),
            shared: &shared,
        };
        let sum = verify_part(&b, &self.shape(index), transcript, &known).unwrap();
        b.assert_equal(sum, b.public());
        b.finish()
    }

    fn fixed_rows(&self, part: &Proved) -> Vec<usize> {
        self.setup.fixed(part.is_memory).unwrap().key().rows.iter().copied().flatten().collect()
    }

    /// The public cells for part `index`, whose sum is this.
    fn publics(&self, index: usize, sum: EF) -> Vec<Cell> {
        let part = &self.parts[index];
        let base = |value: &F| [*value, F::ZERO, F::ZERO, F::ZERO, F::ZERO];
        let count = |value: &usize| base(&f(*value as u32));
        let FiatShamir::Poseidon2(sponge) = &self.transcript else { panic!("not a transcript for circuits") };
        let mut cells = Vec::from(digest(&sponge.capacity()));
        cells.extend([self.shared.alpha].iter().chain(&self.shared.betas).map(cell));
        cells.push(count(&index));
        let fixed = self.setup.fixed(part.is_memory).unwrap().key();
        cells.extend(node(fixed.root.as_ref()));
        cells.extend(self.fixed_rows(part).iter().map(count));
        cells.extend(node(part.boundary.root.as_ref()));
        cells.extend(part.boundary.rows.iter().map(count));
        cells.extend(part.publics.iter().map(base));
        cells.extend(part.messages.iter().flat_map(|m| &m.2).map(base));
        cells.push(cell(&sum));
        cells
    }
}

/// SHA-256 of no output.
const DIGEST: [u8; 32] = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// Stores as many words as the input says, then halts.
fn program() -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T0, INPUT_BASE.into()).ld(reg::T1, reg::T0, 8).li(reg::T2, u64::from(Asm::DATA) + 32);
    asm.sd(reg::T1, reg::T2, 0).addi(reg::T2, reg::T2, 8).addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -12);
    asm.li(reg::A0, 0).li(reg::A1, u64::from(Asm::DATA)).call(HALT);
    asm.elf(&DIGEST, 4096)
}

fn digest(lanes: &[F; 9]) -> [Cell; 2] {
    [0, 5].map(|first| std::array::from_fn(|i| lanes.get(first + i).copied().unwrap_or(F::ZERO)))
}

fn node(node: Option<&Node>) -> [Cell; 2] {
    digest(&node.expect("a root").0)
}

/// One circuit accepts these parts of runs, and nothing that is changed.
fn accepts(parts: &[(&Run, usize)]) {
    let (first, index) = parts[0];
    let circuit = first.circuit(index);
    let mut counts = BTreeMap::new();
    circuit.ops.iter().for_each(|op| *counts.entry(format!("{:?}", op.kind)).or_insert(0) += 1);
    println!("{counts:?}");
    for &(own, index) in parts {
        let part = &own.parts[index];
        let (hints, sum) = own.hints(index, &part.proof).unwrap();
        let publics = own.publics(index, sum);
        run(&circuit, &publics, &hints).unwrap();
        // Another fact: transcript, challenge, index, roots, rows, public values, messages, the sum.
        // (Not the β that no message is long enough for.)
        for i in (0..publics.len()).filter(|i| !(4..2 + Challenge::COUNT).contains(i)) {
            let mut other = publics.clone();
            other[i][0] += F::ONE;
            assert!(run(&circuit, &other, &hints).is_err(), "public cell {i}");
        }
        // Other rows than those that were absorbed: in the same chunk, and in another.
        let chips = first.setup.system(part.is_memory).described.iter();
        let rows = chips.filter(|d| d.widths[..2] == [0, 0]).count();
        for i in 0..rows {
            for by in [F::ONE, f(1 << part.log_chunk), f(1 << 22), -F::ONE] {
                let mut other = hints.clone();
                other[i][0] += by;
                assert!(run(&circuit, &publics, &other).is_err(), "rows {i}");
            }
        }
        for i in (rows..hints.len()).step_by(hints.len() / 20) {
            let mut other = hints.clone();
            other[i][0] += F::ONE;
            assert!(run(&circuit, &publics, &other).is_err(), "hint {i}");
        }
        let mut proof = part.proof.clone();
        for i in (0..proof.len()).step_by(proof.len() / 10) {
            proof[i] ^= 1;
            assert!(own.hints(index, &proof).is_err(), "byte {i}");
            proof[i] ^= 1;
        }
    }
}

#[test]
fn one_circuit_verifies_all_proofs_of_a_shape() {
    let runs = [Run::new(20), Run::new(150)];
    // The memory proof, then shards; the last one says more than the others.
    assert!(runs.iter().all(|run| run.parts.len() > 3 && run.parts[0].is_memory));
    assert!(runs[0].parts[0].rows != runs[1].parts[0].rows && runs[0].parts[1].rows != runs[0].parts[2].rows);
    accepts(&[(&runs[0], 0), (&runs[1], 0)]);
    accepts(&[(&runs[0], 1), (&runs[0], 2)]);
}
