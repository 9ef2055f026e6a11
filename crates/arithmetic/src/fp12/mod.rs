//! Products in the field over which a curve has its pairing: a row is a call, a b = r in Fp12.
//!
//! Fp2 = Fp[u] / (u² + 1), Fp12 = Fp2[w] / (w^6 − [`Tower::ROOT`] − u). An element is Σ (x0 + x1 u) w^k, k = 0..5, given by the
//! numbers x0 and x1 of each k in turn. They are any numbers of the curve's [`Size`], and count modulo p; those of r are
//! below p.
//!
//! | columns, of 256 bits | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (48), b (48 × 6) | b's words, and whether they are text |
//! | a (48 × 6), r (48 × 4) | a's words, and what they become |
//! | a_low (192), b_low (192) | low bytes of limbs |
//! | below (12 × 17) | that the numbers of r are below p |
//! | quotient (12 × 34) | bytes of quotients by p |
//! | carry_low, carry_high (12 × 64 each) | carries: 12 bits, and 8 bits above |
//!
//! 1. Flags: `text`.
//! 2. The numbers of r are below p.
//! 3. For each of the 12 numbers, what the product has there − quotient p − r = 0, position by position.
//!
//! With T_n = Σ a_i b_{n−i} the coefficient of w^k is T_k + (root + u) T_{k+6}.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::Debug;

use aver_machine::coprocessor::Coprocessor;
use aver_stark::chip::Chip;
use aver_stark::field::P;

use crate::group::Curve;
use crate::limbs::Bounds;
use crate::size::Size;

mod air;
pub mod columns;
#[cfg(feature = "prove")]
mod execute;
#[cfg(feature = "prove")]
mod fill;
mod product;

pub use air::Multiplication;
#[cfg(feature = "prove")]
pub use execute::{Element, Product, multiply};
#[cfg(feature = "prove")]
pub use fill::fill;

/// What the top byte of a quotient is more than it counts for.
pub const QUOTIENT_OFFSET: u32 = 16;
/// Carries are not below −this, for x0 and x1 of a coefficient, and less than 2^20 above that.
pub const CARRY_OFFSETS: [u32; 2] = [480_000, 100_000];
/// Low bits of a carry; there are eight more.
pub const LOW_BITS: u32 = 12;

/// Labels of the constraints 1 to 3 of a chip of this name.
#[macro_export]
macro_rules! fp12_labels {
    ($name:literal) => {
        [concat!($name, "/1"), concat!($name, "/2"), concat!($name, "/3")]
    };
}

/// A curve's Fp12.
pub trait Tower: Copy + Debug + Send + Sync + 'static {
    /// Over whose field.
    type Curve: Curve;
    /// Address in a program's note.
    const ADDRESS: &'static str;
    /// The chip's name.
    const NAME: &'static str;
    /// [`fp12_labels`](crate::fp12_labels) of that name.
    const LABELS: [&'static str; 3];
    /// w^6 is this and u; not 0.
    const ROOT: u32;
    /// [`Code::of`] it, in a static of its crate: so it is compiled there, and once.
    const CODE: &'static Code;

    /// 3 holds for integers, carries of honest rows fit, and all operands have rows.
    const FITS: () = {
        let () = Self::Curve::FITS;
        let digits = Self::Curve::DIGITS;
        let (quotient, limb) = (Bounds::times(digits), Bounds { min: 0, max: 0xFFFF });
        let (none, product) = (Bounds { min: 0, max: 0 }, Bounds::product::<SizeOf<Self>>());
        // Of up to 6 terms of T_k and T_{k+6}, the wrapped count root and 1 times. The most is wrapped at k = 0: five.
        let root = Self::ROOT as i64;
        assert!(1 <= root && root < 256);
        let x0 = none.plus(1 + root * 5, product).plus(-(1 + root * 5 + 2 * 5), product);
        let x1 = none.plus(2 + (2 * root + 1) * 5, product).plus(-5, product);
        let mut i = 0;
        while i < 2 {
            let sum = [x0, x1][i].plus(-1, quotient).plus(-1, limb);
            let (offset, values) = (CARRY_OFFSETS[i] as i64, 1 << (LOW_BITS + 8));
            // Carries c of sums s, c = (s + c before) / 2^8: if c before is in s / 255, so is c.
            assert!(sum.min >= -offset * 255 && sum.max <= (values - offset - 1) * 255);
            // And no s + c before − 2^8 c is as far from zero as KoalaBear's prime.
            assert!(sum.max + values + 256 * offset < P as i64);
            assert!(-sum.min + offset + 256 * values < P as i64);
            i += 1;
        }
        // Digits are at places of bytes, so quotients of two bytes more have no positions beyond the last.
        let mut i = 0;
        while i < digits.len() {
            assert!(digits[i].0 < SizeOf::<Self>::BYTES);
            i += 1;
        }
        // Numbers are below 2^b, and p is above 2^(b − 64) times its top word: |V| < most 2^(2 b), its quotient by p is less than
        // the offset, which is 2^(b + 8) times a number, in absolute value.
        let most = (2 + (2 * root + 1) * 5 + 1) as u128;
        let top = Self::Curve::PRIME[SizeOf::<Self>::WORDS - 1] as u128;
        assert!(most << 64 < (((QUOTIENT_OFFSET as u128) << 8) - 1) * top);
    };
}

/// Of the numbers.
pub(crate) type SizeOf<T> = <<T as Tower>::Curve as Curve>::Size;

/// What is compiled for a tower.
pub struct Code {
    pub(crate) chip: fn() -> Box<dyn Chip>,
    #[cfg(feature = "prove")]
    fill: fill::Fill,
}

impl Code {
    /// For this one.
    pub const fn of<T: Tower>() -> Self {
        Self {
            chip: chip::<T>,
            #[cfg(feature = "prove")]
            fill: fill::compiled::<T>,
        }
    }
}

fn chip<T: Tower>() -> Box<dyn Chip> {
    Box::new(Multiplication::<T>::new())
}

/// The coprocessor that multiplies.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fp12<T>(pub T);

impl<T: Tower> Fp12<T> {
    /// Number of the call, a7.
    pub const CALL: u32 = aver_isa::calls::number(T::ADDRESS);
}

impl<T: Tower> Coprocessor for Fp12<T> {
    fn call(&self) -> u32 {
        Self::CALL
    }
    fn name(&self) -> &str {
        T::ADDRESS
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([(T::CODE.chip)()])
    }
}
