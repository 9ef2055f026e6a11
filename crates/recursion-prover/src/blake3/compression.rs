//! One compression. Mirrors `aver_recursion::blake3::compress`.

use aver_recursion::blake3::columns::{
    A1, A2, B1_HIGH, B1_LOW, B2, B2_TOP, C1, C2, CV_BYTE, CV_HALF, D2, FIRST, FIRST_D, HIGH, LAST, LOW, OUT,
    WIDTH, d1,
};
use aver_recursion::blake3::{BLOCK, BLOCK_BYTES, IV, LAST_HIGH, Step, steps};
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::Counts;

/// What a row compresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compression {
    /// Words of the block.
    pub message: [u32; BLOCK],
    /// Whether they are elements.
    pub is_block: bool,
    /// The chaining value before.
    pub before: [u32; 8],
    /// Number of the chunk, below 256.
    pub counter: u32,
    /// Flags.
    pub flags: u32,
}

/// Gets what a compression computes.
trait Record {
    fn sum(&mut self, at: usize, word: u32);
    fn xor(&mut self, at: usize, x: u32, y: u32);
    fn first_xor(&mut self, at: usize, x: u32, y: u32);
    fn nibbles(&mut self, at: usize, x: u32, y: u32);
    fn top(&mut self, at: usize, word: u32);
}

impl Compression {
    /// The chaining value after.
    pub fn out(&self) -> [u32; 8] {
        self.run(&mut ())
    }

    /// Writes the witness columns of its row, and counts its lookups.
    pub fn fill(&self, row: &mut [F; WIDTH], counts: &mut Counts) {
        for (i, &word) in self.message.iter().enumerate() {
            let [low, high] = halves(word);
            let is_last = self.is_block && u32::from(high) == LAST_HIGH;
            (row[LOW + i], row[HIGH + i], row[LAST + i]) = (half(low), half(high), F::from_bool(is_last));
            if self.is_block {
                counts.half(low);
                counts.canonical(high);
            }
        }
        let mut cells = Cells { row, counts };
        for (i, &word) in self.before.iter().enumerate() {
            match i {
                0..4 => halves(word)
                    .into_iter()
                    .zip(0..)
                    .for_each(|(h, j)| cells.row[CV_HALF + 2 * i + j] = half(h)),
                _ => cells.sum(CV_BYTE + 4 * (i - 4), word),
            }
        }
        self.run(&mut cells);
    }

    fn run(&self, record: &mut impl Record) -> [u32; 8] {
        let mut state = [0; 16];
        state[..8].copy_from_slice(&self.before);
        state[8..12].copy_from_slice(&IV[..4]);
        state[12..].copy_from_slice(&[self.counter, 0, BLOCK_BYTES, self.flags]);
        for step in steps() {
            self.step(step, &mut state, record);
        }
        core::array::from_fn(|i| {
            record.xor(OUT + 4 * i, state[i], state[i + 8]);
            state[i] ^ state[i + 8]
        })
    }

    fn step(&self, step: Step, state: &mut [u32; 16], record: &mut impl Record) {
        let at = 4 * step.number;
        let [a, b, c, d] = step.state.map(|i| state[i]);
        let [m, n] = step.block.map(|i| self.message[i]);
        let a = a.wrapping_add(b).wrapping_add(m);
        record.sum(A1 + at, a);
        match step.number {
            0..FIRST if FIRST_D[step.number] => record.first_xor(d1(step.number), a, d),
            0..FIRST => {}
            _ => record.xor(d1(step.number), a, d),
        }
        let d = (d ^ a).rotate_right(16);
        let c = c.wrapping_add(d);
        record.sum(C1 + at, c);
        record.nibbles(at, c, b);
        let b = (b ^ c).rotate_right(12);
        let a = a.wrapping_add(b).wrapping_add(n);
        record.sum(A2 + at, a);
        record.xor(D2 + at, a, d);
        let d = (d ^ a).rotate_right(8);
        let c = c.wrapping_add(d);
        record.sum(C2 + at, c);
        record.xor(B2 + at, c, b);
        record.top(B2_TOP + at, b ^ c);
        let b = (b ^ c).rotate_right(7);
        for (i, word) in step.state.into_iter().zip([a, b, c, d]) {
            state[i] = word;
        }
    }
}

/// Nobody wants to know.
impl Record for () {
    fn sum(&mut self, _: usize, _: u32) {}
    fn xor(&mut self, _: usize, _: u32, _: u32) {}
    fn first_xor(&mut self, _: usize, _: u32, _: u32) {}
    fn nibbles(&mut self, _: usize, _: u32, _: u32) {}
    fn top(&mut self, _: usize, _: u32) {}
}

/// A row being filled.
struct Cells<'a> {
    row: &'a mut [F; WIDTH],
    counts: &'a mut Counts,
}

impl Record for Cells<'_> {
    fn sum(&mut self, at: usize, word: u32) {
        word.to_le_bytes().into_iter().zip(at..).for_each(|(byte, at)| self.row[at] = cell(byte));
    }
    fn xor(&mut self, at: usize, x: u32, y: u32) {
        self.sum(at, x ^ y);
        x.to_le_bytes().into_iter().zip(y.to_le_bytes()).for_each(|(x, y)| self.counts.xor(x, y));
    }
    fn first_xor(&mut self, at: usize, x: u32, y: u32) {
        let (x, y) = (x as u8, y as u8);
        self.row[at] = cell(x ^ y);
        self.counts.xor(x, y);
    }
    fn nibbles(&mut self, at: usize, x: u32, y: u32) {
        for (i, (x, y)) in x.to_le_bytes().into_iter().zip(y.to_le_bytes()).enumerate() {
            self.row[B1_LOW + at + i] = cell((x ^ y) & 0xF);
            self.row[B1_HIGH + at + i] = cell((x ^ y) >> 4);
            self.counts.nibbles(x, y);
        }
    }
    fn top(&mut self, at: usize, word: u32) {
        word.to_le_bytes().into_iter().zip(at..).for_each(|(byte, at)| self.row[at] = cell(byte >> 7));
    }
}

/// Bytes as elements: most cells of a row.
static BYTES: [F; 256] = {
    let mut bytes = [F::ZERO; 256];
    let mut i = 0;
    while i < 256 {
        bytes[i] = F::new(i as u32);
        i += 1;
    }
    bytes
};

fn cell(byte: u8) -> F {
    BYTES[usize::from(byte)]
}

fn half(half: u16) -> F {
    F::from_u16(half)
}

/// Low and high.
pub(super) fn halves(word: u32) -> [u16; 2] {
    [word as u16, (word >> 16) as u16]
}
