//! Rounds, with what they leave in columns.

use crate::chip::{ORDER, WORDS, WORKS_ON};

/// What a line of G computes: a, d and a, c, b and c.
pub type Half = [u64; 4];

/// What each G of a round computes, and b before its last rotation.
pub type Steps = [([Half; 2], u64); WORKS_ON.len()];

/// The block's words in the order of round `r`.
pub fn ordered(m: &[u64; WORDS], r: usize) -> [u64; WORDS] {
    ORDER[r % ORDER.len()].map(|i| m[i])
}

/// Round `r`, on `v`.
pub fn round(v: &mut [u64; WORDS], m: &[u64; WORDS], r: usize) -> Steps {
    let m = ordered(m, r);
    core::array::from_fn(|i| {
        let [ia, ib, ic, id] = WORKS_ON[i];
        let (a, b, c, d) = (v[ia], v[ib], v[ic], v[id]);
        let (first, [a, b, c, d]) = half([a, b, c, d], m[2 * i], 32);
        let (second, [a, b, c, d]) = half([a, b.rotate_right(24), c, d], m[2 * i + 1], 16);
        (v[ia], v[ib], v[ic], v[id]) = (a, b.rotate_right(63), c, d);
        ([first, second], b)
    })
}

/// a, b ⊕ c, c, d after a line of G.
fn half([a, b, c, d]: [u64; 4], x: u64, turn: u32) -> (Half, [u64; 4]) {
    let a = a.wrapping_add(b).wrapping_add(x);
    let turned = (d ^ a).rotate_right(turn);
    let c = c.wrapping_add(turned);
    ([a, d & a, c, b & c], [a, b ^ c, c, turned])
}
