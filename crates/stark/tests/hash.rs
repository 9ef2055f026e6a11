//! What is hashed, to the byte: `tools/hash-vectors.txt`, which `tools/hash.py` computes from
//! `spec/hash.md`, and this test from the code.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use aver_stark::field::{D, EF, F, P, coefficients, from_coefficients};
use aver_stark::hash::{Digest, Sponge, compress, hash_row, is_work};
use aver_stark::merkle::{hash_leaf, verify_rows};
use aver_stark::protocol::{BASE_ROWS, GKR_MU, PUBLICS, ROWS, RUN, SUM, WHIR_POSITIONS, WHIR_WORK, WITNESS};
use aver_stark::transcript::Reader;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32, TwoAdicField};

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

fn rows(out: &mut String) {
    for width in [1, 15, 16, 17, 255, 256, 257, 700] {
        let row = elements(7, width);
        let _ = writeln!(out, "row {width}: {}", hex(&hash_row(&row)));
        let _ = writeln!(out, "leaf {width}: {}", hex(&hash_leaf(&row)));
    }
}

/// A transcript of every kind of step.
fn transcript(out: &mut String) {
    let mut sponge = Sponge::new(RUN);
    let mut prover = Sponge::new(RUN);
    let mut proof = Vec::new();
    proof.extend(123_456u32.to_le_bytes());
    proof.extend(hash_row(&[F::ONE]));
    coefficients(&ext(3)).iter().for_each(|v| proof.extend(v.as_canonical_u32().to_le_bytes()));

    // What the prover does for the nonce: the same steps on a sponge of its own.
    prover.absorb("rows", &proof[..4]);
    prover.absorb_base("publics", &elements(5, 3));
    prover.absorb("witness", &proof[4..36]);
    prover.absorb("sum", &proof[36..]);
    let seed = prover.work_seed("whir/work");
    let nonce = (0..1 << 20).find(|&n| is_work(&seed, n, 10)).unwrap();
    proof.extend(nonce.to_le_bytes());
    let bits = (0..64).rev().find(|&b| is_work(&seed, nonce, b)).unwrap();
    let _ = writeln!(out, "seed: {}\nnonce: {nonce}, of {bits} bits", hex(&seed));

    let mut reader = Reader::new(&mut sponge, &proof);
    assert_eq!(reader.read(ROWS).unwrap(), 123_456);
    reader.public(PUBLICS, elements(5, 3).as_slice());
    reader.read(WITNESS).unwrap();
    assert_eq!(reader.read(SUM).unwrap(), ext(3));
    reader.work(WHIR_WORK, 0).unwrap();
    reader.work(WHIR_WORK, 10).unwrap();
    for challenge in reader.challenges(GKR_MU, 2) {
        let _ = writeln!(out, "challenge: {}", show(coefficients(&challenge)));
    }
    for bits in [3, 22, 32] {
        let positions = reader.positions(WHIR_POSITIONS, bits, 9);
        let _ = writeln!(out, "positions of {bits} bits: {positions:?}");
    }
    let _ = writeln!(out, "after: {}", show(coefficients(&reader.challenge(GKR_MU))));
    reader.finish().unwrap();
}

fn tree(out: &mut String) {
    const LOG: usize = 3;
    let rows: Vec<Vec<F>> = (0..1u32 << LOG).map(|i| elements(1000 * i, 5)).collect();
    let mut levels: Vec<Vec<Digest>> = vec![rows.iter().map(|r| hash_leaf(r)).collect()];
    for level in 0..LOG {
        levels.push(levels[level].chunks(2).map(|pair| compress(&pair[0], &pair[1])).collect());
    }
    let indices = [1, 2, 3, 6];
    let siblings = [levels[0][0], levels[0][7], levels[1][2]];
    let mut proof = Vec::new();
    for i in indices {
        rows[i].iter().for_each(|v| proof.extend(v.as_canonical_u32().to_le_bytes()));
    }
    siblings.iter().for_each(|s| proof.extend(s));
    let root = levels[LOG][0];
    let mut reader = Reader::new(Sponge::new("tree"), &proof);
    let opened = verify_rows(&mut reader, BASE_ROWS, &root, LOG, 5, &indices).unwrap();
    assert_eq!(opened, indices.map(|i| rows[i].clone()));
    reader.finish().unwrap();
    let _ = writeln!(out, "root: {}\nopening: {}", hex(&root), hex(&proof));
}

#[test]
fn bytes_are_those_of_the_specification() {
    let mut found = String::new();
    field(&mut found);
    rows(&mut found);
    transcript(&mut found);
    tree(&mut found);
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
