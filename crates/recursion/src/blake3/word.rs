//! 32-bit words of a row, as expressions.

use aver_stark::air::Expr;

/// A word.
#[derive(Clone, Copy)]
pub struct Word<E> {
    /// Its bytes, lowest first; zero where only its halves are used.
    pub bytes: [E; 4],
    /// Its low and its high 16 bits.
    pub halves: [E; 2],
}

impl<E: Expr> Word<E> {
    /// Of bytes.
    #[inline(always)]
    pub fn new(bytes: [E; 4]) -> Self {
        let [b0, b1, b2, b3] = bytes;
        Self { bytes, halves: [b0 + b1 * (1 << 8), b2 + b3 * (1 << 8)] }
    }

    /// A word that is only added.
    #[inline(always)]
    pub fn of_halves(halves: [E; 2]) -> Self {
        Self { bytes: [E::zero(); 4], halves }
    }

    /// `scale` times a constant, which is only added.
    #[inline(always)]
    pub fn constant(scale: E, value: u32) -> Self {
        Self::of_halves([scale * (value & 0xFFFF), scale * (value >> 16)])
    }

    /// The word of these bytes, rotated right by `count` bytes.
    #[inline(always)]
    pub fn rotated_by_bytes(bytes: [E; 4], count: usize) -> Self {
        Self::new(core::array::from_fn(|i| bytes[(i + count) % 4]))
    }

    /// The word whose bytes have these low and high four bits, rotated right by 12.
    #[inline(always)]
    pub fn rotated_by_12(low: [E; 4], high: [E; 4]) -> Self {
        // Byte i has nibbles 2i + 3 and 2i + 4.
        Self::new(core::array::from_fn(|i| high[(i + 1) % 4] + low[(i + 2) % 4] * (1 << 4)))
    }

    /// The word of bytes with these top bits, rotated right by 7: by 8, and left by 1.
    #[inline(always)]
    pub fn rotated_by_7(bytes: [E; 4], top: [E; 4]) -> Self {
        let byte = |i: usize| {
            let next = (i + 1) % 4;
            bytes[next] + bytes[next] - top[next] * (1 << 8) + top[i]
        };
        Self::new(core::array::from_fn(byte))
    }
}
