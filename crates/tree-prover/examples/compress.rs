//! Proves a program, makes one proof of its proofs, and prints what that takes:
//! `cargo run --release -p aver-tree-prover --example compress [iterations [height/log2 of the inverse of the rate
//! of small leaves, of large ones, of nodes over all parts, of joins, of the root, which has an m at its end if it is to have masks, and
//! then /multiplicity if words are decoded to lists; of veils]]`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use aver_exec::{Input, Silent};
use aver_isa::calls::HALT;
use aver_isa::testing::{Asm, reg};
use aver_machine::Systems;
use aver_prover::shapes::{self, Shapes};
use aver_prover::{Options, Setup};
use aver_recursion::Circuit;
use aver_recursion::chips::Kind as Chip;
use aver_stark::params::Decoding;
use aver_stark_prover::stages::Stages;
use aver_tree::Code;
use aver_tree::circuits::{Codes, JOINS};
use aver_tree::keys::Kind;
use aver_tree::leaf;
use aver_tree::part::Shape;
use aver_tree_prover::{Error, Fold, Leaf, Leaves, Plan, Tree};
use aver_verifier::Header;
use aver_verifier::bytes::Fields;
use sha2::{Digest, Sha256};

/// Processor time of all threads so far, in seconds.
fn now() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let user = stat.rsplit(')').next().and_then(|fields| fields.split_whitespace().nth(11));
    user.and_then(|ticks| ticks.parse::<f64>().ok()).expect("Linux") / 100.0
}

/// Prints what `work` takes.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, wall) = (now(), Instant::now());
    let value = work();
    println!("{what}: {:.2} s of the processor, {:.2} s", now() - start, wall.elapsed().as_secs_f64());
    value
}

fn print_rows(what: &str, circuit: &Circuit) {
    let rows = Chip::ALL.iter().map(|&chip| (chip, circuit.of(chip).count())).filter(|(_, rows)| *rows > 0);
    let rows = rows.map(|(chip, rows)| format!("{chip:?} {rows}")).collect::<Vec<_>>();
    println!("{what}: {}", rows.join(", "));
}

/// Sums in memory, so often, and halts.
fn program(iterations: u64) -> Vec<u8> {
    let mut asm = Asm::new();
    asm.li(reg::T1, iterations).li(reg::T0, u64::from(Asm::DATA) + 64);
    asm.ld(reg::A0, reg::T0, 0).add(reg::A0, reg::A0, reg::T1).sd(reg::A0, reg::T0, 0);
    asm.addi(reg::T1, reg::T1, -1).bne(reg::T1, 0, -16);
    asm.li(reg::A1, u64::from(Asm::DATA)).li(reg::A0, 0).call(HALT);
    asm.elf(&Sha256::digest([]), 96)
}

