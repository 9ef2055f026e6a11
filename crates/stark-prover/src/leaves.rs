//! The leaves of the LogUp tree: multiplicity and compressed message of each message of each row.

use aver_stark::air::Bus;
use aver_stark::field::{D, EF, F, PF, coefficients};
use aver_stark::layout::{LOG_BUNDLE, Layout, System};
use aver_stark::symbolic::{Affine, Interaction};
use aver_stark::verify::Challenge;
use p3_field::{PackedValue, PrimeCharacteristicRing};

use crate::ext::{self, E};
use crate::gkr::{LANES, Leaves};
use crate::table::Table;

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

/// The leaves of a proof: an affine form of columns for each numerator and each denominator.
pub struct Columns<'a> {
    /// Those of all chips that have rows.
    messages: Vec<Message<'a>>,
    /// Where there are leaves, in increasing order.
    places: Vec<usize>,
    /// For each place, the number of its message and the first of its rows.
    chunks: Vec<(usize, usize)>,
}

/// A message of a chip.
struct Message<'a> {
    multiplicity: Multiplicity<'a>,
    denominator: Denominator<'a>,
}

/// constant + Σ coefficient · column.
struct Multiplicity<'a> {
    constant: F,
    terms: Vec<(F, &'a [F])>,
}

/// The same with coefficients in E.
struct Denominator<'a> {
    constant: E,
    terms: Vec<([F; D], &'a [F])>,
}

impl<'a> Columns<'a> {
    /// The leaves of tables.
    pub fn new(
        system: &System,
        layout: &Layout,
        tables: &'a [Table],
        publics: &[F],
        challenges: Challenges<'_>,
    ) -> Self {
        let mut leaves = Self { messages: Vec::new(), places: Vec::new(), chunks: Vec::new() };
        for (chip, (described, table)) in system.described.iter().zip(tables).enumerate() {
            let interactions = &described.description.interactions;
            let first = leaves.messages.len();
            let messages = interactions.iter().map(|interaction| Message {
                multiplicity: Multiplicity::new(&interaction.multiplicity, publics, table),
                denominator: Denominator::new(interaction, challenges.of(interaction.bus), publics, table),
            });
            leaves.messages.extend(messages);
            // By bundle, then chunk, then message.
            for start in (0..interactions.len()).step_by(1 << LOG_BUNDLE) {
                for chunk in 0..layout.chunks[chip] {
                    for index in start..interactions.len().min(start + (1 << LOG_BUNDLE)) {
                        let (bundle, slot) = layout.message(chip, index);
                        let place = (bundle << layout.log_chunks() | chunk) << LOG_BUNDLE | slot;
                        leaves.places.push(place);
                        leaves.chunks.push((first + index, chunk << layout.log_chunk));
                    }
                }
            }
        }
        leaves
    }
}

impl<'a> Multiplicity<'a> {
    fn new(form: &Affine, publics: &[F], table: &'a Table) -> Self {
        let terms = form.columns.iter().map(|&(i, c)| (c, table.column(i))).collect();
        Self { constant: constant(form, publics), terms }
    }

    /// In the rows that `load` takes from a column. Most coefficients are 1 or −1.
    #[inline(always)]
    fn eval(&self, load: impl Fn(&[F]) -> PF) -> PF {
        self.terms.iter().fold(PF::broadcast(self.constant), |sum, &(c, column)| match load(column) {
            x if c == F::ONE => sum + x,
            x if c == F::NEG_ONE => sum - x,
            x => sum + x * c,
        })
    }
}

impl<'a> Denominator<'a> {
    fn new(interaction: &Interaction, challenge: &Challenge, publics: &[F], table: &'a Table) -> Self {
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
        let coefficients = |x: &EF| coefficients(x).try_into().unwrap_or([F::ZERO; D]);
        Self {
            constant: ext::broadcast(challenge.compress(interaction.bus, &constants)),
            terms: terms.iter().map(|(i, c)| (coefficients(c), table.column(*i))).collect(),
        }
    }

    /// In the rows that `load` takes from a column.
    #[inline(always)]
    fn eval(&self, load: impl Fn(&[F]) -> PF) -> E {
        ext::affine(&self.constant, &self.terms, |column| load(column))
    }
}

/// The part of an affine form that is the same in every row.
fn constant(form: &Affine, publics: &[F]) -> F {
    let publics = form.publics.iter().map(|&(i, c)| publics.get(i).copied().unwrap_or(F::ZERO) * c);
    form.constant + publics.sum::<F>()
}

impl Leaves for Columns<'_> {
    fn places(&self) -> &[usize] {
        &self.places
    }

    fn fill(&self, index: usize, first: usize, m: &mut [PF], d: &mut [E]) {
        let (message, start) = self.chunks[index];
        let Message { multiplicity, denominator } = &self.messages[message];
        for (i, (m, d)) in m.iter_mut().zip(d).enumerate() {
            let row = start + first + i * LANES;
            let load = |column: &[F]| *PF::from_slice(&column[row..row + LANES]);
            (*m, *d) = (multiplicity.eval(load), denominator.eval(load));
        }
    }
}

#[cfg(test)]
mod tests;
