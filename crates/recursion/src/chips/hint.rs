//! `hint`: a cell that the prover chooses.
//!
//! No constraint: what else is said of the cell is said by who reads it.

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "hint",
    real: false,
    ports: &[("out", Port::Write)],
    constants: &[],
    witness: &[("value", D)],
};

/// The chip.
pub struct Hint;

impl Air for Hint {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let value = row.array();
        ports.connect(b, [value]);
    }
}
