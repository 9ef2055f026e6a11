//! Rows of many lengths hash to what they hash to in trees.

use aver_recursion::Builder;
use aver_recursion::blake3::{BLOCK, CHUNK_END, CHUNK_START, IV, ROOT, circuit};
use aver_recursion::chips::Kind;
use aver_recursion_prover::blake3::Compression;
use aver_stark::field::F;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use crate::system::{EDGES, Leaf, fill, judge, leaves, random_row, rng, words};

/// One block without the machine: the rounds are those of BLAKE3.
#[test]
fn a_block_is_compressed() {
    for seed in 0..100 {
        let row = random_row(BLOCK, &mut rng(seed));
        let message = std::array::from_fn(|i| row[i].as_canonical_u32());
        let flags = CHUNK_START | CHUNK_END | ROOT;
        let compression = Compression { message, is_block: true, before: IV, counter: 0, flags };
        assert_eq!(compression.out(), words(&row));
    }
}

/// Within a block, whole blocks, whole chunks, and trees that are not full.
#[test]
fn rows_are_hashed_as_leaves() {
    let widths = [1, 2, 4, 5, 6, 10, 11, 15, 16, 17, 32, 149, 255, 256, 257, 288, 512, 513, 768, 1040, 1300];
    let mut rng = rng(1);
    let mut rows: Vec<Vec<F>> = widths.iter().map(|&width| random_row(width, &mut rng)).collect();
    rows.push(EDGES.map(F::new).to_vec());
    rows.push(vec![F::NEG_ONE; 16]);
    rows.push(vec![F::ZERO; 16]);
    let leaf = leaves(&rows);
    judge(&leaf, &fill(&leaf)).unwrap();
}

/// A block may read cells that others have written, and what it writes is what it hashes.
#[test]
fn cells_are_read_and_written() {
    let row = random_row(BLOCK, &mut rng(2));
    let builder = Builder::new();
    let hash = [builder.public(), builder.public()];
    let cells = [(); 4].map(|_| builder.hint());
    let mut ports: Vec<_> = cells.into_iter().map(Some).collect();
    ports.extend([None; 4]);
    let constants = [1, 1, 0, CHUNK_START | CHUNK_END | ROOT].map(F::new).to_vec();
    let words = *builder.call(Kind::Compress, &ports, constants, 0).last().unwrap();
    let read = builder.call(Kind::Digest, &[Some(words), None, None], Vec::new(), 0);
    let written = circuit::leaf(&builder, BLOCK);
    for (i, hash) in hash.into_iter().enumerate() {
        builder.assert_equal(hash, read[i]);
        builder.assert_equal(hash, written.hash[i]);
    }
    cells.into_iter().zip(&written.cells).for_each(|(a, &b)| builder.assert_equal(a, b));
    let Leaf { hints, publics, .. } = leaves(&[row]);
    let leaf = Leaf { circuit: builder.finish(), hints: [&hints[..], &hints].concat(), publics };
    judge(&leaf, &fill(&leaf)).unwrap();
}
