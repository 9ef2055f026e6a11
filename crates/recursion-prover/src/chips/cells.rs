//! Cells that are not computed: constants and hints.

use aver_recursion::circuit::{Op, Source};
use p3_field::Field;

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
