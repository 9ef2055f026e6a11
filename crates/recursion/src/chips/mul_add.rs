//! `mul_add`: a · b + c = o, of extension elements.
//!
//! Either of c and o is what the row finds (a · b + c, or o − a · b), or neither, and the row asserts.
//!
//! | constraint | says |
//! |---|---|
//! | `mul_add/1` | for each coefficient: that of a · b + c is that of o |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "mul_add",
    real: true,
    ports: &[("a", Port::Read), ("b", Port::Read), ("c", Port::Either), ("o", Port::Either)],
    constants: &[],
    witness: &[("a", D), ("b", D), ("c", D), ("o", D)],
};

/// The chip.
pub struct MulAdd;

impl Air for MulAdd {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let (x, y, c, o) = (row.array::<D>(), row.array::<D>(), row.array::<D>(), row.array::<D>());
        let product = multiply(x, y);
        for i in 0..D {
            b.assert_zero("mul_add/1", product[i] + c[i] - o[i]);
        }
        ports.connect(b, [x, y, c, o]);
    }
}

/// The product of extension elements: x^5 = 1 − x^2.
#[inline(always)]
pub fn multiply<E: Expr>(a: [E; D], b: [E; D]) -> [E; D] {
    let p: [E; 2 * D - 1] = core::array::from_fn(|k| {
        let first = k.saturating_sub(D - 1);
        (first + 1..D.min(k + 1)).fold(a[first] * b[k - first], |sum, i| sum + a[i] * b[k - i])
    });
    [p[0] + p[5] - p[8], p[1] + p[6], p[2] - p[5] + p[7] + p[8], p[3] - p[6] + p[8], p[4] - p[7]]
}
