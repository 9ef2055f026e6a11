//! `pack`: five base elements in one cell, and each in a cell of its own.
//!
//! Either of the two is what the row finds. There is no constraint: cells of base elements have zeros in
//! their messages.

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape, base};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "pack",
    real: false,
    ports: &[
        ("packed", Port::Either),
        ("base0", Port::Either),
        ("base1", Port::Either),
        ("base2", Port::Either),
        ("base3", Port::Either),
        ("base4", Port::Either),
    ],
    constants: &[],
    witness: &[("value", D)],
};

/// The chip.
pub struct Pack;

impl Air for Pack {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let value: [_; D] = row.array();
        let [v0, v1, v2, v3, v4] = value.map(base);
        ports.connect(b, [value, v0, v1, v2, v3, v4]);
    }
}
