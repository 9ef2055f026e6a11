//! Cells that are not computed: constants, hints, and what is in other cells.

use aver_recursion::cell::Cell;
use aver_recursion::chips::bits::{BITS, LOW};
use aver_recursion::circuit::{Op, Source};
use aver_stark::field::F;
use aver_stark::poseidon2::DIGEST;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use super::hash::four;
use crate::run::Values;

pub fn constant(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let cell = op.constants[..].try_into().map_err(|_| "a constant has five coefficients")?;
    values.set(op.ports[0], cell);
    Ok(())
}

pub fn hint(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    match op.source {
        Source::Hint(i) => values.set(op.ports[0], *values.hint(i)),
        Source::Inverse(a) => {
            let inverse = values.ext(a).try_inverse().ok_or("zero has no inverse")?;
            values.set_ext(op.ports[0], inverse);
        }
        Source::None => return Err("a hint without a source"),
    }
    Ok(())
}

/// The base element of a cell that has nothing else.
fn base(cell: &Cell) -> Result<F, &'static str> {
    match *cell {
        [value, F::ZERO, F::ZERO, F::ZERO, F::ZERO] => Ok(value),
        _ => Err("not a base element"),
    }
}

fn cell(value: F) -> Cell {
    [value, F::ZERO, F::ZERO, F::ZERO, F::ZERO]
}

/// The bit of a cell.
pub fn bit(cell: &Cell) -> Result<bool, &'static str> {
    match base(cell)? {
        F::ZERO => Ok(false),
        F::ONE => Ok(true),
        _ => Err("not a bit"),
    }
}

pub fn select(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let taken = if bit(values.cell(op.ports[0]))? { 1 } else { 2 };
    values.set(op.ports[3], *values.cell(op.ports[taken]));
    Ok(())
}

pub fn pack(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    if !op.is_write(0) {
        let packed = *values.cell(op.ports[0]);
        return (0..5).try_for_each(|i| values.meet(op, 1 + i, cell(packed[i])));
    }
    let mut packed = [F::ZERO; 5];
    for i in 0..5 {
        packed[i] = base(values.cell(op.ports[1 + i]))?;
    }
    values.meet(op, 0, packed)
}

pub fn bits(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let value = base(values.cell(op.ports[0]))?.as_canonical_u32();
    (0..BITS).for_each(|i| values.set(op.ports[1 + i], cell(F::from_bool(value >> i & 1 == 1))));
    Ok(())
}

pub fn fill_bits(op: &Op<'_>, values: &Values, row: &mut Vec<F>) {
    let value = values.cell(op.ports[0])[0].as_canonical_u32();
    row.extend((0..BITS).map(|i| F::from_bool(value >> i & 1 == 1)));
    let all = |bits: usize| value >> LOW & ((1 << bits) - 1) == (1 << bits) - 1;
    row.extend([3, 5, 7].map(|bits| F::from_bool(all(bits))));
}

/// Number of the entry that a row is, or looks up.
fn entry(op: &Op<'_>, values: &Values) -> Result<u32, &'static str> {
    Ok((op.constants[0] + base(values.cell(op.ports[0]))?).as_canonical_u32())
}

fn is_entry(op: &Op<'_>) -> bool {
    op.constants[1] == F::ONE
}

pub fn cap(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let (number, digest) = (entry(op, values)?, [1, 2].map(|i| *values.cell(op.ports[i])));
    four(&digest[1])?;
    if is_entry(op) {
        values.entries.insert(number, (digest, 0));
        return Ok(());
    }
    match values.entries.get_mut(&number) {
        Some((entry, count)) if *entry == digest => *count += 1,
        _ => return Err("another digest is there"),
    }
    Ok(())
}

pub fn fill_cap(op: &Op<'_>, values: &Values, row: &mut Vec<F>) {
    row.push(values.cell(op.ports[0])[0]);
    row.extend([1, 2].iter().flat_map(|&i| values.cell(op.ports[i])).take(DIGEST));
    let entry = entry(op, values).ok().and_then(|number| values.entries.get(&number));
    row.push(if is_entry(op) { F::new(entry.map_or(0, |entry| entry.1)) } else { F::NEG_ONE });
}
