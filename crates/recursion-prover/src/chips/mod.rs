//! What operations compute, and what they put into witness columns. Files mirror those of `aver-recursion`.

use aver_recursion::chips::Kind;
use aver_recursion::circuit::Op;
use aver_stark::field::F;

use crate::blake3::{digest, ops};
use crate::run::Values;

mod arithmetic;
mod cells;

/// Computes what an operation writes; fails when there is nothing that satisfies it.
pub fn run(op: &Op, values: &mut Values) -> Result<(), &'static str> {
    match op.kind {
        Kind::Constant => cells::constant(op, values),
        Kind::Hint => cells::hint(op, values),
        Kind::MulAdd => arithmetic::mul_add(op, values),
        Kind::Add => arithmetic::add(op, values),
        Kind::Compress => ops::compress(op, values),
        Kind::Digest => ops::digest(op, values),
        Kind::Padding => ops::padding(op, values),
    }
}

/// The witness columns of an operation's row; those of compressions are filled by themselves.
pub fn fill(op: &Op, values: &Values, row: &mut Vec<F>) {
    match op.kind {
        Kind::Constant | Kind::Compress => {}
        Kind::Digest => digest::fill(&values.words(op.ports[0]), row),
        Kind::Hint | Kind::MulAdd | Kind::Padding => {
            op.ports.iter().for_each(|&a| row.extend(values.cell(a)))
        }
        Kind::Add => op.ports[..2].iter().for_each(|&a| row.extend(values.cell(a))),
    }
}
