//! Proves constraints and column values in one sumcheck over all chips. Mirrors
//! [`aver_stark::zerocheck`].
//!
//! Few columns occur in constraints. The rows of a chunk are (u, y): 2^k segments u of equal length.
//!
//! | file | |
//! |---|---|
//! | `columns` | Σ eq(r, (e, y)) f(e, u, y) for each message column f and each u: what f is at r, and all that the first k rounds need of it; sums of columns bound at the challenges |
//! | `grid` | the first k rounds of the constraints, on base elements |
//! | `rows` | columns in constraints, bound at the first challenges |
//! | `constraints` | a chip's constraints in sumcheck |
//! | `last` | the same when a single row is left |
//! | `linear` | the sum of all message columns in sumcheck |
//! | `kernels` | sums of products that are reduced together |
//!
//! Columns that are in no constraint are never bound one by one: their sum is, when k variables are, and
//! they are evaluated when all variables of rows are.

mod columns;
mod constraints;
mod grid;
mod kernels;
mod last;
mod linear;
mod rows;
#[cfg(test)]
mod tests;

use aver_stark::eq::{eq_table, eq_weights};
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::layout::{Layout, Point, System};
use aver_stark::protocol::{COLUMNS_AT_R, ZEROCHECK_COLUMNS, ZEROCHECK_LAMBDA, ZEROCHECK_ROUND, ZEROCHECK_X};
use aver_stark::zerocheck::{Values, Weights, weights};
use p3_field::{Field, PackedFieldExtension, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use self::constraints::{Constraints, used};
use self::kernels::{Scalars, terms};
use self::last::Last;
use self::rows::{Rows, load, store};
use crate::arena::Arena;
use crate::gkr::{LANES, packed_eq};
use crate::table::Table;
use crate::transcript::Writer;

/// The most rounds on base elements: more leave less to do on extension elements, but there are (d + 1)^k
/// points to 2^k rows.
const BASE_ROUNDS: usize = 3;

/// log2 of the packed rows of a segment that columns in no constraint are bound to.
const LOG_ROWS: usize = 2;

/// Where round polynomials are evaluated: 0, 1, −1 and 2. One of degree d is known by its values at the
/// first d + 1.
const NODES: usize = 4;

fn nodes() -> [F; NODES] {
    [F::ZERO, F::ONE, F::NEG_ONE, F::TWO]
}

/// log2 of the packed rows' lanes.
const LOG_LANES: usize = LANES.trailing_zeros() as usize;

/// How chunks are cut.
struct Shape {
    /// k: rounds on base elements, log2 of a chunk's segments.
    rounds: usize,
    /// Packed rows of a segment.
    rows: usize,
}

impl Shape {
    /// For the rounds on base elements.
    fn base(log_chunk: usize) -> Self {
        let log_rows = log_chunk.saturating_sub(LOG_LANES);
        let rounds = log_rows.min(BASE_ROUNDS);
        Self { rounds, rows: 1 << (log_rows - rounds) }
    }

    /// For columns in no constraint.
    fn free(log_chunk: usize) -> Self {
        let log_rows = log_chunk.saturating_sub(LOG_LANES);
        let rounds = log_rows.min(BASE_ROUNDS).max(log_rows.saturating_sub(LOG_ROWS));
        Self { rounds, rows: 1 << (log_rows - rounds) }
    }

    /// Where packed row `row` of all chunks' first segments stands.
    fn place(&self, row: usize) -> usize {
        let (e, y) = (row / self.rows, row % self.rows);
        ((e * self.rows) << self.rounds) + y
    }
}

/// For each segment of a column: its part of the column at r.
type Segments = Vec<EF>;

/// A challenge that binds a variable.
struct Challenge {
    x: EF,
    /// By degree: a polynomial's value at x is the sum of its values at the nodes, times these.
    lagrange: [[EF; NODES]; NODES],
}

impl Challenge {
    fn new(x: EF) -> Self {
        let nodes = nodes();
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

fn add(a: [EF; NODES], b: [EF; NODES]) -> [EF; NODES] {
    std::array::from_fn(|i| a[i] + b[i])
}

/// A chip that has rows.
struct Chip<'a> {
    index: usize,
    /// Its columns: whole chunks.
    columns: Vec<&'a [PF]>,
    /// Columns in messages, and in constraints that are not affine.
    message_columns: &'a [usize],
    used: Vec<usize>,
    /// All other columns.
    free: Vec<usize>,
}

impl<'a> Chip<'a> {
    fn new(index: usize, system: &'a System, layout: &Layout, tables: &'a [Table]) -> Self {
        let rows = layout.chunks[index] << layout.log_chunk;
        let described = &system.described[index];
        let used = used(&described.description);
        Self {
            index,
            columns: tables[index].columns().map(|c| PF::pack_slice(&c[..rows])).collect(),
            message_columns: &described.message_columns,
            free: (0..described.width()).filter(|c| !used.contains(c)).collect(),
            used,
        }
    }

    /// What a column is weighted with in the sum of message columns.
    fn weight(&self, column: usize, weights: &Weights) -> EF {
        self.message_columns.binary_search(&column).map_or(EF::ZERO, |j| weights.columns[j])
    }
}

/// What is proved.
pub struct Proved {
    /// The point the sumcheck ends at.
    pub rho: Point,
    /// Columns there.
    pub values: Values,
    /// By place in all stacks: what a chunk is at ρ's row, zero where there is no column.
    pub chunks: Vec<EF>,
}

/// Sends the message columns at r and proves the sumcheck.
pub fn prove(
    writer: &mut Writer,
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    r: &Point,
    arena: &Arena,
) -> Proved {
    let (shape, free_shape) = (Shape::base(layout.log_chunk), Shape::free(layout.log_chunk));
    let present: Vec<usize> = (0..layout.chunks.len()).filter(|&i| layout.chunks[i] > 0).collect();
    let chips: Vec<Chip<'_>> =
        present.par_iter().map(|&index| Chip::new(index, system, layout, tables)).collect();
    let most = layout.chunks.iter().copied().max().unwrap_or(0);
    // eq over chunks, and over the variables of chunks and rows that are not bound.
    let of_chunk = eq_weights(&r.chunk, most.next_power_of_two());
    let mut eq = weights_of_rows(&of_chunk, &packed_eq(&r.row[shape.rounds..]), arena);
    let of_row = packed_eq(&r.row[free_shape.rounds..]);
    let products = of_chunk[..most].iter().flat_map(|&chunk| of_row.iter().map(move |&row| row * chunk));
    let terms_of_free = terms(&products.collect::<Vec<PEF>>());
    let terms_of_rows = terms(&eq.cells()[..most * shape.rows].iter().map(load).collect::<Vec<_>>());

    // Message columns at r.
    let at_r: Vec<Vec<Segments>> = (chips.par_iter())
        .map(|chip| {
            let messages: Vec<&[PF]> = chip.message_columns.iter().map(|&c| chip.columns[c]).collect();
            columns::at_r(&free_shape, &terms_of_free, &messages)
        })
        .collect();
    let of_segment = eq_table(&r.row[..free_shape.rounds]);
    let sum = |segments: &Segments| segments.iter().zip(&of_segment).map(|(&v, &e)| v * e).sum::<EF>();
    let mut by_chip = chips.iter().zip(&at_r).peekable();
    for index in 0..layout.chunks.len() {
        let values = by_chip.next_if(|c| c.0.index == index).map(|(_, at_r)| at_r.iter().map(sum).collect());
        writer.write(COLUMNS_AT_R, values.unwrap_or_else(Vec::new).as_slice());
    }
    let weights = weights(system, layout, writer.challenge(ZEROCHECK_LAMBDA));

    // Rounds on base elements.
    let mut linear: Vec<EF> = vec![EF::ZERO; 1 << free_shape.rounds];
    for (chip, at_r) in chips.iter().zip(&at_r) {
        for (segments, &weight) in at_r.iter().zip(&weights[chip.index].columns) {
            linear.iter_mut().zip(segments).for_each(|(sum, &v)| *sum += weight * v);
        }
    }
    let mut constraints: Vec<Option<Constraints<'_>>> = (chips.par_iter())
        .map(|chip| {
            let (air, described) = (system.chips[chip.index].as_ref(), &system.described[chip.index]);
            let weights = &weights[chip.index].constraints;
            let (columns, used) = (&chip.columns, &chip.used);
            (!used.is_empty()).then(|| {
                Constraints::new((air, described), publics, columns, used, weights, &shape, &terms_of_rows)
            })
        })
        .collect();
    let mut rho = Point::default();
    for round in 0..shape.rounds {
        let rest = &r.row[round + 1..shape.rounds];
        let t = constraints.iter().flatten().map(|c| c.base_round(rest)).fold(
            linear::round(linear::halves(&linear), &eq_table(&r.row[round + 1..free_shape.rounds])),
            add,
        );
        let x = exchange(writer, t);
        constraints.iter_mut().flatten().for_each(|c| c.base_bind(&x));
        linear = linear::bind(linear::halves(&linear), x.x);
        rho.row.push(x.x);
    }

    // The other variables of rows.
    let bound = Scalars::new(eq_table(&rho.row));
    constraints.par_iter_mut().flatten().for_each(|c| c.bind_columns(&shape, &bound, arena));
    let mut free: Vec<Rows> = Vec::new();
    for round in shape.rounds..r.row.len() {
        if round == free_shape.rounds {
            let bound = Scalars::new(eq_table(&rho.row));
            free = (chips.par_iter())
                .map(|chip| {
                    let chunks = layout.chunks[chip.index];
                    let columns: Vec<&[PF]> = chip.free.iter().map(|&c| chip.columns[c]).collect();
                    Rows::bind(&free_shape, &columns, &bound, chunks, arena)
                })
                .collect();
            let sum = |(chip, (free, constraints)): (&Chip<'_>, (&Rows, &Option<Constraints<'_>>))| {
                let weights = |columns: &[usize]| -> Vec<EF> {
                    columns.iter().map(|&c| chip.weight(c, &weights[chip.index])).collect()
                };
                let sum = free.sum(&of_chunk, &weights(&chip.free));
                match constraints {
                    Some(c) => rows::add(sum, c.rows.sum(&of_chunk, &weights(&chip.used))),
                    None => sum,
                }
            };
            let sums =
                chips.par_iter().zip(free.par_iter().zip(&constraints)).map(sum).reduce_with(rows::add);
            linear = sums.map_or_else(Vec::new, |sums| {
                <PEF as PackedFieldExtension<F, EF>>::to_ext_iter(sums).collect()
            });
        }
        eq.merge(|[low, high]| low + high);
        let z = r.row[round];
        let inverse = z.try_inverse().unwrap_or(EF::ZERO);
        let t = (constraints.par_iter_mut().flatten())
            .map(|c| c.round(z, inverse, &eq))
            .reduce(|| [EF::ZERO; NODES], add);
        let end = if round < free_shape.rounds { free_shape.rounds } else { r.row.len() };
        let t = add(t, linear::round(linear::halves(&linear), &eq_table(&r.row[round + 1..end])));
        let x = exchange(writer, t);
        constraints.par_iter_mut().flatten().for_each(|c| c.bind(&x));
        let line = PEF::from(x.x);
        free.par_iter_mut().for_each(|rows| rows.merge(|[low, high]| low + line * (high - low)));
        linear = linear::bind(linear::halves(&linear), x.x);
        rho.row.push(x.x);
    }

    // Those of chunks.
    let values: Vec<Vec<Vec<EF>>> = (chips.par_iter().zip(free.par_iter().zip(&constraints)))
        .map(|(chip, (free, constraints))| {
            let column = |c: usize| {
                let (rows, i) = match chip.used.binary_search(&c) {
                    Ok(i) => (constraints.as_ref().map_or(free, |c| &c.rows), i),
                    Err(_) => (free, chip.free.binary_search(&c).unwrap_or(0)),
                };
                (0..layout.chunks[chip.index]).map(|e| rows.value(i, e)).collect()
            };
            (0..chip.columns.len()).map(column).collect()
        })
        .collect();
    free.into_iter().for_each(|rows| rows.recycle(arena));
    linear = vec![EF::ZERO; most];
    let mut chunks = vec![EF::ZERO; layout.slots()];
    for (chip, values) in chips.iter().zip(&values) {
        for (&place, values) in layout.places[chip.index].iter().zip(values) {
            chunks[place..][..values.len()].copy_from_slice(values);
        }
        for (&c, &weight) in chip.message_columns.iter().zip(&weights[chip.index].columns) {
            linear.iter_mut().zip(&values[c]).for_each(|(sum, &v)| *sum += weight * v);
        }
    }
    let mut last = Last::default();
    for round in (0..r.chunk.len()).rev() {
        for constraints in &mut constraints {
            if let Some(values) = constraints.as_ref().and_then(Constraints::last) {
                last.add(values);
                constraints.take().into_iter().for_each(|c| c.recycle(arena));
            }
        }
        let (rest, z) = (&r.chunk[..round], r.chunk[round]);
        let inverse = z.try_inverse().unwrap_or(EF::ZERO);
        eq.merge(|[low, high]| low + high);
        let t = (constraints.par_iter_mut().flatten())
            .map(|c| c.round(z, inverse, &eq))
            .reduce(|| [EF::ZERO; NODES], add);
        let t = add(t, last.round(rest.iter().map(|&z| EF::ONE - z).product()));
        let weights = eq_weights(rest, linear.len().div_ceil(2));
        let t = add(t, linear::round(linear::neighbours(&linear), &weights));
        let x = exchange(writer, t);
        for constraints in constraints.iter_mut().flatten() {
            constraints.bind(&x);
            constraints.halve();
        }
        last.bind(x.x);
        linear = linear::bind(linear::neighbours(&linear), x.x);
        rho.chunk.push(x.x);
    }
    rho.chunk.reverse();
    eq.recycle(arena);
    constraints.into_iter().flatten().for_each(|c| c.recycle(arena));

    let of_chunk = eq_weights(&rho.chunk, most);
    let mut at_rho: Values = vec![Vec::new(); layout.chunks.len()];
    for (chip, values) in chips.iter().zip(&values) {
        let value = |values: &Vec<EF>| values.iter().zip(&of_chunk).map(|(&v, &e)| v * e).sum();
        at_rho[chip.index] = values.iter().map(value).collect();
    }
    at_rho.iter().for_each(|values| writer.write(ZEROCHECK_COLUMNS, values.as_slice()));
    Proved { rho, values: at_rho, chunks }
}

/// The products of weights of chunks and of rows.
fn weights_of_rows(chunks: &[EF], rows: &[PEF], arena: &Arena) -> Rows {
    let mut weights = Rows::new(1, rows.len(), chunks.len(), arena);
    let cells = weights.cells_mut().par_chunks_mut(rows.len()).zip(chunks);
    cells.for_each(|(cells, &chunk)| {
        cells.iter_mut().zip(rows).for_each(|(cell, &row)| store(cell, row * chunk));
    });
    weights
}

/// Sends a round polynomial; its variable is bound to the challenge.
fn exchange(writer: &mut Writer, t: [EF; NODES]) -> Challenge {
    let [at_zero, _, at_minus_one, at_two] = t;
    writer.write(ZEROCHECK_ROUND, &[at_zero, at_minus_one, at_two]);
    Challenge::new(writer.challenge(ZEROCHECK_X))
}
