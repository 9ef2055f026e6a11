//! Runs of the toy machine.

use aver_stark::field::{EF, F, from_coefficients};
use aver_stark::hash::{Cell, FiatShamir, Hash};
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::value::Value;
use aver_stark::verify::{BoundaryCommitment, Challenge, Message, Statement, verify};
use aver_stark_prover::arena::Buffer;
use aver_stark_prover::check::{Violation, check};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::machine::{EXEC, Memory, ORDER, Range, Step, Touched};
use crate::plain::{self, Case, Lies};

pub struct Toy {
    pub params: Params,
    pub log_chunk: usize,
    pub shard: System,
    pub memory: System,
    pub shard_fixed: Fixed,
    pub memory_fixed: Fixed,
    pub encoder: Encoder,
}

/// Tables of one proof, its public values, and the verifier's messages that follow from them.
#[derive(Clone)]
pub struct Part {
    pub is_memory: bool,
    pub tables: Vec<Table>,
    pub publics: Vec<F>,
    pub messages: Vec<Message>,
}

/// A proof with what travels beside it.
#[derive(Clone)]
pub struct PartProof {
    pub is_memory: bool,
    pub log_chunk: usize,
    pub boundary: BoundaryCommitment,
    pub publics: Vec<F>,
    pub messages: Vec<Message>,
    pub proof: Vec<u8>,
}

pub fn f(v: usize) -> F {
    F::new(v as u32)
}

pub fn honest(_: usize, sum: EF) -> EF {
    sum
}

pub const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];

/// log2 of the rows of a chunk, where it does not matter: the least for all processors.
pub const LOG_CHUNK: usize = 4;

impl Toy {
    pub fn new(profile: Profile, log_height: usize) -> Self {
        Self::with(Params::new(profile, log_height).unwrap(), LOG_CHUNK)
    }

    pub fn with(params: Params, log_chunk: usize) -> Self {
        let shard = System::new(vec![Box::new(Step), Box::new(Range), Box::new(Touched)]).unwrap();
        let memory = System::new(vec![Box::new(Memory), Box::new(Range)]).unwrap();
        let encoder = Encoder::new(params.hash);
        let range = vec![(0..256).map(f).collect()];
        let shard_fixed = Fixed::new(&shard, &params, vec![vec![], range.clone(), vec![]], &encoder).unwrap();
        let memory_fixed = Fixed::new(&memory, &params, vec![vec![], range], &encoder).unwrap();
        Self { params, log_chunk, shard, memory, shard_fixed, memory_fixed, encoder }
    }

