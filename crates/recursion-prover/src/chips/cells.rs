//! Cells that are not computed: constants, hints, and what is in other cells.

use aver_recursion::cell::Cell;
use aver_recursion::chips::bits::{BITS, LOW};
use aver_recursion::circuit::{Op, Source};
use aver_stark::field::F;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

use crate::run::Values;

pub fn constant(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    let cell = op.constants[..].try_into().map_err(|_| "a constant has five coefficients")?;
    values.set(op.ports[0], cell);
    Ok(())
}

pub fn hint(op: &Op, values: &mut Values) -> Result<(), &'static str> {
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

pub fn select(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    let taken = if bit(values.cell(op.ports[0]))? { 1 } else { 2 };
    values.set(op.ports[3], *values.cell(op.ports[taken]));
    Ok(())
}

pub fn pack(op: &Op, values: &mut Values) -> Result<(), &'static str> {
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

pub fn bits(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    let value = base(values.cell(op.ports[0]))?.as_canonical_u32();
    (0..BITS).for_each(|i| values.set(op.ports[1 + i], cell(F::from_bool(value >> i & 1 == 1))));
    Ok(())
}

pub fn fill_bits(op: &Op, values: &Values, row: &mut Vec<F>) {
    let value = values.cell(op.ports[0])[0].as_canonical_u32();
    row.extend((0..BITS).map(|i| F::from_bool(value >> i & 1 == 1)));
    let all = |bits: usize| value >> LOW & ((1 << bits) - 1) == (1 << bits) - 1;
    row.extend([3, 5, 7].map(|bits| F::from_bool(all(bits))));
}
