//! What in a row of a coprocessor's chip is refused, for rows that tests forge.

use std::collections::{BTreeSet, HashMap};

use aver_machine::ShardChip;
use aver_machine::buses::{AND, BITS, BYTES, RANGE};
use aver_stark::field::F;
use aver_stark_prover::check::{constraints_of_row, messages_of_row};
use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::Trace;

/// Constraints by label, lookups by bus, and which of those of the same name.
pub type Objections = BTreeSet<(&'static str, usize)>;

impl Trace {
    /// Row `row` of a coprocessor's `chip`.
    pub fn row(&self, chip: usize, row: usize) -> Vec<F> {
        self.tables[ShardChip::COUNT + chip].row(row)
    }

    /// What objects to `row` as one of a coprocessor's `chip`: constraints that are not zero, and lookups that `range`,
    /// `bytes`, `and` and `bits` do not answer.
    pub fn objections(&self, chip: usize, row: &[F]) -> Objections {
        let (mut found, mut seen) = (Objections::new(), HashMap::new());
        let mut object = |name: &'static str, is_wrong: bool| {
            let number: &mut usize = seen.entry(name).or_default();
            if is_wrong {
                found.insert((name, *number));
            }
            *number += 1;
        };
        for (label, value) in self.constraints(chip, row) {
            object(label, value != F::ZERO);
        }
        for (bus, weight, values) in messages_of_row(&self.systems.shard, ShardChip::COUNT + chip, row, &[]) {
            if let (F::ONE, Some(answered)) = (weight, is_answered(bus.id, &values)) {
                object(bus.name, !answered);
            }
        }
        found
    }

    /// Labels and values of the constraints.
    fn constraints(&self, chip: usize, row: &[F]) -> Vec<(&'static str, F)> {
        let (system, chip) = (&self.systems.shard, ShardChip::COUNT + chip);
        let labels = system.described[chip].description.constraints.iter().map(|c| c.label);
        labels.zip(constraints_of_row(system, chip, row, &[])).collect()
    }
}

/// Whether a lookup is in its table; `None` for other messages.
fn is_answered(bus: u32, values: &[F]) -> Option<bool> {
    let values: Vec<u32> = values.iter().map(F::as_canonical_u32).collect();
    let are_bytes = values.iter().all(|&x| x < 1 << 8);
    match (bus, &values[..]) {
        (id, &[x]) if id == RANGE.id => Some(x < 1 << 16),
        (id, [_, _]) if id == BYTES.id => Some(are_bytes),
        (id, &[x, y, and]) if id == AND.id => Some(are_bytes && x & y == and),
        (id, &[n, power, x]) if id == BITS.id => Some(n <= 16 && power == 1 << n && x < power),
        _ => None,
    }
}
