//! The n-th Fibonacci number modulo 2^64.
//!
//! Input: n, 8 little-endian bytes. Output: the number, likewise.
#![no_std]
#![no_main]

aver_guest::entry!(main);

fn main() {
    let input = aver_guest::read_input();
    let n = u64::from_le_bytes(input.try_into().expect("the input is 8 bytes"));
    let (mut a, mut b) = (0u64, 1u64);
    for _ in 0..n {
        (a, b) = (b, a.wrapping_add(b));
    }
    aver_guest::write_output(&a.to_le_bytes());
}
