//! Loops over integers: Collatz's sequences, a congruential generator, primes by trial division.

use alloc::vec::Vec;

use crate::random::Random;

/// Input: how far (8 little-endian bytes). Output: three sums, 8 bytes each.
pub fn run(input: &[u8]) -> Vec<u8> {
    let n = crate::count(input);
    let collatz: u64 = (1..=n).map(collatz).sum();
    let mut random = Random::new(n);
    let mixed = (0..16 * n).fold(0u64, |sum, _| sum.rotate_left(5) ^ random.next());
    let primes: u64 = (2..=2 * n).filter(|&n| is_prime(n)).sum();
    [collatz, mixed, primes].iter().flat_map(|sum| sum.to_le_bytes()).collect()
}

/// Steps from `n` down to 1.
fn collatz(mut n: u64) -> u64 {
    let mut steps = 0;
    while n != 1 {
        n = if n.is_multiple_of(2) { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

fn is_prime(n: u64) -> bool {
    (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}
