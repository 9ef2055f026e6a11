//! The seeds, made of nothing: `cargo run -p aver-fuzz-targets --example seeds` writes them to `fuzz/corpus`.

use aver_isa::calls;
use aver_isa::testing::{Asm, ElfBuilder, Rng, SegmentBytes, random_program, reg};
use aver_machine::digest::digest;
use aver_machine::public::PC_HALT;
use aver_recursion::circuit::Machine;
use aver_stark::field::f;
use aver_stark::hash::{NODE, Node};
use aver_stark::params::Profile;
use aver_stark::verify::{BoundaryCommitment, FixedKey};
use aver_tree::circuits::{Codes, Runs};
use aver_tree::leaf::Kind;
use aver_tree::part::Shape;
use aver_tree::{AggregateFile, AggregateKey, Class, Code, RootFile, TreeKey};
use aver_verifier::bytes::put_bytes;
use aver_verifier::proof::{MemoryPart, ShardPart};
use aver_verifier::{Claim, Header, VerifyingKey};

use crate::encodings::empty_machine;
use crate::isa::ISA;

/// Target and content.
pub type Seed = (&'static str, Vec<u8>);

/// All seeds; a name for each is its place.
pub fn all() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut rng = Rng(3);
    decode(&mut rng, &mut seeds);
    elf(&mut seeds);
    execute(&mut rng, &mut seeds);
    input(&mut seeds);
    key_and_proof(&mut seeds);
    trees(&mut seeds);
    verify(&mut rng, &mut seeds);
    seeds
}

fn bytes(rng: &mut Rng, count: usize) -> Vec<u8> {
    (0..count).map(|_| rng.u64() as u8).collect()
}

fn decode(rng: &mut Rng, seeds: &mut Vec<Seed>) {
    // Each instruction with all fields zero, and with random ones.
    for random in [false, true] {
        let mut seed = 0x1_0000u32.to_le_bytes().to_vec();
        for instruction in ISA {
            let fields = if random { rng.u64() as u32 } else { 0 };
            seed.extend((fields & !instruction.mask | instruction.bits).to_le_bytes());
        }
        seeds.push(("decode", seed));
    }
}

fn elf(seeds: &mut Vec<Seed>) {
    let mut asm = Asm::new();
    asm.li(reg::A0, 5).jal(reg::RA, 8).ebreak().exit(3);
    let notes = ElfBuilder::note(&[
        "sha256@00000010000000000000000000000000",
        "other@00000020000000000000000000000000",
    ]);
    let full = ElfBuilder {
        entry: asm.start.into(),
        segments: vec![
            SegmentBytes::text(asm.start, asm.bytes()),
            SegmentBytes::data(asm.start + 0x1000, vec![7; 20], 300),
        ],
        note: Some(notes.clone()),
        symbols: vec![(0x1_0000, "start"), (0x1_0008, "end")],
        ..ElfBuilder::default()
    };
    seeds.push(("elf", full.build()));
    seeds.push(("elf", asm.elf(&[], 0)));
    seeds.push(("elf", random_program(1, 20).elf));
    seeds.push(("note", notes.clone()));
    seeds.push(("note", [notes.clone(), vec![0; 4], notes].concat()));
    seeds.push(("note", ElfBuilder::note(&[])));
}

fn execute(rng: &mut Rng, seeds: &mut Vec<Seed>) {
    for length in [0, 5, 10, 10, 15, 15, 20, 20, 30, 40, 60, 96] {
        let mut registers: Vec<u64> = (0..32).map(|_| rng.value()).collect();
        // Calls are writes, of a few bytes that are there.
        registers[reg::A7 as usize] = calls::WRITE.into();
        registers[reg::A1 as usize] = Asm::DATA.into();
        registers[reg::A2 as usize] = 3;
        let mut seed: Vec<u8> = registers.iter().flat_map(|r| r.to_le_bytes()).collect();
        seed.extend(bytes(rng, 16));
        for _ in 0..length {
            seed.extend(bytes(rng, 4));
            seed.push(rng.below(ISA.len() as u32) as u8);
        }
        seeds.push(("execute", seed));
    }
}

fn input(seeds: &mut Vec<Seed>) {
    for kind in 0..6u8 {
        seeds.push(("input", vec![kind, 4, b'a', b'b', b'c', b'd', 0x80, 1, 1, 0]));
        seeds.push(("input", vec![kind, 1, 2, 0xff, 0x7f, 9, 9, 1, 1, 1, 1, 1, 1]));
    }
}

