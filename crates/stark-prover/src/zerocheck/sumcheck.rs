//! The rounds.

use aver_stark::eq::{eq_table, eq_weights};
use aver_stark::field::{EF, F, PEF};
use aver_stark::layout::Point;
use aver_stark::protocol::{ZEROCHECK_ROUND, ZEROCHECK_X};
use p3_field::{Field, PackedFieldExtension, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::chip::Chip;
use super::columns::Segments;
use super::kernels::{Scalars, Terms, terms};
use super::last::Last;
use super::nodes::{Challenge, NODES, add};
use super::rows::{self, Rows, load, store};
use super::{Shape, linear};
use crate::arena::Arena;
use crate::gkr::packed_eq;
use crate::transcript::Writer;

/// Tables of eq.
pub struct Eq {
    /// How chunks are cut for constraints, and for columns in none.
    pub base: Shape,
    pub free: Shape,
    /// Over chunks (e) and rows of segments (y): by (e, y).
    pub of_base: Vec<Terms>,
    pub of_free: Vec<Terms>,
    /// Over chunks.
    chunks: Vec<EF>,
    /// Over chunks and the variables of rows that are not bound, from the rounds on that are not on base
    /// elements; then over the variables of chunks that are not.
    rest: Rows,
}

impl Eq {
    /// Over as many chunks as there are at `most`.
    pub fn new(r: &Point, free: Shape, most: usize, arena: &Arena) -> Self {
        let base = Shape::base(r.row.len());
        // Pairs of chunks are whole pairs.
        let chunks = eq_weights(&r.chunk, most.next_power_of_two());
        let of_row = packed_eq(&r.row[base.rounds..]);
        let mut rest = Rows::new(1, of_row.len(), chunks.len(), arena);
        let cells = rest.cells_mut().par_chunks_mut(of_row.len()).zip(&chunks);
        cells.for_each(|(cells, &chunk)| {
            cells.iter_mut().zip(&of_row).for_each(|(cell, &row)| store(cell, row * chunk));
        });
        let of_base: Vec<PEF> = rest.cells()[..most * base.rows].iter().map(load).collect();
        let of_row = packed_eq(&r.row[free.rounds..]);
        let of_free = chunks[..most].iter().flat_map(|&chunk| of_row.iter().map(move |&row| row * chunk));
        let of_free: Vec<PEF> = of_free.collect();
        Self { base, free, of_base: terms(&of_base), of_free: terms(&of_free), chunks, rest }
    }
}

/// A sumcheck.
pub struct Sumcheck<'a> {
    r: &'a Point,
    arena: &'a Arena,
    eq: Eq,
    chips: Vec<Chip<'a>>,
    /// The sum of all message columns; as long as segments are bound, a value for each.
    linear: Vec<EF>,
    last: Last,
    /// Challenges that variables of rows are bound to.
    rho: Vec<EF>,
}

impl<'a> Sumcheck<'a> {
    /// Before the first round; `at_r` are message columns by chip.
    pub fn new(r: &'a Point, chips: Vec<Chip<'a>>, eq: Eq, at_r: &[Vec<Segments>], arena: &'a Arena) -> Self {
        let columns = chips.par_iter().zip(at_r).map(|(chip, at_r)| (chip, at_r.iter().collect()));
        let linear = messages(columns, 1 << eq.free.rounds);
        let mut sumcheck = Self { r, arena, eq, chips, linear, last: Last::default(), rho: Vec::new() };
        sumcheck.enter();
        sumcheck
    }

    /// Where segments are bound, columns are.
    fn enter(&mut self) {
        let Self { eq, chips, arena, rho, .. } = self;
        if rho.len() == eq.base.rounds {
            let scalars = Scalars::new(eq_table(rho));
            chips.par_iter_mut().for_each(|chip| chip.bind_used(&eq.base, &scalars, arena));
        }
        if rho.len() == eq.free.rounds {
            let scalars = Scalars::new(eq_table(rho));
            let sums = chips.par_iter_mut().filter_map(|chip| {
                chip.bind_free(&eq.free, &scalars, arena);
                chip.sum(&eq.chunks)
            });
            let sums = sums.reduce_with(rows::add).unwrap_or_default();
            self.linear = <PEF as PackedFieldExtension<F, EF>>::to_ext_iter(sums).collect();
        }
    }

