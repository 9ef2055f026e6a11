//! `constant`: a cell whose value is fixed.
//!
//! There is nothing a prover chooses, and no constraint.

use aver_stark::air::{Air, Builder};

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "constant",
    real: false,
    ports: &[("out", Port::Write)],
    constants: &["value0", "value1", "value2", "value3", "value4"],
    witness: &[],
};

/// The chip.
pub struct Constant;

impl Air for Constant {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let value = row.array();
        ports.connect(b, [value]);
    }
}
