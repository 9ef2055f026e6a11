//! Addition of points of y² = x³ + a x + b over a field of p elements, for numbers of a [`Size`]: a row is a call.
//!
//! P = (x1, y1) is replaced by R = P + Q, Q = (x2, y2). Coordinates are any numbers of that size, and count modulo p; R's
//! are below p. Modulo p,
//!
//! ```text
//! x1 ≠ x2              run = x2 − x1,  rise = y2 − y1                                add
//! x1 = x2, y1 ≠ −y2    run = y1 + y2,  rise = 3 x1² + a                              double
//! else                 R = (0, 0)
//!
//! slope run = rise,  x3 = slope² − x1 − x2,  y3 = slope (x1 − x3) − y1
//! ```
//!
//! For points of the curve this is the group law, with (0, 0) for the point at infinity as a result; as an operand it is
//! a pair like any other. Of pairs that are no points it is what it says.
//!
//! | columns, of 256 bits | |
//! |---|---|
//! | is_real, index, ts, a7 (1), a0 (3), a1 (3) | the call |
//! | text (8), q (8 × 6) | Q's words, and whether they are text |
//! | p (8 × 6), new (8 × 4) | P's words, before and after |
//! | add, double | which case; neither is the third |
//! | x_low (16), r_low (16) | low bytes of the limbs of x1 and x3 |
//! | run (16), run_low (16), run_below (17) | run: limbs, their low bytes, that it is below p |
//! | inverse | of the sum of run's limbs |
//! | x_times, x_carry (15), y_times, y_carry (15) | run is what it should be but for these multiples of p |
//! | x_below (17), y_below (17) | x3 and y3 are below p |
//! | slope (32) | bytes |
//! | slope_q (33), slope_c (64) | quotient and carries of slope run − rise |
//! | x_q (33), x_c (32), y_q (33), y_c (32) | those of the other two equations |
//!
//! 1. Flags: `text`; `add`, `double`, and `is_real` less both.
//! 2. x2 − x1 − (run if `add`) = x_times p.
//! 3. y1 + y2 − run = y_times p, unless `add`; else y_times is 0.
//! 4. run < p.
//! 5. run = 0 if neither `add` nor `double`, else not.
//! 6. slope run − rise = (slope_q − 2^261) p; of 384 bits, 2^389, and so in what follows.
//! 7. x3 + x1 + x2 = slope² − (x_q − 2^261) p.
//! 8. y3 + y1 = slope (x1 − x3) − (y_q − 2^261) p.
//! 9. x3 and y3 are below p, and 0 if neither `add` nor `double`.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt::Debug;

use aver_machine::coprocessor::Coprocessor;
use aver_stark::chip::Chip;

use crate::limbs::{Bounds, QUOTIENT_OFFSET};
use crate::size::Size;

mod air;
pub mod columns;
#[cfg(feature = "prove")]
mod execute;
#[cfg(feature = "prove")]
mod fill;

pub use air::Addition;
#[cfg(feature = "prove")]
pub use execute::{Case, Law, law};
#[cfg(feature = "prove")]
pub use fill::fill;

/// Labels of the constraints 1 to 9 of a chip of this name.
#[macro_export]
macro_rules! group_labels {
    ($name:literal) => {
        [
            concat!($name, "/1"),
            concat!($name, "/2"),
            concat!($name, "/3"),
            concat!($name, "/4"),
            concat!($name, "/5"),
            concat!($name, "/6"),
            concat!($name, "/7"),
            concat!($name, "/8"),
            concat!($name, "/9"),
        ]
    };
}

