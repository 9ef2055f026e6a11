//! The chip of calls.

use alloc::vec::Vec;

use aver_machine::calls::{self, A0, A1};
use aver_machine::cpu::{self, Row};
use aver_machine::layout::{Cells, Names};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use super::columns::Call;
use super::{LIMBS, PART, ROUNDS, STATE};
use crate::CALL;

/// A row is a call.
pub struct Permutation;

impl Air for Permutation {
    fn name(&self) -> &str {
        "keccak"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        Call::new(&mut names);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        let real = row.real;
        let at = calls::word_of_pointer(&mut row, cpu::RS2, A0, &c.a0);
        calls::read(&mut row, cpu::MEM0, A1, &c.a1);
        for (i, (word, new)) in c.state.iter().zip(c.new).enumerate() {
            row.store(real, cpu::MEM1, at + i as u32, word, new);
            new.into_iter().for_each(|limb| row.range(limb));
        }
        let ts = c.call.cpu.ts;
        parts(&mut row, real, ts, 0, c.state.map(|word| word.value));
        parts(&mut row, -real, ts, ROUNDS, c.new);
    }
}

/// The messages of a state before round `round`, `weight` times.
fn parts<B: Builder>(row: &mut Row<'_, B>, weight: B::E, ts: B::E, round: usize, state: [[B::E; 4]; 25]) {
    let limbs: Vec<B::E> = state.into_iter().flatten().collect();
    for i in 0..LIMBS / PART {
        let number = B::E::constant(f((PART * round + i) as u32));
        row.b.message(STATE, weight, &message(ts, number, |j| limbs[PART * i + j]));
    }
}

/// A message of [`STATE`].
#[inline(always)]
pub fn message<E: Expr>(ts: E, number: E, limb: impl Fn(usize) -> E) -> [E; 2 + PART] {
    core::array::from_fn(|j| match j {
        0 => ts,
        1 => number,
        _ => limb(j - 2),
    })
}
