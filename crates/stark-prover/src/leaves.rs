//! The leaves of the LogUp tree: multiplicity and compressed message of each message of each row.

use aver_stark::air::Bus;
use aver_stark::field::{D, EF, F, PF, coefficients};
use aver_stark::layout::{Item, Layout, System};
use aver_stark::symbolic::{Affine, Interaction};
use aver_stark::verify::Challenge;
use p3_field::{PackedValue, PrimeCharacteristicRing};

use crate::ext::{self, Dot, E};
use crate::gkr::{CHUNK, LANES, Leaves};
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
    /// By stack.
    stacks: Vec<Vec<Message<'a>>>,
}

/// A message of a block, and its place in a stack.
struct Message<'a> {
    /// Its rows stand 2^`bits` apart.
    bits: usize,
    /// Where the first stands.
    offset: usize,
    source: Source<'a>,
}

/// Where a message's leaves come from.
enum Source<'a> {
    /// Forms, a packed value of rows at a time.
    Forms(Multiplicity<'a>, Denominator<'a>),
    /// Numerators and denominators, computed before: of messages so short that a chunk has fewer rows
    /// than a packed value.
    Values(Vec<(F, [F; D])>),
}

/// constant + Σ coefficient · column.
struct Multiplicity<'a> {
    constant: F,
    terms: Vec<(F, &'a [F])>,
}

/// The same with coefficients in E.
struct Denominator<'a> {
    constant: E,
    /// An even number: two products are added at a time.
    terms: Vec<([F; D], &'a [F])>,
}

impl<'a> Columns<'a> {
    /// The leaves of tables.
    pub fn new(
        system: &'a System,
        layout: &Layout,
        tables: &'a [Table],
        publics: &[F],
        challenges: Challenges<'_>,
    ) -> Self {
        let mut stacks: Vec<Vec<Message<'a>>> = Vec::new();
        stacks.resize_with(layout.messages.count, Vec::new);
        for Item { block, index, place } in &layout.messages.items {
            let block = &layout.blocks[*block];
            let rows = block.first_row..block.first_row + (1 << block.log_rows);
            let column = |i: usize| &tables[block.chip].column(i)[rows.clone()];
            let interaction = &system.described[block.chip].description.interactions[*index];
            let multiplicity = Multiplicity::new(&interaction.multiplicity, publics, column);
            let denominator = Denominator::new(interaction, challenges.of(interaction.bus), publics, column);
            let forms = Source::Forms(multiplicity, denominator);
            let bits = layout.log_height - place.log;
            stacks[place.stack].push(Message {
                bits,
                offset: place.index(0, layout.log_height),
                source: if CHUNK >> bits == 0 { forms.computed(rows.len()) } else { forms },
            });
        }
        Self { stacks }
    }
}

impl<'a> Multiplicity<'a> {
    fn new(form: &Affine, publics: &[F], column: impl Fn(usize) -> &'a [F]) -> Self {
        let terms = form.columns.iter().map(|&(i, c)| (c, column(i))).collect();
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
    fn new(
        interaction: &Interaction,
        challenge: &Challenge,
        publics: &[F],
        column: impl Fn(usize) -> &'a [F],
    ) -> Self {
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
        if let (1, Some(&(column, _))) = (terms.len() % 2, terms.first()) {
            terms.push((column, EF::ZERO));
        }
        let coefficients = |x: &EF| coefficients(x).try_into().unwrap_or([F::ZERO; D]);
        Self {
            constant: ext::broadcast(challenge.compress(interaction.bus, &constants)),
            terms: terms.iter().map(|(i, c)| (coefficients(c), column(*i))).collect(),
        }
    }

    /// In the rows that `load` takes from a column.
    #[inline(always)]
    fn eval(&self, load: impl Fn(&[F]) -> PF) -> E {
        let mut sum = Dot::new(&self.constant);
        for [(b, x), (d, y)] in self.terms.as_chunks().0 {
            sum.add_base(load(x), b, load(y), d);
        }
        sum.sum()
    }
}

/// The part of an affine form that is the same in every row.
fn constant(form: &Affine, publics: &[F]) -> F {
    let publics = form.publics.iter().map(|&(i, c)| publics.get(i).copied().unwrap_or(F::ZERO) * c);
    form.constant + publics.sum::<F>()
}

impl Leaves for Columns<'_> {
    fn stacks(&self) -> usize {
        self.stacks.len()
    }

    fn fill(&self, stack: usize, first: usize, m: &mut [PF], d: &mut [E]) {
        if let [message @ Message { bits: 0, source: Source::Forms(..), .. }] = &self.stacks[stack][..] {
            return message.fill_all(first, m, d);
        }
        m.fill(PF::ZERO);
        d.fill(ext::ONE);
        for message in &self.stacks[stack] {
            message.fill_some(first, m, d);
        }
    }
}

impl Source<'_> {
    /// Leaves in rows from `row` on, as many as there are up to a packed value.
    #[inline(always)]
    fn eval(multiplicity: &Multiplicity<'_>, denominator: &Denominator<'_>, row: usize) -> (PF, E) {
        let load = |column: &[F]| match column.get(row..row + LANES) {
            Some(all) => *PF::from_slice(all),
            None => PF::from_fn(|i| column.get(row + i).copied().unwrap_or(F::ZERO)),
        };
        (multiplicity.eval(load), denominator.eval(load))
    }

    /// All leaves, computed.
    fn computed(self, rows: usize) -> Self {
        let Self::Forms(multiplicity, denominator) = &self else { return self };
        let packed = (0..rows).step_by(LANES).map(|row| Self::eval(multiplicity, denominator, row));
        let lanes =
            packed.flat_map(|(m, d)| (0..LANES).map(move |i| (m.as_slice()[i], d.map(|c| c.as_slice()[i]))));
        Self::Values(lanes.take(rows).collect())
    }
}

/// Writes one leaf.
#[inline(always)]
fn put(at: usize, (multiplicity, denominator): (F, [F; D]), m: &mut [PF], d: &mut [E]) {
    m[at / LANES].as_slice_mut()[at % LANES] = multiplicity;
    for (to, c) in d[at / LANES].iter_mut().zip(denominator) {
        to.as_slice_mut()[at % LANES] = c;
    }
}

impl Message<'_> {
    /// Fills rows from `first` on of a stack that is all this message's.
    fn fill_all(&self, first: usize, m: &mut [PF], d: &mut [E]) {
        if let Source::Forms(multiplicity, denominator) = &self.source {
            for (i, (m, d)) in m.iter_mut().zip(d).enumerate() {
                let row = first + i * LANES;
                let load = |column: &[F]| *PF::from_slice(&column[row..row + LANES]);
                (*m, *d) = (multiplicity.eval(load), denominator.eval(load));
            }
        }
    }

    /// Fills this message's share of rows from `first` on.
    fn fill_some(&self, first: usize, m: &mut [PF], d: &mut [E]) {
        let stride = 1 << self.bits;
        let start = first.saturating_sub(self.offset).div_ceil(stride);
        let end = (first + m.len() * LANES).saturating_sub(self.offset).div_ceil(stride);
        let at = |row: usize| (row << self.bits) + self.offset - first;
        match &self.source {
            Source::Values(values) => (start..end).for_each(|row| put(at(row), values[row], m, d)),
            Source::Forms(multiplicity, denominator) => {
                for row in (start..end).step_by(LANES) {
                    let (p, q) = Source::eval(multiplicity, denominator, row);
                    for i in 0..LANES.min(end - row) {
                        put(at(row + i), (p.as_slice()[i], q.map(|c| c.as_slice()[i])), m, d);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
