//! The compression function, with what its steps leave in columns.

use crate::chip::{K, ROUND, SHIFTS, STEPS, function, number};

/// What a step computes.
pub struct Step {
    /// Two ANDs, as `combine` of the chip looks them up.
    pub ands: [u32; 2],
    /// S.
    pub sum: u32,
    /// b.
    pub next: u32,
}

/// Steps of a line; A, …, E after the last.
pub fn steps(line: usize, state: [u32; 5], block: &[u32; 16]) -> ([u32; 5], Vec<Step>) {
    let [mut a, mut b, mut c, mut d, mut e] = state;
    let mut out = Vec::with_capacity(STEPS);
    for t in 0..STEPS {
        let (ands, of) = combine(function(line, t), b, c, d);
        let added = block[number(line, t)].wrapping_add(K[line][t / ROUND]);
        let sum = a.wrapping_add(of).wrapping_add(added);
        let next = sum.rotate_left(SHIFTS[line][t]).wrapping_add(e);
        out.push(Step { ands, sum, next });
        (a, e, d, c, b) = (e, d, c.rotate_left(10), b, next);
    }
    ([a, b, c, d, e], out)
}

/// f's ANDs and value.
fn combine(function: usize, x: u32, y: u32, z: u32) -> ([u32; 2], u32) {
    match function {
        0 => ([x & y, (x ^ y) & z], x ^ y ^ z),
        1 => ([x & y, !x & z], x & y | !x & z),
        2 => ([!x & y, (x | !y) & z], (x | !y) ^ z),
        3 => ([x & z, y & !z], x & z | y & !z),
        _ => ([!y & z, x & (y | !z)], x ^ (y | !z)),
    }
}

/// The hash value after a block.
pub fn compress(state: [u32; 5], block: &[u32; 16]) -> [u32; 5] {
    let [left, right] = [0, 1].map(|line| steps(line, state, block).0);
    core::array::from_fn(|i| {
        state[(i + 1) % 5].wrapping_add(left[(i + 2) % 5]).wrapping_add(right[(i + 3) % 5])
    })
}
