//! The digest of the machine depends on everything chips say, the key on everything it holds, the
//! transcript on the key.

use std::collections::BTreeSet;

use aver_isa::Program;
use aver_isa::testing::random_program;
use aver_machine::Systems;
use aver_machine::coprocessor::Coprocessor;
use aver_machine::digest::{digest, of_chip};
use aver_machine::machine::fixed_columns;
use aver_sha256::Sha256;
use aver_stark::chip::Described;
use aver_stark::field::{F, f};
use aver_stark::hash::{Digest, NODE, Node as Root};
use aver_stark::layout::System;
use aver_stark::params::Profile;
use aver_stark::protocol::SHARED;
use aver_stark::symbolic::{Description, Node};
use aver_stark::transcript::Transcript;
use aver_stark::value::Value;
use aver_stark::verify::{BoundaryCommitment, FixedKey};
use aver_verifier::VerifyingKey;
use aver_verifier::proof::{Header, MemoryPart, ShardPart};
use aver_verifier::verify::{absorb_run, run_transcript};
use p3_field::PrimeCharacteristicRing;

/// Digests, each of which must be new.
struct Fresh(BTreeSet<Vec<u8>>);

impl Fresh {
    fn add(&mut self, digest: impl Into<Vec<u8>>, what: impl Fn() -> String) {
        assert!(self.0.insert(digest.into()), "no other digest: {}", what());
    }
}

type Change = Box<dyn Fn(&mut Description)>;

/// A change of each thing a chip says.
fn changes(d: &Description) -> Vec<(String, Change)> {
    let mut out: Vec<(String, Change)> = Vec::new();
    let mut add = |what: String, change: Change| out.push((what, change));
    for i in 0..d.nodes.len() {
        let change = move |d: &mut Description| {
            d.nodes[i] = match d.nodes[i] {
                Node::Constant(c) => Node::Constant(c + F::ONE),
                Node::Column(c) => Node::Public(c),
                Node::Public(c) => Node::Public(c + 1),
                Node::Add(a, b) => Node::Sub(a, b),
                Node::Sub(a, b) => Node::Mul(a, b),
                Node::Mul(a, b) => Node::Add(a, b),
            }
        };
        add(format!("node {i}"), Box::new(change));
    }
    for i in 0..d.constraints.len() {
        add(format!("constraint {i} dropped"), Box::new(move |d| _ = d.constraints.remove(i)));
        add(format!("constraint {i} of another node"), Box::new(move |d| d.constraints[i].node ^= 1));
        add(format!("label {i}"), Box::new(move |d| d.constraints[i].label = "another/1"));
    }
    for i in 0..d.interactions.len() {
        add(format!("message {i} dropped"), Box::new(move |d| drop(d.interactions.remove(i))));
        add(format!("id {i}"), Box::new(move |d| d.interactions[i].bus.id += 1000));
        add(format!("shared {i}"), Box::new(move |d| d.interactions[i].bus.shared ^= true));
        add(format!("arity {i}"), Box::new(move |d| d.interactions[i].bus.arity += 1));
        add(format!("weight {i}"), Box::new(move |d| d.interactions[i].multiplicity.constant += F::TWO));
        let double = move |d: &mut Description| {
            d.interactions[i].multiplicity.columns.iter_mut().for_each(|t| t.1 = t.1.double());
        };
        add(format!("weight {i} doubled"), Box::new(double));
        for v in 0..d.interactions[i].values.len() {
            add(format!("value {i} {v}"), Box::new(move |d| d.interactions[i].values[v].constant += F::ONE));
            add(
                format!("public {i} {v}"),
                Box::new(move |d| d.interactions[i].values[v].publics.push((7, F::ONE))),
            );
            if !d.interactions[i].values[v].columns.is_empty() {
                add(
                    format!("column {i} {v}"),
                    Box::new(move |d| d.interactions[i].values[v].columns[0].0 += 1000),
                );
                add(
                    format!("factor {i} {v}"),
                    Box::new(move |d| d.interactions[i].values[v].columns[0].1 += F::TWO),
                );
            }
        }
    }
    add("column of pass 1".into(), Box::new(|d| d.columns.boundary.push("extra".into())));
    add("column of pass 2".into(), Box::new(|d| d.columns.witness.push("extra".into())));
    add("fixed column".into(), Box::new(|d| d.columns.fixed.push("extra".into())));
    add("a name".into(), Box::new(|d| d.columns.witness[0].push('x')));
    out
}

fn with(chip: &Described, description: Description) -> Described {
    let Described { name, widths, message_columns, .. } = chip;
    Described { name: name.clone(), widths: *widths, description, message_columns: message_columns.clone() }
}

#[test]
fn a_chips_digest_depends_on_everything_it_says() {
    let systems = Systems::new(Vec::new()).unwrap();
    for chip in systems.shard.described.iter().chain(&systems.memory.described[2..]) {
        let mut fresh = Fresh(BTreeSet::new());
        fresh.add(of_chip(chip), String::new);
        for (what, change) in changes(&chip.description) {
            let mut description = chip.description.clone();
            change(&mut description);
            fresh.add(of_chip(&with(chip, description)), || format!("{}: {what}", chip.name));
        }
    }
}

