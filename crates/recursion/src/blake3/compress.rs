//! `compress`: one compression of BLAKE3.
//!
//! A block's row has 16 elements at four ports of cells, five, five, five and one; it reads the chaining value
//! `before`, or starts a chunk. A parent's row reads the chaining values of its children, and starts like a
//! chunk. Either writes its own at `out`. Ports that are not used write what nobody reads.
//!
//! | fixed | |
//! |---|---|
//! | `block` | one in rows of blocks, zero in those of parents |
//! | `start` | one where the chaining value is the hash's own |
//! | `counter`, `flags` | of the compression; `counter` is below 256 |
//!
//! Words are bytes, of which a lookup gives the exclusive or: whatever is in such a lookup is a byte. Sums are closed
//! by halves: carries have no columns.
//!
//! | constraint | says |
//! |---|---|
//! | `compress/1` | the chaining value at a start |
//! | `compress/2` | an element whose high half is that of p − 1 is p − 1 |
//! | `compress/3` | a + b + m: carries are 0, 1 or 2 |
//! | `compress/4` | c + d: carries are 0 or 1 |
//! | `compress/5` | top bits are 0 or 1 |

use aver_stark::air::{Air, Builder, Expr};
use aver_stark::field::{D, F};

pub use super::columns::SHAPE;
use super::columns::{
    A1, A2, B1_HIGH, B1_LOW, B2, B2_TOP, C1, C2, CELLS, CV_BYTE, CV_HALF, D2, FIRST, FIRST_D, HIGH, LAST,
    LOW, OUT, PORTS, d1,
};
use super::word::Word;
use super::{BLOCK, BLOCK_BYTES, CANONICAL, HALF, IV, NIBBLES, Step, WORDS, XOR, steps};
use crate::port::{Ports, Row, base};

/// 2^−16.
const INV_HALF: F = inverse_of_half();

const fn inverse_of_half() -> F {
    // 2^16 (2^15 − 2^8) = p − 1.
    F::new(aver_stark::field::P - ((1 << 15) - (1 << 8)))
}

/// The chip.
pub struct Compress;

impl Air for Compress {
    crate::port::shaped!();
    fn eval<B: Builder>(&self, b: &mut B) {
        let mut row = Row::new(b.row());
        let ports: Ports<B::E, PORTS> = row.ports(&SHAPE);
        let [block, start, counter, flags] = row.array();
        let first = row.position();
        let mut row = Compression { b, first, real: ports.real };
        let message = row.message(&ports, block);
        let before = row.before(&ports, start);
        let first_d = [counter, B::E::zero(), ports.real * BLOCK_BYTES, flags];
        let state = row.rounds(before, &message, first_d);
        row.finish(&ports, &state);
    }
}

/// A row being read.
struct Compression<'b, B: Builder> {
    b: &'b mut B,
    /// The first witness column.
    first: usize,
    real: B::E,
}

