//! A block in sumcheck: its constraints and the sum of its message columns, each with its own part of the
//! round polynomial.

use aver_stark::air::ExtLanes;
use aver_stark::chip::Chip;
use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::layout::{self, System};
use aver_stark::symbolic::{Description, Node};
use aver_stark::zerocheck::Weights;
use p3_field::{Field, PackedFieldExtension, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::columns::Segments;
use super::grid::{self, Grid, Source};
use super::kernels::{Terms, lanes_sum};
use super::rows::Rows;
use super::{Eq, LOG_LANES, NODES, Point, extend, segments};
use crate::arena::Arena;
use crate::gkr::LANES;
use crate::table::Table;

/// Packed rows a task works on.
const CHUNK: usize = 1 << 6;

/// What all blocks know.
pub struct Context<'a> {
    /// The chips.
    pub system: &'a System,
    /// Their tables.
    pub tables: &'a [Table],
    /// Public values.
    pub publics: &'a [F],
    /// By log2 of a block's rows: eq over the variables after those of the grid.
    pub eqs: &'a [Vec<Terms>],
    /// For bound columns.
    pub arena: &'a Arena,
}

/// A block in sumcheck.
pub struct Block<'a> {
    /// Index of its chip.
    pub chip: usize,
    /// log2 of its rows.
    pub log_rows: usize,
    arena: &'a Arena,
    air: &'a dyn Chip,
    publics: &'a [F],
    weights: &'a Weights,
    columns: Vec<&'a [PF]>,
    message_columns: &'a [usize],
    /// Columns in constraints, and all others.
    used: Vec<usize>,
    others: Vec<usize>,
    /// Degree of the constraints.
    degree: usize,
    /// Rounds on base elements.
    rounds: usize,
    grid: Grid,
    /// The last round polynomial of the constraints, and what it was bound to.
    t: [EF; NODES],
    claim: EF,
    /// Σ λ^· message column; in the first rounds one value for each segment.
    linear: Rows,
    /// Columns in constraints, from the first round on that is not on base elements.
    constrained: Rows,
    /// The others, when segments are bound.
    free: Rows,
}

impl<'a> Block<'a> {
    /// Before the first round.
    pub fn new(
        context: &Context<'a>,
        place: &layout::Block,
        weights: &'a Weights,
        at_r: Vec<Segments>,
    ) -> Self {
        let Context { system, tables, publics, eqs, arena } = *context;
        let layout::Block { chip, log_rows, first_row } = *place;
        let described = &system.described[chip];
        let rows = first_row..first_row + (1 << log_rows);
        let columns: Vec<&[PF]> = tables[chip].columns().map(|c| PF::pack_slice(&c[rows.clone()])).collect();
        let used = used(&described.description);
        let others = (0..columns.len()).filter(|c| !used.contains(c)).collect();
        let degrees: Vec<usize> = described.description.constraints.iter().map(|c| c.degree).collect();
        let degree = degrees.iter().copied().max().unwrap_or(0);
        let rounds = grid::rounds(log_rows);
        let air = system.chips[chip].as_ref();
        let source = Source {
            chip: air,
            publics,
            columns: &columns,
            used: &used,
            degrees: &degrees,
            weights: &weights.constraints,
        };
        let grid = Grid::new(&source, rounds, &eqs[log_rows], 1 << (log_rows - rounds - LOG_LANES));
        let mut linear: Vec<EF> = (0..1 << segments(log_rows))
            .map(|u| at_r.iter().zip(&weights.columns).map(|(parts, &w)| parts[u] * w).sum())
            .collect();
        linear.resize(linear.len().next_multiple_of(LANES), EF::ZERO);
        let linear: Vec<PEF> = linear.chunks_exact(LANES).map(PEF::from_ext_slice).collect();
        let mut block = Self {
            chip,
            log_rows,
            arena,
            air,
            publics,
            weights,
            columns,
            message_columns: &described.message_columns,
            used,
            others,
            degree,
            rounds,
            grid,
            t: [EF::ZERO; NODES],
            claim: EF::ZERO,
            linear: Rows::column(segments(log_rows), &linear, arena),
            constrained: Rows::default(),
            free: Rows::default(),
        };
        block.enter(&[]);
        block
    }

