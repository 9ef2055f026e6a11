//! Proves constraints and column values in one sumcheck over all blocks. Mirrors
//! [`aver_stark::zerocheck`].

use aver_stark::air::{BaseLanes, ExtLanes};
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::layout::{Layout, System};
use aver_stark::protocol::{ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_ROUND, ZEROCHECK_X};
use aver_stark::zerocheck::{Values, Weights, contribution, weights};
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use crate::gkr::{LANES, fold, fold_base, lanes_sum, packed_eq, unpack};
use crate::table::Table;
use crate::transcript::Writer;

/// Packed rows a task works on.
const CHUNK: usize = 1 << 7;

/// Values of a round polynomial at 0, −1 and 2.
type Round = [PEF; 3];

fn add(a: Round, b: Round) -> Round {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// A block in sumcheck.
enum State<'a> {
    /// Before its first round.
    Base(Vec<&'a [F]>),
    /// Columns of packed values.
    Packed(Vec<Vec<PEF>>),
    /// Fewer rows than lanes.
    Small(Vec<Vec<EF>>),
    /// Bound to one row.
    Done,
}

struct BlockProver<'a> {
    chip: usize,
    log_rows: usize,
    weights: &'a Weights,
    /// Σ λ^· message column.
    linear: Vec<PEF>,
    linear_small: Vec<EF>,
    state: State<'a>,
}

