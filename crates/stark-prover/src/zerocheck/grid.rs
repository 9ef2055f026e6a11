//! The first rounds of a chip's constraints, on base elements.
//!
//! With rows (e, g, y), e the chunk, g the k variables bound in these rounds, and d the constraints' degree,
//! all that the rounds need is G(g) = Σ_e Σ_y eq(r, (e, y)) Σ_c λ^· C_c(e, g, y) for the points g of a grid,
//! whose coordinates are the first d + 1 nodes. At booleans G is zero: rows of the trace satisfy their constraints. Constraints of
//! each degree have a sum of their own, on their own grid; those that are affine vanish everywhere.

use std::array;

use aver_stark::air::BaseLanes;
use aver_stark::chip::Chip;
use aver_stark::eq::eq_table;
use aver_stark::field::{EF, F, PEF, PF};
use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::kernels::{TERMS, Terms, dot, factors, lanes_sum};
use super::nodes::{Challenge, NODES, extend};
use super::{BASE_ROUNDS, Shape};

/// Tiles of [`TERMS`] packed rows that a task works on.
const CHUNK: usize = 1 << 5;

/// The points of a grid; the first coordinate is the most significant digit of a point's index.
pub struct Points {
    /// d + 1.
    base: usize,
    count: usize,
    /// The points of {0, 1}^k, in order.
    booleans: Vec<usize>,
    /// All others.
    others: Vec<Other>,
}

struct Other {
    point: usize,
    /// The least degree whose grid has the point.
    degree: usize,
}

impl Points {
    /// For k = `rounds`.
    pub fn new(degree: usize, rounds: usize) -> Self {
        let base = degree + 1;
        let count = base.pow(rounds as u32);
        let largest =
            |point: usize| (0..rounds as u32).map(|i| point / base.pow(i) % base).max().unwrap_or(0);
        let (booleans, others): (Vec<usize>, Vec<usize>) = (0..count).partition(|&p| largest(p) < 2);
        let others = others.into_iter().map(|point| Other { point, degree: largest(point) }).collect();
        Self { base, count, booleans, others }
    }
}

/// What is affine in each of three coordinates, on the grid of the first `N` nodes, from its values at
/// booleans. With fewer coordinates, the first values are those where the missing ones are 0.
fn cube<const N: usize>(values: [PF; 1 << BASE_ROUNDS]) -> [[[PF; N]; N]; N] {
    let node = |i: usize, [zero, one]: [PF; 2]| match i {
        0 => zero,
        1 => one,
        2 => zero.double() - one,
        _ => one.double() - zero,
    };
    let lines: [[PF; N]; 4] =
        array::from_fn(|u| array::from_fn(|i| node(i, [values[2 * u], values[2 * u + 1]])));
    let planes: [[[PF; N]; N]; 2] = array::from_fn(|u| {
        array::from_fn(|i| array::from_fn(|j| node(i, [lines[2 * u][j], lines[2 * u + 1][j]])))
    });
    array::from_fn(|i| array::from_fn(|j| array::from_fn(|k| node(i, [planes[0][j][k], planes[1][j][k]]))))
}

/// The rows a grid is computed from.
pub struct Source<'a, 'b> {
    /// The chip.
    pub chip: &'a dyn Chip,
    /// Public values.
    pub publics: &'a [F],
    /// Its columns: whole chunks.
    pub columns: &'b [&'a [PF]],
    /// Columns that occur in constraints of degree 2 and more.
    pub used: &'b [usize],
    /// The constraints' degrees.
    pub degrees: &'b [usize],
    /// And their weights.
    pub weights: &'b [EF],
}

/// G, as far as it is not bound: its parts by degree.
pub struct Grid(Vec<Part>);

struct Part {
    degree: usize,
    values: Vec<EF>,
}

