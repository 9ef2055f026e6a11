//! A toy machine end to end: two chips and a boundary table in each shard, a memory table in a proof of
//! its own, one shared challenge. And a prover that lies, keeping everything after the lie consistent.

use aver_stark::air::{Air, Builder, Bus, Columns, Expr};
use aver_stark::error::Error;
use aver_stark::field::{EF, F};
use aver_stark::hash::Sponge;
use aver_stark::layout::System;
use aver_stark::params::{Params, Profile};
use aver_stark::verify::{BoundaryCommitment, Challenge, Message, Statement, verify};
use aver_stark_prover::check::{Violation, check};
use aver_stark_prover::encode::Encoder;
use aver_stark_prover::prove::{Boundary, Fixed, Instance, prove, shared_sum};
use aver_stark_prover::stages::Stages;
use aver_stark_prover::table::Table;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

const EXEC: Bus = Bus::local(1, 1, "exec");
const MEM: Bus = Bus::local(2, 3, "mem");
const RANGE: Bus = Bus::local(3, 1, "range");
const ORDER: Bus = Bus::local(4, 1, "order");
const BOUNDARY: Bus = Bus::shared(5, 3, "boundary");

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| s.to_string()).collect()
}

/// `mem[addr] ← mem[addr]² + addr`, once a step.
struct Step;
impl Air for Step {
    fn name(&self) -> &str {
        "step"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names(&["is_real", "ts", "addr", "before", "after", "last"]))
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, ts, addr, before, after, last] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        b.assert_bool("step/1", is_real);
        b.assert_zero("step/2", before * before + addr - after);
        b.receive(EXEC, is_real, &[ts]);
        b.send(EXEC, is_real, &[ts + 1]);
        b.receive(MEM, is_real, &[addr, before, last]);
        b.send(MEM, is_real, &[addr, after, ts]);
        b.send(RANGE, is_real, &[ts - last - 1]);
    }
}

/// Numbers below 2^8.
struct Range;
impl Air for Range {
    fn name(&self) -> &str {
        "range"
    }
    fn columns(&self) -> Columns {
        Columns { fixed: names(&["value"]), witness: names(&["count"]), ..Columns::default() }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let (value, count) = (b.row()[0], b.row()[1]);
        b.receive(RANGE, count, &[value]);
    }
}

/// Words a shard touches.
struct Touched;
impl Air for Touched {
    fn name(&self) -> &str {
        "boundary"
    }
    fn columns(&self) -> Columns {
        Columns {
            boundary: names(&["is_real", "addr", "before", "last", "after"]),
            witness: names(&["end"]),
            ..Columns::default()
        }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, addr, before, last, after, end] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        let shard = b.public(0);
        let zero = B::E::zero();
        b.assert_bool("boundary/1", is_real);
        b.receive(BOUNDARY, is_real, &[addr, before, last]);
        b.send(BOUNDARY, is_real, &[addr, after, shard]);
        b.send(MEM, is_real, &[addr, before, zero]);
        b.receive(MEM, is_real, &[addr, after, end]);
        b.send(RANGE, is_real, &[shard - last - 1]);
    }
}

/// Words of the run, strictly increasing.
struct Memory;
impl Air for Memory {
    fn name(&self) -> &str {
        "memory"
    }
    fn columns(&self) -> Columns {
        Columns {
            boundary: names(&["is_real", "addr", "first", "end", "last"]),
            witness: names(&["previous"]),
            ..Columns::default()
        }
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let [is_real, addr, first, end, last, previous] = [0, 1, 2, 3, 4, 5].map(|i| b.row()[i]);
        let zero = B::E::zero();
        b.assert_bool("memory/1", is_real);
        b.assert_zero("memory/2", first);
        b.send(BOUNDARY, is_real, &[addr, first, zero]);
        b.receive(BOUNDARY, is_real, &[addr, end, last]);
        b.receive(ORDER, is_real, &[previous]);
        b.send(ORDER, is_real, &[addr]);
        b.send(RANGE, is_real, &[addr - previous - 1]);
    }
}

struct Toy {
    params: Params,
    shard: System,
    memory: System,
    shard_fixed: Fixed,
    memory_fixed: Fixed,
    encoder: Encoder,
}

/// Tables of one proof, its public values, and the verifier's messages that follow from them.
#[derive(Clone)]
struct Part {
    is_memory: bool,
    tables: Vec<Table>,
    publics: Vec<F>,
    messages: Vec<Message>,
}

/// A proof with what travels beside it.
#[derive(Clone)]
struct PartProof {
    is_memory: bool,
    boundary: BoundaryCommitment,
    publics: Vec<F>,
    messages: Vec<Message>,
    proof: Vec<u8>,
}

fn f(v: usize) -> F {
    F::new(v as u32)
}