/// Proves the sumcheck. Returns ρ and the values of all columns at its prefixes.
pub fn prove(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &[EF],
) -> (Vec<EF>, Values) {
    let lambda = writer.challenge(ZEROCHECK_LAMBDA);
    let weights = weights(system, layout, lambda);
    let mut blocks: Vec<BlockProver<'_>> = layout
        .blocks
        .iter()
        .zip(&weights)
        .map(|(b, weights)| {
            let rows = b.first_row..b.first_row + (1 << b.log_rows);
            let columns: Vec<&[F]> = tables[b.chip].columns().map(|c| &c[rows.clone()]).collect();
            BlockProver::new(b.chip, b.log_rows, weights, columns, &system.described[b.chip].message_columns)
        })
        .collect();
    let mut values: Values = vec![Vec::new(); blocks.len()];
    let mut finished = EF::ZERO;
    let mut rho = Vec::with_capacity(r.len());
    for round in 0..=r.len() {
        for (i, block) in blocks.iter_mut().enumerate().filter(|(_, b)| b.log_rows == round) {
            let row = block.take_row();
            finished += contribution(system, block.chip, publics, block.weights, &row);
            writer.write(ZEROCHECK_COLUMNS, row.as_slice());
            values[i] = row;
        }
        if round == r.len() {
            break;
        }
        // eq over the variables after the one being bound, for each size of block.
        let eqs: Vec<Vec<PEF>> = (0..=layout.log_height)
            .map(|log| {
                let used = log > round && layout.blocks.iter().any(|b| b.log_rows == log);
                if used { packed_eq(&r[round + 1..log]) } else { Vec::new() }
            })
            .collect();
        let sums = blocks
            .par_iter()
            .map(|b| b.round(system, publics, &eqs[b.log_rows]))
            .reduce(|| [EF::ZERO; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
        let sums = sums.map(|s| s + finished);
        writer.write(ZEROCHECK_ROUND, &sums);
        let x = writer.challenge(ZEROCHECK_X);
        blocks.par_iter_mut().for_each(|b| b.bind(x));
        rho.push(x);
    }
    (rho, values)
}

impl<'a> BlockProver<'a> {
    fn new(
        chip: usize,
        log_rows: usize,
        weights: &'a Weights,
        columns: Vec<&'a [F]>,
        messages: &[usize],
    ) -> Self {
        let rows = 1usize << log_rows;
        let mut block = Self {
            chip,
            log_rows,
            weights,
            linear: Vec::new(),
            linear_small: Vec::new(),
            state: State::Done,
        };
        if rows < 2 * LANES {
            block.linear_small = (0..rows)
                .map(|x| messages.iter().zip(&weights.columns).map(|(&c, &w)| w * columns[c][x]).sum())
                .collect();
            let lift = |c: &&[F]| c.iter().map(|&v| EF::from(v)).collect();
            block.state = State::Small(columns.iter().map(lift).collect());
        } else {
            let terms: Vec<(PEF, &[PF])> = messages
                .iter()
                .zip(&weights.columns)
                .map(|(&c, &w)| (PEF::from(w), PF::pack_slice(columns[c])))
                .collect();
            block.linear = (0..rows / LANES)
                .into_par_iter()
                .with_min_len(CHUNK)
                .map(|i| terms.iter().fold(PEF::ZERO, |sum, (w, c)| sum + *w * c[i]))
                .collect();
            block.state = State::Base(columns);
        }
        block
    }

    /// This block's part of the round polynomial.
    fn round(&self, system: &System, publics: &[F], eq: &[PEF]) -> [EF; 3] {
        match &self.state {
            State::Base(columns) => self.round_base(system, columns, publics, eq),
            State::Packed(columns) => self.round_packed(system, columns, publics, eq),
            State::Small(columns) => self.round_small(system, columns, publics, eq),
            State::Done => [EF::ZERO; 3],
        }
    }

    /// On rows of the trace constraints vanish, so at 0 only the linear part is left.
    fn round_base(&self, system: &System, columns: &[&[F]], publics: &[F], eq: &[PEF]) -> [EF; 3] {
        let columns: Vec<&[PF]> = columns.iter().map(|c| PF::pack_slice(c)).collect();
        let half = self.linear.len() / 2;
        let chip = &system.chips[self.chip];
        let sum = (0..half)
            .into_par_iter()
            .with_min_len(CHUNK)
            .fold(
                || {
                    (
                        [PEF::ZERO; 3],
                        vec![BaseLanes(PF::ZERO); columns.len()],
                        vec![BaseLanes(PF::ZERO); columns.len()],
                    )
                },
                |(sum, mut minus, mut two), i| {
                    for ((c, m), t) in columns.iter().zip(&mut minus).zip(&mut two) {
                        let (low, high) = (c[i], c[i + half]);
                        let step = high - low;
                        *m = BaseLanes(low - step);
                        *t = BaseLanes(high + step);
                    }
                    let mut g = self.linear_at(i, half);
                    g[1] += chip.eval_base(&minus, publics, &self.weights.constraints);
                    g[2] += chip.eval_base(&two, publics, &self.weights.constraints);
                    (add(sum, g.map(|g| g * eq[i])), minus, two)
                },
            )
            .map(|(sum, _, _)| sum)
            .reduce(|| [PEF::ZERO; 3], add);
        sum.map(lanes_sum)
    }

    fn round_packed(&self, system: &System, columns: &[Vec<PEF>], publics: &[F], eq: &[PEF]) -> [EF; 3] {
        let half = self.linear.len() / 2;
        let chip = &system.chips[self.chip];
        let zero = || vec![ExtLanes(PEF::ZERO); columns.len()];
        let sum = (0..half)
            .into_par_iter()
            .with_min_len(CHUNK)
            .fold(
                || ([PEF::ZERO; 3], zero(), zero(), zero()),
                |(sum, mut at_zero, mut minus, mut two), i| {
                    for (k, c) in columns.iter().enumerate() {
                        let (low, high) = (c[i], c[i + half]);
                        let step = high - low;
                        at_zero[k] = ExtLanes(low);
                        minus[k] = ExtLanes(low - step);
                        two[k] = ExtLanes(high + step);
                    }
                    let mut g = self.linear_at(i, half);
                    g[0] += chip.eval_lanes(&at_zero, publics, &self.weights.constraints);
                    g[1] += chip.eval_lanes(&minus, publics, &self.weights.constraints);
                    g[2] += chip.eval_lanes(&two, publics, &self.weights.constraints);
                    (add(sum, g.map(|g| g * eq[i])), at_zero, minus, two)
                },
            )
            .map(|(sum, ..)| sum)
            .reduce(|| [PEF::ZERO; 3], add);
        sum.map(lanes_sum)
    }

    fn round_small(&self, system: &System, columns: &[Vec<EF>], publics: &[F], eq: &[PEF]) -> [EF; 3] {
        let half = self.linear_small.len() / 2;
        let eq = unpack(eq);
        let mut sum = [EF::ZERO; 3];
        for i in 0..half {
            for (k, s) in sum.iter_mut().enumerate() {
                let at = |v: &[EF]| {
                    let step = v[i + half] - v[i];
                    [v[i], v[i] - step, v[i + half] + step][k]
                };
                let row: Vec<EF> = columns.iter().map(|c| at(c)).collect();
                let no_columns =
                    Weights { constraints: self.weights.constraints.clone(), columns: Vec::new() };
                let g = contribution(system, self.chip, publics, &no_columns, &row) + at(&self.linear_small);
                *s += eq[i] * g;
            }
        }
        sum
    }

    fn linear_at(&self, i: usize, half: usize) -> Round {
        let (low, high) = (self.linear[i], self.linear[i + half]);
        let step = high - low;
        [low, low - step, high + step]
    }

    fn bind(&mut self, x: EF) {
        let packed = PEF::from(x);
        self.state = match std::mem::replace(&mut self.state, State::Done) {
            State::Base(columns) => {
                fold(&mut self.linear, packed);
                State::Packed(columns.par_iter().map(|c| fold_base(c, packed)).collect())
            }
            State::Packed(mut columns) => {
                fold(&mut self.linear, packed);
                columns.par_iter_mut().for_each(|c| fold(c, packed));
                State::Packed(columns)
            }
            State::Small(mut columns) => {
                columns.iter_mut().chain([&mut self.linear_small]).for_each(|c| fold_small(c, x));
                State::Small(columns)
            }
            State::Done => State::Done,
        };
        if let State::Packed(columns) = &self.state
            && self.linear.len() == 1
        {
            self.linear_small = unpack(&self.linear);
            self.state = State::Small(columns.iter().map(|c| unpack(c)).collect());
        }
    }

    /// The one row that is left.
    fn take_row(&mut self) -> Vec<EF> {
        let state = std::mem::replace(&mut self.state, State::Done);
        match state {
            State::Small(columns) => columns.iter().map(|c| c[0]).collect(),
            State::Base(_) | State::Packed(_) | State::Done => Vec::new(),
        }
    }
}

fn fold_small(v: &mut Vec<EF>, x: EF) {
    let half = v.len() / 2;
    for i in 0..half {
        v[i] = v[i] + x * (v[i + half] - v[i]);
    }
    v.truncate(half);
}
