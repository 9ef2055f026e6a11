//! What the chips do not accept.

use std::collections::BTreeSet;

use aver_recursion::blake3::columns::{LAST, WIDTH};
use aver_recursion::blake3::{CANONICAL, CHUNK_END, CHUNK_START, HALF, IV, LAST_HIGH, NIBBLES, ROOT, XOR};
use aver_recursion::chips::Kind;
use aver_recursion_prover::blake3::{Compression, Counts};
use aver_recursion_prover::run;
use aver_stark::field::{F, P};
use aver_stark_prover::check::{Message, Violation, check_row, messages_of_row};
use aver_stark_prover::table::Table;
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::system::{Leaf, fill, judge, leaves, random_row, rng, system};

/// The table of a row of one block.
pub fn one_block() -> Table {
    fill(&leaves(&[random_row(16, &mut rng(3))])).swap_remove(Kind::Compress as usize)
}

/// Labels of constraints and names of lookups that object to these witness columns in the table's row.
pub fn objections(table: &Table, cells: &[F]) -> BTreeSet<&'static str> {
    let (system, chip) = (system(), Kind::Compress as usize);
    let mut row = table.row(0);
    let first = row.len() - cells.len();
    row[first..].copy_from_slice(cells);
    let constraints = check_row(&system, chip, &row, &[]).map(|broken| broken.0);
    let messages = messages_of_row(&system, chip, &row, &[]);
    let lookups = messages.into_iter().filter(|m| !is_answered(m)).map(|m| m.0.name);
    lookups.chain(constraints).collect()
}

/// A row of a block with this word first, whether or not an element has it.
fn with_word(word: u32, is_last: bool) -> [F; WIDTH] {
    let mut message: [u32; 16] = std::array::from_fn(|i| 1000 + i as u32);
    message[0] = word;
    // As a parent, it is not looked at as elements.
    let flags = CHUNK_START | CHUNK_END | ROOT;
    let compression = Compression { message, is_block: false, before: IV, counter: 0, flags };
    let mut cells = [F::ZERO; WIDTH];
    compression.fill(&mut cells, &mut Counts::default());
    cells[LAST] = F::from_bool(is_last);
    cells
}

/// Whether a lookup is answered; other messages are.
fn is_answered((bus, _, values): &Message) -> bool {
    let v: Vec<u32> = values.iter().map(|v| v.as_canonical_u32()).collect();
    let are_bytes = || v[0] < 256 && v[1] < 256;
    match *bus {
        XOR => are_bytes() && v[0] ^ v[1] == v[2],
        NIBBLES => are_bytes() && v[0] ^ v[1] == v[2] + 16 * v[3] && v[2] < 16,
        HALF => v[0] < 1 << 16,
        CANONICAL => v[0] <= LAST_HIGH && v[1] == u32::from(v[0] == LAST_HIGH),
        _ => true,
    }
}

/// An element has one word, of those that are the same modulo p.
#[test]
fn elements_are_canonical() {
    let table = one_block();
    for (word, is_last) in [(0, false), (12345, false), (P - 1, true), (P - 2, false)] {
        assert_eq!(objections(&table, &with_word(word, is_last)), [].into(), "{word}");
    }
    for (word, is_last, objection) in [
        (P, true, "compress/2"),
        (P, false, "canonical"),
        (P - 1, false, "canonical"),
        (5 << 16, true, "canonical"),
        (P + (5 << 16), false, "canonical"),
        (P + (5 << 16) - 1, true, "canonical"),
        (u32::MAX, false, "canonical"),
    ] {
        assert_eq!(objections(&table, &with_word(word, is_last)), [objection].into(), "{word}");
    }
}

/// The bus of a violation.
fn bus(violation: Result<(), Violation>) -> &'static str {
    match violation {
        Err(Violation::Bus { bus, .. }) => bus,
        other => panic!("{other:?}"),
    }
}

/// Padding that is not zero, in the cell in which a row ends.
#[test]
fn padding_is_zero() {
    let leaf = leaves(&[random_row(3, &mut rng(4))]);
    let mut hints = leaf.hints.clone();
    hints[0][3] = F::ONE;
    assert!(run(&leaf.circuit, &leaf.publics, &hints).is_err());
    let mut tables = fill(&leaf);
    tables[Kind::Padding as usize].witness[3][0] = F::ONE;
    let broken = judge(&leaf, &tables);
    assert!(matches!(broken, Err(Violation::Constraint { label: "padding/1", .. })), "{broken:?}");
}

/// Another row's hash, or another hash of the row.
#[test]
fn hashes_are_those_of_their_rows() {
    let rows = [random_row(40, &mut rng(5)), random_row(40, &mut rng(6))];
    let leaf = leaves(&rows);
    let mut publics = leaf.publics.clone();
    publics.rotate_left(2);
    assert!(run(&leaf.circuit, &publics, &leaf.hints).is_err());
    let swapped = Leaf { circuit: leaf.circuit.clone(), hints: leaf.hints.clone(), publics };
    assert_eq!(bus(judge(&swapped, &fill(&leaf))), "cell");
    // Rows of the first leaf's blocks in the second's place.
    let mut tables = fill(&leaf);
    let table = &mut tables[Kind::Compress as usize];
    let first: Vec<F> = table.witness.iter().map(|column| column[0]).collect();
    table.witness.iter_mut().zip(first).for_each(|(column, value)| column[3] = value);
    assert_eq!(bus(judge(&leaf, &tables)), "words");
}