impl Toy {
    fn new(profile: Profile, log_height: usize) -> Self {
        let params = Params::new(profile, log_height).unwrap();
        let shard = System::new(vec![Box::new(Step), Box::new(Range), Box::new(Touched)]).unwrap();
        let memory = System::new(vec![Box::new(Memory), Box::new(Range)]).unwrap();
        let encoder = Encoder::default();
        let range = vec![(0..256).map(f).collect()];
        let shard_fixed = Fixed::new(&shard, &params, vec![vec![], range.clone(), vec![]], &encoder).unwrap();
        let memory_fixed = Fixed::new(&memory, &params, vec![vec![], range], &encoder).unwrap();
        Self { params, shard, memory, shard_fixed, memory_fixed, encoder }
    }

    /// Runs `steps` steps in each of the shards, and lays out all tables.
    fn run(&self, shards: &[usize]) -> Vec<Part> {
        const WORDS: usize = 21;
        let mut memory = [F::ZERO; WORDS];
        let mut last_shard = [0; WORDS];
        let mut parts = Vec::new();
        let mut seed = 1usize;
        for (i, &steps) in shards.iter().enumerate() {
            let before = memory;
            let mut last = [0; WORDS];
            let mut rows: Vec<Vec<F>> = vec![Vec::new(); 6];
            let mut counts = vec![F::ZERO; 256];
            for ts in 1..=steps {
                seed = (seed * 1103515245 + 12345) % (1 << 31);
                let addr = seed / 8 % WORDS;
                let after = memory[addr] * memory[addr] + f(addr);
                let row = [F::ONE, f(ts), f(addr), memory[addr], after, f(last[addr])];
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
                Table {
                    rows: 256,
                    fixed: self.shard_fixed.columns[1].clone(),
                    boundary: vec![],
                    witness: vec![counts],
                },
                Table { rows: touched, boundary, witness: vec![end], ..Table::default() },
            ];
            tables.iter_mut().for_each(|t| t.pad(self.params.log_height));
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
            Table { rows: previous.len(), boundary, witness: vec![previous], ..Table::default() },
            Table {
                rows: 256,
                fixed: self.memory_fixed.columns[1].clone(),
                boundary: vec![],
                witness: vec![counts],
            },
        ];
        tables.iter_mut().for_each(|t| t.pad(self.params.log_height));
        parts.push(Part { is_memory: true, tables, publics: vec![], messages });
        parts
    }

    fn system(&self, is_memory: bool) -> (&System, &Fixed) {
        if is_memory { (&self.memory, &self.memory_fixed) } else { (&self.shard, &self.shard_fixed) }
    }

    /// The transcript all proofs share, and the challenge drawn from it.
    fn shared(&self, boundaries: &[BoundaryCommitment]) -> (Sponge, Challenge) {
        let mut sponge = Sponge::new("toy");
        for b in boundaries {
            sponge.absorb("boundary", b.root.as_ref().map_or(&[], |r| &r[..]));
            sponge.absorb_base("rows", &b.rows.iter().map(|&r| f(r)).collect::<Vec<_>>());
        }
        let challenge = Challenge::new((0..Challenge::COUNT).map(|_| sponge.challenge("shared")).collect());
        (sponge, challenge)
    }

    fn commit(&self, part: &Part) -> Boundary {
        let (system, _) = self.system(part.is_memory);
        Boundary::new(system, &self.params, &part.tables, &self.encoder).unwrap()
    }

    /// Commits to `parts` in pass 1 and proves `second` in pass 2 (honestly the same), claiming the sum
    /// that `claim` makes of the true one.
    fn prove(&self, parts: &[Part], second: &[Part], claim: impl Fn(usize, EF) -> EF) -> Vec<PartProof> {
        let pass1: Vec<BoundaryCommitment> = parts.iter().map(|p| self.commit(p).key().clone()).collect();
        let (sponge, shared) = self.shared(&pass1);
        second
            .iter()
            .enumerate()
            .map(|(i, part)| {
                let (system, fixed) = self.system(part.is_memory);
                let boundary = self.commit(part);
                let sum =
                    shared_sum(system, &self.params, &part.tables, &part.publics, &part.messages, &shared);
                let instance = Instance {
                    system,
                    params: &self.params,
                    fixed,
                    boundary: &boundary,
                    tables: &part.tables,
                    publics: &part.publics,
                    shared: &shared,
                    sum: claim(i, sum),
                };
                let mut own = sponge.clone();
                own.absorb("index", &[i as u8]);
                let proof = prove(&instance, own, &self.encoder, &mut Stages::default()).unwrap();
                PartProof {
                    is_memory: part.is_memory,
                    boundary: pass1[i].clone(),
                    publics: part.publics.clone(),
                    messages: part.messages.clone(),
                    proof,
                }
            })
            .collect()
    }

