//! Constraints and messages.

use alloc::vec::Vec;

use aver_machine::buses::{AND, BYTES};
use aver_machine::calls::{self, A0, A1};
use aver_machine::cpu::{self, INV_BYTE, INV_LIMB, Row, inverse};
use aver_machine::layout::{Cells, Names};
use aver_stark::air::{Air, Builder, Columns, Expr};
use aver_stark::field::f;

use super::columns::{Cols, Step, numbered, unnamed};
use super::{K, ROUND, SHIFTS, STEPS, function, number};
use crate::CALL;

/// The chip.
pub struct Compression;

impl Air for Compression {
    fn name(&self) -> &str {
        "ripemd160"
    }
    fn columns(&self) -> Columns {
        let mut names = Names::default();
        Cols::new(&mut names, numbered);
        Columns::witness(names.0)
    }
    fn eval<B: Builder>(&self, b: &mut B) {
        let c = Cols::new(&mut Cells::new(b.row()), unnamed);
        let mut row = c.call.eval(b, CALL, c.call.cpu.index + 1);
        call(&mut row, &c);
        let half = |words: &[[B::E; 4]], i: usize| [words[i / 2][i % 2 * 2], words[i / 2][i % 2 * 2 + 1]];
        let (block, state) = (c.block.map(|word| word.value), c.state.map(|word| word.value));
        let block: [_; 16] = core::array::from_fn(|i| half(&block, i));
        let state: [_; 5] = core::array::from_fn(|i| half(&state, i));
        let [left, right] = [0, 1].map(|line| steps(&mut row, &c, line, &state, &block));
        for (i, new) in c.new.into_iter().enumerate() {
            // A, …, E of both lines after the last step, one further each.
            let [x, y] = [left[(i + 2) % 5], right[(i + 3) % 5]];
            let sums = core::array::from_fn(|u| state[(i + 1) % 5][u] + x[u] + y[u]);
            carries(&mut row, sums, new);
            new.into_iter().for_each(|half| row.range(half));
        }
    }
}

/// The ecall: takes the pointers, reads the block, updates the hash value.
fn call<B: Builder>(row: &mut Row<'_, B>, c: &Cols<B::E>) {
    let real = row.real;
    let state = calls::word_of_pointer(row, cpu::RS2, A0, &c.a0);
    let block = calls::word_of_pointer(row, cpu::MEM0, A1, &c.a1);
    for (i, (word, text)) in c.block.iter().zip(c.text).enumerate() {
        row.assert_bool("ripemd160/1", text);
        row.load(real, cpu::MEM0, text, block + i as u32, word);
    }
    let [h0, h1, h2, h3, h4] = c.new;
    let [_, _, stay0, stay1] = c.state[2].value;
    let after = [[h0, h1], [h2, h3], [h4, [stay0, stay1]]];
    for (i, (word, [low, high])) in c.state.iter().zip(after).enumerate() {
        row.store(real, cpu::MEM1, state + i as u32, word, [low[0], low[1], high[0], high[1]]);
    }
}

/// Halves of a number of these bytes.
#[inline(always)]
fn halves<E: Expr>(bytes: [E; 4]) -> [E; 2] {
    [bytes[0] + bytes[1] * 256, bytes[2] + bytes[3] * 256]
}

/// Halves `sums` are `halves` and carries, which are bytes.
fn carries<B: Builder>(row: &mut Row<'_, B>, sums: [B::E; 2], halves: [B::E; 2]) {
    let low = (sums[0] - halves[0]) * INV_LIMB;
    let high = (sums[1] + low - halves[1]) * INV_LIMB;
    row.look_up(BYTES, &[low, high]);
}

/// Bits 6 and 7 of the bytes of b.
fn look_up_tops<B: Builder>(row: &mut Row<'_, B>, b: [B::E; 4], top: [B::E; 4]) {
    for (byte, top) in b.into_iter().zip(top) {
        row.look_up(AND, &[byte, B::E::constant(f(0xC0)), top]);
    }
}