fn main() {
    let code = |i: usize, standard: Code| {
        std::env::args().nth(i).map_or(standard, |a| {
            let (height, rate) = a.split_once('/').expect("height/rate");
            let (rate, multiplicity) = rate.split_once('/').unwrap_or((rate, "0"));
            let decoding = match multiplicity.parse().expect("a multiplicity") {
                0 => Decoding::Unique,
                multiplicity => Decoding::Lists { multiplicity },
            };
            let digits = rate.trim_end_matches('m');
            let code = Code::new(height.parse().expect("a height"), digits.parse().expect("a rate"));
            Code { masked: digits != rate, hash: standard.hash, decoding, ..code }
        })
    };
    let Codes { small, large, top, join, veil, root } = Codes::STANDARD;
    let codes = Codes {
        small: code(2, small),
        large: code(3, large),
        top: code(4, top),
        join: code(5, join),
        veil: code(7, veil),
        root: code(6, root),
    };
    let iterations = std::env::args().nth(1).map_or(1 << 20, |a| a.parse().expect("a number"));
    let setup = Setup::new(&program(iterations), &[], Options::default()).expect("it loads");
    let mut file = Vec::new();
    let report = timed("proofs of the run", || {
        setup.prove(&Input::new([]).expect("no input"), &mut Silent, &mut file, &mut |_| {})
    });
    let report = report.expect("it is proved");
    let mut fields = Fields::new(&file);
    let header = Header::decode(&mut fields).expect("a header");
    let count = header.memory.len() + header.shards.len();
    let proofs: Vec<&[u8]> = (0..count).map(|_| fields.bytes("proof").expect("a proof")).collect();
    println!("{} cycles, {count} proofs, {} bytes", report.execution.cycles, file.len());

    let leaves = Leaves::new(&header, setup.systems()).expect("a run");
    let of = |kind, is_memory| {
        let shapes = Shapes::new(setup.params(), is_memory);
        let shape = move |s: &shapes::Shape| Shape { kind, log_chunk: s.log_chunk, stacks: s.stacks };
        shapes.all().iter().map(shape).collect::<Vec<_>>()
    };
    let usual = [of(leaf::Kind::Memory, true), of(leaf::Kind::Shard, false), of(leaf::Kind::Last, false)];
    let mut shapes: BTreeSet<_> = usual.concat().into_iter().collect();
    for (i, proof) in proofs.iter().enumerate() {
        let shape = leaves.shape(i, proof).expect("an honest proof");
        println!("proof {i}: {shape:?}{}", if shapes.insert(shape) { ", not a usual one" } else { "" });
    }
    let machine = Arc::new(Systems::new(Vec::new()).expect("the machine"));
    let shapes: Vec<_> = shapes.into_iter().collect();
    let plan = Plan::new(machine, setup.params(), shapes, codes).expect("a plan");
    let known = timed("keys of all circuits", || plan.known().expect("keys"));
    println!(
        "{:?} small and large leaves, nodes over all parts, joins, veils",
        known.keys.each_ref().map(Vec::len)
    );
    let tree = Tree::of(plan, known).expect("a tree");
    let last = |kind| (kind, tree.count(kind) - 1);
    let pairs = (Kind::Top, tree.count(Kind::Top) - JOINS.len() - 1);
    for ((kind, place), what) in [
        (last(Kind::Small), "a small leaf"),
        (last(Kind::Large), "a large leaf"),
        ((Kind::Top, 0), "the first pair"),
        (pairs, "the last pair"),
        (last(Kind::Join), "a join"),
        ((Kind::Veil, 0), "a small leaf's veil"),
        ((Kind::Veil, 1), "a large leaf's veil"),
    ] {
        let prover = timed(what, || tree.prover(kind, place).expect("a circuit"));
        print_rows(what, &prover.circuit);
    }
    print_rows("root", &tree.root_prover().expect("a circuit").circuit);

    let keys = tree.key().keys;
    let (mut fold, mut stages) = (Fold::new(&tree, count), Stages::default());
    let hints: Vec<_> = timed("hints of all leaves", || {
        let leaf = |(i, proof)| leaves.leaf(i, proof, &keys).expect("an honest proof");
        proofs.into_iter().enumerate().map(leaf).collect()
    });
    let of_parts: Vec<Shape> = hints.iter().map(|leaf: &Leaf| leaf.shape).collect();
    if let (Some(place), [first, second]) = (tree.pair_of(&of_parts), &hints[..]) {
        let node = timed("the pair", || tree.pair(place, [first, second], &mut stages).expect("a node"));
        println!("  {} bytes", node.proof.len());
        fold.add::<Error>(2, node, &mut stages, &mut |_, _| Ok(())).expect("a node");
    }
    let places = leaves.hidden_places().expect("random numbers");
    for (i, leaf) in hints.iter().enumerate().skip(fold.parts()) {
        let node = timed("a leaf", || tree.part(leaf, &mut stages).expect("a leaf"));
        println!("  {} bytes", node.proof.len());
        let veil = timed("its veil, which is not used", || {
            tree.veil(&node, &places[i], &places[i + 1], &mut Stages::default()).expect("a veil")
        });
        println!("  {} bytes", veil.proof.len());
        timed("joins", || fold.push(node, &mut stages).expect("joins"));
    }
    let node = timed("joins", || fold.finish(&mut stages).expect("one node"));
    let (publics, hints) = leaves.root(&keys).expect("a run");
    let proof =
        timed("the root", || tree.root(&publics, hints, &node, &mut stages).expect("the root's proof"));
    timed(&format!("verification of {} bytes", proof.len()), || {
        aver_tree::verify::verify_in(
            &tree.machines().join,
            tree.key(),
            setup.systems(),
            &header.vk,
            &header.claim(),
            &header.assumptions,
            &proof,
        )
        .expect("an honest proof")
    });
    let stages = stages.0.iter().map(|(name, time)| format!("{name} {:.2} s", time.as_secs_f64()));
    println!("stages of all: {}", stages.collect::<Vec<_>>().join(", "));
}
