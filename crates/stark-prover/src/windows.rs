//! What weighs a value of all stacks. Mirrors [`aver_stark::windows`].
//!
//! Rounds bind bits of k and m from the lowest. Of columns that agree in all higher bits one sum of weights is kept, and
//! what the automaton makes of these bits.

use aver_stark::field::EF;
use aver_stark::gather::columns;
use aver_stark::layout::{Layout, Point};
use aver_stark::protocol::{WINDOW_ROUND, WINDOW_X};
use aver_stark::windows::{State, Windows};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use crate::transcript::Writer;

/// A step of the automaton, linear in the state: row i is what state i becomes.
type Step = [State<EF>; 4];

/// Columns with the same bits of k and m from some bit on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    k: usize,
    m: usize,
}

/// The keys of a level, each once.
struct Level {
    keys: Vec<Key>,
    /// Where each is among those of the next level.
    next: Vec<usize>,
    /// For each key of the next level, what each state is worth in the end.
    worth: Vec<State<EF>>,
}

/// Proves what weighs the stacks at the place `point`.
pub fn prove(writer: &mut Writer, layout: &Layout, rho: &Point, gammas: &[EF], point: &[EF]) {
    let windows = Windows::new(&rho.chunk, point);
    let steps: Vec<[[Step; 2]; 2]> = (0..windows.bits())
        .map(|t| {
            [0, 1].map(|k| [0, 1].map(|m| step(&windows, t, EF::from_bool(k == 1), EF::from_bool(m == 1))))
        })
        .collect();
    let (first, mut weights) =
        gathered(columns(layout).map(|(k, m)| Key { k, m }).zip(gammas.iter().copied()));
    let levels = levels(first, &steps);
    let mut state = windows.start;
    for (t, level) in levels.iter().enumerate() {
        // The bit of k, that of m being what it is; then the bit of m.
        let of = |step: &Step| forward(step, &state);
        let ends = [0, 1].map(|m| [0, 1].map(|k| of(&steps[t][k][m])));
        let x = round(writer, level, &mut weights, |key| (key.k & 1, &ends[key.m & 1]));
        let bound = [EF::ZERO, EF::ONE].map(|m| step(&windows, t, x, m));
        let ends = bound.each_ref().map(of);
        let y = round(writer, level, &mut weights, |key| (key.m & 1, &ends));
        state = std::array::from_fn(|i| ends[0][i] + y * (ends[1][i] - ends[0][i]));
        let mut merged = vec![EF::ZERO; level.worth.len()];
        level.next.iter().zip(&weights).for_each(|(&next, &weight)| merged[next] += weight);
        weights = merged;
    }
}

/// Binds a bit: of each key, which it is, and the states after this step for either.
fn round<'a>(
    writer: &mut Writer,
    level: &Level,
    weights: &mut [EF],
    of: impl Fn(&Key) -> (usize, &'a [State<EF>; 2]) + Sync,
) -> EF {
    let terms = level.keys.par_iter().zip(&level.next).zip(&*weights).with_min_len(1 << 8);
    let sums = terms.map(|((key, &next), &weight)| {
        let (bit, ends) = of(key);
        let [zero, one] = ends.each_ref().map(|end| weight * dot(end, &level.worth[next]));
        // At 0 the bit's eq is 1 or 0, and grows by −1 or 1.
        if bit == 0 { [zero, zero - one] } else { [EF::ZERO, one - zero] }
    });
    let sums = sums.reduce(|| [EF::ZERO; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
    writer.write(WINDOW_ROUND, &sums);
    let x = writer.challenge(WINDOW_X);
    let eq = [EF::ONE - x, x];
    level.keys.iter().zip(weights).for_each(|(key, weight)| *weight *= eq[of(key).0]);
    x
}

/// Keys in order, each once, with the sum of its weights.
fn gathered(columns: impl Iterator<Item = (Key, EF)>) -> (Vec<Key>, Vec<EF>) {
    let mut columns: Vec<(Key, EF)> = columns.collect();
    columns.sort_by_key(|column| column.0);
    let chunks = columns.chunk_by(|a, b| a.0 == b.0);
    chunks.map(|same| (same[0].0, same.iter().map(|column| column.1).sum::<EF>())).unzip()
}

/// All levels, from the lowest bit.
fn levels(mut keys: Vec<Key>, steps: &[[[Step; 2]; 2]]) -> Vec<Level> {
    let mut levels = Vec::with_capacity(steps.len());
    for _ in steps {
        let above = |key: &Key| Key { k: key.k >> 1, m: key.m >> 1 };
        let mut higher: Vec<Key> = keys.iter().map(above).collect();
        higher.sort();
        higher.dedup();
        let next = keys.iter().map(|key| higher.partition_point(|other| *other < above(key))).collect();
        levels.push(Level { keys, next, worth: Vec::new() });
        keys = higher;
    }
    let mut last = [EF::ZERO; 4];
    last[Windows::<EF>::END] = EF::ONE;
    let mut worth = vec![last; keys.len()];
    for (level, steps) in levels.iter_mut().zip(steps).rev() {
        let keys = level.keys.par_iter().zip(&level.next).with_min_len(1 << 8);
        let lower = keys.map(|(key, &next)| backward(&steps[key.k & 1][key.m & 1], &worth[next])).collect();
        level.worth = std::mem::replace(&mut worth, lower);
    }
    levels
}

fn step(windows: &Windows<EF>, t: usize, k: EF, m: EF) -> Step {
    std::array::from_fn(|i| {
        let unit = std::array::from_fn(|j| EF::from_bool(i == j));
        windows.step(t, &unit, k, m)
    })
}

fn forward(step: &Step, state: &State<EF>) -> State<EF> {
    std::array::from_fn(|j| (0..4).map(|i| state[i] * step[i][j]).sum())
}

fn backward(step: &Step, worth: &State<EF>) -> State<EF> {
    std::array::from_fn(|i| dot(&step[i], worth))
}

fn dot(a: &State<EF>, b: &State<EF>) -> EF {
    a.iter().zip(b).map(|(&a, &b)| a * b).sum()
}
