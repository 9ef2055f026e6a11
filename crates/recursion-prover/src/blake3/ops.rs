//! Operations of a circuit.

use aver_recursion::blake3::columns::{CELLS, WIDTH};
use aver_recursion::blake3::{BLOCK, IV};
use aver_recursion::cell::Cell;
use aver_recursion::chips::Kind;
use aver_recursion::circuit::{Op, Source};
use aver_stark::field::{D, F};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rayon::prelude::*;

use super::{Compression, Counts, digest};
use crate::run::Values;

/// Ports of chaining values: the one before, the children's, the one after.
const BEFORE: usize = CELLS;
const LEFT: usize = CELLS + 1;
const RIGHT: usize = CELLS + 2;
const OUT: usize = CELLS + 3;

/// Computes a chaining value.
pub fn compress(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let is_block = op.constants.first() == Some(&F::ONE);
    if is_block {
        if let Source::Hint(first) = op.source {
            for (port, hint) in (0..CELLS).filter(|&port| op.is_write(port)).zip(first..) {
                let cell = *values.hint(hint);
                values.set(op.ports[port], cell);
            }
        }
        if values.cell(op.ports[CELLS - 1])[1..] != [F::ZERO; D - 1] {
            return Err("the last element of a block has others behind it");
        }
    }
    let out = compression(op, values).out();
    values.set_words(op.ports[OUT], out);
    Ok(())
}

/// What an operation compresses.
pub fn compression(op: &Op<'_>, values: &Values) -> Compression {
    let [block, start, counter, flags] = std::array::from_fn(|i| op.constants[i].as_canonical_u32());
    let is_block = block == 1;
    let message = if is_block {
        let cells: [&Cell; CELLS] = std::array::from_fn(|port| values.cell(op.ports[port]));
        let mut elements = cells.into_iter().flatten().map(|e| e.as_canonical_u32());
        std::array::from_fn(|_| elements.next().unwrap_or(0))
    } else {
        let children = [LEFT, RIGHT].map(|port| values.words(op.ports[port]));
        let mut words = children.into_iter().flatten();
        std::array::from_fn::<_, BLOCK, _>(|_| words.next().unwrap_or(0))
    };
    let before = if start == 1 { IV } else { values.words(op.ports[BEFORE]) };
    Compression { message, is_block, before, counter, flags }
}

/// Words as field elements.
pub fn digest(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let cells = digest::cells(&values.words(op.ports[0]));
    cells.into_iter().zip(&op.ports[1..]).for_each(|(cell, &port)| values.set(port, cell));
    Ok(())
}

/// Fails where there is no zero that is asserted.
pub fn padding(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let cell = values.cell(op.ports[0]);
    let is_zero = cell[1..].iter().zip(op.constants).all(|(&e, &zero)| zero * e == F::ZERO);
    if is_zero { Ok(()) } else { Err("a row's padding is not zero") }
}

/// Rows whose columns are made at once.
const ROWS: usize = 64;

/// The witness columns of compressions, and their lookups.
pub fn columns(compressions: &[Compression]) -> (Vec<Vec<F>>, Counts) {
    let tasks = rayon::current_num_threads() * 4;
    let rows = compressions.len().div_ceil(tasks).next_multiple_of(ROWS).max(ROWS);
    let filled: Vec<(Vec<Vec<F>>, Counts)> = compressions.par_chunks(rows).map(fill).collect();
    let mut counts = Counts::default();
    let mut parts = Vec::with_capacity(filled.len());
    for (part, more) in filled {
        counts = counts.plus(&more);
        parts.push(part);
    }
    let column = |i: usize| -> Vec<F> {
        let parts = parts.iter().flatten().map(|part| &part[i * ROWS..][..ROWS]);
        let mut column = parts.collect::<Vec<_>>().concat();
        column.truncate(compressions.len());
        column
    };
    ((0..WIDTH).into_par_iter().map(column).collect(), counts)
}

/// [`ROWS`] rows at a time, column by column; behind the last rows are zeros.
fn fill(compressions: &[Compression]) -> (Vec<Vec<F>>, Counts) {
    let mut counts = Counts::default();
    let mut row = [F::ZERO; WIDTH];
    let part = |compressions: &[Compression]| {
        let mut part = vec![F::ZERO; WIDTH * ROWS];
        for (r, compression) in compressions.iter().enumerate() {
            compression.fill(&mut row, &mut counts);
            part.iter_mut().skip(r).step_by(ROWS).zip(&row).for_each(|(cell, &value)| *cell = value);
        }
        part
    };
    (compressions.chunks(ROWS).map(part).collect(), counts)
}

/// The lookups of operations of other chips.
pub fn count(op: &Op<'_>, values: &Values, counts: &mut Counts) {
    if op.kind == Kind::Digest {
        digest::count(&values.words(op.ports[0]), counts);
    }
}
