//! Registers that rest: an op's access finds one that was accessed less than 2^16 slots before
//! ([`crate::cpu`]), so one that rested for longer is touched in between, any number of times.
//!
//! A row takes a register as it is at `prev`, and puts it back, unchanged, at 2^10 block.
//!
//! | columns | |
//! |---|---|
//! | is_real, reg, value (4), prev | |
//! | block | the new timestamp / 2^10 |
//!
//! Buses: mem 2, range 2. `block` has 16 bits, so the new timestamp is an integer below 2^26 like those of
//! ops; the distance from `prev` has 16 bits too, so it is later than `prev`.
//!
//! 1. `is_real` is a boolean.

use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::buses::{MEM, RANGE, REGISTERS};
use crate::layout::{Cells, Layout, Names};
use crate::public::MAX_TS;

/// The chip.
pub struct Touch;

/// Timestamps of rows are multiples of this.
pub const BLOCK: u32 = MAX_TS >> 16;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// Not padding.
    pub is_real: T,
    /// Number of the register.
    pub reg: T,
    /// Its value.
    pub value: [T; 4],
    /// Timestamp of the access before.
    pub prev: T,
    /// The new timestamp, in [`BLOCK`]s.
    pub block: T,
}

impl Touch {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            is_real: l.one("is_real"),
            reg: l.one("reg"),
            value: l.array("l"),
            prev: l.one("prev"),
            block: l.one("block"),
        }
    }
}

impl Air for Touch {
    fn name(&self) -> &str {
        "touch"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        Columns::witness(names.0)
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let real = c.is_real;
        b.assert_bool("touch/1", real);
        let space = B::E::constant(f(REGISTERS));
        let [l0, l1, l2, l3] = c.value;
        let message = |ts| [space, c.reg, l0, l1, l2, l3, ts];
        let ts = c.block * BLOCK;
        b.receive(MEM, real, &message(c.prev));
        b.send(MEM, real, &message(ts));
        b.send(RANGE, real, &[c.block]);
        b.send(RANGE, real, &[ts - c.prev - 1]);
    }
}
