//! The chip.

use aver_arithmetic::limbs::{Bounds, below, bytes, cells, pairwise, product, split, sum};
use aver_arithmetic::size::Bits256;
use aver_machine::calls::{A0, A1, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, Row};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns};

use super::columns::{
    A_LOW, B_LOW, BYTES, CARRIES, CARRY, Call, INVERSE, LIMBS, M_LOW, Q_HIGH, Q_LOW, QUOTIENT, R_BELOW, WIDE,
    WORDS, names,
};
use crate::CALL;

/// A row is a product and a division.
pub struct Division;

/// 4 holds for integers: a position of q M has bytes of q once more, where m = 0.
const _: () = {
    let limb = Bounds { min: 0, max: 0xFFFF };
    let byte = Bounds { min: 0, max: 0xFF };
    let none = Bounds { min: 0, max: 0 };
    let product = Bounds::product::<Bits256>();
    assert!(product.plus(-1, product).plus(-1, byte).pairwise::<Bits256>(none.plus(-1, limb)));
};

/// Limbs of words.
#[inline(always)]
fn limbs<E: Copy>(words: [[E; 4]; WORDS]) -> [E; LIMBS] {
    core::array::from_fn(|i| words[i / 4][i % 4])
}

impl Air for Division {
    fn name(&self) -> &str {
        "modular"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        memory(&mut row, &c);

        let [wide, inverse] = [WIDE, INVERSE].map(|i| row.b.row()[i]);
        row.assert_bool("modular/1", wide);
        let [a, b] = [c.a, c.b].map(|number| limbs(number.map(|word| word.value)));
        let m = limbs(c.m.map(|word| word.value));
        let (r, q) = (limbs(c.r), limbs(c.q));
        row.assert_zero("modular/2", sum(&m) * wide);
        row.assert_zero("modular/2", sum(&m) * inverse - row.real + wide);
        r.into_iter().for_each(|limb| row.range(limb));
        let narrow = row.real - wide;
        below(&mut row, "modular/3", R_BELOW, narrow, &r, &m);

        let [a_low, b_low, m_low, q_low] = [A_LOW, B_LOW, M_LOW, Q_LOW].map(|from| cells(row.b, from));
        let a = split::<Bits256, B>(&mut row, a, a_low);
        let b = split::<Bits256, B>(&mut row, b, b_low);
        let m = split::<Bits256, B>(&mut row, m, m_low);
        let low = split::<Bits256, B>(&mut row, q, q_low);
        let high: [B::E; BYTES] = bytes(&mut row, Q_HIGH);
        let q: [B::E; QUOTIENT] = core::array::from_fn(|i| if i < BYTES { low[i] } else { high[i - BYTES] });
        pairwise::<Bits256, B>(
            &mut row,
            "modular/4",
            CARRY,
            CARRIES,
            |k| {
                let sum = product(&a, &b, k) - product(&q, &m, k);
                if k < BYTES { sum } else { sum - wide * q[k - BYTES] }
            },
            |i| -r[i],
        );
    }
}

/// m is read, a and b replaced.
#[inline(always)]
fn memory<B: Builder>(row: &mut Row<'_, B>, c: &Call<B::E>) {
    let real = row.real;
    let at = word_of_pointer(row, 1, A0, &c.a0);
    let m = word_of_pointer(row, 2, A1, &c.a1);
    for i in 0..WORDS {
        row.assert_bool("modular/1", c.text[i]);
        row.load(real, MEM0, c.text[i], m + i as u32, &c.m[i]);
    }
    for i in 0..WORDS {
        row.store(real, MEM1, at + i as u32, &c.a[i], c.r[i]);
        row.store(real, MEM1, at + (WORDS + i) as u32, &c.b[i], c.q[i]);
    }
}
