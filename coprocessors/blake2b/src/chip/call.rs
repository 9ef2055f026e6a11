//! The chip of calls.

use aver_machine::calls::{self, A0, A1};
use aver_machine::cpu::{self, inverse};
use aver_machine::layout::{Cells, Names};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use super::columns::{Call, numbered, unnamed};
use super::{BLOCK, PARTS, VECTOR, WORDS};
use crate::CALL;

/// A row is a call.
pub struct Mixing;

impl Air for Mixing {
    fn name(&self) -> &str {
        "blake2b"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        Call::new(&mut names, numbered);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()), unnamed);
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        let (real, ts) = (row.real, c.call.cpu.ts);
        let at = calls::word_of_pointer(&mut row, cpu::RS2, A0, &c.a0);
        calls::read(&mut row, cpu::MEM0, A1, &c.a1);
        row.bits(4, c.rounds);
        row.bits(12, (c.a1.value[0] - c.rounds) * inverse(16));
        for (i, (word, new)) in c.v.iter().zip(c.new).enumerate() {
            row.store(real, cpu::MEM1, at + i as u32, word, new);
            new.into_iter().for_each(|limb| row.range(limb));
        }
        for (i, word) in c.m.iter().enumerate() {
            row.store(real, cpu::MEM1, at + (WORDS + i) as u32, word, word.value);
        }
        for i in 0..PARTS {
            let part = |of: &[[B::E; 4]]| [of[2 * i], of[2 * i + 1]];
            let number = |first: B::E| first + i as u32;
            row.look_up(VECTOR, &vector(ts, number(B::E::zero()), part(&c.v.map(|word| word.value))));
            row.b.receive(VECTOR, real, &vector(ts, number(c.rounds * PARTS as u32), part(&c.new)));
        }
        for (i, word) in c.m.iter().enumerate() {
            row.look_up(BLOCK, &block(ts, B::E::constant(f(i as u32)), word.value));
            row.b.receive(BLOCK, real, &block(ts, c.rounds * WORDS as u32 + i as u32, word.value));
        }
    }
}

/// A message of [`VECTOR`].
#[inline(always)]
pub fn vector<E: Expr>(ts: E, number: E, words: [[E; 4]; 2]) -> [E; 10] {
    core::array::from_fn(|i| match i {
        0 => ts,
        1 => number,
        _ => words[(i - 2) / 4][(i - 2) % 4],
    })
}

/// A message of [`BLOCK`].
#[inline(always)]
pub fn block<E: Expr>(ts: E, number: E, word: [E; 4]) -> [E; 6] {
    [ts, number, word[0], word[1], word[2], word[3]]
}
