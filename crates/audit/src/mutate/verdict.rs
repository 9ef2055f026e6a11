//! What a changed row that breaks no rule comes to.

use aver_machine::buses::{BOUNDARY, EXEC, MEM, ORDER};
use aver_stark::field::F;
use p3_field::PrimeCharacteristicRing;

use super::row::{Row, Subject};

/// What a row says on buses that are no lookups: by interaction, multiplicity and values.
pub type Said = Vec<(F, Vec<F>)>;

/// A valid row beside the honest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says the same.
    Same,
    /// It says nothing: a row left out, to which the buses object.
    Silent,
    /// A message that counts twice, or less than nothing, or without the row being one of an op.
    Weight(usize),
    /// It looks up an op that belongs to another chip.
    Foreign(usize),
    /// It takes what the honest row takes, or should not take at all, and says something else.
    Other(usize),
}

impl Subject<'_> {
    /// Whether an interaction takes messages (its weights are negative).
    pub fn takes(&self, interaction: usize) -> bool {
        let columns = &self.description.interactions[interaction].multiplicity.columns;
        !columns.is_empty() && columns.iter().all(|t| t.1 == F::NEG_ONE)
    }

    /// Columns that are not the row's to choose: what it takes off buses. But the address of a word in memory,
    /// and the number of a register, have to follow from the rest.
    pub fn inputs(&self) -> Vec<bool> {
        let mut inputs = vec![false; self.columns.len()];
        for (i, interaction) in self.description.interactions.iter().enumerate() {
            if self.lookup[i] || !self.takes(i) {
                continue;
            }
            for (field, value) in interaction.values.iter().enumerate() {
                if interaction.bus != MEM || field != 1 {
                    value.columns.iter().for_each(|t| inputs[t.0] = true);
                }
            }
        }
        inputs
    }

    /// Columns that hold the time (or shard, or key) of what is taken, with the interactions that take it and
    /// put the same word back at a later one: (column, take, put, field).
    pub fn times(&self) -> Vec<(usize, usize, usize, usize)> {
        let interactions = &self.description.interactions;
        let mut times = Vec::new();
        for take in (0..interactions.len().saturating_sub(1)).filter(|&i| self.takes(i)) {
            let (a, b) = (&interactions[take], &interactions[take + 1]);
            let field = if a.bus == ORDER { 0 } else { 6 };
            if a.bus == b.bus
                && [MEM, BOUNDARY, ORDER].contains(&a.bus)
                && a.values[..field.min(2)] == b.values[..field.min(2)]
            {
                times.extend(a.values[field].columns.iter().map(|t| (t.0, take, take + 1, field)));
            }
        }
        times
    }

    /// What a row says, lookups left out.
    pub fn said(&self, cells: &[F]) -> Said {
        (0..self.lookup.len()).filter(|&i| !self.lookup[i]).map(|i| self.says(i, cells)).collect()
    }

    /// A valid row, compared with what the honest one says.
    pub fn verdict(&self, row: &Row<'_, '_>, honest: &Said) -> Verdict {
        let interactions = &self.description.interactions;
        let mut said = Vec::with_capacity(honest.len());
        let (mut is_op, mut ops, mut alive) = (false, false, None);
        for i in 0..interactions.len() {
            let (multiplicity, values) = self.says(i, &row.cells);
            let allowed = if self.takes(i) { F::NEG_ONE } else { F::ONE };
            if multiplicity != F::ZERO && multiplicity != allowed {
                return Verdict::Weight(i);
            }
            if self.lookup[i] {
                let open = self.open.as_ref().filter(|o| o.bus == interactions[i].bus.id);
                if open.is_some_and(|o| multiplicity != F::ZERO && !o.allowed.contains(&values[o.field])) {
                    return Verdict::Foreign(i);
                }
                continue;
            }
            if interactions[i].bus == EXEC {
                is_op = true;
                ops |= multiplicity != F::ZERO;
            }
            if multiplicity != F::ZERO {
                alive = Some(i);
            }
            said.push((multiplicity, values));
        }
        match alive {
            None => Verdict::Silent,
            Some(i) if is_op && !ops => Verdict::Weight(i),
            Some(_) => self.compare(said, honest),
        }
    }

    fn compare(&self, said: Said, honest: &Said) -> Verdict {
        let numbers: Vec<usize> = (0..self.lookup.len()).filter(|&i| !self.lookup[i]).collect();
        let other = said.iter().zip(honest).position(|(a, b)| a != b && (a.0 != F::ZERO || b.0 != F::ZERO));
        let Some(other) = other else { return Verdict::Same };
        // The same messages in another order are the same.
        let sorted = |said: &Said| {
            let mut all: Vec<_> = said
                .iter()
                .zip(&numbers)
                .filter(|(m, _)| m.0 != F::ZERO)
                .map(|(m, &i)| (self.description.interactions[i].bus.id, m.1.clone(), m.0))
                .collect();
            all.sort();
            all
        };
        if sorted(&said) == sorted(honest) { Verdict::Same } else { Verdict::Other(numbers[other]) }
    }
}
