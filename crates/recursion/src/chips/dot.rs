//! `dot`: acc + Σ v_k · w_k = o, of five base elements in a cell and five extension elements: what opened rows are
//! combined with.
//!
//! | constraint | says |
//! |---|---|
//! | `dot/1` | each coefficient of the sum is that of o |

use aver_stark::air::{Air, Builder};
use aver_stark::field::D;

use crate::port::{Port, Row, Shape};

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "dot",
    real: true,
    ports: &[
        ("acc", Port::Read),
        ("v", Port::Read),
        ("wa", Port::Read),
        ("wb", Port::Read),
        ("wc", Port::Read),
        ("wd", Port::Read),
        ("we", Port::Read),
        ("o", Port::Write),
    ],
    constants: &[],
    witness: &[("acc", D), ("v", D), ("wa", D), ("wb", D), ("wc", D), ("wd", D), ("we", D), ("o", D)],
};

/// The chip.
pub struct Dot;

impl Air for Dot {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports(&SHAPE);
        let (acc, v): ([_; D], [_; D]) = (row.array(), row.array());
        let w: [[_; D]; D] = core::array::from_fn(|_| row.array());
        let o: [_; D] = row.array();
        for i in 0..D {
            let sum = (0..D).fold(acc[i], |sum, k| sum + v[k] * w[k][i]);
            b.assert_zero("dot/1", sum - o[i]);
        }
        ports.connect(b, [acc, v, w[0], w[1], w[2], w[3], w[4], o]);
    }
}
