//! Proves constraints and column values in one sumcheck over all blocks. Mirrors
//! [`aver_stark::zerocheck`].
//!
//! Few columns occur in constraints. For the others, and for the sum of all message columns, a block of
//! 2^m rows is cut into 2^K segments of at most [`SEGMENT`] rows, x = (u, y):
//!
//! | file | |
//! |---|---|
//! | `columns` | Σ_y eq(r, y) f(u, y) for each message column f and each u: what f is at r, and all that the first K rounds need of it |
//! | `grid` | the first rounds of the constraints, on base elements |
//! | `rows` | columns bound at the challenges so far: those in constraints after these rounds, the others after K rounds |
//! | `kernels` | sums of products that are reduced together |
//! | `block` | a block in sumcheck |

mod block;
mod columns;
mod grid;
mod kernels;
mod rows;
#[cfg(test)]
mod tests;

use aver_stark::field::{EF, F, PEF};
use aver_stark::layout::{Layout, System};
use aver_stark::protocol::{ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_ROUND, ZEROCHECK_X};
use aver_stark::zerocheck::{Values, contribution, weights};
use p3_field::{Field, PrimeCharacteristicRing};
use rayon::prelude::*;

use self::block::{Block, Context};
use self::kernels::{Terms, terms};
use crate::arena::Arena;
use crate::gkr::{LANES, packed_eq};
use crate::table::Table;
use crate::transcript::Writer;

/// log2 of the most rows of a segment.
const SEGMENT: usize = 10;
/// The most rounds on base elements.
const BASE_ROUNDS: usize = 3;

/// Where round polynomials are evaluated: 0, 1, −1 and 2. One of degree d is known by its values at the
/// first d + 1.
const NODES: usize = 4;

/// log2 of the packed rows' lanes.
const LOG_LANES: usize = LANES.trailing_zeros() as usize;

/// K: log2 of a block's segments.
fn segments(log_rows: usize) -> usize {
    log_rows.saturating_sub(SEGMENT).max(BASE_ROUNDS).min(log_rows - LOG_LANES)
}

/// Tables of eq for blocks of one size.
struct Eq {
    /// Over the segments' variables.
    segments: Vec<PEF>,
    /// Over all of the block's.
    rows: Vec<PEF>,
}

impl Eq {
    /// Over the variables after the one bound in `round`, for blocks of 2^`log_rows` rows.
    fn new(r: &[EF], round: usize, log_rows: usize) -> Self {
        let rest = |end: usize| if round < end { packed_eq(&r[round + 1..end]) } else { Vec::new() };
        // Before that, all is on base elements.
        let first = grid::rounds(log_rows);
        Self {
            segments: rest(segments(log_rows)),
            rows: if round < first { Vec::new() } else { rest(log_rows) },
        }
    }
}

/// A challenge that binds a variable.
struct Point {
    x: EF,
    /// By degree: a polynomial's value at x is the sum of its values at the nodes, times these.
    lagrange: [[EF; NODES]; NODES],
}

impl Point {
    fn new(x: EF) -> Self {
        let nodes = [F::ZERO, F::ONE, F::NEG_ONE, F::TWO];
        let mut lagrange = [[EF::ZERO; NODES]; NODES];
        for (degree, weights) in lagrange.iter_mut().enumerate() {
            let nodes = &nodes[..=degree];
            for (i, (weight, &node)) in weights.iter_mut().zip(nodes).enumerate() {
                let others = || nodes.iter().enumerate().filter(|o| o.0 != i).map(|o| *o.1);
                let scale: F = others().map(|o| node - o).product();
                *weight = others().map(|o| x - o).product::<EF>() * scale.inverse();
            }
        }
        Self { x, lagrange }
    }
    /// The value at x of the polynomial of degree `degree` with values `t` at the nodes.
    fn eval(&self, degree: usize, t: impl IntoIterator<Item = EF>) -> EF {
        self.lagrange[degree].iter().zip(t).map(|(&w, t)| w * t).sum()
    }
}

/// From the values of a polynomial of degree `degree` at the first nodes, those at all.
fn extend(t: &mut [EF; NODES], degree: usize) {
    if degree == 1 {
        t[2] = t[0].double() - t[1];
    }
    if degree <= 2 {
        t[3] = (t[1] - t[0]) * F::new(3) + t[2];
    }
}

/// Sends the message columns at prefixes of r and proves the sumcheck. Returns ρ and the values of all
/// columns at its prefixes.
pub fn prove(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &[EF],
    arena: &Arena,
) -> (Vec<EF>, Values) {
    let at_r = columns::send(writer, system, layout, tables, r);
    let lambda = writer.challenge(ZEROCHECK_LAMBDA);
    let weights = weights(system, layout, lambda);
    let sizes: Vec<bool> =
        (0..=layout.log_height).map(|log| layout.blocks.iter().any(|b| b.log_rows == log)).collect();
    let eqs: Vec<Vec<Terms>> = (sizes.par_iter().enumerate())
        .map(|(log, &used)| if used { terms(&packed_eq(&r[grid::rounds(log)..log])) } else { Vec::new() })
        .collect();
    let context = Context { system, tables, publics, eqs: &eqs, arena };
    let mut blocks: Vec<Block<'_>> = (layout.blocks.par_iter().zip(&weights).zip(at_r))
        .map(|((place, weights), at_r)| Block::new(&context, place, weights, at_r))
        .collect();
    let mut values: Values = vec![Vec::new(); blocks.len()];
    let mut finished = EF::ZERO;
    let mut rho = Vec::with_capacity(r.len());
    for round in 0..=r.len() {
        for ((block, weights), values) in blocks.iter().zip(&weights).zip(&mut values) {
            if block.log_rows == round {
                *values = block.row();
                finished += contribution(system, block.chip, publics, weights, values);
                writer.write(ZEROCHECK_COLUMNS, values.as_slice());
            }
        }
        if round == r.len() {
            break;
        }
        let eqs: Vec<Option<Eq>> = (sizes.par_iter().enumerate())
            .map(|(log, &used)| (used && round < log).then(|| Eq::new(r, round, log)))
            .collect();
        let sums = blocks
            .par_iter_mut()
            .filter_map(|b| eqs[b.log_rows].as_ref().map(|eq| b.round(round, r, eq)))
            .reduce(|| [EF::ZERO; NODES], |a, b| std::array::from_fn(|i| a[i] + b[i]));
        let [at_zero, _, at_minus_one, at_two] = sums.map(|s| s + finished);
        writer.write(ZEROCHECK_ROUND, &[at_zero, at_minus_one, at_two]);
        let x = writer.challenge(ZEROCHECK_X);
        rho.push(x);
        let point = Point::new(x);
        blocks.par_iter_mut().filter(|b| round < b.log_rows).for_each(|b| b.bind(&point, &rho));
    }
    blocks.into_iter().for_each(Block::recycle);
    (rho, values)
}
