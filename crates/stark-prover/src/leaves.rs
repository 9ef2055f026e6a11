//! Fills the leaves of the LogUp tree: multiplicity and compressed message of each message of each row.

use aver_stark::air::Bus;
use aver_stark::field::{EF, F, PEF, PF};
use aver_stark::layout::{Item, Layout, System};
use aver_stark::symbolic::{Affine, Interaction};
use aver_stark::verify::Challenge;
use p3_field::{PackedFieldExtension, PackedValue, PrimeCharacteristicRing};
use rayon::prelude::*;

use crate::gkr::{LANES, Leaves};
use crate::table::Table;

/// Packed rows a task works on.
const CHUNK: usize = 1 << 9;

/// The challenges messages are compressed with.
#[derive(Clone, Copy)]
pub struct Challenges<'a> {
    /// Of this proof.
    pub local: &'a Challenge,
    /// Of shared buses.
    pub shared: &'a Challenge,
}

impl Challenges<'_> {
    fn of(&self, bus: Bus) -> &Challenge {
        if bus.shared { self.shared } else { self.local }
    }
}

/// An affine form over columns, with coefficients in E.
struct Denominator {
    constant: EF,
    terms: Vec<(usize, EF)>,
}

impl Denominator {
    fn new(interaction: &Interaction, challenge: &Challenge, publics: &[F]) -> Self {
        let constants: Vec<EF> = interaction.values.iter().map(|v| EF::from(constant(v, publics))).collect();
        let mut terms: Vec<(usize, EF)> = Vec::new();
        for (value, &beta) in interaction.values.iter().zip(&challenge.betas[1..]) {
            for &(column, c) in &value.columns {
                match terms.iter_mut().find(|t| t.0 == column) {
                    Some(term) => term.1 += beta * c,
                    None => terms.push((column, beta * c)),
                }
            }
        }
        Self { constant: challenge.compress(interaction.bus, &constants), terms }
    }
}

/// The part of an affine form that is the same in every row.
fn constant(form: &Affine, publics: &[F]) -> F {
    let publics = form.publics.iter().map(|&(i, c)| publics.get(i).copied().unwrap_or(F::ZERO) * c);
    form.constant + publics.sum::<F>()
}

/// The leaves of a proof, by stack.
pub fn fill(
    system: &System,
    layout: &Layout,
    tables: &[Table],
    publics: &[F],
    challenges: Challenges<'_>,
) -> Vec<Leaves> {
    let h = layout.log_height;
    let mut by_stack: Vec<Vec<&Item>> = vec![Vec::new(); layout.messages.count];
    for item in &layout.messages.items {
        by_stack[item.place.stack].push(item);
    }
    by_stack
        .into_par_iter()
        .map(|items| {
            let source = |item: &Item| {
                let block = &layout.blocks[item.block];
                let table = &tables[block.chip];
                let interaction = &system.described[block.chip].description.interactions[item.index];
                let rows = block.first_row..block.first_row + (1 << block.log_rows);
                (table, interaction, rows)
            };
            if let [item] = items[..]
                && item.place.log == h
            {
                let (table, interaction, rows) = source(item);
                return full(table, interaction, rows, publics, challenges);
            }
            let mut p = vec![F::ZERO; 1 << h];
            let mut q = vec![EF::ONE; 1 << h];
            for item in items {
                let (table, interaction, rows) = source(item);
                let denominator = Denominator::new(interaction, challenges.of(interaction.bus), publics);
                let multiplicity = constant(&interaction.multiplicity, publics);
                for (x, row) in rows.enumerate() {
                    let at = item.place.index(x, h);
                    let m = interaction.multiplicity.columns.iter().map(|&(i, c)| table.column(i)[row] * c);
                    p[at] = multiplicity + m.sum::<F>();
                    let d = denominator.terms.iter().map(|&(i, c)| c * table.column(i)[row]);
                    q[at] = denominator.constant + d.sum::<EF>();
                }
            }
            Leaves { p, q: q.chunks_exact(LANES).map(PEF::from_ext_slice).collect() }
        })
        .collect()
}

/// Leaves of a message of a full block.
fn full(
    table: &Table,
    interaction: &Interaction,
    rows: std::ops::Range<usize>,
    publics: &[F],
    challenges: Challenges<'_>,
) -> Leaves {
    let denominator = Denominator::new(interaction, challenges.of(interaction.bus), publics);
    let column = |i: usize| PF::pack_slice(&table.column(i)[rows.clone()]);
    let terms: Vec<(PEF, &[PF])> =
        denominator.terms.iter().map(|&(i, c)| (PEF::from(c), column(i))).collect();
    let start = PEF::from(denominator.constant);
    let q = (0..rows.len() / LANES)
        .into_par_iter()
        .with_min_len(CHUNK)
        .map(|x| terms.iter().fold(start, |sum, (c, column)| sum + *c * column[x]))
        .collect();
    let multiplicity = constant(&interaction.multiplicity, publics);
    let terms: Vec<(F, &[F])> =
        interaction.multiplicity.columns.iter().map(|&(i, c)| (c, &table.column(i)[rows.clone()])).collect();
    let p = (0..rows.len()).map(|x| multiplicity + terms.iter().map(|(c, v)| v[x] * *c).sum::<F>()).collect();
    Leaves { p, q }
}
