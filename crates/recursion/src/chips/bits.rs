//! `bits`: the bits of a base element's canonical integer.
//!
//! 31 bits stand for less than 2^31 = p + 2^24 − 1. Of the integers from p on all have the seven high bits set, and
//! one of the low 24: p is 127 · 2^24 + 1.
//!
//! | constraint | says |
//! |---|---|
//! | `bits/1` | each bit is 0 or 1 |
//! | `bits/2` | `high0` is the product of bits 24 to 26 |
//! | `bits/3` | `high1` is that of bits 24 to 28 |
//! | `bits/4` | `high2` is that of bits 24 to 30 |
//! | `bits/5` | if it is 1, the low bits are zero |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::f;

use crate::port::{Port, Row, Shape, base};

/// Bits of an element.
pub const BITS: usize = 31;
/// The low ones: p is 1 more than a multiple of 2^24.
pub const LOW: usize = 24;

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "bits",
    real: true,
    ports: &{
        let mut ports = [("bit", Port::WriteNext); 1 + BITS];
        ports[0] = ("value", Port::Read);
        let mut i = 0;
        while i < BITS {
            ports[1 + i] = (NAMES[i], if i == 0 { Port::Write } else { Port::WriteNext });
            i += 1;
        }
        ports
    },
    constants: &[],
    witness: &[("bit", BITS), ("high", 3)],
};

const NAMES: [&str; BITS] = [
    "bit0", "bit1", "bit2", "bit3", "bit4", "bit5", "bit6", "bit7", "bit8", "bit9", "bit10", "bit11",
    "bit12", "bit13", "bit14", "bit15", "bit16", "bit17", "bit18", "bit19", "bit20", "bit21", "bit22",
    "bit23", "bit24", "bit25", "bit26", "bit27", "bit28", "bit29", "bit30",
];

/// The chip.
pub struct Bits;

impl Air for Bits {
    crate::port::shaped!();
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports = row.ports::<{ 1 + BITS }>(&SHAPE);
        let bits: [_; BITS] = row.array();
        let high: [_; 3] = row.array();
        for bit in bits {
            b.assert_bool("bits/1", bit);
        }
        b.assert_zero("bits/2", bits[LOW] * bits[LOW + 1] * bits[LOW + 2] - high[0]);
        b.assert_zero("bits/3", high[0] * bits[LOW + 3] * bits[LOW + 4] - high[1]);
        b.assert_zero("bits/4", high[1] * bits[LOW + 5] * bits[LOW + 6] - high[2]);
        let low = bits[..LOW].iter().fold(B::E::zero(), |sum, &bit| sum + bit);
        b.assert_zero("bits/5", high[2] * low);
        let value = bits.iter().enumerate().fold(B::E::zero(), |sum, (i, &bit)| sum + bit * f(1 << i));
        let mut cells = [base(value); 1 + BITS];
        for i in 0..BITS {
            cells[1 + i] = base(bits[i]);
        }
        ports.connect(b, cells);
    }
}
