//! `add`: a + b = o, of extension elements.
//!
//! Either of a and o is what the row finds: a sum, or a difference. There are no columns for o, and no
//! constraint: its message has a + b.

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "add",
    real: true,
    ports: &[("a", Port::Either), ("b", Port::Read), ("o", Port::Either)],
    constants: &[],
    witness: &[("a", D), ("b", D)],
};

/// The chip.
pub struct Add;

impl Air for Add {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let (x, y) = (row.array::<D>(), row.array::<D>());
        let sum = core::array::from_fn(|i| x[i] + y[i]);
        ports.connect(b, [x, y, sum]);
    }
}
