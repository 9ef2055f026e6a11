//! What is hashed, to the byte: `tools/hash-vectors.txt`, which `tools/hash.py` computes from
//! `spec/hash.md`, and this test from the code.

mod values;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use aver_stark::field::{D, EF, F, P, coefficients, from_coefficients};
use aver_stark::hash::{BLOCK, Hash, MAX_WORK, NODE, Node, digest_from, hash_row, index_from, node_from};
use aver_stark::merkle::{self, hash_leaf, verify_rows};
use aver_stark::poseidon2;
use aver_stark::protocol::{
    BASE_ROWS, BOUNDARY, FIXED, GKR_MU, PARTS, PUBLICS, ROWS, RUN, SHARDS, SUM, VK, WHIR_POSITIONS,
    WHIR_WORK, WITNESS,
};
use aver_stark::transcript::{Reader, Transcript};
use aver_stark::value::Value;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32, TwoAdicField};

const HASHES: [Hash; 3] = [Hash::Mixed, Hash::Poseidon2, Hash::Blake3];

fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// `count` elements that depend on `seed`.
fn elements(seed: u32, count: usize) -> Vec<F> {
    let value = |i: u32| u64::from(seed + i) * 2_654_435_761 % u64::from(P);
    (0..count as u32).map(|i| F::new(value(i) as u32)).collect()
}

fn ext(seed: u32) -> EF {
    let e = elements(seed, D);
    from_coefficients(core::array::from_fn(|i| e[i]))
}

fn show(values: &[F]) -> String {
    values.iter().map(|v| v.as_canonical_u32().to_string()).collect::<Vec<_>>().join(" ")
}

fn field(out: &mut String) {
    for bits in 0..=24 {
        let _ = writeln!(out, "root {bits}: {}", F::two_adic_generator(bits));
    }
    for seed in 1..5 {
        let (a, b) = (ext(seed), ext(100 * seed));
        let _ = writeln!(out, "product {seed}: {}", show(coefficients(&(a * b))));
        let _ = writeln!(out, "inverse {seed}: {}", show(coefficients(&a.inverse())));
    }
}

fn node(seed: u32) -> Node {
    Node(elements(seed, NODE).try_into().unwrap())
}

fn written<T: Value + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

fn permutation(out: &mut String) {
    for seed in [0, 1000] {
        let mut state = elements(seed, poseidon2::WIDTH).try_into().unwrap();
        poseidon2::permute(&mut state);
        let _ = writeln!(out, "permutation {seed}: {}", show(&state));
    }
}

fn rows(out: &mut String) {
    for width in [1, 15, 16, 17, 255, 256, 257, 700] {
        let row = elements(7, width);
        let _ = writeln!(out, "row {width}: {}", hex(&hash_row(&row)));
        for hash in HASHES {
            let _ = writeln!(out, "leaf {width}, {hash:?}: {}", show(&hash_leaf(hash, &row).0));
        }
    }
    for hash in HASHES {
        let [left, right] = [1, 50].map(|first| hash_leaf(hash, &elements(first, 9)));
        let _ = writeln!(out, "node, {hash:?}: {}", show(&hash.compress(&left, &right).0));
    }
}

/// A transcript of every kind of step, and of every type of value.
fn transcript(out: &mut String, hash: Hash) {
    let publics = |transcript: &mut dyn Transcript| {
        transcript.public(VK, &hash_row(&[F::TWO]));
        transcript.public(SHARDS, &u32::MAX);
        transcript.public(PARTS, &node(40));
        transcript.public(PUBLICS, elements(5, 6).as_slice());
        transcript.public(FIXED, &Some(node(9)));
        transcript.public(BOUNDARY, &None);
    };
    // What the prover does for the nonce: the same steps in a transcript of its own.
    let mut own = hash.transcript(RUN);
    let prover: &mut dyn Transcript = &mut own;
    publics(prover);
    prover.absorb_value(ROWS.step(), &123_456_u32);
    prover.absorb_value(WITNESS.step(), &node(70));
    prover.absorb_value(SUM.step(), &ext(3));
    let seed = prover.work_seed(WHIR_WORK);
    let nonce = (0..1 << 20).map(F::new).find(|&n| hash.is_work(&seed, n, 10)).unwrap();
    let bits = (0..=MAX_WORK).rev().find(|&b| hash.is_work(&seed, nonce, b)).unwrap();
    let _ = writeln!(out, "seed, {hash:?}: {}\nnonce: {nonce}, of {bits} bits", show(&seed.0));

    let proof = [written(&123_456_u32), written(&node(70)), written(&ext(3)), written(&nonce)].concat();
    let mut transcript = hash.transcript(RUN);
    publics(&mut transcript);
    let mut reader = Reader::new(&mut transcript, &proof);
    assert_eq!(reader.read(ROWS).unwrap(), 123_456);
    assert_eq!(reader.read(WITNESS).unwrap(), node(70));
    assert_eq!(reader.read(SUM).unwrap(), ext(3));
    reader.work(hash, WHIR_WORK, 0).unwrap();
    reader.work(hash, WHIR_WORK, 10).unwrap();
    for challenge in reader.challenges(GKR_MU, 2) {
        let _ = writeln!(out, "challenge: {}", show(coefficients(&challenge)));
    }
    for bits in [3, 22, 24] {
        let positions = reader.positions(WHIR_POSITIONS, bits, 9);
        let _ = writeln!(out, "positions of {bits} bits: {positions:?}");
    }
    let _ = writeln!(out, "after: {}", show(coefficients(&reader.challenge(GKR_MU))));
    reader.finish().unwrap();
}

