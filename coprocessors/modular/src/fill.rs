//! Fills the chip's table.

use aver_arithmetic::witness::{Positions, bytes, inverse_of_sum, set, set_below, set_low};
use aver_exec::EcallStep;
use aver_isa::Program;
use aver_machine::cpu::{MEM0, MEM1};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};
use ruint::aliases::U256;

use crate::chip::Division as Chip;
use crate::chip::columns::{
    A_LOW, B_LOW, BYTES, CARRIES, CARRY, Call, INVERSE, M_LOW, Q_HIGH, Q_LOW, QUOTIENT, R_BELOW, WIDE, WORDS,
};
use crate::execute::{Division, divide, number};
use crate::{CALL, Modular};

impl CoprocessorTables for Modular {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        vec![table(filler, program, calls, divide)]
    }
}

/// The table, with rows as `division` says: other than [`divide`], they break constraints.
pub fn table(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    division: impl Fn(U256, U256, U256) -> Division + Sync,
) -> Table {
    let c = Call::new(&mut Names::default());
    filler.table(&Chip, calls.len(), |i, row| {
        let s = calls[i];
        call(row, &c, program, s);
        let before =
            |accesses: &[aver_exec::MemAccess]| -> Vec<u64> { accesses.iter().map(|w| w.before).collect() };
        let (ab, m) = (before(&s.updates), number(&before(&s.reads)));
        let (low, high) = ab.split_at(WORDS.min(ab.len()));
        let (a, b) = (number(low), number(high));
        divided(row, a, b, m, division(a, b, m));
    })
}

/// Sets the columns of the ecall and its memory.
fn call(row: &mut RowMut<'_>, c: &Call<usize>, program: &Program, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
    for ((word, &text), read) in c.m.iter().zip(&c.text).zip(&s.reads) {
        row.flag(text, program.is_text(read.addr));
        row.word(word, read.before, s.ts + MEM0, read.prev_ts);
    }
    let words = c.a.iter().zip(&c.r).chain(c.b.iter().zip(&c.q));
    for ((word, &new), update) in words.zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
        row.limbs(new, update.after);
    }
}

/// Sets all other columns.
fn divided(row: &mut RowMut<'_>, a: U256, b: U256, m: U256, division: Division) {
    let wide = m == U256::ZERO;
    row.flag(WIDE, wide);
    let low = division.low();
    let [a, b, m, r, low] = [&a, &b, &m, &division.remainder, &low].map(U256::as_limbs);
    row.set(INVERSE, inverse_of_sum(m));
    for (from, value) in [(A_LOW, a), (B_LOW, b), (M_LOW, m), (Q_LOW, low)] {
        set_low(row, from, value);
    }
    let quotient = bytes(division.quotient.as_limbs());
    set(row, Q_HIGH, quotient[BYTES..].iter().map(|&byte| byte as u32));
    if !wide {
        set_below(row, R_BELOW, r, m);
    }
    let mut modulus = bytes(m);
    modulus.push(wide.into());
    let sums = Positions::new(QUOTIENT + BYTES).product(1, &bytes(a), &bytes(b));
    sums.product(-1, &quotient, &modulus).limbs(-1, r).pairwise(row, CARRY, CARRIES);
}