/// rol(b, 10): bytes of 6 bits of one and 2 of the one before it, moved by one.
#[inline(always)]
fn rotated<E: Expr>(b: [E; 4], top: [E; 4]) -> [E; 4] {
    let turned = |i: usize| (b[i] - top[i]) * 4 + top[(i + 3) % 4] * inverse(64);
    core::array::from_fn(|i| turned((i + 3) % 4))
}

/// The steps of a line; halves of A, …, E after the last.
fn steps<B: Builder>(
    row: &mut Row<'_, B>,
    c: &Cols<B::E>,
    line: usize,
    state: &[[B::E; 2]; 5],
    block: &[[B::E; 2]; 16],
) -> [[B::E; 2]; 5] {
    let bytes = |i: usize| -> [B::E; 4] {
        let (low, halves) = (c.low[i - 1], state[i]);
        core::array::from_fn(|k| match k % 2 {
            0 => low[k / 2],
            _ => (halves[k / 2] - low[k / 2]) * INV_BYTE,
        })
    };
    let mut a = state[0];
    let [mut b, mut c_, mut d] = [1, 2, 3].map(bytes);
    let mut e = state[4];
    let mut tops: Vec<[B::E; 4]> = Vec::from([c.top[1], c.top[0]]);
    tops.extend(c.lines[line].iter().filter_map(|step| step.top));
    for t in 0..STEPS {
        let step = &c.lines[line][t];
        let of = combine(row, function(line, t), [b, c_, d], &step.n);
        let (x, k) = (block[number(line, t)], K[line][t / ROUND]);
        let sums = core::array::from_fn(|u| a[u] + halves(of)[u] + x[u] + (k >> (16 * u) & 0xFFFF));
        let next = add(row, step, SHIFTS[line][t], sums, e);
        // Those of h_1 and h_2 are the same for both lines.
        if line == 0 || t >= 2 {
            look_up_tops(row, c_, tops[t]);
        }
        let turned = rotated(c_, tops[t]);
        (a, e, d, c_, b) = (e, halves(d), turned, b, next);
    }
    for bytes in [[b[0], b[1]], [b[2], b[3]]] {
        row.look_up(BYTES, &bytes);
    }
    [a, halves(b), halves(c_), halves(d), e]
}

/// f of three numbers, by two ANDs of each byte.
fn combine<B: Builder>(
    row: &mut Row<'_, B>,
    function: usize,
    [x, y, z]: [[B::E; 4]; 3],
    ands: &[[B::E; 4]; 2],
) -> [B::E; 4] {
    let not = |byte: B::E| -(byte - 255);
    core::array::from_fn(|i| {
        let (x, y, z, n, o) = (x[i], y[i], z[i], ands[0][i], ands[1][i]);
        let (first, second, value) = match function {
            0 => {
                let xor = x + y - n - n;
                ([x, y], [xor, z], xor + z - o - o)
            }
            1 => ([x, y], [not(x), z], n + o),
            2 => ([not(x), y], [not(n), z], not(n) + z - o - o),
            3 => ([x, z], [y, not(z)], n + o),
            _ => ([not(y), z], [x, not(n)], x + not(n) - o - o),
        };
        row.look_up(AND, &[first[0], first[1], n]);
        row.look_up(AND, &[second[0], second[1], o]);
        value
    })
}

/// b of a step: the sum S of `sums`, rotated by `s`, and `e`.
fn add<B: Builder>(
    row: &mut Row<'_, B>,
    step: &Step<B::E>,
    s: u32,
    sums: [B::E; 2],
    e: [B::E; 2],
) -> [B::E; 4] {
    let Step { lower, higher, y, .. } = *step;
    for u in 0..2 {
        row.bits(16 - s, lower[u]);
        row.bits(s, higher[u]);
    }
    carries(row, sums, core::array::from_fn(|u| lower[u] + higher[u] * (1 << (16 - s))));
    let y_halves = halves(y);
    let sum = |u: usize| lower[u] * (1 << s) + higher[1 - u] + e[u] - y_halves[u];
    let low = sum(0) * INV_LIMB;
    row.assert_bool("ripemd160/2", low);
    row.assert_bool("ripemd160/2", (sum(1) + low) * INV_LIMB);
    y
}
