//! Words as field elements. Mirrors `aver_recursion::blake3::digest`.

use aver_recursion::blake3::digest::MIDDLE_BITS;
use aver_recursion::cell::Cell;
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::Counts;
use super::compression::halves;

/// Bits of a word in its element.
const BITS: u32 = 16 + MIDDLE_BITS;

/// The nine elements, in two cells.
pub fn cells(words: &[u32; 8]) -> [Cell; 2] {
    let [e0, e1, e2, e3, e4, e5, e6, e7] = words.map(|word| F::new(word & ((1 << BITS) - 1)));
    let left = words.iter().rev().fold(0, |left, word| left << (32 - BITS) | word >> BITS);
    [[e0, e1, e2, e3, e4], [e5, e6, e7, F::new(left), F::ZERO]]
}

/// The witness columns of a row.
pub fn fill(words: &[u32; 8], row: &mut Vec<F>) {
    let middle = words.map(|word| halves(word)[1] & ((1 << MIDDLE_BITS) - 1));
    row.extend(words.map(|word| F::from_u16(halves(word)[0])));
    row.extend(middle.map(F::from_u16));
    row.extend(words.iter().flat_map(|word| (BITS..32).map(move |i| F::from_bool(word >> i & 1 == 1))));
}

/// Its lookups.
pub fn count(words: &[u32; 8], counts: &mut Counts) {
    words.iter().for_each(|&word| counts.half(halves(word)[1] << (16 - MIDDLE_BITS)));
}
