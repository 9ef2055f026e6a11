//! Constraints and messages.

use aver_machine::calls::{self, A0, A1};
use aver_machine::cpu::{self, INV_LIMB, inverse};
use aver_machine::layout::Cells;
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::F;

use super::bits::{Word, add, halves, sigma_and_choice, sigma_and_majority, sign, small_sigma};
use super::columns::{CALL_WIDTH, Call, DIGIT_VALUES, W_TERMS, digits, names, terms_of_a, terms_of_e};
use super::{BIG0, BIG1, K, LAST, SMALL0, SMALL1, STATE_BITS, W_ADDED};
use crate::CALL;

/// The chip.
pub struct Compression;

impl Air for Compression {
    fn name(&self) -> &str {
        "sha256"
    }
    fn columns(&self) -> Columns {
        Columns::witness(names())
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Call::new(&mut Cells::new(b.row()));
        call(b, &c);
        let block = c.block.map(|word| word.value);
        let state = c.state.map(|word| word.value);
        compress(&mut Rest { b, at: CALL_WIDTH, real: c.call.is_real }, &state, &block, &c.new);
    }
}

/// The ecall: takes the pointers, reads the block, updates the state.
fn call<B: Builder>(b: &mut B, c: &Call<B::E>) {
    let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
    let real = row.real;
    let state = calls::word_of_pointer(&mut row, cpu::RS2, A0, &c.a0);
    let block = calls::word_of_pointer(&mut row, cpu::MEM0, A1, &c.a1);
    for (i, (word, text)) in c.block.iter().zip(c.text).enumerate() {
        row.assert_bool("sha256/1", text);
        row.load(real, cpu::MEM0, text, block + i as u32, word);
    }
    for (i, (word, new)) in c.state.iter().zip(c.new).enumerate() {
        row.store(real, cpu::MEM1, state + i as u32, word, new);
        new.into_iter().for_each(|limb| row.range(limb));
    }
}

/// Halves of `u32` number `i` of words of memory.
fn number<E: Copy>(words: &[[E; 4]], i: usize) -> [E; 2] {
    let [l0, l1, l2, l3] = words[i / 2];
    if i.is_multiple_of(2) { [l0, l1] } else { [l2, l3] }
}

/// The compression function: `new` is what becomes of `state` by `block`.
fn compress<B: Builder>(
    rest: &mut Rest<'_, B>,
    state: &[[B::E; 4]; 4],
    block: &[[B::E; 4]; 8],
    new: &[[B::E; 4]; 4],
) {
    let mut h: [_; 8] = core::array::from_fn(|i| Word::sum(number(state, i)));
    for i in STATE_BITS {
        h[i].signs = rest.bits_of(h[i].halves);
    }
    // w[t % 16] is w_t, or w_{t−16} before it is replaced. a[t % 4] and e[t % 4] likewise.
    let mut w: [_; 16] = core::array::from_fn(|t| big_endian(rest.bits_of(number(block, t))));
    let mut a = [h[3], h[2], h[1], h[0]];
    let mut e = [h[7], h[6], h[5], h[4]];
    for t in 0..64 {
        if t >= 16 {
            w[t % 16] = schedule(rest, t, &w);
        }
        let choice = sigma_and_choice(BIG1, before(&e, t));
        let majority = sigma_and_majority(BIG0, before(&a, t));
        let t1 = add(add(e[t % 4].halves, choice), add(rest.constant(K[t]), w[t % 16].halves));
        let (sum_e, sum_a) = (add(a[t % 4].halves, t1), add(t1, majority));
        if t < LAST {
            e[t % 4] = rest.word("sha256/5", sum_e, terms_of_e(t));
            a[t % 4] = rest.word("sha256/6", sum_a, terms_of_a(t));
        } else {
            e[t % 4] = Word::sum(sum_e);
            a[t % 4] = Word::sum(sum_a);
        }
    }
    // H_i + x_{63−i}, first those of the last round.
    for i in 0..4 {
        for (x, i, terms) in [(e[3 - i], 4 + i, terms_of_e(LAST)), (a[3 - i], i, terms_of_a(LAST))] {
            let sum = add(h[i].halves, x.halves);
            let out = number(new, i);
            if i % 4 == 0 {
                rest.close("sha256/7", sum, out, terms);
            } else {
                rest.close_affine("sha256/7", sum, out);
            }
        }
    }
}

