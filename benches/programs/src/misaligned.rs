//! Reads and writes at any offset: what the machine does in chips of their own.

use alloc::vec::Vec;

use crate::random::Random;

const BYTES: usize = 1 << 12;

/// Input: how often (8 little-endian bytes). Output: a sum over what was read.
pub fn run(input: &[u8]) -> Vec<u8> {
    let mut random = Random::new(7);
    let mut buffer: Vec<u8> = (0..BYTES).map(|_| random.next() as u8).collect();
    let (mut sum, mut at) = (0u64, 0usize);
    for round in 0..crate::count(input) {
        at = (at + 9) % (BYTES - 64);
        let long = u64::from_le_bytes(read(&buffer, at + 1));
        let word = u32::from_le_bytes(read(&buffer, at + 17));
        let half = u16::from_le_bytes(read(&buffer, at + 31));
        sum = sum.rotate_left(3) ^ long.wrapping_add(word.into()).wrapping_add(half.into());
        write(&mut buffer, at + 3, &sum.to_le_bytes());
        write(&mut buffer, at + 21, &(sum as u32).to_le_bytes());
        write(&mut buffer, at + 39, &(round as u16).to_le_bytes());
    }
    sum.to_le_bytes().into()
}

/// One load, where the machine allows it at any address.
#[inline]
fn read<const N: usize>(buffer: &[u8], at: usize) -> [u8; N] {
    buffer[at..at + N].try_into().expect("N bytes")
}

/// One store.
#[inline]
fn write(buffer: &mut [u8], at: usize, bytes: &[u8]) {
    buffer[at..at + bytes.len()].copy_from_slice(bytes);
}
