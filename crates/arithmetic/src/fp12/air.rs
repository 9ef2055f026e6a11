//! The chip.

use alloc::vec::Vec;
use core::array::from_fn;
use core::marker::PhantomData;

use aver_machine::buses::BITS;
use aver_machine::calls::{A0, A1, word_of_pointer};
use aver_machine::cpu::{MEM0, MEM1, Row};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::{F, f};

use super::columns::{At, Call, NUMBERS, names};
use super::product::product;
use super::{CARRY_OFFSETS, Fp12, LOW_BITS, QUOTIENT_OFFSET, SizeOf, Tower};
use crate::group::Curve;
use crate::limbs::{below, cells, signed, split, times};
use crate::size::{Array, Size};

/// A row is a product.
pub struct Multiplication<T> {
    digits: Vec<(usize, F)>,
    tower: PhantomData<T>,
}

impl<T: Tower> Multiplication<T> {
    /// The chip.
    pub fn new() -> Self {
        let () = T::FITS;
        let digits = T::Curve::DIGITS.iter().map(|&(place, digit)| (place, signed(digit))).collect();
        Self { digits, tower: PhantomData }
    }
}

impl<T: Tower> Default for Multiplication<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Tower> Air for Multiplication<T> {
    fn name(&self) -> &str {
        T::NAME
    }
    fn columns(&self) -> Columns {
        Columns::witness(names::<SizeOf<T>>())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::<SizeOf<T>, B::E>::new(&mut Cells::new(b.row()));
        let mut row = c.call.eval(b, Fp12::<T>::CALL, c.call.cpu.index + 1);
        memory::<T, B>(&mut row, &c);
        let a = element::<SizeOf<T>, B>(&mut row, &Array::from_fn(|i| c.a[i].value), At::<SizeOf<T>>::A_LOW);
        let b = element::<SizeOf<T>, B>(&mut row, &Array::from_fn(|i| c.b[i].value), At::<SizeOf<T>>::B_LOW);
        let prime: Limbs<T, B> = Array::from_fn(|i| B::E::constant(f(T::Curve::prime_limb(i).into())));
        for n in 0..NUMBERS {
            let limbs = limbs::<SizeOf<T>, _>(&c.r, n);
            limbs.as_ref().iter().for_each(|&limb| row.range(limb));
            let (real, from) = (row.real, At::<SizeOf<T>>::R_BELOW + n * SizeOf::<T>::BELOW);
            below(&mut row, T::LABELS[1], from, real, limbs.as_ref(), prime.as_ref());
        }
        for (n, products) in product::<SizeOf<T>, _>(&a, &b, T::ROOT).iter().enumerate() {
            self.equation(&mut row, n, products, &limbs::<SizeOf<T>, _>(&c.r, n));
        }
    }
}

/// Limbs of a number of a tower.
type Limbs<T, B> = <SizeOf<T> as Size>::Limbs<<B as Builder>::E>;

impl<T: Tower> Multiplication<T> {
    /// Number n of the product is r, modulo p.
    #[inline(always)]
    fn equation<B: Builder>(&self, row: &mut Row<'_, B>, n: usize, products: &[B::E], r: &Limbs<T, B>) {
        let (width, carries) = (At::<SizeOf<T>>::QUOTIENT_BYTES, At::<SizeOf<T>>::CARRIES);
        let from = At::<SizeOf<T>>::QUOTIENT + n * width;
        let mut quotient: Vec<B::E> = row.b.row()[from..from + width].to_vec();
        quotient.iter().for_each(|&byte| row.byte(byte));
        quotient[width - 1] = quotient[width - 1] - row.real * QUOTIENT_OFFSET;
        let [bits, pow] = [LOW_BITS, 1 << LOW_BITS].map(|n| B::E::constant(f(n)));
        let mut carry = B::E::zero();
        for k in 0..=carries {
            let mut sum = carry - times(&quotient, &self.digits, k);
            if let Some(&product) = products.get(k) {
                sum = sum + product;
            }
            if k < SizeOf::<T>::BYTES && k % 2 == 0 {
                sum = sum - r[k / 2];
            }
            if k < carries {
                let [low, high] = [At::<SizeOf<T>>::CARRY_LOW, At::<SizeOf<T>>::CARRY_HIGH]
                    .map(|from| row.b.row()[from + n * carries + k]);
                row.look_up(BITS, &[bits, pow, low]);
                row.byte(high);
                carry = low + high * (1 << LOW_BITS) - row.real * CARRY_OFFSETS[n % 2];
                sum = sum - carry * (1 << 8);
            }
            row.assert_zero(T::LABELS[2], sum);
        }
    }
}

/// Limbs of number n.
#[inline(always)]
fn limbs<S: Size, E: Copy>(words: &S::Element<[E; 4]>, n: usize) -> S::Limbs<E> {
    Array::from_fn(|i| words[S::WORDS * n + i / 4][i % 4])
}

/// The bytes of the numbers of an element whose limbs have their low bytes from `from` on.
#[inline(always)]
fn element<S: Size, B: Builder>(
    row: &mut Row<'_, B>,
    words: &S::Element<[B::E; 4]>,
    from: usize,
) -> [S::Bytes<B::E>; NUMBERS] {
    from_fn(|n| {
        let low = cells(row.b, from + n * S::LIMBS);
        split::<S, B>(row, limbs::<S, _>(words, n), low)
    })
}

/// b is read, a replaced.
#[inline(always)]
fn memory<T: Tower, B: Builder>(row: &mut Row<'_, B>, c: &Call<SizeOf<T>, B::E>) {
    let real = row.real;
    let a = word_of_pointer(row, 1, A0, &c.a0);
    let b = word_of_pointer(row, 2, A1, &c.a1);
    for i in 0..At::<SizeOf<T>>::WORDS {
        row.assert_bool(T::LABELS[0], c.text[i]);
        row.load(real, MEM0, c.text[i], b + i as u32, &c.b[i]);
        row.store(real, MEM1, a + i as u32, &c.a[i], c.r[i]);
    }
}
