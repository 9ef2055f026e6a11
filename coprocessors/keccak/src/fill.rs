//! Fills the chips' tables.

use aver_exec::EcallStep;
use aver_isa::Program;
use aver_machine::cpu::MEM1;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};

use crate::chip::columns::{CHI, Call, IN, IS_REAL, OUT, STEP, TS, a, c, parity};
use crate::chip::{LANES, Permutation, RC, RC_BITS, ROTATIONS, ROUNDS, Round, source};
use crate::{CALL, Keccak};

impl CoprocessorTables for Keccak {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, _: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = Call::new(&mut Names::default());
        let permutations = filler.table(&Permutation, calls.len(), |i, row| {
            let s = calls[i];
            ecall::call(row, &c.call, s);
            row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
            row.argument(&c.a1, s.a1.before, s.a1.prev_ts);
            for ((word, &new), update) in c.state.iter().zip(&c.new).zip(&s.updates) {
                row.word(word, update.before, s.ts + MEM1, update.prev_ts);
                row.limbs(new, update.after);
            }
        });
        let rounds = filler.table(&Round, ROUNDS * calls.len(), |i, row| {
            let (s, round) = (calls[i / ROUNDS], i % ROUNDS);
            let state = core::array::from_fn(|lane| s.updates.get(lane).map_or(0, |update| update.before));
            let state = (0..round).fold(state, |state, r| Steps::new(state).end(r));
            row.set(IS_REAL, 1);
            row.set(TS, s.ts);
            row.set(STEP + round, 1);
            fill_round(row, state, round);
        });
        vec![permutations, rounds]
    }
}

type State = [u64; LANES];

/// A round as far as χ.
struct Steps {
    /// C and P, lanes by x.
    c: [u64; 5],
    parity: [u64; 5],
    /// After θ.
    a: State,
    /// After χ.
    chi: State,
}

impl Steps {
    fn new(state: State) -> Self {
        let sum = |of: &State, x: usize| (0..5).fold(0, |sum, y| sum ^ of[x + 5 * y]);
        let c: [u64; 5] = core::array::from_fn(|x| sum(&state, x));
        let change = |x: usize| c[(x + 4) % 5] ^ c[(x + 1) % 5].rotate_left(1);
        let a = core::array::from_fn(|lane| state[lane] ^ change(lane % 5));
        let moved = |x: usize, y: usize| {
            let from = source(x % 5, y);
            a[from].rotate_left(ROTATIONS[from] as u32)
        };
        let chi = core::array::from_fn(|lane| {
            let (x, y) = (lane % 5, lane / 5);
            moved(x, y) ^ !moved(x + 1, y) & moved(x + 2, y)
        });
        Self { c, parity: core::array::from_fn(|x| sum(&a, x)), a, chi }
    }

    /// The state after round `r`.
    fn end(&self, r: usize) -> State {
        let mut state = self.chi;
        state[0] ^= RC[r];
        state
    }
}

fn fill_round(row: &mut RowMut<'_>, state: State, round: usize) {
    let steps = Steps::new(state);
    let end = steps.end(round);
    for lane in 0..LANES {
        row.limbs::<4>(core::array::from_fn(|u| IN + 4 * lane + u), state[lane]);
        row.limbs::<4>(core::array::from_fn(|u| OUT + 4 * lane + u), end[lane]);
        (0..64).for_each(|z| row.flag(a(lane, z), steps.a[lane] >> z & 1 == 1));
    }
    for x in 0..5 {
        for z in 0..64 {
            row.flag(c(x, z), steps.c[x] >> z & 1 == 1);
            row.flag(parity(x, z), steps.parity[x] >> z & 1 == 1);
        }
    }
    for (j, z) in RC_BITS.into_iter().enumerate() {
        row.flag(CHI + j, steps.chi[0] >> z & 1 == 1);
    }
}