/// Eight leaves of 2^`log_leaf` rows of `width` elements.
fn tree(out: &mut String, hash: Hash, log_leaf: usize, width: usize) {
    const LOG: usize = 3;
    let log_rows = LOG + log_leaf;
    assert_eq!(merkle::log_leaf(hash, log_rows, width), log_leaf);
    let rows: Vec<Vec<F>> = (0..1u32 << log_rows).map(|i| elements(1000 * i, width)).collect();
    let leaves: Vec<Vec<F>> = rows.chunks(1 << log_leaf).map(<[_]>::concat).collect();
    let mut levels: Vec<Vec<Node>> = vec![leaves.iter().map(|l| hash_leaf(hash, l)).collect()];
    for level in 0..LOG {
        levels.push(levels[level].chunks(2).map(|pair| hash.compress(&pair[0], &pair[1])).collect());
    }
    let indices = [1, 2, 3, 6];
    let first_rows = |leaves: &[usize]| -> Vec<usize> { leaves.iter().map(|i| i << log_leaf).collect() };
    // As they are drawn: other rows of the same leaves.
    let last = (1 << log_leaf) - 1;
    let positions: Vec<usize> =
        [6, 2, 3, 2, 1].iter().enumerate().map(|(i, leaf)| (leaf << log_leaf) + (i & last)).collect();
    let siblings = [levels[0][0], levels[0][7], levels[1][2]];
    let opened = indices.map(|i| written(leaves[i].as_slice())).concat();
    let sent = |node: &Node| if hash == Hash::Blake3 { written(&digest_from(node)) } else { written(node) };
    let proof = [opened, siblings.iter().flat_map(sent).collect()].concat();
    let root = levels[LOG][0];
    let open = |hash, root: &Node, indices: &[usize]| {
        let mut reader = Reader::new(hash_transcript(), &proof);
        let opened = verify_rows(&mut reader, hash, BASE_ROWS, root, log_rows, width, indices)?;
        reader.finish().map(|()| opened)
    };
    for positions in [first_rows(&indices), positions] {
        let expected: Vec<_> = positions.iter().map(|&i| rows[i].clone()).collect();
        assert_eq!(open(hash, &root, &positions).unwrap(), expected);
    }
    let indices = first_rows(&indices);
    // Neither with another hash, nor of another tree, nor elsewhere.
    for other in HASHES.into_iter().filter(|&h| h != hash) {
        assert!(open(other, &root, &indices).is_err());
    }
    for i in 0..NODE {
        let mut other = root;
        other.0[i] += F::ONE;
        assert!(open(hash, &other, &indices).is_err());
    }
    for elsewhere in [&[0, 2, 3, 6][..], &[1, 2, 3], &[1, 2, 3, 5, 6], &[]] {
        assert!(open(hash, &root, &first_rows(elsewhere)).is_err());
    }
    let _ = writeln!(out, "root, {hash:?}: {}\nopening: {}", show(&root.0), hex(&proof));
}

fn hash_transcript() -> impl Transcript {
    Hash::default().transcript("tree")
}

#[test]
fn bytes_are_those_of_the_specification() {
    let mut found = String::new();
    field(&mut found);
    permutation(&mut found);
    rows(&mut found);
    for hash in HASHES {
        transcript(&mut found, hash);
        tree(&mut found, hash, 1, 5);
        tree(&mut found, hash, 0, 9);
    }
    let path = tools().join("hash-vectors.txt");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        found, expected,
        "what is hashed has changed; if on purpose: spec/hash.md, tools/hash.py, UPDATE_VECTORS=1"
    );
}

#[test]
fn the_script_computes_the_same_vectors() {
    match Command::new("python3").arg(tools().join("hash.py")).output() {
        Err(_) => println!("NOTE: no python3: hashes are not compared with tools/hash.py"),
        Ok(said) => assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout)),
    }
}

