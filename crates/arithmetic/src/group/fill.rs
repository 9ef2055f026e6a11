//! Fills the chip's table.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::cpu::{MEM0, MEM1};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};
use ruint::aliases::U256;

use super::air::Addition;
use super::columns::{
    ADD, Call, DOUBLE, INVERSE, R_LOW, RUN, RUN_BELOW, RUN_LOW, SLOPE, SLOPE_Q, X_BELOW, X_LOW, X_Q, X_TIMES,
    Y_BELOW, Y_Q, Y_TIMES,
};
use super::execute::{Case, Law, law, point};
use super::{Curve, Group, POINT};
use crate::limbs::{LIMBS, QUOTIENT};
use crate::witness::{
    Positions, bytes, inverse_of_sum, limbs, offset, set, set_below, set_carries, set_low, set_quotient, wide,
};

impl<C: Curve> CoprocessorTables for Group<C> {
    fn call(&self) -> u32 {
        Self::CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        vec![fill::<C>(filler, program, calls, law::<C>)]
    }
}

/// The table, with rows as `law` says: other than [`law`], they break constraints.
pub fn fill<C: Curve>(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    law: impl Fn([U256; 2], [U256; 2]) -> Law + Sync,
) -> Table {
    let c = Call::new(&mut Names::default());
    filler.table(&Addition::<C>::new(), calls.len(), |i, row| {
        call(row, &c, program, calls[i]);
        let [p, q] = [&calls[i].updates, &calls[i].reads].map(|accesses| point(words(accesses)));
        add::<C>(row, p, q, law(p, q));
    })
}

/// Sets the columns of the ecall and its memory.
fn call(row: &mut RowMut<'_>, c: &Call<usize>, program: &Program, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
    for ((word, &text), read) in c.q.iter().zip(&c.text).zip(&s.reads) {
        row.flag(text, program.is_text(read.addr));
        row.word(word, read.before, s.ts + MEM0, read.prev_ts);
    }
    for ((word, &new), update) in c.p.iter().zip(&c.new).zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
        row.limbs(new, update.after);
    }
}

/// The words before the accesses.
fn words(accesses: &[MemAccess]) -> [u64; POINT] {
    core::array::from_fn(|i| accesses.get(i).map_or(0, |word| word.before))
}

/// Sets all other columns.
fn add<C: Curve>(row: &mut RowMut<'_>, p: [U256; 2], q: [U256; 2], law: Law) {
    let ([x1, y1], [x2, y2], [x3, y3]) = (p, q, law.point);
    let (prime, constant) = (U256::from_limbs(C::PRIME), &C::PRIME_LIMBS);
    row.flag(ADD, law.case == Case::Add);
    row.flag(DOUBLE, law.case == Case::Double);
    set_low(row, X_LOW, x1);
    set_low(row, R_LOW, x3);
    set(row, RUN, limbs(law.run).map(u32::from));
    set_low(row, RUN_LOW, law.run);
    set_below(row, RUN_BELOW, law.run, constant);
    row.set(INVERSE, inverse_of_sum(law.run));
    set_below(row, X_BELOW, x3, constant);
    set_below(row, Y_BELOW, y3, constant);

    let none = [0; LIMBS];
    let run = limbs(law.run);
    let of_x = if law.case == Case::Add { &run } else { &none };
    let difference = |i: usize| i64::from(limbs(x2)[i]) - i64::from(limbs(x1)[i]) - i64::from(of_x[i]);
    set_multiple::<C>(row, X_TIMES, law.x_times, difference);
    let weight = i64::from(law.case != Case::Add);
    let total = |i: usize| weight * (i64::from(limbs(y1)[i]) + i64::from(limbs(y2)[i]) - i64::from(run[i]));
    set_multiple::<C>(row, Y_TIMES, law.y_times, total);

    let [slope, run, x, r] = [law.slope, law.run, x1, x3].map(bytes);
    set(row, SLOPE, slope.map(|byte| byte as u32));
    let product = wide(law.slope) * wide(law.run) + offset(prime);
    let sums = Positions::default().product(1, &slope, &run);
    let (raised, sums) = match law.case {
        Case::Add => (product + wide(y1) - wide(y2), sums.limbs(1, y1).limbs(-1, y2)),
        Case::Double => {
            let (square, a) = (wide(x1) * wide(x1), wide(U256::from(C::A.unsigned_abs())));
            let raised = product - square - square - square;
            let raised = if C::A < 0 { raised + a } else { raised - a };
            (raised, sums.product(-3, &x, &x).number(-i64::from(C::A)))
        }
        Case::Opposite => (product, sums),
    };
    let quotient = set_quotient(row, SLOPE_Q, raised, prime);
    sums.less_times(&quotient, C::DIGITS).bytewise(row, SLOPE_Q + QUOTIENT);

    let some = law.case != Case::Opposite;
    let [x1, x2, y1] = [x1, x2, y1].map(|value| if some { value } else { U256::ZERO });
    let raised = wide(law.slope) * wide(law.slope) + offset(prime) - wide(x1) - wide(x2) - wide(x3);
    let quotient = set_quotient(row, X_Q, raised, prime);
    let sums = Positions::default().product(1, &slope, &slope).less_times(&quotient, C::DIGITS);
    sums.limbs(-1, x1).limbs(-1, x2).limbs(-1, x3).pairwise(row, X_Q + QUOTIENT);

    let raised =
        wide(law.slope) * wide(p[0]) + offset(prime) - wide(law.slope) * wide(x3) - wide(y1) - wide(y3);
    let quotient = set_quotient(row, Y_Q, raised, prime);
    let across = core::array::from_fn(|i| x[i] - r[i]);
    let sums = Positions::default().product(1, &slope, &across).less_times(&quotient, C::DIGITS);
    sums.limbs(-1, y1).limbs(-1, y3).pairwise(row, Y_Q + QUOTIENT);
}

/// Sets a multiple of p and the carries behind it.
fn set_multiple<C: Curve>(row: &mut RowMut<'_>, from: usize, multiple: i64, value: impl Fn(usize) -> i64) {
    row.signed(from, multiple);
    let sums: [i64; LIMBS - 1] = core::array::from_fn(|i| value(i) - multiple * i64::from(C::PRIME_LIMBS[i]));
    set_carries(row, from + 1, 16, &sums);
}
