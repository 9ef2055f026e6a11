//! Calls itself as deep as the input says, with frames of which most is not touched.
#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::hint::black_box;

aver_guest::entry!(main);

/// Frames have some more than 8 `WORDS` bytes, which are used only if `wide`.
#[inline(never)]
fn descend<const WORDS: usize>(depth: u64, wide: bool) -> u64 {
    let mut here = depth;
    black_box(&mut here);
    let below = if depth > 0 { descend::<WORDS>(depth - 1, wide) } else { 0 };
    if wide {
        let mut words = [here; WORDS];
        black_box(&mut words);
        here += words[depth as usize % WORDS];
    }
    black_box(&mut here);
    below.wrapping_add(here)
}

/// Input: depth, and which size. Output: the sum of all depths.
fn main() {
    let depth: u64 = aver_guest::read();
    let size: u8 = aver_guest::read();
    let wide = black_box(false);
    let sum = match size {
        0 => descend::<500>(depth, wide),
        1 => descend::<1_000>(depth, wide),
        2 => descend::<5_000>(depth, wide),
        3 => descend::<7_000>(depth, wide),
        4 => descend::<20_000>(depth, wide),
        _ => descend::<300_000>(depth, wide),
    };
    aver_guest::commit(&sum);
}
