//! Fills the chips' tables.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::cpu::MEM1;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};

use crate::chip::columns::{Call, Cols, G, unnamed};
use crate::chip::{Mixing, Round, WORDS};
use crate::execute::rounds;
use crate::mix::{Half, ordered, round};
use crate::{Blake2b, CALL};

impl CoprocessorTables for Blake2b {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, _: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = Call::new(&mut Names::default(), unnamed);
        let mixings = filler.table(&Mixing, calls.len(), |i, row| call(row, &c, calls[i]));
        let c = Cols::new(&mut Names::default(), unnamed);
        let steps = calls.iter().flat_map(|&s| (0..rounds(s.a1.before)).map(move |r| (s, r)));
        let steps: Vec<_> = steps.collect();
        let rounds = filler.table(&Round, steps.len(), |i, row| fill_round(row, &c, steps[i].0, steps[i].1));
        vec![mixings, rounds]
    }
}

fn call(row: &mut RowMut<'_>, c: &Call<usize>, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.argument(&c.a1, s.a1.before, s.a1.prev_ts);
    row.set(c.rounds, rounds(s.a1.before) as u32);
    for (word, update) in c.v.iter().chain(&c.m).zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
    }
    c.new.into_iter().zip(&s.updates).for_each(|(new, update)| row.limbs(new, update.after));
}

/// Sixteen words in memory, before the call.
fn words(accesses: &[MemAccess]) -> [u64; WORDS] {
    core::array::from_fn(|i| accesses.get(i).map_or(0, |access| access.before))
}

/// The row of round `r` of a call.
fn fill_round(row: &mut RowMut<'_>, c: &Cols<usize>, s: &EcallStep, r: usize) {
    let (mut v, m) = (words(&s.updates), words(s.updates.get(WORDS..).unwrap_or_default()));
    for r in 0..r {
        round(&mut v, &m, r);
    }
    row.set(c.is_real, 1);
    row.set(c.ts, s.ts);
    row.set(c.step[r], 1);
    for i in 0..4 {
        row.limbs(c.a[i], v[i]);
        bytes(row, c.b[i], v[4 + i]);
        row.limbs(c.c[i], v[8 + i]);
        bytes(row, c.d[i], v[12 + i]);
    }
    c.m.into_iter().zip(ordered(&m, r)).for_each(|(at, word)| row.limbs(at, word));
    for (g, (halves, b)) in c.g.iter().zip(round(&mut v, &m, r)) {
        fill_g(row, g, halves, b);
    }
}

fn fill_g(row: &mut RowMut<'_>, g: &G<usize>, halves: [Half; 2], b: u64) {
    for (at, [a, da, c, bc]) in g.halves.iter().zip(halves) {
        bytes(row, at.a, a);
        bytes(row, at.da, da);
        bytes(row, at.c, c);
        bytes(row, at.bc, bc);
    }
    for u in 0..4 {
        row.flag(g.top[u], b >> (16 * u + 15) & 1 == 1);
        if let Some(low) = g.low_top {
            row.flag(low[u], b >> (16 * u + 7) & 1 == 1);
        }
    }
}

fn bytes(row: &mut RowMut<'_>, at: [usize; 8], word: u64) {
    at.into_iter().zip(word.to_le_bytes()).for_each(|(at, byte)| row.set(at, byte.into()));
}