#[test]
fn the_machines_digest_depends_on_every_chip_and_their_order() {
    let mut systems = Systems::new(Vec::new()).unwrap();
    let mut fresh = Fresh(BTreeSet::new());
    fresh.add(digest(&systems), String::new);
    fresh.add(digest(&Systems::new(Sha256.chips()).unwrap()), || "a coprocessor".into());
    let parts: [fn(&mut Systems) -> &mut System; 2] = [|s| &mut s.shard, |s| &mut s.memory];
    for part in parts {
        for i in 0..part(&mut systems).described.len() {
            let chip = &part(&mut systems).described[i];
            let (name, description) = (chip.name.clone(), chip.description.clone());
            for (what, change) in changes(&description).into_iter().rev().step_by(29) {
                change(&mut part(&mut systems).described[i].description);
                fresh.add(digest(&systems), || format!("{name}: {what}"));
                part(&mut systems).described[i].description = description.clone();
            }
            part(&mut systems).described[i].name.push('x');
            fresh.add(digest(&systems), || format!("{name}: name"));
            part(&mut systems).described[i].name = name.clone();
            if i > 0 {
                part(&mut systems).described.swap(i, i - 1);
                fresh.add(digest(&systems), || format!("{name}: order"));
                part(&mut systems).described.swap(i, i - 1);
            }
        }
    }
}

/// Fixed tables depend on the program's ops, image and text, each of which is in one of them.
#[test]
fn fixed_tables_depend_on_the_program() {
    let systems = Systems::new(Vec::new()).unwrap();
    let program = Program::from_elf(&random_program(3, 100).elf).unwrap();
    let mut seen = Vec::new();
    let mut add = |what: &str, change: &dyn Fn(&mut Program)| {
        let mut program = program.clone();
        change(&mut program);
        let fixed = fixed_columns(&systems, &program);
        let tables = (fixed.shard, fixed.memory);
        assert!(!seen.contains(&tables), "{what}");
        seen.push(tables);
    };
    add("", &|_| {});
    add("opcode", &|p| p.ops[5].opcode = aver_isa::Opcode::Remuw);
    add("rd", &|p| p.ops[5].rd ^= 1);
    add("rs1", &|p| p.ops[5].rs1 ^= 1);
    add("rs2", &|p| p.ops[5].rs2 ^= 1);
    add("an op more", &|p| p.ops.push(p.ops[0]));
    add("a word of the image", &|p| p.image[0].1 ^= 1);
    add("its address", &|p| p.image.last_mut().unwrap().0 += 1);
    add("the text", &|p| p.text[0].end += 8);
}

fn key() -> VerifyingKey {
    let fixed = |n| FixedKey { root: Some(Root([f(n); NODE])), rows: vec![Some(n as usize), None] };
    VerifyingKey {
        profile: Profile::Bits128,
        log_height: 12,
        entry: 3,
        coprocessors: vec![(0x5000_1001, "sha256".into())],
        machine: [9; 32],
        shard: fixed(1),
        memory: fixed(2),
    }
}

#[test]
fn a_keys_digest_depends_on_all_it_holds() {
    // A field that is new must have a line below.
    let VerifyingKey {
        profile: _,
        log_height: _,
        entry: _,
        coprocessors: _,
        machine: _,
        shard: _,
        memory: _,
    } = key();
    let mut fresh = Fresh(BTreeSet::new());
    fresh.add(key().digest(), String::new);
    let mut add = |what: &str, change: &dyn Fn(&mut VerifyingKey)| {
        let mut key = key();
        change(&mut key);
        fresh.add(key.digest(), || what.into());
    };
    add("profile", &|k| k.profile = Profile::Bits100);
    add("height", &|k| k.log_height = 13);
    add("entry", &|k| k.entry = 4);
    add("no coprocessor", &|k| k.coprocessors.clear());
    add("call", &|k| k.coprocessors[0].0 += 1);
    add("name", &|k| k.coprocessors[0].1 = "sha257".into());
    add("two coprocessors", &|k| k.coprocessors.push((0x5000_1002, "other".into())));
    (0..32).for_each(|i| add("machine", &|k| k.machine[i] ^= 1));
    add("shard and memory", &|k| std::mem::swap(&mut k.shard, &mut k.memory));
    type Part = fn(&mut VerifyingKey) -> &mut FixedKey;
    let parts: [(&str, Part); 2] = [("shard", |k| &mut k.shard), ("memory", |k| &mut k.memory)];
    for (what, part) in parts {
        (0..NODE).for_each(|i| add(what, &|k| part(k).root.as_mut().unwrap().0[i] += F::ONE));
        add(what, &|k| part(k).root = None);
        add(what, &|k| part(k).rows[0] = Some(5));
        add(what, &|k| part(k).rows[0] = None);
        add(what, &|k| part(k).rows[1] = Some(5));
        add(what, &|k| part(k).rows.push(None));
    }
}

#[test]
fn the_transcript_depends_on_the_key() {
    let boundary = || BoundaryCommitment { root: Some(Root([f(7); NODE])), rows: vec![1] };
    let header = |vk: VerifyingKey| Header {
        is_mock: false,
        vk,
        exit_code: 0,
        output: Vec::new(),
        output_digest: [0; 32],
        assumptions: Vec::new(),
        work: Vec::new(),
        salt: Root::default(),
        memory: vec![MemoryPart { boundary: boundary(), log_chunk: 4, last: 1 }],
        shards: vec![ShardPart { boundary: boundary(), log_chunk: 4, start: 0, end: 1, end_ts: 6 }],
    };
    let challenge = |vk: Digest| {
        let mut transcript = run_transcript();
        absorb_run(&mut transcript, &header(key()), &vk);
        let mut bytes = Vec::new();
        (&mut transcript as &mut dyn Transcript).challenge(SHARED).write(&mut bytes);
        bytes
    };
    let mut fresh = Fresh(BTreeSet::new());
    let digest = key().digest();
    fresh.add(challenge(digest), String::new);
    for bit in 0..256 {
        let mut other = digest;
        other[bit / 8] ^= 1 << (bit % 8);
        fresh.add(challenge(other), || format!("bit {bit}"));
    }
}
