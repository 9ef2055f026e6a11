//! Fills the chip's table.

use aver_exec::{EcallStep, MemAccess};
use aver_isa::Program;
use aver_machine::cpu::{MEM0, MEM1};
use aver_machine::layout::Names;
use aver_stark_prover::table::Table;
use aver_trace::CoprocessorTables;
use aver_trace::chips::ecall;
use aver_trace::rows::{Filler, RowMut};

use crate::chip::columns::{CALL_WIDTH, Call, DIGIT_VALUES, W_TERMS, digits, terms_of_a, terms_of_e};
use crate::chip::{BIG0, BIG1, Compression, K, LAST, SMALL0, SMALL1, STATE_BITS, W_ADDED};
use crate::{CALL, Sha256};

impl CoprocessorTables for Sha256 {
    fn call(&self) -> u32 {
        CALL
    }

    fn fill(&self, filler: &Filler<'_>, program: &Program, calls: &[&EcallStep]) -> Vec<Table> {
        let c = Call::new(&mut Names::default());
        vec![filler.table(&Compression, calls.len(), |i, row| {
            call(row, &c, program, calls[i]);
            let mut rest = Rest { row, at: CALL_WIDTH };
            rest.compress(numbers(&calls[i].updates), numbers(&calls[i].reads));
        })]
    }
}

/// Sets the columns of the ecall and its memory.
fn call(row: &mut RowMut<'_>, c: &Call<usize>, program: &Program, s: &EcallStep) {
    ecall::call(row, &c.call, s);
    row.pointer(&c.a0, s.a0.before, s.a0.prev_ts);
    row.pointer(&c.a1, s.a1.before, s.a1.prev_ts);
    for ((word, &text), read) in c.block.iter().zip(&c.text).zip(&s.reads) {
        row.flag(text, program.is_text(read.addr));
        row.word(word, read.before, s.ts + MEM0, read.prev_ts);
    }
    for ((word, &new), update) in c.state.iter().zip(&c.new).zip(&s.updates) {
        row.word(word, update.before, s.ts + MEM1, update.prev_ts);
        row.limbs(new, update.after);
    }
}

/// The `u32`s in memory before the accesses.
fn numbers<const N: usize>(accesses: &[MemAccess]) -> [u32; N] {
    core::array::from_fn(|i| accesses.get(i / 2).map_or(0, |word| (word.before >> (32 * (i % 2))) as u32))
}

/// The cells behind those of the call, one after the other.
struct Rest<'r, 't> {
    row: &'r mut RowMut<'t>,
    at: usize,
}

impl Rest<'_, '_> {
    /// As `compress` of the chip.
    fn compress(&mut self, h: [u32; 8], block: [u32; 16]) {
        STATE_BITS.iter().map(|&i| h[i]).chain(block).for_each(|number| self.bits_of(number));
        let mut w = block.map(u32::swap_bytes);
        let mut a = [h[3], h[2], h[1], h[0]];
        let mut e = [h[7], h[6], h[5], h[4]];
        for t in 0..64 {
            let mut sum_w = sum(&[w[t % 16]]);
            if t >= 16 {
                let back = |i: usize| w[(t - i) % 16];
                sum_w =
                    sum(&[small_sigma(back(2), SMALL1), back(7), small_sigma(back(15), SMALL0), back(16)]);
            }
            if (16..W_ADDED).contains(&t) {
                w[t % 16] = self.word(sum_w, W_TERMS);
                sum_w = sum(&[w[t % 16]]);
            }
            let before = |x: &[u32; 4]| [3, 2, 1].map(|i| x[(t + i) % 4]);
            let ([e1, e2, e3], [a1, a2, a3]) = (before(&e), before(&a));
            let choice = e1 & e2 | !e1 & e3;
            let majority = a1 & a2 | a1 & a3 | a2 & a3;
            let t1 = add(sum_w, sum(&[e[t % 4], big_sigma(e1, BIG1), choice, K[t]]));
            let (sum_e, sum_a) = (add(t1, sum(&[a[t % 4]])), add(t1, sum(&[big_sigma(a1, BIG0), majority])));
            if t < LAST {
                e[t % 4] = self.word(sum_e, terms_of_e(t));
                a[t % 4] = self.word(sum_a, terms_of_a(t));
            } else {
                self.close(add(sum_e, sum(&[h[4]])), terms_of_e(t));
                self.close(add(sum_a, sum(&[h[0]])), terms_of_a(t));
            }
        }
    }

    fn push(&mut self, value: u32) {
        self.row.set(self.at, value);
        self.at += 1;
    }

    /// The bits of a number that is two limbs.
    fn bits_of(&mut self, number: u32) {
        (0..32).filter(|i| i % 16 != 15).for_each(|i| self.push(number >> i & 1));
    }

    /// The word that is `sum` modulo 2^32: its bits, then its carries.
    fn word(&mut self, sum: [u32; 2], terms: u32) -> u32 {
        let word = sum[0].wrapping_add(sum[1] << 16);
        (0..32).for_each(|i| self.push(word >> i & 1));
        self.close(sum, terms);
        word
    }

    /// The carries of `sum`.
    fn close(&mut self, [low, high]: [u32; 2], terms: u32) {
        let carry = low >> 16;
        for mut carry in [carry, (high + carry) >> 16] {
            for _ in 0..digits(terms) {
                self.push(carry % DIGIT_VALUES);
                carry /= DIGIT_VALUES;
            }
        }
    }
}

/// Sums of low and high halves.
fn sum(terms: &[u32]) -> [u32; 2] {
    terms.iter().fold([0, 0], |sum, term| add(sum, [term & 0xFFFF, term >> 16]))
}

fn add(x: [u32; 2], y: [u32; 2]) -> [u32; 2] {
    [x[0] + y[0], x[1] + y[1]]
}

fn big_sigma(x: u32, r: [u32; 3]) -> u32 {
    r.into_iter().fold(0, |sum, r| sum ^ x.rotate_right(r))
}

fn small_sigma(x: u32, [r0, r1, r2]: [u32; 3]) -> u32 {
    x.rotate_right(r0) ^ x.rotate_right(r1) ^ x >> r2
}
