//! Rows that are computed with one lie, and go on from it as they should: exactly one rule objects.

use aver_recursion::blake3::columns::{
    A1, A2, B1_HIGH, B1_LOW, B2, B2_TOP, C1, C2, CV_BYTE, CV_HALF, D2, FIRST, FIRST_D, HIGH, LOW, OUT, WIDTH,
    d1,
};
use aver_recursion::blake3::{BLOCK_BYTES, CHUNK_END, CHUNK_START, IV, ROOT, Step, steps};
use aver_stark::field::{F, f};
use p3_field::{Field, PrimeCharacteristicRing};

use super::refused::{objections, one_block};

/// What is false.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lie {
    None,
    /// The chaining value at the start.
    Before,
    /// A sum is one too large: the first of three, the second, the first of two, the second.
    Sum(usize),
    /// An exclusive or, with d, in the first or the second half.
    Xor(usize),
    /// The parts of b ⊕ c.
    Nibbles,
    /// The rotation by 7, with top bits that make it so.
    Rotation,
    /// The chaining value after.
    Out,
}

/// The step that lies.
const STEP: usize = 11;

/// A row of a block with `lie`, computed apart from what fills tables.
struct Liar {
    lie: Lie,
    cells: Vec<F>,
}

impl Liar {
    fn set(&mut self, at: usize, word: u32) {
        word.to_le_bytes().into_iter().zip(at..).for_each(|(byte, at)| self.cells[at] = F::from_u8(byte));
    }

    fn lies(&self, step: &Step, lie: Lie) -> u32 {
        u32::from(self.lie == lie && step.number == STEP)
    }

    fn sum(&mut self, step: &Step, number: usize, words: &[u32]) -> u32 {
        let sum = words.iter().fold(self.lies(step, Lie::Sum(number)), |sum, &word| sum.wrapping_add(word));
        self.set([A1, A2, C1, C2][number] + 4 * step.number, sum);
        sum
    }

    fn step(&mut self, step: &Step, state: &mut [u32; 16], message: &[u32; 16]) {
        let [mut a, mut b, mut c, mut d] = step.state.map(|i| state[i]);
        let [m, n] = step.block.map(|i| message[i]);
        let at = 4 * step.number;
        a = self.sum(step, 0, &[a, b, m]);
        let x = d ^ a ^ self.lies(step, Lie::Xor(0));
        match step.number {
            0..FIRST if FIRST_D[step.number] => self.cells[d1(step.number)] = F::from_u8(x as u8),
            0..FIRST => {}
            _ => self.set(d1(step.number), x),
        }
        d = x.rotate_right(16);
        c = self.sum(step, 2, &[c, d]);
        b ^= c ^ self.lies(step, Lie::Nibbles);
        for (i, byte) in b.to_le_bytes().into_iter().enumerate() {
            self.cells[B1_LOW + at + i] = F::from_u8(byte & 15);
            self.cells[B1_HIGH + at + i] = F::from_u8(byte >> 4);
        }
        b = b.rotate_right(12);
        a = self.sum(step, 1, &[a, b, n]);
        d ^= a ^ self.lies(step, Lie::Xor(1));
        self.set(D2 + at, d);
        d = d.rotate_right(8);
        c = self.sum(step, 3, &[c, d]);
        b ^= c;
        self.set(B2 + at, b);
        let rotated = b.rotate_right(7) ^ (self.lies(step, Lie::Rotation) << 9);
        let tops = tops(b, rotated);
        self.cells[B2_TOP + at..][..4].copy_from_slice(&tops);
        for (i, word) in step.state.into_iter().zip([a, rotated, c, d]) {
            state[i] = word;
        }
    }
}

/// t with 2 z_{i+1} − 256 t_{i+1} + t_i = u_i for the bytes z of a word and u of another.
fn tops(z: u32, u: u32) -> [F; 4] {
    let (z, u) = (z.to_le_bytes().map(F::from_u8), u.to_le_bytes().map(F::from_u8));
    let inverse = f(256).inverse();
    // What comes of t_0 going around.
    let around = |first: F| {
        let mut t = [first; 5];
        for i in 0..4 {
            t[i + 1] = (z[(i + 1) % 4].double() + t[i] - u[i]) * inverse;
        }
        t
    };
    let (constant, slope) = (around(F::ZERO)[4], around(F::ONE)[4] - around(F::ZERO)[4]);
    let t = around(constant * (F::ONE - slope).inverse());
    [t[0], t[1], t[2], t[3]]
}

/// The witness columns of a row of a block with that lie.
fn row(lie: Lie) -> Vec<F> {
    let mut liar = Liar { lie, cells: vec![F::ZERO; WIDTH] };
    let message: [u32; 16] = std::array::from_fn(|i| 0x0123_4567u32.wrapping_mul(i as u32 + 3) >> 2);
    for (i, word) in message.into_iter().enumerate() {
        (liar.cells[LOW + i], liar.cells[HIGH + i]) = (f(word & 0xFFFF), f(word >> 16));
    }
    let mut before = IV;
    before[3] ^= u32::from(lie == Lie::Before) << 20;
    for (i, word) in before.into_iter().enumerate() {
        match i {
            0..4 => {
                let halves = [word & 0xFFFF, word >> 16].map(f);
                liar.cells[CV_HALF + 2 * i..][..2].copy_from_slice(&halves);
            }
            _ => liar.set(CV_BYTE + 4 * (i - 4), word),
        }
    }
    let mut state = [0; 16];
    state[..8].copy_from_slice(&before);
    state[8..12].copy_from_slice(&IV[..4]);
    state[12..].copy_from_slice(&[0, 0, BLOCK_BYTES, CHUNK_START | CHUNK_END | ROOT]);
    steps().for_each(|step| liar.step(&step, &mut state, &message));
    for i in 0..8 {
        liar.set(OUT + 4 * i, state[i] ^ state[i + 8] ^ u32::from(lie == Lie::Out && i == 5));
    }
    liar.cells
}

#[test]
fn each_lie_meets_its_rule() {
    let table = one_block();
    let rules = [
        (Lie::None, None),
        (Lie::Before, Some("compress/1")),
        (Lie::Sum(0), Some("compress/3")),
        (Lie::Sum(1), Some("compress/3")),
        (Lie::Sum(2), Some("compress/4")),
        (Lie::Sum(3), Some("compress/4")),
        (Lie::Xor(0), Some("xor")),
        (Lie::Xor(1), Some("xor")),
        (Lie::Nibbles, Some("nibbles")),
        (Lie::Rotation, Some("compress/5")),
        (Lie::Out, Some("xor")),
    ];
    for (lie, rule) in rules {
        assert_eq!(objections(&table, &row(lie)), rule.into_iter().collect(), "{lie:?}");
    }
}
