//! Numbers of 256 bits, or of 384: what arrays of their cells are, and what depends on their length.

use core::fmt::Debug;
use core::ops::IndexMut;

/// So many values of a kind.
pub trait Array<T>: Copy + AsRef<[T]> + AsMut<[T]> + IndexMut<usize, Output = T> {
    /// Value `i` is `f(i)`.
    fn from_fn(f: impl FnMut(usize) -> T) -> Self;
}

impl<T: Copy, const N: usize> Array<T> for [T; N] {
    #[inline(always)]
    fn from_fn(f: impl FnMut(usize) -> T) -> Self {
        core::array::from_fn(f)
    }
}

/// A length of numbers.
pub trait Size: Copy + Debug + Send + Sync + 'static {
    /// Words of 64 bits.
    const WORDS: usize;
    /// Carries of [`pairwise`](crate::limbs::pairwise) are not below −this.
    const PAIR_CARRY_OFFSET: u32;
    /// Multiples of a prime, and carries between limbs behind these, are not below −this, and less than 2^8 above that.
    const SMALL: u32;

    /// Words of two numbers.
    const POINT: usize = 2 * Self::WORDS;
    /// Limbs of 16 bits.
    const LIMBS: usize = 4 * Self::WORDS;
    /// Bytes.
    const BYTES: usize = 2 * Self::LIMBS;
    /// Bytes of a quotient.
    const QUOTIENT: usize = Self::BYTES + 1;
    /// Positions of sums of products of numbers and quotients.
    const POSITIONS: usize = Self::BYTES + Self::QUOTIENT;
    /// Carries of [`bytewise`](crate::limbs::bytewise): one from each position to the next.
    const CARRIES: usize = Self::POSITIONS - 1;
    /// Carries of [`pairwise`](crate::limbs::pairwise).
    const PAIR_CARRIES: usize = Self::POSITIONS.div_ceil(2) - 1;
    /// Cells of [`below`](crate::limbs::below): marks, and the difference.
    const BELOW: usize = Self::LIMBS + 1;

    /// Of the words of two numbers.
    type Point<T: Copy>: Array<T>;
    /// Of limbs.
    type Limbs<T: Copy>: Array<T>;
    /// Of bytes.
    type Bytes<T: Copy>: Array<T>;
    /// Of a quotient's bytes.
    type Quotient<T: Copy>: Array<T>;
    /// Of a quarter of the bytes.
    type Block<T: Copy>: Array<T>;
    /// Of the positions of a product of such.
    type BlockProduct<T: Copy>: Array<T>;
    /// Of the words of twelve numbers.
    type Element<T: Copy>: Array<T>;
}

/// Numbers below 2^256.
#[derive(Clone, Copy, Debug)]
pub struct Bits256;

/// Numbers below 2^384.
#[derive(Clone, Copy, Debug)]
pub struct Bits384;

impl Size for Bits256 {
    const WORDS: usize = 4;
    const PAIR_CARRY_OFFSET: u32 = 20_000;
    const SMALL: u32 = 16;
    type Point<T: Copy> = [T; 8];
    type Limbs<T: Copy> = [T; 16];
    type Bytes<T: Copy> = [T; 32];
    type Quotient<T: Copy> = [T; 33];
    type Block<T: Copy> = [T; 8];
    type BlockProduct<T: Copy> = [T; 15];
    type Element<T: Copy> = [T; 48];
}

impl Size for Bits384 {
    const WORDS: usize = 6;
    const PAIR_CARRY_OFFSET: u32 = 1 << 14;
    const SMALL: u32 = 32;
    type Point<T: Copy> = [T; 12];
    type Limbs<T: Copy> = [T; 24];
    type Bytes<T: Copy> = [T; 48];
    type Quotient<T: Copy> = [T; 49];
    type Block<T: Copy> = [T; 12];
    type BlockProduct<T: Copy> = [T; 23];
    type Element<T: Copy> = [T; 72];
}
