//! Circuits that hash rows, and their tables.

use std::sync::Arc;

use aver_recursion::blake3::circuit;
use aver_recursion::cell::Cell;
use aver_recursion::{Builder, Circuit, circuit as machine};
use aver_recursion_prover::blake3::digest;
use aver_recursion_prover::{run, tables};
use aver_stark::field::{F, P, f};
use aver_stark::hash::BLOCK;
use aver_stark::hash::hash_row;
use aver_stark::layout::System;
use aver_stark_prover::check::{Violation, check};
use aver_stark_prover::table::Table;
use p3_field::PrimeCharacteristicRing;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Elements that are at an edge of something.
pub const EDGES: [u32; 10] =
    [0, 1, P - 1, P - 2, 0xFFFF, 0x1_0000, P >> 16 << 16, 0x7EFF_FFFF, 0x7EFF_0000, 0x00FF_FFFF];

/// A row, and its hash is public.
pub struct Leaf {
    pub circuit: Circuit,
    pub hints: Vec<Cell>,
    pub publics: Vec<Cell>,
}

/// Rows of these widths in one circuit.
pub fn leaves(rows: &[Vec<F>]) -> Leaf {
    let builder = Builder::new();
    let (mut hints, mut publics) = (Vec::new(), Vec::new());
    for row in rows {
        let hash = [builder.public(), builder.public()];
        let leaf = circuit::leaf(&builder, row.len());
        hash.into_iter().zip(leaf.hash).for_each(|(a, b)| builder.assert_equal(a, b));
        let mut elements = row.iter().copied();
        for count in circuit::cells(row.len()) {
            hints.push(std::array::from_fn(|i| if i < count { elements.next().unwrap() } else { F::ZERO }));
        }
        assert_eq!((elements.len(), leaf.cells.len()), (0, circuit::cells(row.len()).count()));
        publics.extend(digest::cells(&words(row)));
    }
    Leaf { circuit: builder.finish(), hints, publics }
}

/// A row's hash.
pub fn words(row: &[F]) -> [u32; 8] {
    let mut padded = row.to_vec();
    padded.resize(row.len().next_multiple_of(BLOCK), F::ZERO);
    let digest = hash_row(&padded);
    std::array::from_fn(|i| u32::from_le_bytes(digest[4 * i..][..4].try_into().unwrap()))
}

pub fn random_row(width: usize, rng: &mut StdRng) -> Vec<F> {
    let element = |rng: &mut StdRng| match rng.random_range(0..4) {
        0 => f(EDGES[rng.random_range(0..EDGES.len())]),
        _ => f(rng.random_range(0..P)),
    };
    (0..width).map(|_| element(rng)).collect()
}

pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// Stacks that hold the tables without cutting them up.
pub const LOG_HEIGHT: usize = 16;

pub fn system() -> System {
    machine::system().unwrap()
}

pub fn fill(leaf: &Leaf) -> Vec<Table> {
    let values = run(&leaf.circuit, &leaf.publics, &leaf.hints).unwrap();
    let fixed: Vec<_> = leaf.circuit.fixed_columns().into_iter().map(Arc::new).collect();
    tables::fill(&leaf.circuit, &fixed, &values, LOG_HEIGHT)
}

/// What the oracle says of a circuit's tables.
pub fn judge(leaf: &Leaf, tables: &[Table]) -> Result<(), Violation> {
    let messages = leaf.circuit.messages(&leaf.publics);
    check(&system(), tables, leaf.publics.as_flattened(), &messages).map(|_| ())
}
