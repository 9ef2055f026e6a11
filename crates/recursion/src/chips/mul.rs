//! `mul`: a · b = o, of extension elements.
//!
//! The row finds o, or asserts. For products that no sum goes with: a message and seven columns less than in
//! [`super::mul_add`].
//!
//! | constraint | says |
//! |---|---|
//! | `mul/1` | for each coefficient: that of a · b is that of o |

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use super::mul_add::multiply;
use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "mul",
    real: true,
    ports: &[("a", Port::Read), ("b", Port::Read), ("o", Port::Either)],
    constants: &[],
    witness: &[("a", D), ("b", D), ("o", D)],
};

/// The chip.
pub struct Mul;

impl Air for Mul {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let (x, y, o) = (row.array::<D>(), row.array::<D>(), row.array::<D>());
        let product = multiply(x, y);
        for i in 0..D {
            b.assert_zero("mul/1", product[i] - o[i]);
        }
        ports.connect(b, [x, y, o]);
    }
}