    /// Runs `steps` steps in each of the shards, and lays out all tables.
    pub fn run(&self, shards: &[usize]) -> Vec<Part> {
        const WORDS: usize = 21;
        let mut memory = [F::ZERO; WORDS];
        let mut last_shard = [0; WORDS];
        let mut parts = Vec::new();
        let mut seed = 1usize;
        for (i, &steps) in shards.iter().enumerate() {
            let before = memory;
            let mut last = [0; WORDS];
            let mut rows: Vec<Vec<F>> = vec![Vec::new(); 8];
            let mut counts = vec![F::ZERO; 256];
            for ts in 1..=steps {
                seed = (seed * 1103515245 + 12345) % (1 << 31);
                let addr = seed / 8 % WORDS;
                let square = memory[addr] * memory[addr];
                let after = square + f(addr);
                let row = [F::ONE, f(ts), f(addr), memory[addr], after, f(last[addr]), square, f(i + 1)];
                rows.iter_mut().zip(row).for_each(|(c, v)| c.push(v));
                counts[ts - last[addr] - 1] += F::ONE;
                (memory[addr], last[addr]) = (after, ts);
            }
            let mut boundary: Vec<Vec<F>> = vec![Vec::new(); 5];
            let mut end = Vec::new();
            for addr in (0..WORDS).filter(|&a| last[a] > 0) {
                let row = [F::ONE, f(addr), before[addr], f(last_shard[addr]), memory[addr]];
                boundary.iter_mut().zip(row).for_each(|(c, v)| c.push(v));
                end.push(f(last[addr]));
                counts[i + 1 - last_shard[addr] - 1] += F::ONE;
                last_shard[addr] = i + 1;
            }
            let touched = end.len();
            let publics = vec![f(i + 1)];
            let messages = vec![(EXEC, F::ONE, vec![F::ONE]), (EXEC, -F::ONE, vec![f(steps + 1)])];
            let mut tables = vec![
                Table::witness(steps, rows),
                Table { fixed: self.shard_fixed.columns[1].clone(), ..Table::witness(256, [counts]) },
                Table { boundary: columns(boundary), ..Table::witness(touched, [end]) },
            ];
            tables.iter_mut().for_each(|t| t.pad(self.log_chunk));
            parts.push(Part { is_memory: false, tables, publics, messages });
        }
        let mut boundary: Vec<Vec<F>> = vec![Vec::new(); 5];
        let (mut previous, mut counts) = (Vec::new(), vec![F::ZERO; 256]);
        let mut key = F::NEG_ONE;
        for addr in (0..WORDS).filter(|&a| last_shard[a] > 0) {
            let row = [F::ONE, f(addr), F::ZERO, memory[addr], f(last_shard[addr])];
            boundary.iter_mut().zip(row).for_each(|(c, v)| c.push(v));
            previous.push(key);
            counts[(f(addr) - key).as_canonical_u32() as usize - 1] += F::ONE;
            key = f(addr);
        }
        let messages = vec![(ORDER, F::ONE, vec![F::NEG_ONE]), (ORDER, -F::ONE, vec![key])];
        let mut tables = vec![
            Table { boundary: columns(boundary), ..Table::witness(previous.len(), [previous]) },
            Table { fixed: self.memory_fixed.columns[1].clone(), ..Table::witness(256, [counts]) },
        ];
        tables.iter_mut().for_each(|t| t.pad(self.log_chunk));
        parts.push(Part { is_memory: true, tables, publics: vec![], messages });
        parts
    }

    pub fn system(&self, is_memory: bool) -> (&System, &Fixed) {
        if is_memory { (&self.memory, &self.memory_fixed) } else { (&self.shard, &self.shard_fixed) }
    }

    /// The transcript all proofs share, and the challenge drawn from it.
    pub fn shared(&self, boundaries: &[BoundaryCommitment]) -> (FiatShamir, Challenge) {
        let mut transcript = self.encoder.hash.transcript("toy");
        absorb(&mut transcript, "log2 of a chunk", &(self.log_chunk as u32));
        absorb(&mut transcript, "proofs", &(boundaries.len() as u32));
        for b in boundaries {
            absorb(&mut transcript, "boundary", &b.root);
            absorb(&mut transcript, "rows", &b.rows.iter().map(|&r| f(r)).collect::<Vec<_>>()[..]);
        }
        let challenge = shared_challenge(&mut transcript);
        (transcript, challenge)
    }

    pub fn commit(&self, part: &Part) -> Boundary {
        let (system, _) = self.system(part.is_memory);
        Boundary::new(system, &self.params, self.log_chunk, &part.tables, &self.encoder).unwrap()
    }

    pub fn pass_1(&self, parts: &[Part]) -> Vec<BoundaryCommitment> {
        parts.iter().map(|p| self.commit(p).key().clone()).collect()
    }

    fn sum(&self, part: &Part, shared: &Challenge) -> EF {
        let (system, _) = self.system(part.is_memory);
        shared_sum(system, &part.tables, &part.publics, &part.messages, shared)
    }

    /// Commits to `parts` in pass 1 and proves `second` in pass 2 (honestly the same), claiming the sum
    /// that `claim` makes of the true one.
    pub fn prove(&self, parts: &[Part], second: &[Part], claim: impl Fn(usize, EF) -> EF) -> Vec<PartProof> {
        let pass1 = self.pass_1(parts);
        let (transcript, shared) = self.shared(&pass1);
        let prove_part = |i: usize, part: &Part| {
            let (system, fixed) = self.system(part.is_memory);
            let instance = Instance {
                system,
                params: &self.params,
                log_chunk: self.log_chunk,
                fixed,
                boundary: &self.commit(part),
                stacks: 0,
                tables: &part.tables,
                publics: &part.publics,
                shared: &shared,
                sum: claim(i, self.sum(part, &shared)),
            };
            prove(&instance, own(&transcript, i), &self.encoder, &mut Stages::default()).unwrap()
        };
        second
            .iter()
            .enumerate()
            .map(|(i, part)| self.with_proof(part, &pass1[i], prove_part(i, part)))
            .collect()
    }

