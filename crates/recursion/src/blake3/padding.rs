//! `padding`: the last elements of a cell are zero.
//!
//! A row whose length is no multiple of 16 is hashed with zeros behind it. Whole cells of zeros are a constant's; the
//! cell in which the row ends is read here too.
//!
//! | constraint | says |
//! |---|---|
//! | `padding/1` | elements where `zero` is one are zero |

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "padding",
    real: true,
    ports: &[("cell", Port::Read)],
    constants: &["zero1", "zero2", "zero3", "zero4"],
    witness: &[("element", D)],
};

/// The chip.
pub struct Padding;

impl Air for Padding {
    crate::port::shaped!();
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let zeros: [_; D - 1] = row.array();
        let elements: [_; D] = row.array();
        for (&zero, &element) in zeros.iter().zip(&elements[1..]) {
            b.assert_zero("padding/1", zero * element);
        }
        ports.connect(b, [elements]);
    }
}
