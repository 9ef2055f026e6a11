//! Every cell of honest rows, changed to other values.

use aver_audit::mutate::{Answers, Free, Rng, Subject, every_cell};
use aver_recursion::blake3::BLOCK;
use aver_recursion::chips::Kind;
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::system::{fill, leaves, random_row, rng, system};

/// Cells that are the prover's choice.
const FREE: &[Free] = &[Free {
    chip: "compress",
    columns: "last",
    when: |cell| cell("block") == F::ZERO,
    why: "words of children are no elements",
}];

#[test]
fn every_cell_counts() {
    let mut rng = rng(2);
    let rows: Vec<Vec<F>> = [3, 16 * BLOCK + 20].map(|width| random_row(width, &mut rng)).into();
    let leaf = leaves(&rows);
    let (system, tables) = (system(), fill(&leaf));
    let fixed = leaf.circuit.fixed_columns();
    let is_op = |chip: usize| chip < Kind::ALL.len();
    let no_columns: &[Vec<F>] = &[];
    let answers = Answers::new(
        &system,
        (0..fixed.len()).map(|chip| if is_op(chip) { no_columns } else { &fixed[chip][..] }),
    );
    let rows: Vec<(usize, usize)> = [Kind::Compress, Kind::Digest, Kind::Padding]
        .into_iter()
        .flat_map(|kind| {
            let (chip, rows) = (kind as usize, tables[kind as usize].rows);
            // A single block, the first and the last of a chunk, and parents.
            (0..rows).filter(move |&row| row < 3 || row + 3 > rows).map(move |row| (chip, row))
        })
        .collect();
    let accepted: Vec<String> = rows
        .into_par_iter()
        .flat_map_iter(|(chip, row)| {
            let subject = Subject::new(&system, chip, &answers, &[]);
            let (honest, another) = (tables[chip].row(row), tables[chip].row((row + 1) % tables[chip].rows));
            let (accepted, _) = every_cell(&subject, &honest, &another, FREE, &mut Rng::new(row as u64 + 1));
            let fixed = &system.described[chip].description.columns.fixed;
            let chosen = accepted.into_iter().filter(|a| a.columns.iter().any(|c| !fixed.contains(c)));
            chosen.map(|a| a.to_string()).collect::<Vec<_>>()
        })
        .collect();
    assert!(accepted.is_empty(), "{}: {:#?}", accepted.len(), &accepted[..accepted.len().min(20)]);
}
