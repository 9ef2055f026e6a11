//! Fills the chip's table.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::rows::{Filler, RowMut};

use super::air::Addition;
use super::columns::{At, Call};
use super::execute::{Case, Law, law, point};
use super::{Curve, Group};
use crate::size::{Array, Size};
use crate::witness::{
    Number, Positions, bytes, inverse_of_sum, limb, limbs, number, offset, set, set_below, set_carries,
    set_low, set_quotient, wide, words,
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
    law: impl Fn([Number; 2], [Number; 2]) -> Law + Sync,
) -> Table {
    (C::CODE.fill)(filler, program, calls, &law)
}

/// [`fill`], of one curve.
pub(super) type Fill =
    fn(&Filler<'_>, &Program, &[&EcallStep], &(dyn Fn([Number; 2], [Number; 2]) -> Law + Sync)) -> Table;

pub(super) fn compiled<C: Curve>(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    law: &(dyn Fn([Number; 2], [Number; 2]) -> Law + Sync),
) -> Table {
    let columns = columns::<C::Size>();
    filler.table(&Addition::<C>::new(), calls.len(), |i, row| {
        columns.set(row, program, calls[i]);
        let [p, q] = [&calls[i].updates, &calls[i].reads].map(|accesses| operand::<C::Size>(accesses));
        add::<C>(row, p, q, law(p, q));
    })
}

/// The columns of the ecall and its memory.
fn columns<S: Size>() -> crate::call::Call {
    let c = Call::<S, usize>::new(&mut Names::default());
    crate::call::Call {
        call: c.call,
        pointers: [c.a0, c.a1],
        text: c.text.as_ref().to_vec(),
        read: c.q.as_ref().to_vec(),
        updated: c.p.as_ref().to_vec(),
        new: c.new.as_ref().to_vec(),
    }
}

/// The point before the accesses.
fn operand<S: Size>(accesses: &[MemAccess]) -> [Number; 2] {
    let words: S::Point<u64> = Array::from_fn(|i| accesses.get(i).map_or(0, |word| word.before));
    point::<S>(words.as_ref())
}

/// Sets all other columns.
fn add<C: Curve>(row: &mut RowMut<'_>, p: [Number; 2], q: [Number; 2], law: Law) {
    let prime = number(C::PRIME);
    let [[x1, y1], [x2, y2], [x3, y3]] = [&p, &q, &law.point].map(|[x, y]| [x, y].map(words::<C::Size>));
    let run = words::<C::Size>(&law.run);
    row.flag(At::<C::Size>::ADD, law.case == Case::Add);
    row.flag(At::<C::Size>::DOUBLE, law.case == Case::Double);
    set_low(row, At::<C::Size>::X_LOW, x1);
    set_low(row, At::<C::Size>::R_LOW, x3);
    set(row, At::<C::Size>::RUN, limbs(run));
    set_low(row, At::<C::Size>::RUN_LOW, run);
    set_below(row, At::<C::Size>::RUN_BELOW, run, C::PRIME);
    row.set(At::<C::Size>::INVERSE, inverse_of_sum(run));
    set_below(row, At::<C::Size>::X_BELOW, x3, C::PRIME);
    set_below(row, At::<C::Size>::Y_BELOW, y3, C::PRIME);

    let at = |words: &[u64], i: usize| i64::from(limb(words, i));
    let adds = i64::from(law.case == Case::Add);
    let difference = |i: usize| at(x2, i) - at(x1, i) - adds * at(run, i);
    set_multiple::<C>(row, At::<C::Size>::X_TIMES, law.x_times, difference);
    let total = |i: usize| (1 - adds) * (at(y1, i) + at(y2, i) - at(run, i));
    set_multiple::<C>(row, At::<C::Size>::Y_TIMES, law.y_times, total);

    let [slope, run, x, r] = [words::<C::Size>(&law.slope), run, x1, x3].map(bytes);
    set(row, At::<C::Size>::SLOPE, slope.iter().map(|&byte| byte as u32));
    let [offset, square] = [offset::<C::Size>(prime), wide(p[0]) * wide(p[0])];
    let product = wide(law.slope) * wide(law.run) + offset;
    let sums = Positions::of::<C::Size>().product(1, &slope, &run);
    let (raised, sums) = match law.case {
        Case::Add => (product + wide(p[1]) - wide(q[1]), sums.limbs(1, y1).limbs(-1, y2)),
        Case::Double => {
            let a = wide(Number::from(C::A.unsigned_abs()));
            let raised = product - square - square - square;
            let raised = if C::A < 0 { raised + a } else { raised - a };
            (raised, sums.product(-3, &x, &x).number(-i64::from(C::A)))
        }
        Case::Opposite => (product, sums),
    };
    let (from, width) = (At::<C::Size>::SLOPE_Q, C::Size::QUOTIENT);
    let quotient = set_quotient::<C::Size>(row, from, raised, prime);
    sums.less_times(&quotient, C::DIGITS).bytewise::<C::Size>(row, from + width);

    let some = i64::from(law.case != Case::Opposite);
    let weighed = |value: Number| if some == 1 { wide(value) } else { Default::default() };
    let raised =
        wide(law.slope) * wide(law.slope) + offset - weighed(p[0]) - weighed(q[0]) - wide(law.point[0]);
    let from = At::<C::Size>::X_Q;
    let quotient = set_quotient::<C::Size>(row, from, raised, prime);
    let sums = Positions::of::<C::Size>().product(1, &slope, &slope).less_times(&quotient, C::DIGITS);
    let sums = sums.limbs(-some, x1).limbs(-some, x2).limbs(-1, x3);
    sums.pairwise(row, from + width, C::Size::PAIR_CARRIES);

    let [of_x, of_r] = [p[0], law.point[0]].map(|x| wide(law.slope) * wide(x));
    let raised = of_x + offset - of_r - weighed(p[1]) - wide(law.point[1]);
    let from = At::<C::Size>::Y_Q;
    let quotient = set_quotient::<C::Size>(row, from, raised, prime);
    let across: Vec<i64> = x.iter().zip(&r).map(|(x, r)| x - r).collect();
    let sums = Positions::of::<C::Size>().product(1, &slope, &across).less_times(&quotient, C::DIGITS);
    sums.limbs(-some, y1).limbs(-1, y3).pairwise(row, from + width, C::Size::PAIR_CARRIES);
}

/// Sets a multiple of p and the carries behind it.
fn set_multiple<C: Curve>(row: &mut RowMut<'_>, from: usize, multiple: i64, value: impl Fn(usize) -> i64) {
    row.signed(from, multiple);
    let sums = (0..C::Size::LIMBS - 1).map(|i| value(i) - multiple * i64::from(C::prime_limb(i)));
    set_carries(row, from + 1, sums);
}
