//! A chip that has rows.

use aver_stark::chip::{self, Described};
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::layout::{Layout, System};
use aver_stark::zerocheck::Weights;
use p3_field::{PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use super::Shape;
use super::columns::{Segments, at_r};
use super::constraints::{Constraints, used};
use super::grid::Source;
use super::kernels::Scalars;
use super::nodes::{Challenge, NODES};
use super::rows::{self, Rows};
use super::sumcheck::Eq;
use crate::arena::Arena;
use crate::table::Table;

/// A chip in sumcheck.
pub struct Chip<'a> {
    /// Which it is.
    pub index: usize,
    /// Its chunks that are left.
    pub chunks: usize,
    air: &'a dyn chip::Chip,
    described: &'a Described,
    /// Whole chunks.
    columns: Vec<&'a [PF]>,
    message_weights: &'a [EF],
    constraints: Option<Constraints<'a>>,
    /// Columns in constraints, and all others.
    used: Part,
    free: Part,
}

/// Some columns, bound or to be bound.
struct Part {
    /// Which, increasing.
    columns: Vec<usize>,
    rows: Rows,
}

impl Part {
    fn new(columns: Vec<usize>) -> Self {
        Self { columns, rows: Rows::default() }
    }
}

impl<'a> Chip<'a> {
    /// Before anything is known.
    pub fn new(system: &'a System, layout: &Layout, tables: &'a [Table], index: usize) -> Self {
        let (described, chunks) = (&system.described[index], layout.chunks[index]);
        let whole = |column: &'a [F]| PF::pack_slice(&column[..chunks << layout.log_chunk]);
        let used = used(&described.description);
        Self {
            index,
            chunks,
            air: system.chips[index].as_ref(),
            described,
            columns: tables[index].columns().map(whole).collect(),
            message_weights: &[],
            constraints: None,
            free: Part::new((0..described.width()).filter(|c| !used.contains(c)).collect()),
            used: Part::new(used),
        }
    }

    /// Message columns at r, by segments.
    pub fn at_r(&self, eq: &Eq) -> Vec<Segments> {
        self.messages()
            .collect::<Vec<_>>()
            .par_iter()
            .map(|&c| at_r(&eq.free, &eq.of_free, self.columns[c]))
            .collect()
    }

    /// The columns in messages.
    pub fn messages(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.described.message_columns.iter().copied()
    }

    /// Evaluates constraints in all rows.
    pub fn start(&mut self, publics: &'a [F], weights: &'a Weights, eq: &Eq) {
        self.message_weights = &weights.columns;
        if self.used.columns.is_empty() {
            return;
        }
        let degrees: Vec<usize> = self.described.description.constraints.iter().map(|c| c.degree).collect();
        let source = Source {
            chip: self.air,
            publics,
            columns: &self.columns,
            used: &self.used.columns,
            degrees: &degrees,
            weights: &weights.constraints,
        };
        self.constraints = Some(Constraints::new(&source, &eq.base, &eq.of_base, self.chunks));
    }

    /// Adds message columns times their weights.
    pub fn add_messages(&self, sums: &mut [EF], columns: &[&Vec<EF>]) {
        for (column, &weight) in columns.iter().zip(self.message_weights) {
            sums.iter_mut().zip(*column).for_each(|(sum, &value)| *sum += weight * value);
        }
    }

    /// Binds columns in constraints.
    pub fn bind_used(&mut self, shape: &Shape, scalars: &Scalars, arena: &Arena) {
        self.used.rows = bind(&self.columns, &self.used, shape, scalars, arena);
        self.constraints.iter_mut().for_each(Constraints::enter);
    }

    /// Binds the others.
    pub fn bind_free(&mut self, shape: &Shape, scalars: &Scalars, arena: &Arena) {
        self.free.rows = bind(&self.columns, &self.free, shape, scalars, arena);
    }

    /// Σ of message columns times their weights and those of chunks, when all are bound alike.
    pub fn sum(&self, of_chunk: &[EF]) -> Option<Vec<PEF>> {
        let weight = |c: &usize| match self.described.message_columns.binary_search(c) {
            Ok(j) => self.message_weights[j],
            Err(_) => EF::ZERO,
        };
        let sum = |part: &Part| {
            let weights: Vec<EF> = part.columns.iter().map(weight).collect();
            part.rows.sum(of_chunk, &weights)
        };
        let parts = [&self.used, &self.free].into_iter().filter(|part| !part.columns.is_empty());
        parts.map(sum).reduce(rows::add)
    }

    /// A round on base elements; `r` belongs to the variables of them that come after it.
    pub fn base_round(&self, r: &[EF]) -> [EF; NODES] {
        self.constraints.as_ref().map_or([EF::ZERO; NODES], |c| c.base_round(r))
    }

    /// Another round.
    pub fn round(&mut self, z: EF, inverse: EF, eq: &Rows) -> [EF; NODES] {
        let Part { columns, rows } = &self.used;
        self.constraints.as_mut().map_or([EF::ZERO; NODES], |c| c.round(rows, columns, z, inverse, eq))
    }

    /// Binds a variable.
    pub fn bind(&mut self, x: &Challenge) {
        self.constraints.iter_mut().for_each(|c| c.bind(x));
        let x = PEF::from(x.x);
        for part in [&mut self.used, &mut self.free] {
            part.rows.merge(|[low, high]| low + x * (high - low));
        }
    }

    /// When the variables of rows are bound: the values of columns, by chunk.
    pub fn values(&self) -> Vec<Vec<EF>> {
        let mut values = vec![Vec::new(); self.columns.len()];
        for part in [&self.used, &self.free] {
            for (i, &c) in part.columns.iter().enumerate() {
                values[c] = (0..self.chunks).map(|e| part.rows.value(i, e)).collect();
            }
        }
        values
    }

    /// When there is a single row left: constraints of s times it, for s at the nodes.
    pub fn last(&self) -> Option<[EF; NODES]> {
        let constraints = self.constraints.as_ref().filter(|_| self.chunks == 1)?;
        Some(constraints.last(&self.used.columns, self.used.rows.first()))
    }

    /// Columns in no constraint are known.
    pub fn drop_free(&mut self) {
        self.free.rows = Rows::default();
    }

    /// Constraints are somebody else's.
    pub fn drop_constraints(&mut self) {
        self.constraints = None;
        self.used.rows = Rows::default();
    }
}

fn bind(columns: &[&[PF]], part: &Part, shape: &Shape, scalars: &Scalars, arena: &Arena) -> Rows {
    let columns: Vec<&[PF]> = part.columns.iter().map(|&c| columns[c]).collect();
    Rows::bind(shape, &columns, scalars, arena)
}