impl<B: Builder> Compression<'_, B> {
    #[inline(always)]
    fn cells<const N: usize>(&self, at: usize) -> [B::E; N] {
        core::array::from_fn(|i| self.b.row()[self.first + at + i])
    }

    /// Says the eight words at a port.
    fn words(&mut self, (address, weight): (B::E, B::E), halves: &[B::E; 16]) {
        for part in 0..2 {
            let mut message = [address; 10];
            message[1] = B::E::constant(F::new(part as u32));
            message[2..].copy_from_slice(&halves[8 * part..8 * part + 8]);
            self.b.message(WORDS, weight, &message);
        }
    }

    /// The block's words: elements of cells, or the words of two children.
    fn message(&mut self, ports: &Ports<B::E, PORTS>, block: B::E) -> [Word<B::E>; BLOCK] {
        let (low, high): ([_; BLOCK], [_; BLOCK]) = (self.cells(LOW), self.cells(HIGH));
        let last: [_; BLOCK] = self.cells(LAST);
        for i in 0..BLOCK {
            self.b.send(HALF, block, &[low[i]]);
            self.b.send(CANONICAL, block, &[high[i], last[i]]);
            self.b.assert_zero("compress/2", last[i] * low[i]);
        }
        let elements: [_; BLOCK] = core::array::from_fn(|i| low[i] + high[i] * (1 << 16));
        for (i, &(address, weight)) in ports.ports[..CELLS].iter().enumerate() {
            let mut message = [address; 1 + D];
            let cell = if i + 1 == CELLS {
                base(elements[BLOCK - 1])
            } else {
                core::array::from_fn(|j| elements[D * i + j])
            };
            message[1..].copy_from_slice(&cell);
            self.b.message(crate::cell::CELL, weight, &message);
        }
        for (child, &port) in ports.ports[CELLS + 1..CELLS + 3].iter().enumerate() {
            let half = |i: usize| [low, high][i % 2][8 * child + i / 2];
            self.words(port, &core::array::from_fn(half));
        }
        core::array::from_fn(|i| Word::of_halves([low[i], high[i]]))
    }

    /// The chaining value before.
    fn before(&mut self, ports: &Ports<B::E, PORTS>, start: B::E) -> [Word<B::E>; 8] {
        let words: [_; 8] = core::array::from_fn(|i| match i {
            0..4 => Word::of_halves(self.cells(CV_HALF + 2 * i)),
            _ => Word::new(self.cells(CV_BYTE + 4 * (i - 4))),
        });
        let halves = core::array::from_fn(|i| words[i / 2].halves[i % 2]);
        self.words(ports.ports[CELLS], &halves);
        for (i, half) in halves.into_iter().enumerate() {
            let value = IV[i / 2] >> (16 * (i % 2)) & 0xFFFF;
            self.b.assert_zero("compress/1", start * (half - value));
        }
        words
    }

    /// The state after all rounds. `first_d` are words 12 to 15 of the one before.
    fn rounds(
        &mut self,
        before: [Word<B::E>; 8],
        message: &[Word<B::E>; BLOCK],
        first_d: [B::E; FIRST],
    ) -> [Word<B::E>; 16] {
        let mut state: [Word<B::E>; 16] = core::array::from_fn(|i| match i {
            0..8 => before[i],
            8..12 => Word::constant(self.real, IV[i - 8]),
            _ => Word::of_halves([first_d[i - 12], B::E::zero()]),
        });
        for step in steps() {
            self.step(step, &mut state, message);
        }
        state
    }

    #[inline(always)]
    fn step(&mut self, step: Step, state: &mut [Word<B::E>; 16], message: &[Word<B::E>; BLOCK]) {
        let at = 4 * step.number;
        let [a, b, c, d] = step.state.map(|i| state[i]);
        let [m, n] = step.block.map(|i| message[i]);
        let a = self.sum_of_three(A1 + at, a, b, m);
        let d =
            if step.number < FIRST { self.first_d(step.number, d, a) } else { self.d1(step.number, d, a) };
        let c = self.sum_of_two(C1 + at, c, d);
        let b = self.b1(at, b, c);
        let a = self.sum_of_three(A2 + at, a, b, n);
        let bytes = self.xor(D2 + at, a, d);
        let d = Word::rotated_by_bytes(bytes, 1);
        let c = self.sum_of_two(C2 + at, c, d);
        let b = self.b2(at, b, c);
        for (i, word) in step.state.into_iter().zip([a, b, c, d]) {
            state[i] = word;
        }
    }

    /// x ⊕ y: four cells, each in a lookup.
    #[inline(always)]
    fn xor(&mut self, at: usize, x: Word<B::E>, y: Word<B::E>) -> [B::E; 4] {
        let out = self.cells(at);
        for i in 0..4 {
            self.b.send(XOR, self.real, &[x.bytes[i], y.bytes[i], out[i]]);
        }
        out
    }

    #[inline(always)]
    fn d1(&mut self, number: usize, d: Word<B::E>, a: Word<B::E>) -> Word<B::E> {
        Word::rotated_by_bytes(self.xor(d1(number), a, d), 2)
    }

    /// The same where d is a byte, and fixed: the other bytes stay what they are. That they are bytes is seen when
    /// the result is in a lookup, in the second half of the G.
    #[inline(always)]
    fn first_d(&mut self, number: usize, d: Word<B::E>, a: Word<B::E>) -> Word<B::E> {
        let mut bytes = a.bytes;
        if FIRST_D[number] {
            [bytes[0]] = self.cells(d1(number));
            self.b.send(XOR, self.real, &[a.bytes[0], d.halves[0], bytes[0]]);
        }
        Word::rotated_by_bytes(bytes, 2)
    }

    #[inline(always)]
    fn b1(&mut self, at: usize, b: Word<B::E>, c: Word<B::E>) -> Word<B::E> {
        let (low, high): ([_; 4], [_; 4]) = (self.cells(B1_LOW + at), self.cells(B1_HIGH + at));
        for i in 0..4 {
            self.b.send(NIBBLES, self.real, &[c.bytes[i], b.bytes[i], low[i], high[i]]);
        }
        Word::rotated_by_12(low, high)
    }

    /// The top bits are those of the bytes, since the rotated word's are bytes: it is in a lookup next.
    #[inline(always)]
    fn b2(&mut self, at: usize, b: Word<B::E>, c: Word<B::E>) -> Word<B::E> {
        let bytes = self.xor(B2 + at, c, b);
        let top: [_; 4] = self.cells(B2_TOP + at);
        top.into_iter().for_each(|bit| self.b.assert_bool("compress/5", bit));
        Word::rotated_by_7(bytes, top)
    }

    /// x + y + z modulo 2^32.
    #[inline(always)]
    fn sum_of_three(&mut self, at: usize, x: Word<B::E>, y: Word<B::E>, z: Word<B::E>) -> Word<B::E> {
        let out = Word::new(self.cells(at));
        let mut carry = B::E::zero();
        for i in 0..2 {
            carry = (x.halves[i] + y.halves[i] + z.halves[i] + carry - out.halves[i]) * INV_HALF;
            self.b.assert_zero("compress/3", carry * (carry - 1) * (carry - 2));
        }
        out
    }

    /// x + y modulo 2^32.
    #[inline(always)]
    fn sum_of_two(&mut self, at: usize, x: Word<B::E>, y: Word<B::E>) -> Word<B::E> {
        let out = Word::new(self.cells(at));
        let mut carry = B::E::zero();
        for i in 0..2 {
            carry = (x.halves[i] + y.halves[i] + carry - out.halves[i]) * INV_HALF;
            self.b.assert_bool("compress/4", carry);
        }
        out
    }

    /// Words 0 to 7 of the state ⊕ words 8 to 15: the chaining value after.
    fn finish(&mut self, ports: &Ports<B::E, PORTS>, state: &[Word<B::E>; 16]) {
        let mut halves = [self.real; 16];
        for i in 0..8 {
            let bytes = self.xor(OUT + 4 * i, state[i], state[i + 8]);
            halves[2 * i..2 * i + 2].copy_from_slice(&Word::new(bytes).halves);
        }
        self.words(ports.ports[CELLS + 3], &halves);
    }
}
