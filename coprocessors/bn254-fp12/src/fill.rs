//! Fills the chip's table.

use aver_arithmetic::group::Curve;
use aver_arithmetic::limbs::{BELOW, LIMBS};
use aver_arithmetic::witness::{bytes, limbs, set, set_below, set_low};
use aver_bn254::CurveBn254;
use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::cpu::{MEM0, MEM1};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};

use crate::chip::columns::{
    A_LOW, B_LOW, CARRIES, CARRY_HIGH, CARRY_LOW, Call, NUMBERS, QUOTIENT, QUOTIENT_BYTES, R_BELOW, WORDS,
};
use crate::chip::{CARRY_OFFSETS, LOW_BITS, Product as Chip, QUOTIENT_OFFSET};
use crate::execute::{Element, Product, element, multiply};
use crate::{CALL, Fp12};

impl CoprocessorTables for Fp12 {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        vec![table(filler, program, calls, multiply)]
    }
}

/// The table, with rows as `product` says: other than [`multiply`], they break constraints.
pub fn table(
    filler: &Filler<'_>,
    program: &Program,
    calls: &[&EcallStep],
    product: impl Fn(&Element, &Element) -> Product + Sync,
) -> Table {
    let c = Call::new(&mut Names::default());
    filler.table(&Chip::new(), calls.len(), |i, row| {
        call(row, &c, program, calls[i]);
        let [a, b] = [&calls[i].updates, &calls[i].reads].map(|accesses| element(&words(accesses)));
        multiplied(row, &a, &b, &product(&a, &b));
    })
}

/// Sets the columns of the ecall and its memory.
fn call(row: &mut RowMut<'_>, c: &Call<usize>, program: &Program, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
    for ((word, &text), read) in c.b.iter().zip(&c.text).zip(&s.reads) {
        row.flag(text, program.is_text(read.addr));
        row.word(word, read.before, s.ts + MEM0, read.prev_ts);
    }
    for ((word, &new), update) in c.a.iter().zip(&c.r).zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
        row.limbs(new, update.after);
    }
}

/// The words before the accesses.
fn words(accesses: &[MemAccess]) -> [u64; WORDS] {
    core::array::from_fn(|i| accesses.get(i).map_or(0, |word| word.before))
}

/// Sets all other columns.
fn multiplied(row: &mut RowMut<'_>, a: &Element, b: &Element, product: &Product) {
    let sums = sums(&a.map(bytes), &b.map(bytes));
    for n in 0..NUMBERS {
        set_low(row, A_LOW + n * LIMBS, a[n]);
        set_low(row, B_LOW + n * LIMBS, b[n]);
        set_below(row, R_BELOW + n * BELOW, product.element[n], &CurveBn254::PRIME_LIMBS);
        let quotient = product.quotients[n].to_le_bytes::<72>();
        set(row, QUOTIENT + n * QUOTIENT_BYTES, quotient[..QUOTIENT_BYTES].iter().map(|&byte| byte.into()));
        let mut quotient: [i64; QUOTIENT_BYTES] = core::array::from_fn(|i| quotient[i].into());
        quotient[QUOTIENT_BYTES - 1] -= i64::from(QUOTIENT_OFFSET);
        let mut sums = sums[n];
        for &(place, digit) in CurveBn254::DIGITS {
            let sums = sums[place..].iter_mut();
            sums.zip(&quotient).for_each(|(sum, byte)| *sum -= i64::from(digit) * byte);
        }
        let r = limbs(product.element[n]);
        (0..LIMBS).for_each(|i| sums[2 * i] -= i64::from(r[i]));
        let mut carry = 0;
        for (k, sum) in sums[..CARRIES].iter().enumerate() {
            carry = (sum + carry) >> 8;
            let [low, high] = [CARRY_LOW, CARRY_HIGH].map(|from| from + n * CARRIES + k);
            let raised = carry + i64::from(CARRY_OFFSETS[n % 2]);
            row.signed(low, raised & ((1 << LOW_BITS) - 1));
            row.signed(high, raised >> LOW_BITS);
        }
    }
}

/// What a product's numbers have at each position.
fn sums(a: &[[i64; 2 * LIMBS]; NUMBERS], b: &[[i64; 2 * LIMBS]; NUMBERS]) -> [[i64; CARRIES + 1]; NUMBERS] {
    let mut sums = [[0; CARRIES + 1]; NUMBERS];
    let mut add = |n: usize, factor: i64, a: &[i64; 2 * LIMBS], b: &[i64; 2 * LIMBS]| {
        for (i, a) in a.iter().enumerate() {
            let a = factor * a;
            sums[n][i..].iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
        }
    };
    for (i, x) in a.as_chunks::<2>().0.iter().enumerate() {
        for (j, y) in b.as_chunks::<2>().0.iter().enumerate() {
            let n = 2 * (i + j) % NUMBERS;
            // 1, or 9 + u.
            let [one, u] = if i + j < NUMBERS / 2 { [1, 0] } else { [9, 1] };
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
