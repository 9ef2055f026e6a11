//! A B-tree under load: insertions, look-ups, ranges, removals.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::random::Random;

/// Input: number of keys (8 little-endian bytes). Output: a sum and the number of keys left.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input);
    let mut map = BTreeMap::new();
    let mut random = Random::new(1);
    for i in 0..n {
        *map.entry(random.below(2 * n)).or_insert(0u64) += i;
    }
    let mut sum = 0u64;
    for _ in 0..n {
        sum = sum.wrapping_add(map.get(&random.below(2 * n)).copied().unwrap_or(1));
    }
    for _ in 0..n / 16 {
        let from = random.below(2 * n);
        sum = map.range(from..).take(8).fold(sum, |sum, (key, value)| sum.rotate_left(1) ^ key ^ value);
    }
    for _ in 0..n / 2 {
        sum ^= map.remove(&random.below(2 * n)).unwrap_or(3);
    }
    [sum, map.len() as u64].iter().flat_map(|v| v.to_le_bytes()).collect()
}
