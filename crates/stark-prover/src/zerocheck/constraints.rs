//! A chip's constraints in sumcheck, with their own part of the round polynomial.

use aver_stark::air::{Ext, ExtLanes};
use aver_stark::chip::{self, Described};
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::symbolic::{Description, Node};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::grid::{Grid, Source};
use super::kernels::{Scalars, Terms, lanes_sum};
use super::rows::Rows;
use super::{Challenge, NODES, Shape, extend};
use crate::arena::Arena;

/// The columns that constraints of degree 2 and more depend on, increasing. Those that are affine vanish
/// everywhere.
pub fn used(description: &Description) -> Vec<usize> {
    let mut needed = vec![false; description.nodes.len()];
    let mut columns = Vec::new();
    let constraints = description.constraints.iter().filter(|c| c.degree > 1);
    constraints.for_each(|c| needed[c.node as usize] = true);
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

/// A chip's constraints in sumcheck.
pub struct Constraints<'a> {
    chip: &'a dyn chip::Chip,
    publics: &'a [F],
    columns: &'a [&'a [PF]],
    used: &'a [usize],
    /// Of constraints; zero for those that are affine.
    weights: Vec<EF>,
    /// The highest degree.
    degree: usize,
    /// Chunks that are left.
    chunks: usize,
    grid: Grid,
    /// The columns in use, after the rounds on base elements.
    pub rows: Rows,
    /// The last round polynomial, and what it was bound to.
    t: [EF; NODES],
    claim: EF,
}

impl<'a> Constraints<'a> {
    /// Before the first round. There are constraints of degree 2 or more, and rows.
    pub fn new(
        (chip, described): (&'a dyn chip::Chip, &Described),
        publics: &'a [F],
        columns: &'a [&'a [PF]],
        used: &'a [usize],
        weights: &[EF],
        shape: &Shape,
        eq: &[Terms],
    ) -> Self {
        let degrees: Vec<usize> = described.description.constraints.iter().map(|c| c.degree).collect();
        let weights: Vec<EF> =
            weights.iter().zip(&degrees).map(|(&w, &d)| if d > 1 { w } else { EF::ZERO }).collect();
        let chunks = columns[0].len() / (shape.rows << shape.rounds);
        let source = Source { chip, publics, columns, used, degrees: &degrees, weights: &weights };
        let grid = Grid::new(&source, shape, eq, chunks);
        let degree = degrees.iter().copied().max().unwrap_or(0);
        let (t, claim) = ([EF::ZERO; NODES], EF::ZERO);
        Self { chip, publics, columns, used, weights, degree, chunks, grid, rows: Rows::default(), t, claim }
    }

    /// A round on base elements; `r` belongs to the variables of them that come after it.
    pub fn base_round(&self, r: &[EF]) -> [EF; NODES] {
        self.grid.round(r)
    }

    /// Binds its variable.
    pub fn base_bind(&mut self, x: &Challenge) {
        self.grid.bind(x);
    }

    /// After the rounds on base elements: binds columns, `eq` being the table of eq at the challenges.
    pub fn bind_columns(&mut self, shape: &Shape, eq: &Scalars, arena: &Arena) {
        self.claim = self.grid.value();
        let columns: Vec<&[PF]> = self.used.iter().map(|&c| self.columns[c]).collect();
        self.rows = Rows::bind(shape, &columns, eq, self.chunks, arena);
    }

    /// A round polynomial at the nodes, `z` being the coordinate of r that belongs to the variable, and
    /// `eq` the weights of pairs. Its value at 1 follows from those at 0 and at the challenge before; z = 0,
    /// for which it does not, is refused by the verifier.
    pub fn round(&mut self, z: EF, inverse: EF, eq: &Rows) -> [EF; NODES] {
        let width = self.columns.len();
        let sums = (self.rows.pairs(eq))
            .fold(
                || ([PEF::ZERO; 3], vec![ExtLanes(PEF::ZERO); 3 * width]),
                |(mut sums, mut rows), pairs| {
                    let (zero, others) = rows.split_at_mut(width);
                    let (minus, two) = others.split_at_mut(width);
                    for (weight, columns) in pairs.iter() {
                        for ([low, high], &c) in columns.zip(self.used) {
                            let step = high - low;
                            zero[c] = ExtLanes(low);
                            minus[c] = ExtLanes(low - step);
                            if self.degree > 2 {
                                two[c] = ExtLanes(high + step);
                            }
                        }
                        for (sum, row) in sums.iter_mut().zip([&*zero, &*minus, &*two]).take(self.degree) {
                            *sum += weight * self.chip.eval_lanes(row, self.publics, &self.weights);
                        }
                    }
                    (sums, rows)
                },
            )
            .map(|(sums, _)| sums)
            .reduce(|| [PEF::ZERO; 3], |a, b| std::array::from_fn(|i| a[i] + b[i]));
        let [zero, minus, two] = sums.map(lanes_sum);
        let one = (self.claim - (EF::ONE - z) * zero) * inverse;
        self.t = [zero, one, minus, two];
        extend(&mut self.t, self.degree);
        self.t
    }

    /// Binds its variable.
    pub fn bind(&mut self, x: &Challenge) {
        self.claim = x.eval(self.degree, self.t);
        let x = PEF::from(x.x);
        self.rows.merge(|[low, high]| low + x * (high - low));
    }

    /// When a chunk's variable is bound.
    pub fn halve(&mut self) {
        self.chunks = self.chunks.div_ceil(2);
    }

    /// Σ λ^· constraint of s times the row that is left, for s at the nodes; none if there are more rows.
    pub fn last(&self) -> Option<[EF; NODES]> {
        let at = |s: F| {
            let mut row = vec![Ext(EF::ZERO); self.columns.len()];
            self.used.iter().zip(self.rows.first()).for_each(|(&c, value)| row[c] = Ext(value * s));
            self.chip.eval_ext(&row, self.publics, &self.weights)
        };
        (self.chunks == 1).then(|| super::nodes().map(at))
    }

    /// Gives the memory back.
    pub fn recycle(self, arena: &Arena) {
        self.rows.recycle(arena);
    }
}
