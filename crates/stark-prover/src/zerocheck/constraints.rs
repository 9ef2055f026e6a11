//! A chip's constraints in sumcheck, with their own part of the round polynomial.

use aver_stark::air::{Ext, ExtLanes};
use aver_stark::chip::Chip;
use aver_stark::field::{EF, F, PEF};
use aver_stark::symbolic::{Description, Node};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::Shape;
use super::grid::{Grid, Source};
use super::kernels::{Terms, lanes_sum};
use super::nodes::{Challenge, NODES, extend, nodes};
use super::rows::Rows;

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

/// A chip's constraints in sumcheck. Some have degree 2 or more.
pub struct Constraints<'a> {
    chip: &'a dyn Chip,
    publics: &'a [F],
    /// Number of the chip's columns.
    width: usize,
    /// Of constraints; zero for those that are affine.
    weights: Vec<EF>,
    /// The highest degree.
    degree: usize,
    /// In the rounds on base elements.
    grid: Option<Grid>,
    /// After them: the last round polynomial, and what it was bound to.
    t: [EF; NODES],
    claim: EF,
}

impl<'a> Constraints<'a> {
    /// Before the first round.
    pub fn new(source: &Source<'a, '_>, shape: &Shape, eq: &[Terms], chunks: usize) -> Self {
        let weights = source.weights.iter().zip(source.degrees);
        Self {
            chip: source.chip,
            publics: source.publics,
            width: source.columns.len(),
            weights: weights.map(|(&w, &d)| if d > 1 { w } else { EF::ZERO }).collect(),
            degree: source.degrees.iter().copied().max().unwrap_or(0),
            grid: Some(Grid::new(source, shape, eq, chunks)),
            t: [EF::ZERO; NODES],
            claim: EF::ZERO,
        }
    }

    /// A round on base elements; `r` belongs to the variables of them that come after it.
    pub fn base_round(&self, r: &[EF]) -> [EF; NODES] {
        self.grid.as_ref().map_or([EF::ZERO; NODES], |grid| grid.round(r))
    }

    /// After the rounds on base elements.
    pub fn enter(&mut self) {
        self.claim = self.grid.take().map_or(EF::ZERO, |grid| grid.value());
    }

    /// A round polynomial at the nodes, from rows of the columns in use; `z` is the coordinate of r that
    /// belongs to the variable, with its inverse, and `eq` are the weights of pairs. Its value at 1 follows
    /// from those at 0 and at the challenge before.
    pub fn round(&mut self, rows: &Rows, used: &[usize], z: EF, inverse: EF, eq: &Rows) -> [EF; NODES] {
        let width = self.width;
        let sums = (rows.pairs(eq))
            .fold(
                || ([PEF::ZERO; 3], vec![ExtLanes(PEF::ZERO); 3 * width]),
                |(mut sums, mut rows), pairs| {
                    let (zero, others) = rows.split_at_mut(width);
                    let (minus, two) = others.split_at_mut(width);
                    for (weight, columns) in pairs.iter() {
                        for ([low, high], &c) in columns.zip(used) {
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

    /// Binds a variable.
    pub fn bind(&mut self, x: &Challenge) {
        match &mut self.grid {
            Some(grid) => grid.bind(x),
            None => self.claim = x.eval(self.degree, self.t),
        }
    }

    /// Σ λ^· constraint of s times a row of the columns in use, for s at the nodes.
    pub fn last(&self, used: &[usize], row: impl Iterator<Item = EF>) -> [EF; NODES] {
        let values: Vec<EF> = row.collect();
        nodes().map(|s| {
            let mut row = vec![Ext(EF::ZERO); self.width];
            used.iter().zip(&values).for_each(|(&c, &value)| row[c] = Ext(value * s));
            self.chip.eval_ext(&row, self.publics, &self.weights)
        })
    }
}