    /// This block's part of the round polynomial, at the nodes.
    pub fn round(&mut self, round: usize, r: &[EF], eq: &Eq) -> [EF; NODES] {
        self.t = if round < self.rounds {
            self.grid.round(&r[round + 1..self.rounds])
        } else {
            self.constraints(r[round], &eq.rows)
        };
        let eq = if round < segments(self.log_rows) { &eq.segments } else { &eq.rows };
        let linear = (self.linear.pairs().zip(eq).with_min_len(CHUNK))
            .map(|(pair, &eq)| pair.fold([PEF::ZERO; 2], |_, pair| pair.map(|v| v * eq)))
            .reduce(|| [PEF::ZERO; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        let [zero, one] = linear.map(lanes_sum);
        let mut linear = [zero, one, EF::ZERO, EF::ZERO];
        extend(&mut linear, 1);
        std::array::from_fn(|i| self.t[i] + linear[i])
    }

    /// The constraints' round polynomial at the nodes, `z` the coordinate of r that belongs to
    /// the variable. Its value at 1 follows from those at 0 and at the challenge before; z = 0, for which
    /// it does not, is refused by the verifier.
    fn constraints(&self, z: EF, eq: &[PEF]) -> [EF; NODES] {
        if self.degree < 2 {
            return [EF::ZERO; NODES];
        }
        let sums = (self.constrained.pairs().zip(eq).with_min_len(CHUNK))
            .fold(
                || ([PEF::ZERO; 3], vec![ExtLanes(PEF::ZERO); 3 * self.columns.len()]),
                |(mut sums, mut rows), (pairs, &eq)| {
                    let (zero, others) = rows.split_at_mut(self.columns.len());
                    let (minus, two) = others.split_at_mut(self.columns.len());
                    for ([low, high], &c) in pairs.zip(&self.used) {
                        let step = high - low;
                        zero[c] = ExtLanes(low);
                        minus[c] = ExtLanes(low - step);
                        if self.degree > 2 {
                            two[c] = ExtLanes(high + step);
                        }
                    }
                    for (sum, row) in sums.iter_mut().zip([&*zero, &*minus, &*two]).take(self.degree) {
                        *sum += eq * self.air.eval_lanes(row, self.publics, &self.weights.constraints);
                    }
                    (sums, rows)
                },
            )
            .map(|(sums, _)| sums)
            .reduce(|| [PEF::ZERO; 3], |a, b| std::array::from_fn(|i| a[i] + b[i]));
        let [zero, minus, two] = sums.map(lanes_sum);
        let one = (self.claim - (EF::ONE - z) * zero) * z.try_inverse().unwrap_or(EF::ZERO);
        let mut t = [zero, one, minus, two];
        extend(&mut t, self.degree);
        t
    }

    /// Binds a variable; `rho` are all challenges so far.
    pub fn bind(&mut self, point: &Point, rho: &[EF]) {
        self.linear.bind(point.x);
        if rho.len() <= self.rounds {
            self.grid.bind(point);
        } else {
            self.claim = point.eval(self.degree, self.t);
            self.constrained.bind(point.x);
        }
        if rho.len() > segments(self.log_rows) {
            self.free.bind(point.x);
        }
        self.enter(rho);
    }

    /// When the variables bound so far are those of the grid, or those of the segments: binds columns.
    fn enter(&mut self, rho: &[EF]) {
        let log_rows = self.log_rows - rho.len();
        let select = |which: &[usize]| which.iter().map(|&c| self.columns[c]).collect::<Vec<_>>();
        if rho.len() == self.rounds {
            self.claim = self.grid.value();
            self.constrained = Rows::bind_base(&select(&self.used), &eq_table(rho), log_rows, self.arena);
        }
        if rho.len() == segments(self.log_rows) {
            self.free = Rows::bind_base(&select(&self.others), &eq_table(rho), log_rows, self.arena);
            let linear = Rows::column(log_rows, &self.linear(), self.arena);
            std::mem::replace(&mut self.linear, linear).recycle(self.arena);
        }
    }

    /// Σ λ^· message column, of bound columns.
    fn linear(&self) -> Vec<PEF> {
        let weights = |which: &[usize]| -> Vec<PEF> {
            let weight = |c: &usize| self.message_columns.binary_search(c).map(|j| self.weights.columns[j]);
            which.iter().map(|c| weight(c).unwrap_or(EF::ZERO).into()).collect()
        };
        let mut sums = vec![PEF::ZERO; 1 << (self.log_rows - segments(self.log_rows)) >> LOG_LANES];
        for (rows, weights) in [(&self.constrained, weights(&self.used)), (&self.free, weights(&self.others))]
        {
            for (sum, row) in sums.iter_mut().zip(rows.iter()) {
                *sum += row.zip(&weights).map(|(v, &w)| v * w).sum::<PEF>();
            }
        }
        sums
    }

    /// The values of all columns, when all variables are bound.
    pub fn row(&self) -> Vec<EF> {
        let mut row = vec![EF::ZERO; self.columns.len()];
        let used = self.used.iter().zip(self.constrained.last());
        let others = self.others.iter().zip(self.free.last());
        used.chain(others).for_each(|(&c, value)| row[c] = value);
        row
    }

    /// Gives the memory back.
    pub fn recycle(self) {
        [self.linear, self.constrained, self.free].into_iter().for_each(|rows| rows.recycle(self.arena));
    }
}

/// The columns that constraints depend on, increasing.
fn used(description: &Description) -> Vec<usize> {
    let mut needed = vec![false; description.nodes.len()];
    let mut columns = Vec::new();
    description.constraints.iter().for_each(|c| needed[c.node as usize] = true);
    for (i, node) in description.nodes.iter().enumerate().rev() {
        if !needed[i] {
            continue;
        }
        match *node {
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) => {
                needed[a as usize] = true;
                needed[b as usize] = true;
            }
            Node::Column(c) => columns.push(c as usize),
            Node::Constant(_) | Node::Public(_) => {}
        }
    }
    columns.sort_unstable();
    columns
}
