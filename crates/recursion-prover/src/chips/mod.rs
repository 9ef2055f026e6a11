//! What operations compute, and what they put into witness columns. Files mirror those of `aver-recursion`.

use aver_recursion::cell::Address;
use aver_recursion::chips::Kind;
use aver_recursion::circuit::Op;
use aver_stark::field::F;

use crate::blake3::{digest, ops};
use crate::run::Values;

mod arithmetic;
mod cells;
pub(crate) mod hash;

/// Computes what an operation writes; fails when there is nothing that satisfies it.
pub fn run(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    match op.kind {
        Kind::Constant => cells::constant(op, values),
        Kind::Hint => cells::hint(op, values),
        Kind::MulAdd => arithmetic::mul_add(op, values),
        Kind::Mul => arithmetic::mul(op, values),
        Kind::Add => arithmetic::add(op, values),
        Kind::Dot => arithmetic::dot(op, values),
        Kind::Select => cells::select(op, values),
        Kind::Pack => cells::pack(op, values),
        Kind::Bits => cells::bits(op, values),
        Kind::Permute => hash::permute(op, values),
        Kind::Node => hash::node(op, values),
        Kind::Cap => cells::cap(op, values),
        Kind::Compress => ops::compress(op, values),
        Kind::Digest => ops::digest(op, values),
        Kind::Padding => ops::padding(op, values),
    }
}

/// The witness columns of an operation's row; those of hashes are filled by themselves.
pub fn fill(op: &Op<'_>, values: &Values, row: &mut Vec<F>) {
    let cells = |row: &mut Vec<F>, ports: &[Address]| ports.iter().for_each(|&a| row.extend(values.cell(a)));
    match op.kind {
        Kind::Constant | Kind::Compress | Kind::Permute | Kind::Node => {}
        Kind::Hint | Kind::MulAdd | Kind::Mul | Kind::Dot | Kind::Padding => cells(row, op.ports),
        Kind::Add => cells(row, &op.ports[..2]),
        Kind::Pack => cells(row, &op.ports[..1]),
        Kind::Select => {
            row.push(values.cell(op.ports[0])[0]);
            cells(row, &op.ports[1..]);
        }
        Kind::Bits => cells::fill_bits(op, values, row),
        Kind::Cap => cells::fill_cap(op, values, row),
        Kind::Digest => digest::fill(&values.words(op.ports[0]), row),
    }
}