    /// Proof `i` of the parts by the plain prover, which lies.
    pub fn lie(&self, parts: &[Part], i: usize, lies: &Lies) -> PartProof {
        self.lie_with(parts, &parts[i], i, lies)
    }

    /// Proof `i` of a run of `parts`, which pass 1 committed to, by a prover that has the tables and public
    /// values of `part` instead.
    pub fn lie_with(&self, parts: &[Part], part: &Part, i: usize, lies: &Lies) -> PartProof {
        let pass1 = self.pass_1(parts);
        let (transcript, shared) = self.shared(&pass1);
        let case = Case {
            system: self.system(part.is_memory).0,
            params: &self.params,
            log_chunk: self.log_chunk,
            tables: &part.tables,
            publics: &part.publics,
            messages: &part.messages,
            shared: &shared,
            committed: Some(&parts[i].tables),
            said: Some(&parts[i].publics),
            sum: self.sum(part, &shared),
        };
        self.with_proof(&parts[i], &pass1[i], plain::prove(&case, own(&transcript, i), &self.encoder, lies))
    }

    fn with_proof(&self, part: &Part, boundary: &BoundaryCommitment, proof: Vec<u8>) -> PartProof {
        let Part { is_memory, publics, messages, .. } = part.clone();
        PartProof {
            is_memory,
            log_chunk: self.log_chunk,
            boundary: boundary.clone(),
            publics,
            messages,
            proof,
        }
    }

    pub fn verify_part(&self, pass1: &[BoundaryCommitment], i: usize, p: &PartProof) -> Result<EF, String> {
        let (transcript, shared) = self.shared(pass1);
        let (system, fixed) = self.system(p.is_memory);
        let statement = Statement {
            system,
            params: &self.params,
            log_chunk: p.log_chunk,
            fixed: fixed.key(),
            boundary: &p.boundary,
            publics: &p.publics,
            messages: &p.messages,
            shared: &shared,
        };
        verify(&statement, own(&transcript, i), &p.proof).map(|o| o.sum).map_err(|e| e.to_string())
    }

    /// Shards are numbered by their places, the memory proof comes last, and all sums cancel.
    pub fn verify(&self, proofs: &[PartProof]) -> Result<(), String> {
        let is_in_place = |(i, p): (usize, &PartProof)| {
            p.is_memory == (i + 1 == proofs.len()) && (p.is_memory || p.publics == [f(i + 1)])
        };
        if !proofs.iter().enumerate().all(is_in_place) {
            return Err("order".into());
        }
        self.verify_in_any_order(proofs)
    }

    /// [`Self::verify`] without its first check.
    pub fn verify_in_any_order(&self, proofs: &[PartProof]) -> Result<(), String> {
        let boundaries: Vec<_> = proofs.iter().map(|p| p.boundary.clone()).collect();
        let mut total = EF::ZERO;
        for (i, p) in proofs.iter().enumerate() {
            total += self.verify_part(&boundaries, i, p).map_err(|e| format!("proof {i}: {e}"))?;
        }
        if total == EF::ZERO { Ok(()) } else { Err("sums".into()) }
    }

    pub fn oracle(&self, parts: &[Part]) -> Result<(), Violation> {
        parts.iter().try_for_each(|p| {
            check(self.system(p.is_memory).0, &p.tables, &p.publics, &p.messages).map(|_| ())
        })
    }
}

fn own(transcript: &FiatShamir, i: usize) -> FiatShamir {
    let mut own = transcript.clone();
    absorb(&mut own, "index", &(i as u32));
    own
}

pub fn absorb(transcript: &mut FiatShamir, label: &str, value: &(impl Value + ?Sized)) {
    let mut cells = Vec::new();
    value.absorbed(&mut cells);
    transcript.absorb(label, &cells);
}

pub fn shared_challenge(transcript: &mut FiatShamir) -> Challenge {
    let mut cells = [Cell::default(); Challenge::COUNT];
    transcript.squeeze("shared", &mut cells);
    Challenge::new(cells.into_iter().map(from_coefficients).collect())
}

fn columns(values: Vec<Vec<F>>) -> Vec<Buffer> {
    values.into_iter().map(Buffer::from).collect()
}
