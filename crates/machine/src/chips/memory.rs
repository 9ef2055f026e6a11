//! The memory table, in a proof of its own: a row for each word and register touched in the run.
//!
//! | columns | |
//! |---|---|
//! | image, zero, input | boundary group: flags of the kind; at most one |
//! | memory, text | boundary group: flags; the space is memory + text, see [`crate::buses`] |
//! | addr, first (4), final (4), last | boundary group |
//! | prev, high | predecessor's key; high part of the difference |
//! | lo, hi, above, below | bounds of the address; high parts of the distances |
//!
//! Buses: boundary 2, order 2, range 1 + 2 + 4, bits 1 + 2, image 1, gap 1.
//!
//! A row puts `boundary(space, addr, first, 0)` and takes `boundary(space, addr, final, last)`. `last`
//! needs no check: only shards (numbers from 1 below 2^16) and the row itself put such messages.
//!
//! 1. The kinds, `memory` and `text` are booleans; text implies memory.
//! 2. The key is 2^29 memory + addr, without the space: so a word has one space. `order` takes prev and
//!    puts key; key − prev − 1 has 30 bits (low 16 in `range`, high 14 in `bits`). Addresses are integers
//!    below 0x1E00_0000 by 3 to 5, so keys are below 2^30 − 2^25 and prev + 1 + difference < p: keys
//!    increase strictly as integers, rows are one chain from the verifier's first key to its last, and no
//!    word occurs twice.
//! 3. image: (space, addr, first) is looked up in the image table.
//! 4. zero: first is zero, and (space, lo, hi) is a gap of the image.
//! 5. input: space 1, lo and hi are the input region's, and first has 16-bit limbs by lookups.
//! 6. zero, input: addr − lo and hi − 1 − addr have 29 bits (16 + 13), so lo ≤ addr < hi.

use alloc::vec::Vec;

use aver_isa::memory::{INPUT_BASE, INPUT_END, WORD_BYTES};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use crate::buses::{BITS, BOUNDARY, GAP, IMAGE, ORDER, RANGE};
use crate::cpu;
use crate::layout::{Cells, Layout, Names};

/// The chip.
pub struct Memory;

/// A row.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// image, zero, input
    pub kind: [T; 3],
    /// Not a register.
    pub memory: T,
    /// Text.
    pub text: T,
    /// Word address or register.
    pub addr: T,
    /// Value before the run.
    pub first: [T; 4],
    /// Value after the run.
    pub last_value: [T; 4],
    /// The shard that touched it last.
    pub last: T,
    /// The predecessor's key.
    pub prev: T,
    /// Bits 16 on of key − prev − 1.
    pub high: T,
    /// Bounds of the address.
    pub bounds: [T; 2],
    /// Bits 16 on of the distances.
    pub distance: [T; 2],
}

/// Columns of the boundary group.
pub const BOUNDARY_WIDTH: usize = 15;
/// First word of the input.
pub const INPUT_FIRST: u32 = INPUT_BASE / WORD_BYTES;
/// Word after the input.
pub const INPUT_LAST: u32 = INPUT_END / WORD_BYTES;

/// Key of a word or register.
pub const fn key(memory: bool, addr: u32) -> u32 {
    if memory { (1 << 29) + addr } else { addr }
}

impl Memory {
    /// The columns.
    #[inline(always)]
    pub fn cols<L: Layout>(&self, l: &mut L) -> Cols<L::Cell> {
        Cols {
            kind: [l.one("image"), l.one("zero"), l.one("input")],
            memory: l.one("memory"),
            text: l.one("text"),
            addr: l.one("addr"),
            first: l.array("first"),
            last_value: l.array("final"),
            last: l.one("last"),
            prev: l.one("prev"),
            high: l.one("high"),
            bounds: [l.one("lo"), l.one("hi")],
            distance: [l.one("above"), l.one("below")],
        }
    }
}

impl Air for Memory {
    fn name(&self) -> &str {
        "memory"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        self.cols(&mut names);
        let witness = names.0.split_off(BOUNDARY_WIDTH);
        Columns { fixed: Vec::new(), boundary: names.0, witness }
    }
    #[inline(always)]
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = self.cols(&mut Cells::new(b.row()));
        let real = cpu::flags(b, &c.kind);
        let [image, zero, input] = c.kind;
        let constant = |v: u32| B::E::constant(f(v));
        b.assert_bool("memory/1", c.memory);
        b.assert_bool("memory/1", c.text);
        b.assert_zero("memory/1", c.text * (B::E::one() - c.memory));

        let space = c.memory + c.text;
        let word = |v: [B::E; 4], at: B::E| [space, c.addr, v[0], v[1], v[2], v[3], at];
        b.send(BOUNDARY, real, &word(c.first, B::E::zero()));
        b.receive(BOUNDARY, real, &word(c.last_value, c.last));

        let key = c.addr + c.memory * (1 << 29);
        b.receive(ORDER, real, &[c.prev]);
        b.send(ORDER, real, &[key]);
        b.send(RANGE, real, &[key - c.prev - 1 - c.high * (1 << 16)]);
        b.send(BITS, real, &[constant(14), constant(1 << 14), c.high]);

        let [l0, l1, l2, l3] = c.first;
        b.send(IMAGE, image, &[space, c.addr, l0, l1, l2, l3]);
        let [lo, hi] = c.bounds;
        b.send(GAP, zero, &[space, lo, hi]);
        for limb in c.first {
            b.assert_zero("memory/4", zero * limb);
            b.send(RANGE, input, &[limb]);
        }
        b.assert_zero("memory/5", input * (space - 1));
        b.assert_zero("memory/5", input * (lo - INPUT_FIRST));
        b.assert_zero("memory/5", input * (hi - INPUT_LAST));
        for (distance, high) in [(c.addr - lo, c.distance[0]), (hi - 1 - c.addr, c.distance[1])] {
            b.send(RANGE, zero + input, &[distance - high * (1 << 16)]);
            b.send(BITS, zero + input, &[constant(13), constant(1 << 13), high]);
        }
    }
}