    /// Binds the variable `round` of rows.
    pub fn row_round(&mut self, writer: &mut Writer, round: usize) -> EF {
        let (r, base, free) = (&self.r.row, self.eq.base.rounds, self.eq.free.rounds);
        let t = if round < base {
            let grids = self.chips.iter().map(|chip| chip.base_round(&r[round + 1..base]));
            grids.fold([EF::ZERO; NODES], add)
        } else {
            self.constraints(r[round])
        };
        let rest = &r[round + 1..if round < free { free } else { r.len() }];
        let t = add(t, linear::round(linear::halves(&self.linear), &eq_table(rest)));
        let x = exchange(writer, t);
        self.chips.par_iter_mut().for_each(|chip| chip.bind(&x));
        self.linear = linear::bind(linear::halves(&self.linear), x.x);
        self.rho.push(x.x);
        self.enter();
        x.x
    }

    /// When all variables of rows are bound: the values of columns, by chip, column and chunk.
    pub fn enter_chunks(&mut self) -> Vec<Vec<Vec<EF>>> {
        let values: Vec<Vec<Vec<EF>>> = self.chips.par_iter().map(Chip::values).collect();
        let most = self.chips.iter().map(|chip| chip.chunks).max().unwrap_or(0);
        let columns = self.chips.par_iter().zip(&values);
        let columns = columns.map(|(chip, values)| (chip, chip.messages().map(|c| &values[c]).collect()));
        self.linear = messages(columns, most);
        self.chips.iter_mut().for_each(|chip| chip.drop_free());
        values
    }

    /// Binds the variable `i` of chunks, those after it being bound.
    pub fn chunk_round(&mut self, writer: &mut Writer, i: usize) -> EF {
        for chip in &mut self.chips {
            if let Some(values) = chip.last() {
                self.last.add(values);
                chip.drop_constraints();
            }
        }
        let rest = &self.r.chunk[..i];
        let t = add(self.constraints(self.r.chunk[i]), self.last.round(rest));
        let eq = eq_weights(rest, self.linear.len().div_ceil(2));
        let t = add(t, linear::round(linear::neighbours(&self.linear), &eq));
        let x = exchange(writer, t);
        for chip in &mut self.chips {
            chip.bind(&x);
            chip.chunks = chip.chunks.div_ceil(2);
        }
        self.last.bind(x.x);
        self.linear = linear::bind(linear::neighbours(&self.linear), x.x);
        x.x
    }

    /// A round polynomial of the constraints; `z` is the coordinate of r that belongs to the variable.
    fn constraints(&mut self, z: EF) -> [EF; NODES] {
        let eq = &mut self.eq.rest;
        eq.merge(|[low, high]| low + high);
        // Zero is refused by the verifier.
        let inverse = z.try_inverse().unwrap_or(EF::ZERO);
        let rounds = self.chips.par_iter_mut().map(|chip| chip.round(z, inverse, eq));
        rounds.reduce(|| [EF::ZERO; NODES], add)
    }

    /// Gives memory back; the indices of the chips.
    pub fn finish(self) -> impl Iterator<Item = usize> {
        self.chips.into_iter().map(move |mut chip| {
            chip.drop_constraints();
            chip.index
        })
    }
}

/// The sum of chips' message columns, of up to `len` values, times their weights.
fn messages<'c>(
    columns: impl ParallelIterator<Item = (&'c Chip<'c>, Vec<&'c Vec<EF>>)>,
    len: usize,
) -> Vec<EF> {
    let zeros = || vec![EF::ZERO; len];
    columns
        .fold(zeros, |mut sums, (chip, columns)| {
            chip.add_messages(&mut sums, &columns);
            sums
        })
        .reduce(zeros, |mut a, b| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        })
}

/// Sends a round polynomial; its variable is bound to the challenge.
fn exchange(writer: &mut Writer, t: [EF; NODES]) -> Challenge {
    let [at_zero, _, at_minus_one, at_two] = t;
    writer.send(ZEROCHECK_ROUND, &[at_zero, at_minus_one, at_two]);
    Challenge::new(writer.challenge(ZEROCHECK_X))
}
