//! Arithmetic of extension elements.

use aver_recursion::cell::of_ext;
use aver_recursion::circuit::Op;
use aver_stark::field::EF;

use crate::run::Values;

fn meet(values: &mut Values, op: &Op<'_>, port: usize, value: EF) -> Result<(), &'static str> {
    values.meet(op, port, of_ext(&value))
}

pub fn mul_add(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let [a, b, c, o] = [0, 1, 2, 3].map(|i| values.ext(op.ports[i]));
    match op.is_write(2) {
        true => meet(values, op, 2, o - a * b),
        false => meet(values, op, 3, a * b + c),
    }
}

pub fn mul(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let product = values.ext(op.ports[0]) * values.ext(op.ports[1]);
    meet(values, op, 2, product)
}

pub fn add(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let [a, b, o] = [0, 1, 2].map(|i| values.ext(op.ports[i]));
    match op.is_write(0) {
        true => meet(values, op, 0, o - b),
        false => meet(values, op, 2, a + b),
    }
}

pub fn dot(op: &Op<'_>, values: &mut Values) -> Result<(), &'static str> {
    let v = *values.cell(op.ports[1]);
    let sum = (0..5).fold(values.ext(op.ports[0]), |sum, k| sum + values.ext(op.ports[2 + k]) * v[k]);
    meet(values, op, 7, sum)
}
