//! `select`: o is a if the bit is set, and b if not.
//!
//! | constraint | says |
//! |---|---|
//! | `select/1` | the bit is 0 or 1 |
//! | `select/2` | each of the five elements of o is that of b, plus the bit times the difference |

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape, base};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "select",
    real: true,
    ports: &[("bit", Port::Read), ("a", Port::Read), ("b", Port::Read), ("o", Port::Write)],
    constants: &[],
    witness: &[("bit", 1), ("a", D), ("b", D), ("o", D)],
};

/// The chip.
pub struct Select;

impl Air for Select {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let bit = row.one();
        let (x, y, o) = (row.array::<D>(), row.array::<D>(), row.array::<D>());
        b.assert_bool("select/1", bit);
        for i in 0..D {
            b.assert_zero("select/2", y[i] + bit * (x[i] - y[i]) - o[i]);
        }
        ports.connect(b, [base(bit), x, y, o]);
    }
}