/// A curve y² = x³ + a x + b over a field of p elements.
pub trait Curve: Copy + Debug + Send + Sync + 'static {
    /// Of its coordinates.
    type Size: Size;
    /// Address in a program's note.
    const ADDRESS: &'static str;
    /// The chip's name.
    const NAME: &'static str;
    /// [`group_labels`](crate::group_labels) of that name.
    const LABELS: [&'static str; 9];
    /// p, a prime, in as many words as a coordinate has.
    const PRIME: &'static [u64];
    /// p as a sum of signed multiples of powers of 2^8: few of them, if there is a choice, and small ones.
    const DIGITS: &'static [(usize, i32)];
    /// a
    const A: i32;
    /// [`Code::of`] it, in a static of its crate: so it is compiled there, and once.
    const CODE: &'static Code;

    /// The digits are those of p, all equations hold for integers, and all operands have rows.
    const FITS: () = {
        assert!(are_digits::<Self::Size>(Self::PRIME, Self::DIGITS), "the digits are not those of the prime");
        assert!(-256 < Self::A && Self::A < 256);
        let (prime, limb) = (Bounds::times(Self::DIGITS), Bounds { min: 0, max: 0xFFFF });
        let none = Bounds { min: 0, max: 0 };
        // 6: slope run − (y2 − y1) or (3 x1² + a), where at most one of the two is there.
        let product = Bounds::product::<Self::Size>();
        let run = product.plus(-1, prime);
        let small = Bounds { min: -256, max: 256 };
        assert!(
            run.plus(-1, limb).plus(1, limb).bytewise() && run.plus(-3, product).plus(1, small).bytewise()
        );
        // 7 and 8.
        assert!(run.pairwise::<Self::Size>(none.plus(-3, limb)));
        assert!(run.plus(-1, product).pairwise::<Self::Size>(none.plus(-2, limb)));
        // Numbers are below 2^b, and p is above 2^(b − 64) times its top word. 2 and 3: multiples of p are at most 2^(b + 1) / p
        // in absolute value, and carries by one more; one is for rounding.
        let top = Self::PRIME[Self::Size::WORDS - 1] as u128;
        assert!(2 * (1 << 64) / top + 2 < Self::Size::SMALL as u128 && Self::Size::SMALL < 128);
        // 6: quotients are above −(3 2^(2 b) + 2^b) / p; the others, and those that are positive, are less far.
        assert!(3 * (1 << 64) < (QUOTIENT_OFFSET - 1) as u128 * top);
    };

    /// Limb `i` of p.
    #[inline(always)]
    fn prime_limb(i: usize) -> u16 {
        (Self::PRIME[i / 4] >> (16 * (i % 4))) as u16
    }
}

/// Whether Σ digit 2^(8 place) is the prime.
const fn are_digits<S: Size>(prime: &[u64], digits: &[(usize, i32)]) -> bool {
    let mut carry = 0;
    let mut k = 0;
    while k <= S::BYTES {
        let mut sum = carry;
        let mut i = 0;
        while i < digits.len() {
            if digits[i].0 == k {
                sum += digits[i].1 as i64;
            }
            i += 1;
        }
        let byte = if k < S::BYTES { (prime[k / 8] >> (8 * (k % 8))) as i64 & 0xFF } else { 0 };
        if (sum - byte) % 256 != 0 {
            return false;
        }
        carry = (sum - byte) / 256;
        k += 1;
    }
    let mut i = 0;
    while i < digits.len() {
        if digits[i].0 > S::BYTES {
            return false;
        }
        i += 1;
    }
    carry == 0 && prime.len() == S::WORDS
}

/// What is compiled for a curve.
pub struct Code {
    chip: fn() -> Box<dyn Chip>,
    #[cfg(feature = "prove")]
    fill: fill::Fill,
}

impl Code {
    /// For this one.
    pub const fn of<C: Curve>() -> Self {
        Self {
            chip: chip::<C>,
            #[cfg(feature = "prove")]
            fill: fill::compiled::<C>,
        }
    }
}

fn chip<C: Curve>() -> Box<dyn Chip> {
    Box::new(Addition::<C>::new())
}

/// The coprocessor that adds points of a curve.
#[derive(Clone, Copy, Debug, Default)]
pub struct Group<C>(pub C);

impl<C: Curve> Group<C> {
    /// Number of the call, a7.
    pub const CALL: u32 = aver_isa::calls::number(C::ADDRESS);
}

impl<C: Curve> Coprocessor for Group<C> {
    fn call(&self) -> u32 {
        Self::CALL
    }
    fn name(&self) -> &str {
        C::ADDRESS
    }
    fn chips(&self) -> Vec<Box<dyn Chip>> {
        Vec::from([(C::CODE.chip)()])
    }
}