/// The signs of x_{t−1}, x_{t−2}, x_{t−3}.
fn before<E>(x: &[Word<E>; 4], t: usize) -> [&[E; 32]; 3] {
    [3, 2, 1].map(|i| &x[(t + i) % 4].signs)
}

/// w_t.
fn schedule<B: Builder>(rest: &mut Rest<'_, B>, t: usize, w: &[Word<B::E>; 16]) -> Word<B::E> {
    let back = |i: usize| &w[(t - i) % 16];
    let sigmas = add(small_sigma(&back(2).signs, SMALL1), small_sigma(&back(15).signs, SMALL0));
    let sum = add(sigmas, add(back(7).halves, back(16).halves));
    if t < W_ADDED { rest.word("sha256/4", sum, W_TERMS) } else { Word::sum(sum) }
}

/// The number whose bytes in memory, as a little-endian number, have these signs.
fn big_endian<E: Expr>(memory: [E; 32]) -> Word<E> {
    let signs = core::array::from_fn(|i| memory[i ^ 24]);
    // From signs to bits: (1 − S) / 2.
    let halves = halves(|i| signs[i]).map(|sum| -(sum - 0xFFFF) * inverse(2));
    Word { signs, halves }
}

/// The columns behind those of the call, one after the other.
struct Rest<'b, B: Builder> {
    b: &'b mut B,
    at: usize,
    real: B::E,
}

impl<B: Builder> Rest<'_, B> {
    fn next(&mut self) -> B::E {
        self.at += 1;
        self.b.row()[self.at - 1]
    }

    fn bit(&mut self) -> B::E {
        let bit = self.next();
        self.b.assert_bool("sha256/2", bit);
        bit
    }

    /// A constant, zero in padding.
    fn constant(&self, value: u32) -> [B::E; 2] {
        [self.real * (value & 0xFFFF), self.real * (value >> 16)]
    }

    /// The signs of a number that is two limbs: its bits but the top ones of the limbs are columns.
    fn bits_of(&mut self, limbs: [B::E; 2]) -> [B::E; 32] {
        const INV_TOP: F = inverse(1 << 15);
        let mut signs = [B::E::zero(); 32];
        for (signs, limb) in signs.chunks_exact_mut(16).zip(limbs) {
            let mut rest = limb;
            for (i, place) in signs[..15].iter_mut().enumerate() {
                let bit = self.bit();
                rest = rest - bit * (1 << i);
                *place = sign(bit);
            }
            let top = rest * INV_TOP;
            self.b.assert_bool("sha256/2", top);
            signs[15] = sign(top);
        }
        signs
    }

    /// The word that is `sum` modulo 2^32: its bits, then its carries.
    fn word(&mut self, label: &'static str, sum: [B::E; 2], terms: u32) -> Word<B::E> {
        let mut bits = [B::E::zero(); 32];
        bits.fill_with(|| self.bit());
        let word = Word { signs: bits.map(sign), halves: halves(|i| bits[i]) };
        self.close(label, sum, word.halves, terms);
        word
    }

    /// `sum = out` modulo 2^32, where `sum` has `terms` terms and `out` has 16-bit halves.
    fn close(&mut self, label: &'static str, sum: [B::E; 2], out: [B::E; 2], terms: u32) {
        let mut carry = B::E::zero();
        for (sum, out) in sum.into_iter().zip(out) {
            let next = self.carry(terms);
            self.b.assert_zero(label, sum + carry - out - next * (1 << 16));
            carry = next;
        }
    }

    /// The same for a sum of two terms that are affine in the columns, as `out` is.
    fn close_affine(&mut self, label: &'static str, sum: [B::E; 2], out: [B::E; 2]) {
        let mut carry = B::E::zero();
        for (sum, out) in sum.into_iter().zip(out) {
            carry = (sum + carry - out) * INV_LIMB;
            self.b.assert_bool(label, carry);
        }
    }

    fn carry(&mut self, terms: u32) -> B::E {
        let (mut carry, mut weight) = (B::E::zero(), 1);
        for _ in 0..digits(terms) {
            let digit = self.next();
            self.b.assert_zero("sha256/3", digit * (digit - 1) * (digit - 2));
            carry = carry + digit * weight;
            weight *= DIGIT_VALUES;
        }
        carry
    }
}
