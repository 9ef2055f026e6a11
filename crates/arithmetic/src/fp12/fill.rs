//! Fills the chip's table.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::rows::{Filler, RowMut};

use super::air::Multiplication;
use super::columns::{At, Call, NUMBERS};
use super::execute::{Element, Product, element, multiply};
use super::{CARRY_OFFSETS, Fp12, LOW_BITS, QUOTIENT_OFFSET, SizeOf, Tower};
use crate::group::Curve;
use crate::size::{Array, Size};
use crate::witness::{Positions, bytes, set, set_below, set_low, words};

impl<T: Tower> CoprocessorTables for Fp12<T> {
    fn call(&self) -> u32 {
        Self::CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        vec![fill::<T>(filler, program, calls, multiply::<T>)]
    }
}

/// The table, with rows as `product` says: other than [`multiply`], they break constraints.
pub fn fill<T: Tower>(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    product: impl Fn(&Element, &Element) -> Product + Sync,
) -> Table {
    (T::CODE.fill)(filler, program, calls, &product)
}

/// [`fill`], of one tower.
pub(super) type Fill =
    fn(&Filler<'_>, &Program, &[&EcallStep], &(dyn Fn(&Element, &Element) -> Product + Sync)) -> Table;

pub(super) fn compiled<T: Tower>(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    product: &(dyn Fn(&Element, &Element) -> Product + Sync),
) -> Table {
    let columns = columns::<SizeOf<T>>();
    filler.table(&Multiplication::<T>::new(), calls.len(), |i, row| {
        columns.set(row, program, calls[i]);
        let [a, b] = [&calls[i].updates, &calls[i].reads].map(|accesses| operand::<SizeOf<T>>(accesses));
        multiplied::<T>(row, &a, &b, &product(&a, &b));
    })
}

/// The columns of the ecall and its memory.
fn columns<S: Size>() -> crate::call::Call {
    let c = Call::<S, usize>::new(&mut Names::default());
    crate::call::Call {
        call: c.call,
        pointers: [c.a0, c.a1],
        text: c.text.as_ref().to_vec(),
        read: c.b.as_ref().to_vec(),
        updated: c.a.as_ref().to_vec(),
        new: c.r.as_ref().to_vec(),
    }
}

/// The element before the accesses.
fn operand<S: Size>(accesses: &[MemAccess]) -> Element {
    let words: S::Element<u64> = Array::from_fn(|i| accesses.get(i).map_or(0, |word| word.before));
    element::<S>(words.as_ref())
}

/// Sets all other columns.
fn multiplied<T: Tower>(row: &mut RowMut<'_>, a: &Element, b: &Element, product: &Product) {
    let [a, b, r] = [a, b, &product.element].map(|element| element.each_ref().map(words::<SizeOf<T>>));
    let sums = sums::<T>(&a.map(bytes), &b.map(bytes));
    let (width, carries) = (At::<SizeOf<T>>::QUOTIENT_BYTES, At::<SizeOf<T>>::CARRIES);
    for (n, sums) in sums.into_iter().enumerate() {
        set_low(row, At::<SizeOf<T>>::A_LOW + n * SizeOf::<T>::LIMBS, a[n]);
        set_low(row, At::<SizeOf<T>>::B_LOW + n * SizeOf::<T>::LIMBS, b[n]);
        set_below(row, At::<SizeOf<T>>::R_BELOW + n * SizeOf::<T>::BELOW, r[n], T::Curve::PRIME);
        let mut quotient = bytes(product.quotients[n].as_limbs());
        quotient.truncate(width);
        let from = At::<SizeOf<T>>::QUOTIENT + n * width;
        set(row, from, quotient.iter().map(|&byte| byte as u32));
        quotient[width - 1] -= i64::from(QUOTIENT_OFFSET);
        let sums = sums.less_times(&quotient, T::Curve::DIGITS).limbs(-1, r[n]);
        for (k, carry) in sums.carries().take(carries).enumerate() {
            let [low, high] =
                [At::<SizeOf<T>>::CARRY_LOW, At::<SizeOf<T>>::CARRY_HIGH].map(|from| from + n * carries + k);
            let raised = carry + i64::from(CARRY_OFFSETS[n % 2]);
            row.signed(low, raised & ((1 << LOW_BITS) - 1));
            row.signed(high, raised >> LOW_BITS);
        }
    }
}

/// What a product's numbers have at each position.
fn sums<T: Tower>(a: &[Vec<i64>; NUMBERS], b: &[Vec<i64>; NUMBERS]) -> [Positions; NUMBERS] {
    let mut sums = core::array::from_fn(|_| Positions::new(At::<SizeOf<T>>::CARRIES + 1));
    let mut add = |n: usize, factor: i64, a: &[i64], b: &[i64]| {
        if factor != 0 {
            sums[n].add_product(factor, a, b);
        }
    };
    for (i, x) in a.as_chunks::<2>().0.iter().enumerate() {
        for (j, y) in b.as_chunks::<2>().0.iter().enumerate() {
            let n = 2 * (i + j) % NUMBERS;
            // 1, or root + u.
            let [one, u] = if i + j < NUMBERS / 2 { [1, 0] } else { [i64::from(T::ROOT), 1] };
            for (factor, x, y) in
                [(one, &x[0], &y[0]), (-one, &x[1], &y[1]), (-u, &x[0], &y[1]), (-u, &x[1], &y[0])]
            {
                add(n, factor, x, y);
            }
            for (factor, x, y) in
                [(u, &x[0], &y[0]), (-u, &x[1], &y[1]), (one, &x[0], &y[1]), (one, &x[1], &y[0])]
            {
                add(n + 1, factor, x, y);
            }
        }
    }
    sums
}