impl Grid {
    /// Evaluates constraints in all rows of `chunks` chunks; `eq` is the table over (e, y).
    pub fn new(source: &Source<'_, '_>, shape: &Shape, eq: &[Terms], chunks: usize) -> Self {
        let Source { degrees, weights, .. } = *source;
        let degree = degrees.iter().copied().max().unwrap_or(0);
        let points = Points::new(degree, shape.rounds);
        let rows = chunks * shape.rows;
        let sums = (eq[..rows.div_ceil(TERMS)].par_iter().enumerate())
            .with_min_len(CHUNK)
            .fold(
                || Tile::new(source, &points),
                |mut tile, (i, eq)| {
                    for t in 0..TERMS {
                        match i * TERMS + t {
                            row if row < rows => tile.evaluate(source, shape, &points, t, row),
                            _ => tile.skip(t),
                        }
                    }
                    tile.add(eq);
                    tile
                },
            )
            .map(|tile| tile.sums)
            .reduce_with(|mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            })
            .unwrap_or_default();
        let part = |degree: usize| {
            let own = Points::new(degree, shape.rounds);
            let mut values = vec![EF::ZERO; own.count];
            let sums = points.others.iter().zip(sums.chunks_exact(weights.len()));
            for (own, (_, sums)) in own.others.iter().zip(sums.filter(|s| s.0.degree <= degree)) {
                let sums = sums.iter().zip(weights).zip(degrees).filter(|s| *s.1 == degree);
                values[own.point] = sums.map(|((&sum, &weight), _)| weight * lanes_sum(sum)).sum();
            }
            Part { degree, values }
        };
        Self((2..=degree).filter(|d| degrees.contains(d)).map(part).collect())
    }

    /// The values of the round polynomial at the nodes; `r` belongs to the variables after it.
    pub fn round(&self, r: &[EF]) -> [EF; NODES] {
        let eq = eq_table(r);
        let mut sums = [EF::ZERO; NODES];
        for Part { degree, values } in &self.0 {
            let Points { count, booleans, .. } = Points::new(*degree, r.len());
            let mut t = [EF::ZERO; NODES];
            for (t, values) in t.iter_mut().zip(values.chunks_exact(count)) {
                *t = booleans.iter().zip(&eq).map(|(&p, &e)| values[p] * e).sum();
            }
            extend(&mut t, *degree);
            sums.iter_mut().zip(t).for_each(|(sum, t)| *sum += t);
        }
        sums
    }

    /// Binds a variable.
    pub fn bind(&mut self, x: &Challenge) {
        for Part { degree, values } in &mut self.0 {
            let rest = values.len() / (*degree + 1);
            let line = |p: usize| values[p..].iter().step_by(rest).copied();
            *values = (0..rest).map(|p| x.eval(*degree, line(p))).collect();
        }
    }

    /// G when all is bound.
    pub fn value(&self) -> EF {
        self.0.iter().map(|part| part.values[0]).sum()
    }
}

/// [`TERMS`] packed rows y, whose sums are added up together.
struct Tile {
    /// Rows of the chip, by point, for one y.
    rows: Vec<BaseLanes>,
    /// By y, then point that is not boolean, then constraint.
    values: Vec<PF>,
    /// By point that is not boolean, then constraint.
    sums: Vec<PEF>,
    /// Those that are needed: of points of the constraint's grid.
    needed: Vec<usize>,
}

impl Tile {
    fn new(source: &Source<'_, '_>, points: &Points) -> Self {
        let sums = points.others.len() * source.degrees.len();
        let needed = points.others.iter().flat_map(|other| {
            let degree = other.degree;
            source.degrees.iter().map(move |&d| d > 1 && degree <= d)
        });
        Self {
            needed: needed.enumerate().filter(|n| n.1).map(|n| n.0).collect(),
            rows: vec![BaseLanes(PF::ZERO); points.count * source.columns.len()],
            values: vec![PF::ZERO; TERMS * sums],
            sums: vec![PEF::ZERO; sums],
        }
    }

    /// Evaluates constraints for a packed row of all chunks' y.
    fn evaluate(&mut self, source: &Source<'_, '_>, shape: &Shape, points: &Points, t: usize, row: usize) {
        let width = source.columns.len();
        let place = shape.place(row);
        for &c in source.used {
            let mut values = [PF::ZERO; 1 << BASE_ROUNDS];
            let column = source.columns[c][place..].iter().step_by(shape.rows);
            values.iter_mut().zip(column.take(1 << shape.rounds)).for_each(|(value, &v)| *value = v);
            let rows = self.rows.chunks_exact_mut(width);
            match points.base {
                3 => rows
                    .zip(cube::<3>(values).as_flattened().as_flattened())
                    .for_each(|(row, &v)| row[c].0 = v),
                _ => rows
                    .zip(cube::<4>(values).as_flattened().as_flattened())
                    .for_each(|(row, &v)| row[c].0 = v),
            }
        }
        let values = self.values[t * self.sums.len()..].chunks_exact_mut(source.degrees.len());
        for (other, values) in points.others.iter().zip(values) {
            let row = &self.rows[other.point * width..][..width];
            source.chip.eval_base(row, source.publics, values);
        }
    }

    /// In place of a row there is none of.
    fn skip(&mut self, t: usize) {
        let count = self.sums.len();
        self.values[t * count..][..count].fill(PF::ZERO);
    }

    /// Adds what was evaluated.
    fn add(&mut self, eq: &Terms) {
        let (eq, count) = (factors(eq), self.sums.len());
        let rows: [&[PF]; TERMS] = array::from_fn(|t| &self.values[t * count..][..count]);
        for &i in &self.needed {
            self.sums[i] += dot(&eq, &rows.map(|row| row[i]));
        }
    }
}