/// BLAKE3 has whole blocks, Poseidon2 whole cells; the width of a tree's rows is the verifier's to know.
#[test]
fn rows_are_filled_up() {
    for width in 1..40 {
        let row = elements(3, width);
        let filled = |to: usize| [row.clone(), vec![F::ZERO; width.next_multiple_of(to) - width]].concat();
        let digest = hash_row(&filled(BLOCK));
        let leaf = node_from(&digest);
        assert_eq!(digest_from(&leaf), digest);
        assert_eq!(hash_leaf(Hash::Mixed, &row), leaf);
        assert_eq!(hash_leaf(Hash::Blake3, &row), leaf);
        let leaf = hash_leaf(Hash::Poseidon2, &row);
        assert_eq!(leaf, Node(poseidon2::hash_row(&filled(D))));
        assert_ne!(leaf, Node(poseidon2::hash_row(&[filled(D), vec![F::ZERO]].concat())));
        // Every element counts.
        for hash in HASHES {
            for i in 0..width {
                let mut other = row.clone();
                other[i] += F::ONE;
                assert_ne!(hash_leaf(hash, &other), hash_leaf(hash, &row), "{hash:?}, {i} of {width}");
            }
        }
    }
}

/// Side by side or one by one.
#[test]
fn many_leaves_are_hashed_as_each() {
    for (width, count) in [(0, 1), (1, 1), (14, 7), (15, 8), (16, 9), (80, 20), (97, 17)] {
        let rows: Vec<Vec<F>> = (0..count).map(|i| elements(100 * i, width)).collect();
        for hash in HASHES {
            let each: Vec<Node> = rows.iter().map(|row| hash_leaf(hash, row)).collect();
            assert_eq!(merkle::hash_leaves(hash, &rows), each, "{hash:?}, {count} of {width}");
        }
    }
}

/// All 18 elements of the children, and their order.
#[test]
fn nodes_depend_on_both_children() {
    for hash in HASHES {
        let (left, right) = (node(1), node(100));
        let mut seen = vec![hash.compress(&left, &right), hash.compress(&right, &left)];
        for i in 0..NODE {
            let (mut a, mut b) = (left, right);
            a.0[i] += F::ONE;
            b.0[i] += F::ONE;
            seen.extend([hash.compress(&a, &right), hash.compress(&left, &b)]);
        }
        for (i, node) in seen.iter().enumerate() {
            assert!(!seen[..i].contains(node), "{hash:?} {i}");
        }
    }
    let (left, right) = (node(1), node(100));
    assert_eq!(Hash::Mixed.compress(&left, &right), Hash::Poseidon2.compress(&left, &right));
    let bytes = [digest_from(&left), digest_from(&right)].concat();
    assert_eq!(Hash::Blake3.compress(&left, &right), node_from(blake3::hash(&bytes).as_bytes()));
}

#[test]
fn positions_are_the_low_bits_of_elements() {
    for (value, bits, index) in [
        (0, 24, 0),
        (P - 1, 24, 0),
        (P - 2, 24, (1 << 24) - 1),
        (0x1234_5678, 12, 0x678),
        (0x1234_5678, 24, 0x34_5678),
        (7, 1, 1),
        (7, 0, 0),
    ] {
        assert_eq!(index_from(F::new(value), bits), index);
    }
}

/// Of n bits one nonce in 2^n is work; of more than can be asked for none is.
#[test]
fn work_is_as_rare_as_it_says() {
    for hash in HASHES {
        let seed = node(11);
        let count = |bits| (0..1 << 12).filter(|&n| hash.is_work(&seed, F::new(n), bits)).count();
        assert_eq!(count(0), 1 << 12);
        assert!((3 << 9..5 << 9).contains(&count(1)), "{hash:?}: {}", count(1));
        assert!((40..90).contains(&count(6)), "{hash:?}: {}", count(6));
        let work = (0..).map(F::new).find(|&n| hash.is_work(&seed, n, 9)).unwrap();
        assert!((0..=9).all(|bits| hash.is_work(&seed, work, bits)));
        for i in 0..NODE {
            let mut other = seed;
            other.0[i] += F::ONE;
            assert!(!hash.is_work(&other, work, 9), "another seed");
        }
        // Of the most there can be: all bits that are looked at are zero.
        let most = F::new(if hash == Hash::Blake3 { 933_300 } else { 14_040_354 });
        assert!(hash.is_work(&seed, most, MAX_WORK));
        assert!([MAX_WORK + 1, 31, 32, 64, usize::MAX].iter().all(|&bits| !hash.is_work(&seed, most, bits)));
    }
}
