//! `digest`: the eight words of a hash as nine field elements, so that different hashes stay different: 29 bits of
//! each, and the three bits that are left of all eight.
//!
//! The elements are two cells, of five and of four.
//!
//! | constraint | says |
//! |---|---|
//! | `digest/1` | bits are 0 or 1 |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::F;

use super::{HALF, WORDS};
use crate::cell::CELL;
use crate::port::{Port, Ports, Row, Shape};

/// Bits of a high half that stay with the low one.
pub const MIDDLE_BITS: u32 = 13;

/// Columns.
pub const SHAPE: Shape = Shape {
    name: "digest",
    real: true,
    ports: &[("words", Port::Read), ("out", Port::Write), ("rest", Port::Write)],
    constants: &[],
    witness: &[("low", 8), ("middle", 8), ("bit", 24)],
};

/// The chip.
pub struct Digest;

impl Air for Digest {
    crate::port::shaped!();
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let Ports { real, ports: [words, out, rest] } = row.ports(&SHAPE);
        let (low, middle): ([_; 8], [_; 8]) = (row.array(), row.array());
        let bits: [_; 24] = row.array();
        let mut high = middle;
        let mut left = B::E::zero();
        for (i, bits) in bits.chunks_exact(3).enumerate() {
            bits.iter().for_each(|&bit| b.assert_bool("digest/1", bit));
            let top = bits[0] + bits[1] * 2 + bits[2] * 4;
            b.send(HALF, real, &[middle[i] * (1 << (16 - MIDDLE_BITS))]);
            high[i] = middle[i] + top * (1 << MIDDLE_BITS);
            left = left + top * (1 << (3 * i));
        }
        for part in 0..2 {
            let half = |i: usize| [low, high][i % 2][4 * part + i / 2];
            let mut message = [words.0; 10];
            message[1] = B::E::constant(F::new(part as u32));
            message[2..].copy_from_slice(&core::array::from_fn::<_, 8, _>(half));
            b.message(WORDS, words.1, &message);
        }
        let element = |i: usize| low[i] + middle[i] * (1 << 16);
        let [e0, e1, e2, e3, e4, e5, e6, e7] = core::array::from_fn(element);
        b.message(CELL, out.1, &[out.0, e0, e1, e2, e3, e4]);
        b.message(CELL, rest.1, &[rest.0, e5, e6, e7, left, B::E::zero()]);
    }
}
