//! Sorts: of 64-bit numbers and of strings.

use alloc::string::String;
use alloc::vec::Vec;

use crate::random::Random;

/// Input: how many numbers (8 little-endian bytes); of strings an eighth. Output: a sum over both orders.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input);
    let mut random = Random::new(6);
    let mut numbers: Vec<u64> = (0..n).map(|_| random.next()).collect();
    let mut strings: Vec<String> = (0..n / 8).map(|_| string(&mut random)).collect();
    numbers.sort_unstable();
    strings.sort_unstable();
    assert!(numbers.is_sorted() && strings.is_sorted());
    let mix = |sum: u64, value: u64| sum.rotate_left(7) ^ value;
    let numbers = numbers.into_iter().fold(0, mix);
    let bytes = strings.iter().flat_map(|text| text.bytes().map(u64::from));
    [numbers, bytes.fold(0, mix)].iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// 8 to 23 letters, of which many strings have the first four in common.
fn string(random: &mut Random) -> String {
    let length = 4 + random.below(16);
    let letters = (0..length).map(|_| char::from(b'a' + random.below(26) as u8));
    "key-".chars().chain(letters).collect()
}