    fn verify(&self, proofs: &[PartProof]) -> Result<(), String> {
        let boundaries: Vec<_> = proofs.iter().map(|p| p.boundary.clone()).collect();
        let (sponge, shared) = self.shared(&boundaries);
        let mut total = EF::ZERO;
        for (i, p) in proofs.iter().enumerate() {
            if p.is_memory != (i == proofs.len() - 1) || (!p.is_memory && p.publics != [f(i + 1)]) {
                return Err("order".into());
            }
            let (system, fixed) = self.system(p.is_memory);
            let statement = Statement {
                system,
                params: &self.params,
                fixed: fixed.key(),
                boundary: &p.boundary,
                publics: &p.publics,
                messages: &p.messages,
                shared: &shared,
            };
            let mut own = sponge.clone();
            own.absorb("index", &[i as u8]);
            total += verify(&statement, own, &p.proof).map_err(|e| format!("proof {i}: {e:?}"))?.sum;
        }
        if total == EF::ZERO { Ok(()) } else { Err("sums".into()) }
    }

    fn oracle(&self, parts: &[Part]) -> Result<(), Violation> {
        parts.iter().try_for_each(|p| {
            check(self.system(p.is_memory).0, &p.tables, &p.publics, &p.messages).map(|_| ())
        })
    }
}

fn honest(_: usize, sum: EF) -> EF {
    sum
}

#[test]
fn honest_runs_verify() {
    for (profile, log_height, shards) in [
        (Profile::Bits128, 6, &[100, 77][..]),
        (Profile::Bits128, 4, &[3]),
        (Profile::Bits100, 5, &[64, 1, 33]),
        (Profile::Bits128, 9, &[200]),
        (Profile::Bits128, 12, &[250, 250]),
    ] {
        let toy = Toy::new(profile, log_height);
        let parts = toy.run(shards);
        toy.oracle(&parts).unwrap();
        assert_eq!(toy.verify(&toy.prove(&parts, &parts, honest)), Ok(()), "h = {log_height}, {shards:?}");
    }
}

#[test]
fn a_broken_constraint_or_bus_is_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    for column in 0..6 {
        let mut bad = parts.clone();
        bad[1].tables[0].witness[column][7] += F::ONE;
        assert!(toy.oracle(&bad).is_err());
        let proofs = toy.prove(&bad, &bad, honest);
        assert!(toy.verify(&proofs).is_err(), "column {column}");
    }
}

#[test]
fn other_boundary_columns_in_pass_2_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    // Swap what two words are on leaving shard 1 and on entering shard 2: consistent inside both.
    let other = toy.run(&[51, 40]);
    let mut second = parts.clone();
    second[0] = other[0].clone();
    assert!(toy.verify(&toy.prove(&parts, &second, honest)).is_err());
}

#[test]
fn a_word_with_two_births_is_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let mut parts = toy.run(&[50, 40]);
    let table = &mut parts[2].tables[0];
    let rows = table.rows;
    let mut columns: Vec<&mut Vec<F>> = table.boundary.iter_mut().chain(&mut table.witness).collect();
    for c in &mut columns {
        let value = c[rows - 1];
        c[rows] = value;
    }
    table.rows += 1;
    assert!(matches!(toy.oracle(&parts), Err(Violation::Bus { .. })));
    assert!(toy.verify(&toy.prove(&parts, &parts, honest)).is_err());
}

#[test]
fn dropped_and_swapped_shards_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40, 30]);
    let proofs = toy.prove(&parts, &parts, honest);
    assert_eq!(toy.verify(&proofs), Ok(()));
    let mut swapped = proofs.clone();
    swapped.swap(0, 1);
    assert!(toy.verify(&swapped).is_err());
    // A prover that leaves a shard out from the start: everything is consistent but the sums.
    let dropped = [parts[0].clone(), parts[1].clone(), parts[3].clone()];
    assert_eq!(toy.verify(&toy.prove(&dropped, &dropped, honest)), Err("sums".into()));
}

#[test]
fn forged_sums_are_refused() {
    let toy = Toy::new(Profile::Bits128, 5);
    let parts = toy.run(&[50, 40]);
    // Moved from one proof to another, so that the total is right.
    let forged = toy.prove(&parts, &parts, |i, sum| match i {
        0 => sum + EF::ONE,
        1 => sum - EF::ONE,
        _ => sum,
    });
    let error = format!("proof 0: {:?}", Error::Equation { label: "sum" });
    assert_eq!(toy.verify(&forged), Err(error));
}

#[test]
fn every_byte_counts() {
    let toy = Toy::new(Profile::Bits100, 4);
    let parts = toy.run(&[20]);
    let proofs = toy.prove(&parts, &parts, honest);
    assert_eq!(toy.verify(&proofs), Ok(()));
    let len = proofs[0].proof.len();
    for at in (0..len).step_by(7).chain(0..200) {
        let mut bad = proofs.clone();
        bad[0].proof[at] ^= 1;
        assert!(toy.verify(&bad).is_err(), "byte {at}");
    }
    for cut in [0, 1, 4, 100, len / 2, len - 1] {
        let mut bad = proofs.clone();
        bad[0].proof.truncate(cut);
        assert!(toy.verify(&bad).is_err());
    }
    let mut bad = proofs.clone();
    bad[0].proof.push(0);
    assert!(toy.verify(&bad).is_err());
}
