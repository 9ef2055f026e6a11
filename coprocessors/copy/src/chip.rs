//! A row copies a block.
//!
//! | columns | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | from (32 × 6) | the block's words |
//! | to (32 × 6) | the words they replace |
//!
//! Buses: exec 2, instr 1, mem 6 + 128, range 3 + 2 + 64, bytes 32. No constraints of its own: what is put where a word
//! goes is what was taken where it came from, four limbs of 16 bits as all that is in memory.

use alloc::format;

use aver_machine::calls::{self, A0, A1, Call, Pointer};
use aver_machine::cpu::{self, Word};
use aver_machine::layout::{Cells, Layout, Names};
use aver_stark::air::{Air, Builder, Columns};

use crate::CALL;

/// Words of a block.
pub const WORDS: usize = 32;

/// The chip.
pub struct Copying;

/// Its columns.
#[derive(Clone, Copy, Debug)]
pub struct Cols<T> {
    /// What all calls have.
    pub call: Call<T>,
    /// a0: where the block goes.
    pub a0: Pointer<T>,
    /// a1: where it is.
    pub a1: Pointer<T>,
    /// The block.
    pub from: [Word<T>; WORDS],
    /// What it replaces.
    pub to: [Word<T>; WORDS],
}

impl<T: Copy> Cols<T> {
    /// Takes its cells.
    pub fn new(l: &mut impl Layout<Cell = T>) -> Self {
        Self {
            call: Call::new(l),
            a0: Pointer::new(l, "a0"),
            a1: Pointer::new(l, "a1"),
            from: core::array::from_fn(|i| Word::new(l, &format!("from{i}"))),
            to: core::array::from_fn(|i| Word::new(l, &format!("to{i}"))),
        }
    }
}

/// Number of columns.
pub const WIDTH: usize = 10 + 2 * WORDS * 6;

impl Air for Copying {
    fn name(&self) -> &str {
        "copy"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        Cols::new(&mut names);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Cols::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        let real = row.real;
        let to = calls::word_of_pointer(&mut row, cpu::RS2, A0, &c.a0);
        let from = calls::word_of_pointer(&mut row, cpu::MEM0, A1, &c.a1);
        for (i, (block, old)) in c.from.iter().zip(&c.to).enumerate() {
            row.store(real, cpu::MEM1, from + i as u32, block, block.value);
            row.store(real, cpu::MEM1, to + i as u32, old, block.value);
        }
    }
}