fn key_and_proof(seeds: &mut Vec<Seed>) {
    let root = |n| Some(Node([f(n); NODE]));
    let fixed = |root, rows: &[Option<usize>]| FixedKey { root, rows: rows.to_vec() };
    let vk = VerifyingKey {
        profile: Profile::Bits100,
        log_height: 4,
        entry: 5,
        coprocessors: vec![(0x5000_0001, "sha256".into())],
        machine: digest(&empty_machine()),
        shard: fixed(root(3), &[Some(9), None]),
        memory: fixed(None, &[]),
    };
    seeds.push(("key", vk.encode()));
    let other =
        VerifyingKey { profile: Profile::Bits128, log_height: 17, coprocessors: Vec::new(), ..vk.clone() };
    seeds.push(("key", other.encode()));
    seeds.push(("key", aver_verifier::Hex(&vk.digest()).to_string().into_bytes()));

    let boundary = |rows: &[usize]| BoundaryCommitment { root: root(4), rows: rows.to_vec() };
    let shard = |start, end| ShardPart { boundary: boundary(&[6]), log_chunk: 4, start, end, end_ts: 11 };
    let header = Header {
        is_mock: false,
        vk,
        exit_code: 0,
        output: b"output".to_vec(),
        output_digest: OUTPUT_DIGEST,
        assumptions: vec![Claim { vk: [6; 32], exit_code: 1, output_digest: [7; 32] }],
        work: Vec::new(),
        salt: Node::default(),
        memory: vec![MemoryPart { boundary: boundary(&[17]), log_chunk: 4, last: 40 }],
        shards: vec![shard(5, 8), shard(8, PC_HALT)],
    };
    let mut file = header.encode();
    seeds.push(("proof", file.clone()));
    (0..3).for_each(|_| put_bytes(&mut file, &zeros_and_ones()));
    seeds.push(("proof", file));
    seeds.push(("proof", Header { is_mock: true, ..header }.encode()));
}

/// Compressed proofs and aggregates of runs of a machine without chips: right up to the proof, which is none.
fn trees(seeds: &mut Vec<Seed>) {
    let (machine, profile, node) = (empty_machine(), Profile::Bits100, |n| Node([f(n); NODE]));
    let key = || FixedKey { root: Some(node(3)), rows: Vec::new() };
    let vk = VerifyingKey {
        profile,
        log_height: 4,
        entry: 5,
        coprocessors: Vec::new(),
        machine: digest(&machine),
        shard: key(),
        memory: key(),
    };
    let class = |code: Code| {
        let mut class = Class::new(profile, code, Machine::Plain).expect("there is such a code");
        let rows = vec![40; class.rows.len()];
        class.grow(&rows);
        class
    };
    let runs = Runs::new(&machine, &vk.params().expect("there is such a height"));
    let of = |class| TreeKey { runs: runs.clone(), class, root: node(8), keys: node(9) };
    let shape = |kind, witness| Shape { kind, log_chunk: 4, stacks: [8, 1, witness] };
    let file = RootFile {
        vk: vk.clone(),
        exit_code: 0,
        output: b"output".to_vec(),
        output_digest: OUTPUT_DIGEST,
        assumptions: Vec::new(),
        tree: of(class(Code::new(4, 1))),
        shapes: vec![shape(Kind::Memory, 8), shape(Kind::Shard, 8), shape(Kind::Shard, 9)],
        proof: zeros_and_ones(),
    };
    seeds.push(("root", file.encode()));
    let hiding = RootFile { tree: of(class(Codes::STANDARD.root)), ..file.clone() };
    seeds.push(("root", hiding.encode()));

    let claim = RootFile { proof: Vec::new(), ..file };
    let other = RootFile { vk: VerifyingKey { entry: 6, ..vk }, exit_code: 1, ..claim.clone() };
    let outer = RootFile { assumptions: vec![other.claim()], ..claim.clone() };
    seeds.push(("root", RootFile { proof: zeros_and_ones(), ..outer.clone() }.encode()));
    let key = AggregateKey { class: class(Code::new(4, 1)), join: node(1), keys: node(2) };
    let hiding = RootFile { proof: Vec::new(), ..hiding };
    for claims in [vec![claim.clone(); 2], vec![outer.clone(), other], vec![claim, hiding], vec![outer]] {
        seeds.push((
            "aggregate",
            AggregateFile { key: key.clone(), claims, proof: zeros_and_ones() }.encode(),
        ));
    }
}

/// A claimed sum, the root of a tree of no fractions, and its layers.
fn zeros_and_ones() -> Vec<u8> {
    (0..3000).map(|i| u8::from(i % 20 == 0 && i % 40 < 21)).collect()
}

/// SHA-256 of `output`.
const OUTPUT_DIGEST: [u8; 32] = [
    0xe0, 0xee, 0x8b, 0xb5, 0x06, 0x85, 0xe0, 0x5f, 0xa0, 0xf4, 0x7e, 0xd0, 0x42, 0x03, 0xae, 0x95, 0x3f,
    0xdf, 0xd0, 0x55, 0xf5, 0xbd, 0x28, 0x92, 0xea, 0x18, 0x65, 0x04, 0x25, 0x4f, 0x8c, 0x3a,
];

fn verify(rng: &mut Rng, seeds: &mut Vec<Seed>) {
    for which in 0..8u8 {
        seeds.push(("verify", vec![which]));
        for kind in 0..9u8 {
            let mut seed = vec![which];
            let mut edit = bytes(rng, 8);
            edit[3] = kind;
            seed.extend(edit);
            seeds.push(("verify", seed));
        }
    }
}
