//! What a shard takes over and hands on: a row for each word and register it touches.
//!
//! The shard's number is public value 0.
//!
//! | columns | |
//! |---|---|
//! | is_real, space, addr, before (4), last, after (4) | boundary group: committed in pass 1 |
//! | out_ts | witness: timestamp of the last access |
//!
//! Buses: boundary 2, mem 2, range 1. A row takes `boundary(space, addr, before, last)` and puts
//! `boundary(space, addr, after, shard)`; inside it puts the word at timestamp 0 and takes it at out_ts.
//!
//! 1. `is_real` is a boolean. last < shard: shard − last − 1 is in `range`, both being below 2^16.
//!
//! For each word, what shards take and put is a flow from the memory table's (word, first, 0) to its
//! (word, final, last), and each row leads from a lower shard number to its own: so there is one path,
//! and a shard is on it at most once.

use alloc::vec::Vec;

use aver_stark::air::{Air, Builder, Columns, Expr};

use crate::buses::{BOUNDARY, MEM, RANGE};
use crate::layout::{Cells, Layout, Names};
use crate::public::SHARD;

/// The chip.
pub struct Boundary;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// Not padding.
    pub is_real: T,
    /// Which space.
    pub space: T,
    /// Which word or register.
    pub addr: T,
    /// Its value on entry.
    pub before: [T; 4],
    /// The shard that left it so.
    pub last: T,
    /// Its value on leaving.
    pub after: [T; 4],
    /// Timestamp of the last access.
    pub out_ts: T,
}

/// Columns of the boundary group.
pub const BOUNDARY_WIDTH: usize = 12;

impl Boundary {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            is_real: l.one("is_real"),
            space: l.one("space"),
            addr: l.one("addr"),
            before: l.array("before"),
            last: l.one("last"),
            after: l.array("after"),
            out_ts: l.one("out_ts"),
        }
    }
}

impl Air for Boundary {
    fn name(&self) -> &str {
        "boundary"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        let witness = names.0.split_off(BOUNDARY_WIDTH);
        Columns { fixed: Vec::new(), boundary: names.0, witness }
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let shard = b.public(SHARD);
        let c = self.cols(&mut Cells::new(b.row()));
        let real = c.is_real;
        b.assert_bool("boundary/1", real);
        let word = |v: [B::E; 4], at: B::E| [c.space, c.addr, v[0], v[1], v[2], v[3], at];
        b.receive(BOUNDARY, real, &word(c.before, c.last));
        b.send(BOUNDARY, real, &word(c.after, shard));
        b.send(MEM, real, &word(c.before, B::E::zero()));
        b.receive(MEM, real, &word(c.after, c.out_ts));
        b.send(RANGE, real, &[shard - c.last - 1]);
    }
}
