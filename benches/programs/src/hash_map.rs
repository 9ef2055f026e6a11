//! A hash map under load: insertions, look-ups, removals in `hashbrown`.

use alloc::vec::Vec;
use core::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;

use crate::random::Random;

/// Input: number of keys (8 little-endian bytes). Output: a sum and the number of keys left.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input);
    let mut map: HashMap<u64, u64, BuildHasherDefault<Multiply>> = HashMap::default();
    let mut random = Random::new(2);
    for i in 0..n {
        *map.entry(random.below(2 * n)).or_insert(0) += i;
    }
    let mut sum = 0u64;
    for _ in 0..4 * n {
        sum = sum.wrapping_add(map.get(&random.below(2 * n)).copied().unwrap_or(1));
    }
    for _ in 0..n {
        sum ^= map.remove(&random.below(2 * n)).unwrap_or(3);
    }
    [sum, map.len() as u64].iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Both halves of the product with an odd constant, for keys of one word.
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
