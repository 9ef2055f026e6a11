//! Rows of many lengths hash to what they hash to in trees.

use aver_recursion::Builder;
use aver_recursion::blake3::{BLOCK, CHUNK_END, CHUNK_START, IV, ROOT, circuit};
use aver_recursion::chips::Kind;
use aver_recursion::circuit::Op;
use aver_recursion_prover::blake3::Compression;
use aver_stark::field::F;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::system::{EDGES, Leaf, fill, judge, leaves, random_row, rng, words};

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

/// In a circuit that hashes a row nothing is left to choose but the row: chaining values are read, or begin a chunk or a
/// parent; elements behind the row's are zero.
#[test]
fn circuits_leave_nothing_open() {
    for width in (1..=33).chain([255, 256, 257, 700]) {
        let builder = Builder::new();
        circuit::leaf(&builder, width);
        let circuit = builder.finish();
        let zeros: Vec<_> =
            circuit.of(Kind::Constant).filter(|op| op.constants[..] == [F::ZERO; 5]).collect();
        let is_unused = |op: &Op<'_>, port: usize| op.is_write(port) && circuit.reads(op.ports[port]) == 0;
        let (mut elements, mut blocks, mut short) = (0, 0, Vec::new());
        for op in circuit.of(Kind::Compress) {
            let [is_block, starts] = [0, 1].map(|i| op.constants[i] == F::ONE);
            assert_eq!(is_unused(&op, 4), starts);
            assert_eq!(op.is_write(4), starts);
            assert_eq!([5, 6].map(|port| is_unused(&op, port)), [is_block; 2]);
            assert_eq!([5, 6].map(|port| op.is_write(port)), [is_block; 2]);
            assert_eq!(circuit.reads(op.ports[7]), 1);
            if !is_block {
                assert!(starts && (0..4).all(|port| is_unused(&op, port)));
                continue;
            }
            blocks += 1;
            for (port, count) in circuit::CELL_ELEMENTS.into_iter().enumerate() {
                let left = (width - elements).min(count);
                elements += left;
                assert_eq!(op.is_write(port), left > 0);
                if left == 0 {
                    assert!(zeros.iter().any(|zero| zero.ports[0] == op.ports[port]));
                } else if left < count {
                    short.push((op.ports[port], left));
                }
            }
        }
        assert_eq!((elements, blocks), (width, width.div_ceil(BLOCK)));
        let padding = circuit.of(Kind::Padding).map(|op| {
            let zeros = op.constants.iter().filter(|zero| **zero == F::ONE).count();
            assert!(op.constants[4 - zeros..].iter().all(|zero| *zero == F::ONE));
            (op.ports[0], 5 - zeros)
        });
        assert_eq!(padding.collect::<Vec<_>>(), short);
    }
}
